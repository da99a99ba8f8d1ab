"""Event logs say what the journal says, by the rules of XES, and nothing about people."""

import gzip
import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain import event_log
from engine.domain.event_log import Pseudonyms, Selection
from engine.domain.kpi import Period
from engine.errors import NotAllowedError, NotFoundError
from engine.process import xml
from engine.services.exports import event_logs
from engine.services.exports.event_logs import LogShape
from engine.services.staffing import respondents, restriction
from engine.writing.xes import XesWriter
from tests.integration.office import execute, rows
from tests.integration.reach_ways import RITA
from tests.integration.xes_rules import NS, broken

NASTY = "=1+1 <b>&amp;\x00\x1b\x0b\ud800\uffff\u202e😀" + "x" * 100_000
YEAR = Period(datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""What is read from the database is the same from each; all else depends on none."""


@pytest.fixture
def database_url(request):
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def busy(office, clock):
    """Complaints at several places of the process; the references in their order."""
    found = []
    for element in ("register", "assess", "approve_decision", "closing_check"):
        found.append(office.reach(element))
        clock.advance(hours=5)
    office.do(found[-1], "closing_check")
    return found


@pytest.fixture
def take(office, tmp_path):
    def write(shape=LogShape.XES, *, by="mara", chosen=None, **how):
        file = tmp_path / f"log-{len(list(tmp_path.iterdir()))}"
        given = {"actor": office.staff[by], "chosen": chosen or Selection(YEAR), "shape": shape}
        made = event_logs.write_event_log(
            office.platform, file=file, is_packed=False, **given, **how
        )
        return made, file.read_bytes()

    return write


def _traces(data):
    """Return each trace with its events, as dictionaries of what stands there."""
    for trace in xml.parse(data).iter(f"{NS}trace"):
        events = [_values(event) for event in trace.iter(f"{NS}event")]
        yield _values(trace), events


def _values(part):
    return {each.get("key"): each.get("value") for each in part if each.get("key")}


def _journal(office, reference):
    """Return what the journal tells of a complaint, read past every service."""
    return rows(
        office.platform.database,
        "SELECT j.seq, j.type, j.at, j.actor, j.detail FROM journal j JOIN complaint_case c"
        " ON c.id = j.case_id WHERE c.reference = :of ORDER BY j.seq",
        of=reference,
    )


def _moment(stored):
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@BOTH
@pytest.mark.iso("8.2")
def test_a_log_says_of_every_complaint_what_the_journal_says(office, busy, take):
    made, data = take()

    told = {trace["concept:name"]: events for trace, events in _traces(data)}
    meant = {
        reference: [
            (kind, _moment(at))
            for _seq, kind, at, _actor, _detail in _journal(office, reference)
            if kind != "case.moved"
        ]
        for reference in busy
    }
    assert list(told) == busy
    assert {
        reference: [(e["event"], datetime.fromisoformat(e["time:timestamp"])) for e in events]
        for reference, events in told.items()
    } == meant
    assert (made.cases, made.events) == (4, sum(map(len, meant.values())))
    assert broken(data) == []


def test_a_step_that_ended_is_paired_with_its_beginning(office, busy, take):
    _made, data = take()

    for trace, events in _traces(data):
        begun = {e["concept:instance"]: e for e in events if e["lifecycle:transition"] == "start"}
        ended = [e for e in events if e["event"] == "step.completed"]
        told = [
            _moment(json.loads(detail)["opened_at"])
            for _, kind, _, _, detail in _journal(office, trace["concept:name"])
            if kind == "step.completed"
        ]
        paired = [begun[e["concept:instance"]] for e in ended]
        assert [datetime.fromisoformat(e["time:timestamp"]) for e in paired] == told
        assert [e["concept:name"] for e in paired] == [e["concept:name"] for e in ended]
        assert not any("org:resource" in e for e in begun.values())


def test_a_pairing_with_the_wrong_beginning_is_caught(office, busy, take, monkeypatch):
    """Plant the bug: the step that began last is the one that ended, whatever it was."""
    monkeypatch.setattr(event_log, "_taken", lambda begun, _told: begun and begun[0][0] + 1)

    with pytest.raises((AssertionError, KeyError)):
        test_a_step_that_ended_is_paired_with_its_beginning(office, busy, take)


def test_people_have_other_names_unless_whoever_asks_may_learn_who_did_what(office, busy, take):
    hidden, with_names = take()[1].decode(), take(names=True)[1].decode()

    for person in office.staff.values():
        assert person.name not in hidden
        assert f'"{person.username}"' not in hidden
    assert office.staff["hanna"].name in with_names
    assert "Person 1" in hidden
    assert "Person 1" not in with_names
    with pytest.raises(NotAllowedError):
        take(by="vera", names=True)


def test_nothing_that_somebody_wrote_is_in_a_log(office, busy, take):
    text = take(names=True)[1].decode()

    for said in ("Jane Canary", "jane@example.org", "Charged twice", "charged twice", "Dear Jane"):
        assert said not in text


def test_whoever_may_not_take_complaints_out_is_refused(office, busy, take):
    for username in ("hanna", "tom", "ada", "ivo"):
        with pytest.raises(NotAllowedError):
            take(by=username)
    assert not rows(
        office.platform.database, "SELECT 1 FROM organisation_event WHERE type = 'log.exported'"
    )


@BOTH
def test_what_somebody_does_not_see_is_in_none_of_their_logs(office, busy, take):
    restriction.restrict(
        office.platform,
        actor=RITA,
        reference=busy[1],
        reason="About us.",
        people=[],
    )
    respondents.name(
        office.platform,
        actor=office.staff["hanna"],
        reference=busy[2],
        answers={"username": "vera", "about": "She was rude."},
    )

    of_mara, of_vera = ({t["concept:name"] for t, _ in _traces(take(by=who)[1])}
                        for who in ("mara", "vera"))  # fmt: skip

    assert of_mara == {busy[0], busy[2], busy[3]}
    assert of_vera == {busy[0], busy[1], busy[3]}
    with pytest.raises(NotFoundError):
        take(chosen=Selection(references=(busy[0], busy[1])))


def test_nothing_tells_who_is_complained_about_or_who_looked(office, busy, take):
    respondents.name(
        office.platform,
        actor=office.staff["hanna"],
        reference=busy[0],
        answers={"username": "ivo", "about": "He was rude."},
    )

    kinds = {event["event"] for _, events in _traces(take()[1]) for event in events}

    assert not [kind for kind in kinds if kind.startswith("respondent")]
    assert "step.completed" in kinds


@BOTH
def test_complaints_are_chosen_by_receipt_by_closing_or_by_name(office, busy, take, clock):
    later = Period(clock.now - timedelta(hours=6), clock.now + timedelta(hours=1))

    received = take(chosen=Selection(later))[1]
    closed = take(chosen=Selection(later, "closed"))[1]
    named = take(chosen=Selection(references=(busy[2], busy[0])))[1]

    assert [t["concept:name"] for t, _ in _traces(received)] == [busy[3]]
    assert [t["concept:name"] for t, _ in _traces(closed)] == [busy[3]]
    assert [t["concept:name"] for t, _ in _traces(named)] == [busy[0], busy[2]]


def test_that_a_log_left_the_house_is_kept_with_its_hash(office, busy, take):
    made, _data = take()

    ((actor, detail),) = rows(
        office.platform.database,
        "SELECT actor, detail FROM organisation_event WHERE type = 'log.exported'",
    )
    told = json.loads(detail)
    assert actor == "mara"
    assert told["sha256"] == made.sha256
    assert (told["cases"], told["events"], told["names"]) == (4, made.events, False)


def test_the_same_log_is_the_same_file_also_when_packed(office, busy, take, tmp_path):
    plain, packed = take()[1], tmp_path / "packed"
    told = {"actor": office.staff["mara"], "chosen": Selection(YEAR), "shape": LogShape.XES}

    seen = []
    for _ in range(2):
        event_logs.write_event_log(
            office.platform, file=packed, progress=lambda *far: seen.append(far), **told
        )
        assert gzip.decompress(packed.read_bytes()) == plain

    assert seen == [(4, 4)] * 2


def test_times_are_those_of_the_clocks_that_people_saw(office, busy, take):
    summer = (
        "UPDATE complaint_case SET closed_at = '2026-07-01 10:00:00.000000' WHERE reference=:of"
    )
    execute(office.platform.database, summer, of=busy[0])

    (first, _), *_ = _traces(take()[1])

    assert first["closed_at"] == "2026-07-01T11:00:00.000+01:00"
    assert first["received_at"].endswith("+00:00")


def test_whatever_stands_in_a_text_the_log_can_be_read():
    written = io.BytesIO()
    event = {"concept:name": NASTY, "concept:instance": "1", "lifecycle:transition": "complete",
             "time:timestamp": datetime(2026, 3, 29, 1, 30, tzinfo=UTC)}  # fmt: skip
    with XesWriter(written, zone=ZoneInfo("Europe/London"), facts={"concept:name": NASTY}) as log:
        log.trace({"concept:name": NASTY, "late": True, "n": -5, "empty": None}, [event])

    assert broken(written.getvalue()) == []
    ((trace, (read,)),) = _traces(written.getvalue())
    for character in "\x00\x1b\x0b\ud800\uffff":
        assert character not in read["concept:name"]
    assert len(read["concept:name"]) == len(NASTY)
    assert read["concept:name"].endswith("😀" + "x" * 100_000)
    assert (trace["late"], trace["n"]) == ("true", "-5")
    assert read["time:timestamp"] == "2026-03-29T02:30:00.000+01:00"


BENT = {
    "an attribute without its value": (b'key="channel" value="phone"', b'key="channel"'),
    "a number that is none": (
        b'<int key="severity" value="3"/>',
        b'<int key="severity" value=""/>',
    ),
    "a time without a zone": (b"+00:00", b""),
    "a key of no extension": (b'key="category"', b'key="cost:total"'),
    "a transition of no lifecycle": (b'value="start"', b'value="begin"'),
    "an event without its name": (b'key="concept:name"', b'key="name"'),
    "a trace before its extensions": (b"<extension", b"<trace/><extension"),
    "another root": (b"<log ", b"<log2 "),
}


def test_the_rules_notice_what_is_bent(office, busy, take):
    _made, data = take()
    ends = {"another root": (b"</log>", b"</log2>")}

    missed = []
    for what, (was, becomes) in BENT.items():
        assert was in data, what
        bent = data.replace(was, becomes).replace(*ends.get(what, (b"", b"")))
        missed += [] if broken(bent) else [what]

    assert missed == []


def test_pseudonyms_are_given_in_the_order_of_appearance_and_never_twice():
    staff = Pseudonyms("Person")

    given = [staff.of(name) for name in ("zoe", "ada", "zoe", "system", "Person 1")]

    assert given == ["Person 1", "Person 2", "Person 1", "Redress", "Person 3"]
    assert max(Counter({n: staff.of(n) for n in ("zoe", "ada", "Person 1")}.values()).values()) == 1
