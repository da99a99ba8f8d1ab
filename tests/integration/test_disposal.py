"""Who decides what is erased, what must stay, and what is past its time to keep."""

from dataclasses import replace

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from config.policy import RetentionPolicy
from engine.domain.actor import SYSTEM
from engine.domain.case_set import CaseSet
from engine.domain.deadline import ClockState
from engine.domain.disposal import ERASED, DisposalState, years_before
from engine.domain.sight import EVERYTHING
from engine.errors import (
    CaseErasedError,
    ConflictError,
    InvalidInputError,
    KeptError,
    NotAllowedError,
    NotFoundError,
    RedressError,
    SeparationOfDutiesError,
)
from engine.services.accounts import legal_hold
from engine.services.figures import facts, reporting
from engine.services.handling import casework
from engine.services.privacy import erasure
from engine.services.running import messages, monitoring, rebuild
from engine.services.upkeep import incidents, jobs
from tests.integration.office import execute
from tests.integration.people import (
    BOTH,
    DORA,
    REX,
    WHY,
    closed,
    erase,
    is_whole,
    lodge,
    named_in,
)
from tests.integration.posting_ways import ADDRESS, come_back, give, newest
from tests.integration.referral_ways import referred

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _waits(office):
    return erasure.overview(office.platform, actor=DORA).waiting


def test_nobody_turns_both_keys(office):
    reference = closed(office)
    number = erasure.propose_erasure(office.platform, actor=BOTH, reference=reference, **WHY)

    with pytest.raises(SeparationOfDutiesError, match="proposed it"):
        erasure.confirm(office.platform, actor=BOTH, number=number)
    with pytest.raises(NotAllowedError):
        erasure.confirm(office.platform, actor=DORA, number=number)
    with pytest.raises(IntegrityError):
        execute(office.platform.database, "UPDATE disposal SET decided_by = proposed_by")
    assert [each.id for each in _waits(office)] == [number]
    assert office.view(reference).case.complaint.complainant_name == "Jane Canary"


@ON_SQLITE
def test_a_refused_proposal_leaves_everything_and_can_be_made_again(office):
    reference = closed(office)
    number = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)
    with pytest.raises(ConflictError, match="proposed already"):
        erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)

    erasure.refuse(office.platform, actor=REX, number=number)

    with pytest.raises(ConflictError, match="decided already"):
        erasure.confirm(office.platform, actor=REX, number=number)
    (decided,) = erasure.overview(office.platform, actor=DORA).decided
    assert (decided.state, decided.references) == (DisposalState.REFUSED, (reference,))
    assert is_whole(office)
    assert erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)


@ON_SQLITE
def test_what_must_stay_is_not_erased(office):
    reference = lodge(office)
    with pytest.raises(KeptError, match="still being handled"):
        erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)
    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")
    number = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)

    legal_hold.place(office.platform, actor=DORA, reference=reference, reason="Court of Canary.")

    with pytest.raises(KeptError, match="legal hold since"):
        erasure.confirm(office.platform, actor=REX, number=number)
    with pytest.raises(ConflictError, match="hold already"):
        legal_hold.place(office.platform, actor=DORA, reference=reference, **WHY)
    (hold,) = erasure.overview(office.platform, actor=DORA).holds
    assert (hold.reference, hold.reason) == (reference, "Court of Canary.")
    legal_hold.lift(office.platform, actor=DORA, reference=reference, **WHY)
    assert erasure.confirm(office.platform, actor=REX, number=number)["complaint_case"] == 1
    assert named_in(office.platform.database) == set()


@pytest.mark.iso("7.8", "8.1")
def test_a_complaint_is_kept_until_its_letters_are_posted(office, clock):
    reference = closed(office, email=None, postal_address=ADDRESS)
    first, *others = office.view(reference).postings

    with pytest.raises(KeptError, match="a letter of it waits to be posted"):
        erase(office, reference)
    _post(office, reference, others)
    with pytest.raises(KeptError, match="a letter of it waits to be posted"):
        erase(office, reference)
    _post(office, reference, [first])

    assert erase(office, reference)["complaint_case"] == 1
    clock.advance(days=60)
    assert monitoring.sweep(office.platform).failed == 0
    assert incidents.page(office.platform, actor=office.staff["mara"]) == ()
    assert is_whole(office)


def _post(office, reference, letters):
    today = office.platform.calendar.day_of(office.platform.now()).isoformat()
    for each in letters:
        give(office, "mark_posted", reference, each.number, posted_on=today)


@ON_SQLITE
def test_a_letter_that_comes_back_keeps_what_was_proposed(office):
    reference = closed(office)
    number = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)
    come_back(office, reference, newest(office))

    with pytest.raises(KeptError, match="did not arrive, and nobody has seen to it"):
        erasure.confirm(office.platform, actor=REX, number=number)

    assert office.view(reference).case.erased_at is None


@ON_SQLITE
def test_what_is_kept_for_a_letter_holds_up_nothing_else_that_is_due(office, clock):
    kept, due = closed(office, email=None, postal_address=ADDRESS), closed(office)
    clock.advance(days=7 * 365)

    found = erasure.overview(office.platform, actor=DORA)
    number = erasure.propose_due(office.platform, actor=DORA, reason="Six years are over.")

    assert [each.reference for each in found.kept_for_letters] == [kept]
    assert [each.reference for each in found.due] == [due]
    assert erasure.confirm(office.platform, actor=REX, number=number)["complaint_case"] == 1
    assert erasure.count_due(office.platform, actor=DORA) == 0


