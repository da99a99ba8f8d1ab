"""Logs of objects hold every complaint with its parts, as the database does, and fit the schema."""

import io
import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft7Validator, FormatChecker

from engine.domain import object_log
from engine.domain.actor import COMPLAINANT
from engine.domain.event_log import Selection
from engine.domain.kinship import LinkKind
from engine.domain.kpi import Period
from engine.domain.object_log import ALWAYS, LogObject, ObjectEvent
from engine.process import xml
from engine.services.exports import event_logs
from engine.services.exports.event_logs import LogShape
from engine.services.handling import casework
from engine.services.links import linking, merging
from engine.writing import ocel, ocel_tables
from tests.integration.office import rows

LOGS = Path(__file__).parents[3] / "shared" / "realdata" / "logs"
YEAR = Period(datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
NASTY = "=cmd|' /C calc'!A0 <b>&amp;\x00\x1b\ud800\uffff😀" + "x" * 100_000
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request):
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def busy(office, clock):
    """Two complaints, one of them at its end, that somebody has linked."""
    done, waiting = office.reach("closing_check"), office.lodge()
    clock.advance(hours=1)
    office.do(done, "closing_check")
    linking.link(
        office.platform,
        actor=office.staff["hanna"],
        reference=waiting,
        other=done,
        kind=LinkKind.RELATED,
        reason="The same meter.",
    )
    return done, waiting


@pytest.fixture
def take(office, tmp_path):
    def write(shape=LogShape.OCEL_JSON, *, by="mara", chosen=None, **how):
        file = tmp_path / "log"
        given = {"actor": office.staff[by], "chosen": chosen or Selection(YEAR), "shape": shape}
        event_logs.write_event_log(office.platform, file=file, is_packed=False, **given, **how)
        return file.read_bytes()

    return write


