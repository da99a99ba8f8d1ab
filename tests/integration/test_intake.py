"""Receiving complaints: what is recorded, what starts, and what is refused in one sentence."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from engine.domain.complaint import Channel
from engine.domain.deadline import ClockState
from engine.domain.filling import problems_of
from engine.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from engine.services.handling import casefile
from engine.services.intake import intake
from engine.services.process import processes
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.iso("7.2")
def test_what_was_received_is_kept_word_for_word(office, clock):
    facts = {
        "received_at": clock.now - timedelta(days=3),
        "channel": Channel.LETTER,
        "summary": "Überhöhte Rechnung “zweimal” 💥 <b>",
        "description": "First line\n\n'; DROP TABLE journal; --\n=1+1",
        "desired_outcome": "100 % back, $5 {too}",
        "complainant_name": "Zoë O'Hara-السيد",
        "amount": Decimal("12345678.90"),
        "vulnerable": True,
    }
    reference = office.lodge(**facts)

    kept = office.view(reference).case.complaint

    assert {name: getattr(kept, name) for name in facts} == facts


@pytest.mark.iso("7.2")
def test_a_complaint_gets_a_number_a_step_and_its_clocks(office, clock):
    references = [office.lodge(), office.lodge()]

    told = office.view(references[0])

    assert references == ["C-2026-000001", "C-2026-000002"]
    assert [each.step.element for each in told.steps] == ["register"]
    assert {c.code: c.state for c in told.clocks} == {
        "acknowledgement": ClockState.RUNNING,
        "final_response": ClockState.RUNNING,
    }
    assert told.public_status == "received"
    assert told.case.recorded_at == clock.now


@pytest.mark.iso("7.2")
def test_clocks_run_from_receipt_not_from_recording(office, clock):
    reference = office.lodge(received_at=clock.now - timedelta(days=30))

    due = {c.code: c.due_at for c in office.view(reference).clocks}

    assert due["acknowledgement"] < clock.now
    assert due["final_response"] - clock.now < timedelta(days=27)


@ON_SQLITE
def test_a_complaint_from_the_future_is_refused(office, clock):
    with pytest.raises(InvalidInputError, match="Received: must not lie in the future"):
        office.lodge(received_at=clock.now + timedelta(minutes=6))

    assert office.lodge(received_at=clock.now + timedelta(minutes=4))


@ON_SQLITE
@pytest.mark.parametrize("year", [1900, 1970])
def test_a_complaint_of_long_ago_is_taken_with_its_date(office, year):
    reference = office.lodge(received_at=datetime(year, 1, 1, tzinfo=UTC))

    assert office.view(reference).case.complaint.received_at.year == year


def test_control_characters_never_reach_the_record(office):
    reference = office.lodge(summary="Charged\x00 twice\x1b[31m", complainant_name="Ja\x00ne")

    kept = office.view(reference).case.complaint

    assert (kept.summary, kept.complainant_name) == ("Charged twice[31m", "Jane")


@ON_SQLITE
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"summary": "ab"}, "summary"),
        ({"summary": "x" * 201}, "summary"),
        ({"summary": "ab\ud800cd"}, "summary"),
        ({"complainant_name": "  "}, "complainant_name"),
        ({"email": "jane"}, "email"),
        ({"email": "jane@example.org\nBcc: all@example.org"}, "email"),
        ({"email": "jane@example.org, all@example.org"}, "email"),
        ({"channel": "smoke"}, "channel"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"received_at": datetime(2026, 1, 1)}, "received_at"),  # noqa: DTZ001 - the wrong input
        ({"received_at": datetime(1899, 12, 31, tzinfo=UTC)}, "received_at"),
        ({"source": "cfpb"}, ""),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_record_is_refused_by_field(office, facts, field):
    with pytest.raises(ValidationError) as refusal:
        office.heard(**facts)

    assert list(problems_of(refusal.value, intake.Complaint)) == [field]


@ON_SQLITE
def test_a_record_of_another_system_becomes_one_case_only(office):
    office.lodge(source="cfpb", source_id="7")

    with pytest.raises(ConflictError, match="cfpb 7"):
        office.lodge(source="cfpb", source_id="7")

    assert rows(office.platform.database, "SELECT last FROM counter") == [(1,)]


@ON_SQLITE
@pytest.mark.parametrize("who", ["ada", "ivo", "sam", "mara", "vera"])
def test_only_those_who_receive_complaints_lodge_them(office, staff, who):
    with pytest.raises(NotAllowedError, match="lodge a complaint"):
        intake.lodge(office.platform, actor=staff[who], complaint=office.heard())


@ON_SQLITE
def test_nothing_is_lodged_before_a_process_is_published(platform, staff, clock):
    complaint = intake.Complaint(
        received_at=clock.now, channel="phone", summary="Too early", complainant_name="Jane"
    )

    with pytest.raises(NotFoundError, match="published process"):
        intake.lodge(platform, actor=staff["hanna"], complaint=complaint)


def test_the_shipped_process_is_published_once(platform, office):
    again = processes.install_shipped(platform)

    assert not again
    assert rows(platform.database, "SELECT version FROM process_version") == [(1,)]


@ON_SQLITE
def test_a_case_that_is_not_there_is_refused_by_name(office, staff):
    with pytest.raises(NotFoundError, match=r"There is no complaint C-1\."):
        casefile.view(office.platform, actor=staff["hanna"], reference="C-1")


def test_a_reference_no_database_can_hold_is_refused_in_a_sentence(office, staff):
    with pytest.raises((NotFoundError, InvalidInputError)):
        casefile.view(office.platform, actor=staff["hanna"], reference="C\x00\ud800")
