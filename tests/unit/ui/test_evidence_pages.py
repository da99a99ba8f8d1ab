"""The pages of evidence and governance: what is shown to whom, and what each may do."""

from datetime import date, timedelta

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.governance import Grade, RecordAct, RecordKind, Wanted
from engine.services.evidence import conforming, evidence_pack, register
from engine.services.improvement import overdue_improvements
from tests.unit.ui.office import HOSTILE, Office, markup
from ui.place import PLACES, _titled

RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
VERA = Actor(username="vera", name="Vera", roles=frozenset({Role.AUDITOR}))


def _evidence():
    from ui.pages import evidence  # noqa: PLC0415 - this function runs as a script

    evidence.show()


def _governance():
    from ui.pages import governance  # noqa: PLC0415 - this function runs as a script

    governance.show()


@pytest.fixture
def seats(office: Office):
    for person in (RITA, VERA):
        office.platform.database.write(
            lambda tx, person=person: (
                tx.accounts.get(person.username)
                or tx.accounts.add(person, password_hash="", at=office.platform.now())
            )
        )
    return office


def _wanted(office, **other):
    day = office.platform.calendar.day_of(office.platform.now()) + timedelta(days=30)
    usual = {"title": "Policy 2026", "text": "We listen.", "owner": "mara", "due_on": day}
    return Wanted(**(usual | other))


def _kept(office, person, kind=RecordKind.POLICY, **other):
    wanted = _wanted(office, **other)
    return register.keep_record(office.platform, actor=person, kind=kind, wanted=wanted)


@pytest.fixture
def packed(monkeypatch):
    """Return of which periods packs are written, and what their files are called."""
    import streamlit as st  # noqa: PLC0415 - as the page does it

    told = []
    monkeypatch.setattr(
        evidence_pack, "write_evidence_pack", lambda *_a, period, **_how: told.append(period)
    )
    monkeypatch.setattr(
        st, "download_button", lambda *_a, file_name, **_how: told.append(file_name)
    )
    return told


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2025, 3, 30), "2025-03-30T00:00:00+00:00", "2025-03-30T23:00:00+00:00"),
        (date(2025, 10, 26), "2025-10-25T23:00:00+00:00", "2025-10-27T00:00:00+00:00"),
    ],
    ids=["summer time begins", "summer time ends"],
)
def test_a_pack_is_of_whole_days_also_when_clocks_change(seats: Office, packed, day, begin, end):
    test = seats.sits(VERA, _evidence)
    test.date_input(key="evidence:days").set_value((day, day)).run()

    test.button(key="evidence:pack").click().run()

    period, name = packed
    assert (period.begin.isoformat(), period.end.isoformat()) == (begin, end)
    assert name == f"evidence-{day}.zip"


@pytest.mark.iso("8.5")
def test_each_clause_is_listed_with_its_verdict_and_how_it_went(seats: Office):
    conforming.freeze_evidence(seats.platform)
    conforming.freeze_evidence(seats.platform)

    test = seats.sits(VERA, _evidence)
    shown = markup(test).replace("\\", "")

    assert "✕✕" in shown
    assert "not applicable" in shown
    assert "7 Handling complaints" in [each.value for each in test.header]


def test_a_clause_says_what_was_counted_and_what_is_not_recorded(seats: Office, hanna):
    seats.lodge(hanna)

    test = seats.sits(VERA, _evidence, clause="7.3")
    shown = markup(test).replace("\\", "")

    assert not test.exception
    assert "1 of 1 complaints are in order." in shown
    assert "is not recorded" in "".join(each.value for each in test.info)


def test_an_unknown_clause_shows_all_of_them(seats: Office):
    test = seats.sits(VERA, _evidence, clause="9.9")

    assert [title.value for title in test.title] == ["Evidence"]


def test_an_auditor_reads_the_register_and_is_offered_findings_alone(seats: Office, mara):
    _kept(seats, mara)

    test = seats.sits(VERA, _governance)

    assert "Policy 2026" in markup(test)
    assert [each.label for each in test.button] == ["Record a finding"]


def test_who_made_a_record_is_not_offered_to_approve_it(seats: Office, mara):
    number = _kept(seats, mara)

    made, second = seats.sits(mara, _governance), seats.sits(RITA, _governance)

    key = f"record:{number}:{RecordAct.APPROVE}"
    assert [bool([b for b in test.button if b.key == key]) for test in (made, second)] == [
        False,
        True,
    ]


def test_what_waits_for_a_second_person_or_is_overdue_is_counted_in_the_navigation(
    seats: Office, mara, clock
):
    number = _kept(seats, mara)
    place = next(each for each in PLACES if each.path == "governance")
    titles = [_titled(place, RITA)]
    register.act_on_record(seats.platform, actor=RITA, number=number, act=RecordAct.APPROVE)
    before = register.to_govern(seats.platform, actor=RITA)

    clock.advance(days=60)

    assert "Overdue" in markup(seats.sits(RITA, _governance)) + "".join(
        header.value for header in seats.sits(RITA, _governance).header
    )
    assert (before, register.to_govern(seats.platform, actor=RITA)) == (0, 1)
    assert titles == ["Governance (1)"]


def test_a_finding_that_nobody_answers_is_said_to_be_shown_higher_up(seats: Office, mara, clock):
    audit = _kept(seats, mara, RecordKind.AUDIT)
    wanted = _wanted(seats, title="No backup was tried", about=audit)
    register.record_finding(
        seats.platform, actor=VERA, clause="8.1", grade=Grade.MINOR, wanted=wanted
    )
    clock.advance(days=60)
    before = markup(seats.sits(RITA, _governance))

    overdue_improvements.climb_overdue(seats.platform)

    assert "shown higher up" not in before
    assert "shown higher up since" in markup(seats.sits(RITA, _governance))


@pytest.mark.iso("4.13")
def test_an_action_that_nobody_approved_in_time_is_overdue_here_too(seats: Office, mara, clock):
    number = _kept(seats, mara, RecordKind.ACTION)
    clock.advance(days=60)

    overdue_improvements.climb_overdue(seats.platform)

    test = seats.sits(RITA, _governance)
    assert "Overdue" in [header.value for header in test.header]
    assert "shown higher up since" in markup(test)
    assert [b.key for b in test.button if b.label == "Approve"] == [
        f"record:{number}:{RecordAct.APPROVE}"
    ]


def test_hostile_records_are_text(seats: Office, mara):
    _kept(seats, mara, title=HOSTILE[:180], text=HOSTILE, document=HOSTILE[:180])
    audit = _kept(seats, mara, RecordKind.AUDIT, title="Audit")
    register.record_finding(
        seats.platform,
        actor=VERA,
        clause="7.4",
        grade=Grade.MAJOR,
        wanted=_wanted(seats, title=HOSTILE[:180], about=audit),
    )

    pages = [seats.sits(VERA, _governance), seats.sits(VERA, _evidence, clause="7.4")]

    for test in pages:
        assert not test.exception
        assert "](http" not in markup(test)
