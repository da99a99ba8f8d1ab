"""Running cases come to the calendar in force: by two people, each once, whatever is killed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.domain import deadline
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.working_time import Calendar
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.audit import auditing
from engine.services.running import foresight, operations, recounting
from engine.services.running.foresight import Proposal
from engine.services.upkeep import jobs
from tests.integration.extension_ways import extended
from tests.integration.office import Office, facts_of
from tests.integration.operator_ways import owned
from tests.integration.test_foresight import lodge
from tests.integration.test_timing import on_sqlite

RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
WHY = "The sixth of January is a holiday here from this year on."


@pytest.fixture
def later(office):
    """The same office after the sixth of January was declared a holiday."""
    policy = office.platform.policy.calendar
    changed = policy.model_copy(update={"special_days": {date(2026, 1, 6): ()}})
    organisation = office.platform.policy.model_copy(update={"calendar": changed})
    platform = replace(office.platform, policy=organisation, calendar=Calendar(changed))
    return Office(platform, office.staff)


def agree(office):
    """Have the change proposed and confirmed."""
    recounting.propose(office.platform, actor=office.staff["mara"], reason=WHY)
    (change, *_) = recounting.all_changes(office.platform, actor=RITA)
    recounting.decide(office.platform, actor=RITA, change_id=change.id, confirm=True)


def dues(office, reference):
    return {clock.code: clock.due_at for clock in office.view(reference).clocks}


@pytest.mark.iso("4.15")
def test_what_was_foreseen_is_what_happens_and_every_case_says_why(office, later):
    references = [lodge(office, name) for name in ("iso", "nhs", "asic_rg271", "cfpb")]
    told = foresight.preview(later.platform, actor=office.staff["mara"], proposal=Proposal())
    foreseen = {(line.reference, line.code): line.after for line in told.lines}
    before = {reference: dues(later, reference) for reference in references}

    agree(later)
    done = jobs.run(later.platform, name="sla_sweep", actor=SYSTEM)

    assert done.summary["recounted"] == 4
    for reference in references:
        file = later.view(reference)
        for clock in file.clocks:
            expected = foreseen.get((reference, clock.code), before[reference][clock.code])
            assert clock.due_at == expected
            assert file.reasons[clock.code].is_whole
            assert clock.calendar == file.case.calendar
    again = foresight.preview(later.platform, actor=office.staff["mara"], proposal=Proposal())
    (change,) = recounting.all_changes(later.platform, actor=RITA)
    assert foreseen
    assert (again.moved, change.cases, change.is_under_way) == (0, 4, False)
    assert change.later == len(foreseen)
    assert not auditing.verify_journal(later.platform, actor=SYSTEM).broken


@on_sqlite
def test_an_event_names_each_limit_that_moved(office, later):
    reference = lodge(office, "iso")
    agree(later)
    recounting.apply(later.platform)

    with later.platform.database.read() as tx:
        events = tx.journal.of(tx.cases.get(reference).id)
    (event,) = [facts_of(each) for each in events if each.type == "calendar.applied"]
    assert [moved["clock"] for moved in event["moved"]] == ["acknowledgement"]
    assert event["moved"][0]["before"].startswith("2026-01-08")
    assert event["moved"][0]["due_at"].startswith("2026-01-09")


@on_sqlite
@pytest.mark.parametrize("until", [None, date(2026, 1, 23)])
def test_an_extension_is_counted_again_and_its_reason_still_leads_to_the_date(office, later, until):
    reference = owned(office, office.platform)
    extended(office, reference, until=until)
    before = dues(office, reference)["final_response"]
    lodge(office, "iso")

    agree(later)
    recounting.apply(later.platform)

    after = dues(later, reference)["final_response"]
    told = later.view(reference).reasons["final_response"]
    assert told.is_whole
    assert [passage.due_at for passage in told.passages][-1] == after
    assert (after > before) == (until is None)
    assert until is not None or "The calendar was changed" in told.passages[-1].title


@on_sqlite
def test_what_was_moved_by_hand_stays_and_what_begins_later_is_counted_anew(office, later):
    reference = lodge(office, "iso")
    by_hand = datetime(2026, 1, 12, 12, tzinfo=UTC)
    known = {"actor": office.staff["mara"], "reference": reference, "reason": WHY}
    operations.set_promise_date(office.platform, code="acknowledgement", due_at=by_hand, **known)
    other = lodge(office, "iso")

    agree(later)
    recounting.apply(later.platform)

    assert dues(later, reference)["acknowledgement"] == by_hand
    assert dues(later, other)["acknowledgement"] == datetime(2026, 1, 9, 17, tzinfo=UTC)
    assert later.view(reference).case.calendar == later.view(other).case.calendar


@on_sqlite
def test_a_run_that_is_broken_off_goes_on_with_what_is_left(office, later):
    references = [lodge(office, "iso") for _ in range(5)]
    agree(later)

    first = recounting.apply(later.platform, limit=2)
    is_open = recounting.all_changes(later.platform, actor=RITA)[0].is_under_way
    second = recounting.apply(later.platform)

    assert (first, is_open, second, recounting.apply(later.platform)) == (2, True, 3, 0)
    assert {dues(later, each)["acknowledgement"].day for each in references} == {9}
    assert all(len(each.moves) <= 1 for r in references for each in later.view(r).clocks)


@on_sqlite
def test_nothing_is_changed_by_one_person_alone(office, later):
    reference = lodge(office, "iso")
    before = dues(later, reference)
    mara = office.staff["mara"]

    recounting.propose(later.platform, actor=mara, reason=WHY)
    recounting.apply(later.platform)
    with pytest.raises(SeparationOfDutiesError, match="proposed it"):
        recounting.decide(later.platform, actor=mara, change_id=1, confirm=True)
    with pytest.raises(ConflictError, match="waits"):
        recounting.propose(later.platform, actor=RITA, reason=WHY)
    recounting.decide(later.platform, actor=RITA, change_id=1, confirm=False)
    recounting.apply(later.platform)

    assert dues(later, reference) == before
    with pytest.raises(ConflictError, match="decided"):
        recounting.decide(later.platform, actor=RITA, change_id=1, confirm=True)


@on_sqlite
def test_a_calendar_that_was_changed_again_is_not_the_one_that_was_seen(office, later):
    lodge(office, "iso")
    recounting.propose(later.platform, actor=office.staff["mara"], reason=WHY)

    with pytest.raises(ConflictError, match="changed again"):
        recounting.decide(office.platform, actor=RITA, change_id=1, confirm=True)
    recounting.decide(later.platform, actor=RITA, change_id=1, confirm=True)

    assert recounting.apply(office.platform) == 0
    assert dues(office, "C-2026-000001")["acknowledgement"].day == 8


@on_sqlite
def test_what_cannot_be_is_refused(office, later):
    mara, hanna = office.staff["mara"], office.staff["hanna"]
    with pytest.raises(ConflictError, match="would move"):
        recounting.propose(office.platform, actor=mara, reason=WHY)
    lodge(office, "iso")
    with pytest.raises(InvalidInputError):
        recounting.propose(later.platform, actor=mara, reason="  ")
    with pytest.raises(NotAllowedError):
        recounting.propose(later.platform, actor=hanna, reason=WHY)
    with pytest.raises(NotFoundError):
        recounting.decide(later.platform, actor=RITA, change_id=7, confirm=True)


@on_sqlite
def test_warnings_that_stay_where_they_were_are_noticed(office, later, monkeypatch):
    """The planted bug: the limit moves, and what warns of it does not."""
    reference = lodge(office, "iso")
    (before,) = [c for c in office.view(reference).clocks if c.code == "acknowledgement"]
    monkeypatch.setattr(
        deadline, "stretched", lambda clock, due, _now: clock.model_copy(update={"due_at": due})
    )
    agree(later)
    recounting.apply(later.platform)

    (after,) = [c for c in later.view(reference).clocks if c.code == "acknowledgement"]
    assert after.due_at - before.due_at == timedelta(days=1)
    assert after.warn_at == before.warn_at