def _schema():
    """Return the official schema, wherever it lies among the logs of others."""
    for path in sorted(LOGS.glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        if "$schema" in told and "objectTypes" in told.get("properties", {}):
            return told
    return None


def _wrong(log):
    """Return what in a log does not hold together, which no schema can say."""
    objects, events = log["objects"], log["events"]
    declared = {
        kind: {t["name"]: {a["name"] for a in t["attributes"]} for t in log[kind]}
        for kind in ("objectTypes", "eventTypes")
    }
    found = [
        f"{each['id']} stands twice"
        for part in (objects, events)
        for each, n in [(e, Counter(o["id"] for o in part)[e["id"]]) for e in part]
        if n > 1
    ]
    there = {each["id"] for each in objects}
    for kind, part in (("objectTypes", objects), ("eventTypes", events)):
        for each in part:
            names = {value["name"] for value in each["attributes"]}
            if not names <= declared[kind].get(each["type"], set()):
                found.append(f"{each['id']} has what its type has not")
            if not {r["objectId"] for r in each["relationships"]} <= there:
                found.append(f"{each['id']} leads to nothing")
    return found


@pytest.mark.realdata
@pytest.mark.skipif(_schema() is None, reason="the schema is not at hand")
def test_a_log_fits_the_official_schema(office, busy, take):
    log = json.loads(take())

    Draft7Validator(_schema(), format_checker=FormatChecker()).validate(log)


@BOTH
@pytest.mark.iso("8.2")
def test_a_log_holds_every_part_that_the_database_holds(office, busy, take):
    log = json.loads(take())

    counted = Counter(each["type"] for each in log["objects"])
    tables = {"Complaint": "complaint_case", "Issue": "issue", "Remedy": "remedy",
              "Document": "document", "Letter": "communication"}  # fmt: skip
    meant = {
        kind: rows(office.platform.database, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608
        for kind, table in tables.items()
    }
    assert {kind: counted[kind] for kind in tables} == meant
    assert min(meant["Complaint"], meant["Remedy"], meant["Letter"]) > 0
    told = rows(office.platform.database, "SELECT count(*) FROM journal WHERE type <> 'case.moved'")
    assert len(log["events"]) == told[0][0]
    assert _wrong(log) == []


@BOTH
def test_a_remedy_passes_through_its_states_and_answers_its_issue(office, busy, take):
    log = json.loads(take())

    (remedy,) = (each for each in log["objects"] if each["type"] == "Remedy")
    states = [a["value"] for a in remedy["attributes"] if a["name"] == "state"]
    assert states == ["proposed", "offered", "accepted", "carried_out", "verified"]
    times = [a["time"] for a in remedy["attributes"] if a["name"] == "state"]
    assert times == sorted(times)
    assert {"objectId": f"{busy[0]}/issue/1", "qualifier": "answers"} in remedy["relationships"]
    about = [e["type"] for e in log["events"]
             if remedy["id"] in {r["objectId"] for r in e["relationships"]}]  # fmt: skip
    assert about == ["Remedy proposed", "Remedy offered", "Remedy accepted",
                     "Remedy carried out", "Remedy verified"]  # fmt: skip


def test_each_letter_is_led_to_by_the_event_that_sent_it(office, busy, take):
    log = json.loads(take())

    letters = {each["id"]: each for each in log["objects"] if each["type"] == "Letter"}
    sent = [each for each in log["events"] if each["type"].startswith("Letter sent")]
    for event in sent:
        (of,) = [r["objectId"] for r in event["relationships"] if r["qualifier"] == "letter"]
        kinds = {a["name"]: a["value"] for a in letters[of]["attributes"]}
        assert event["type"] == f"Letter sent: {kinds['kind'].replace('_', ' ')}"
        assert kinds["direction"] == "out"
    assert len(sent) >= 2


def test_a_link_is_told_of_only_where_both_complaints_are_in_the_log(office, busy, take):
    done, waiting = busy

    both, one = (
        {each["id"]: each for each in json.loads(data)["objects"]}
        for data in (take(), take(chosen=Selection(references=(waiting,))))
    )

    linked = [
        r for name in busy for r in both[name]["relationships"] if r["qualifier"] == "related"
    ]
    assert len(linked) == 1
    assert done not in json.dumps(one)
    assert not [r for r in one[waiting]["relationships"] if r["qualifier"] == "related"]


def test_a_link_out_of_the_log_is_caught(office, busy, take, monkeypatch):
    """Plant the bug: other complaints are named although they are not in the log."""
    real = object_log._complaint

    def forgetful(case, parts, names):
        names.references.update({1: busy[0], 2: busy[1]})
        return real(case, parts, names)

    monkeypatch.setattr(object_log, "_complaint", forgetful)

    with pytest.raises(AssertionError):
        test_a_link_is_told_of_only_where_both_complaints_are_in_the_log(office, busy, take)


def test_people_are_things_under_another_name_and_the_same_person_is_one(office, busy, take):
    text, named = take().decode(), take(names=True).decode()

    log = json.loads(text)
    people = [each for each in log["objects"] if each["type"] == "Person"]
    assert not any(each["attributes"] for each in people)
    assert len([e for e in log["objects"] if e["type"] == "Complainant"]) == 1
    for said in ("Jane Canary", "jane@example.org", "Charged twice", "Dear Jane", "same meter"):
        assert said not in text
        assert said not in named
    for person in office.staff.values():
        assert person.name not in text
    assert office.staff["hanna"].name in named


def test_xml_says_the_same_as_json(office, busy, take):
    log, root = json.loads(take()), xml.parse(take(LogShape.OCEL_XML))

    assert [part.tag for part in root] == ["object-types", "event-types", "objects", "events"]
    read = [
        (
            each.get("id"),
            each.get("type"),
            [(a.get("name"), a.text, a.get("time")) for a in each.find("attributes")],
            [(r.get("object-id"), r.get("qualifier")) for r in each.find("objects")],
        )
        for part in (root[2], root[3])
        for each in part
    ]
    meant = [
        (
            each["id"],
            each["type"],
            [(a["name"], a["value"], a.get("time")) for a in each["attributes"]],
            [(r["objectId"], r["qualifier"]) for r in each["relationships"]],
        )
        for each in (*log["objects"], *log["events"])
    ]
    assert read == meant


def test_a_complaint_that_was_merged_leads_to_the_one_that_took_it_in(office, take):
    first, second = office.lodge(), office.lodge()
    merging.merge(
        office.platform,
        actor=office.staff["tom"],
        reference=second,
        answers={"into": first, "reason": "Sent twice."},
    )

    objects = {each["id"]: each for each in json.loads(take())["objects"]}

    assert {"objectId": first, "qualifier": "merged into"} in objects[second]["relationships"]


def test_what_a_complainant_did_is_done_by_the_complainant(office, busy, take):
    by_code = {"actor": COMPLAINANT, "reference": busy[1]}
    casework.withdraw(office.platform, reason="It works again.", **by_code)

    log = json.loads(take())

    done = [
        r["objectId"]
        for event in log["events"]
        for r in event["relationships"]
        if r["qualifier"] == "done by" and event["type"].startswith("Message received")
    ]
    assert "Complainant 1" in done
    assert "(complainant)" not in {each["id"] for each in log["objects"]}


_READS = {"integer": int, "float": float, "boolean": lambda text: text == "true", "string": str}
_ALWAYS = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def _told_as_json(log):
    """Return things and events by their ids, with values of the types that are declared."""
    kinds = {t["name"]: {a["name"]: a["type"] for a in t["attributes"]}
             for t in (*log["objectTypes"], *log["eventTypes"])}  # fmt: skip
    return {
        each["id"]: (
            each["type"],
            {(a["name"], _READS[kinds[each["type"]][a["name"]]](a["value"]),
              _at(a.get("time") or each["time"])) for a in each["attributes"]},
            {(r["objectId"], r["qualifier"]) for r in each["relationships"]},
        )
        for each in (*log["objects"], *log["events"])
    }  # fmt: skip


def _told_as_tables(database):
    """Return the same from the tables of the standard."""
    found = {}
    for kind, relations in (
        ("object", "SELECT ocel_source_id, ocel_target_id, ocel_qualifier FROM object_object"),
        ("event", "SELECT ocel_event_id, ocel_object_id, ocel_qualifier FROM event_object"),
    ):
        for name, of in database.execute(f'SELECT ocel_id, ocel_type FROM "{kind}"').fetchall():  # noqa: S608
            found[name] = (of, set(), set())
        for _type, table in database.execute(f"SELECT * FROM {kind}_map_type").fetchall():  # noqa: S608
            lines = database.execute(f'SELECT * FROM "{kind}_{table}"')  # noqa: S608
            columns = database.execute(f"PRAGMA table_info('{kind}_{table}')").fetchall()
            wholly = {column[1] for column in columns if column[2] == "BOOLEAN"}
            for line in map(dict, lines.fetchall()):
                name, at = line.pop("ocel_id"), _at(line.pop("ocel_time") + "+00:00")
                changed = line.pop("ocel_changed_field", None)
                assert (at == _ALWAYS) == (kind == "object" and changed is None)
                given = {n: v for n, v in line.items() if v is not None}
                assert changed is None or [*given] == [changed]
                found[name][1].update(
                    (n, bool(v) if n in wholly else v, at) for n, v in given.items()
                )
        for source, target, qualifier in database.execute(relations).fetchall():
            found[source][2].add((target, qualifier))
    return found


@pytest.fixture
def tables(tmp_path):
    """Open logs in SQLite."""
    opened = []

    def read(data):
        path = tmp_path / "log.sqlite"
        path.write_bytes(data)
        opened.append(sqlite3.connect(path))
        opened[-1].row_factory = sqlite3.Row
        return opened[-1]

    yield read
    for each in opened:
        each.close()


def test_tables_of_sqlite_say_the_same_as_json(office, busy, take, tables):
    log, database = json.loads(take()), tables(take(LogShape.OCEL_SQLITE))

    assert _told_as_tables(database) == _told_as_json(log)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    assert {"event", "object", "event_object", "object_object", "event_map_type",
            "object_map_type", "object_Complaint", "object_Remedy"} <= names  # fmt: skip


def test_a_value_that_is_dated_wrongly_in_a_table_is_caught(
    office, busy, take, tables, monkeypatch
):
    """Plant the bug: a value that changed later is told as if it had always held."""
    moment = ocel_tables._moment
    monkeypatch.setattr(ocel_tables, "_moment", lambda at: moment(max(at, busy_until)))
    busy_until = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(AssertionError):
        test_tables_of_sqlite_say_the_same_as_json(office, busy, take, tables)


def test_types_that_differ_by_signs_alone_have_tables_of_their_own():
    names = ocel_tables._table_names(["Letter sent: a", "Letter sent - A", "letter SENT a", "…"])

    assert len({name.lower() for name in names.values()}) == 4
    assert all(name.isascii() and name.isalnum() for name in names.values())


@pytest.mark.parametrize("opens", [ocel.as_json, ocel.as_xml, ocel_tables.as_tables])
def test_whatever_stands_in_a_text_the_log_can_be_read(opens, tables):
    written = io.BytesIO()
    thing = LogObject("C-1", "Complaint", [("category", NASTY, ALWAYS)], [("C-1", NASTY)])
    event = ObjectEvent("C-1/1", "Done", datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
                        [("form", NASTY), ("late", True)], [("C-1", "of")])  # fmt: skip
    types = {"Done": {"form": "string", "late": "boolean"}}

    with opens(written, ZoneInfo("Europe/London"), objects=object_log.OBJECTS, events=types) as log:
        log.objects([thing])
        log.events([event])

    if opens is ocel.as_json:
        read = json.loads(written.getvalue())
        assert _wrong(read) == []
        text, at = read["events"][0]["attributes"][0]["value"], read["events"][0]["time"]
    elif opens is ocel_tables.as_tables:
        database = tables(written.getvalue())
        ((text, at),) = database.execute('SELECT "form", ocel_time FROM "event_Done"').fetchall()
        assert at == "2026-03-29 01:30:00.000"
        at = "2026-03-29T02:30:00.000+01:00"
    else:
        root = xml.parse(written.getvalue())
        text, at = root[3][0][0][0].text, root[3][0].get("time")
    assert text.endswith("😀" + "x" * 100_000)
    assert "\ud800" not in text
    assert at == "2026-03-29T02:30:00.000+01:00"