@ON_SQLITE
def test_what_is_at_a_body_outside_holds_up_nothing_else_that_is_due(office, clock):
    outside, due = closed(office), closed(office)
    referred(office, outside)
    clock.advance(days=7 * 365)

    assert erasure.count_due(office.platform, actor=DORA) == 1
    number = erasure.propose_due(office.platform, actor=DORA, reason="Six years are over.")
    erasure.confirm(office.platform, actor=REX, number=number)

    assert office.view(due).case.erased_at is not None
    assert office.view(outside).case.erased_at is None


@ON_SQLITE
def test_what_is_promised_ends_when_the_case_is_erased(office, clock):
    reference = closed(office)
    again = "UPDATE clock SET state = 'running', met_at = NULL, next_at = warn_at"
    execute(office.platform.database, again)

    erase(office, reference)
    clock.advance(days=90)

    assert monitoring.sweep(office.platform) == monitoring.Sweep(0, 0, 0)
    assert {each.state for each in office.view(reference).clocks} == {ClockState.CANCELLED}
    assert is_whole(office)


@ON_SQLITE
def test_nothing_is_added_to_what_was_erased(office, staff):
    reference = closed(office)
    erase(office, reference)
    known = {"actor": staff["mara"], "reference": reference}

    tries = [
        lambda: casework.add_note(office.platform, text="Canary", **known),
        lambda: messages.declare_key(office.platform, key="canary", **known),
        lambda: legal_hold.place(office.platform, actor=DORA, reference=reference, **WHY),
        lambda: erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY),
    ]

    for attempt in tries:
        with pytest.raises(CaseErasedError):
            attempt()
    assert rebuild.rebuild(office.platform, actor=SYSTEM) == 0
    assert named_in(office.platform.database) == set()
    assert is_whole(office)


@ON_SQLITE
def test_an_erased_record_is_not_imported_again(office):
    reference = closed(office, source="crm", source_id="canary-77")
    erase(office, reference)

    with pytest.raises(ConflictError, match="exists"):
        lodge(office, source="crm", source_id="canary-77")


@ON_SQLITE
def test_what_is_kept_too_long_is_due_proposed_and_erased(office, clock):
    old, young, held, still_open = closed(office), None, closed(office), lodge(office)
    legal_hold.place(office.platform, actor=DORA, reference=held, **WHY)
    clock.advance(days=6 * 365 - 30)
    young = closed(office)
    before = erasure.overview(office.platform, actor=DORA).due
    clock.advance(days=60)

    (due,) = erasure.overview(office.platform, actor=DORA).due
    counted = jobs.run(office.platform, name="retention").summary
    number = erasure.propose_due(office.platform, actor=DORA, reason="Six years are over.")
    certificate = erasure.confirm(office.platform, actor=REX, number=number)

    assert before == ()
    assert (due.reference, counted) == (old, {"due": 1, "mails": 0, "runs": 0})
    assert certificate["complaint_case"] == 1
    assert "keys" not in certificate  # the person has other complaints
    assert office.view(old).case.erased_at is not None
    for reference in (young, held, still_open):
        assert office.view(reference).case.complaint.complainant_name == "Jane Canary"
    with pytest.raises(ConflictError, match="No complaint"):
        erasure.propose_due(office.platform, actor=DORA, **WHY)
    assert is_whole(office)


@ON_SQLITE
def test_a_category_has_its_own_time_to_keep(office, clock):
    reference = closed(office)
    category = office.view(reference).case.complaint.category
    retention = RetentionPolicy(years=6, categories={category: 2})
    policy = office.platform.policy.model_copy(update={"retention": retention})
    platform = replace(office.platform, policy=policy)
    clock.advance(days=2 * 366)

    assert [d.reference for d in erasure.overview(platform, actor=DORA).due] == [reference]
    assert erasure.count_due(office.platform, actor=DORA) == 0


def test_a_leap_day_has_an_anniversary(clock):
    leap = clock.now.replace(year=2028, month=2, day=29)

    assert years_before(leap, 6).day == 28


@ON_SQLITE
def test_orders_that_cannot_be_carried_out_are_refused(office):
    platform, reference = office.platform, closed(office)
    orders = {
        NotFoundError: [
            lambda: erasure.confirm(platform, actor=REX, number=99),
            lambda: erasure.propose_erasure(platform, actor=DORA, reference="C-0", **WHY),
        ],
        InvalidInputError: [
            lambda: erasure.propose_due(platform, actor=DORA, reason=" "),
            lambda: legal_hold.place(platform, actor=DORA, reference=reference, reason=""),
        ],
        ConflictError: [
            lambda: legal_hold.lift(platform, actor=DORA, reference=reference, **WHY),
        ],
    }

    for refusal, attempts in orders.items():
        for attempt in attempts:
            with pytest.raises(refusal) as caught:
                attempt()
            assert isinstance(caught.value, RedressError)


@ON_SQLITE
def test_figures_and_lists_go_on_with_erased_cases(office):
    reference = closed(office)
    erase(office, reference)
    period = reporting.Period.last_days(30, office.platform.now(), "Europe/London")
    cases = CaseSet("received", period.begin, period.end, office.platform.now())

    facts.keep_up(office.platform)
    with office.platform.database.read() as tx:
        (line,) = tx.case_facts.figures(EVERYTHING).lines(cases, limit=9)

    assert (line.reference, line.summary) == (reference, ERASED)
    assert inspect(office.platform.database.engine).has_table("disposal")
