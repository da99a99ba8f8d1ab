"""Merging complaints: nothing is lost or mixed, the earliest receipt is kept, and it is undone."""

from datetime import timedelta
from itertools import permutations

import pytest

from engine.domain import receipt
from engine.domain.actor import COMPLAINANT
from engine.domain.complaint import Outcome
from engine.domain.deadline import ClockState
from engine.errors import CourseError, InvalidInputError, NotAllowedError, RedressError
from engine.services.door import following
from engine.services.handling import casework, inbox, tracking
from engine.services.intake import intake
from engine.services.letters import thread
from engine.services.links import merging
from engine.services.running import monitoring, operations
from tests.integration.agreement import contradictions
from tests.integration.door_ways import received
from tests.integration.killing import contents
from tests.integration.kin_ways import into as answers
from tests.integration.kin_ways import merged
from tests.integration.mail_ways import receive, written
from tests.integration.office import rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COUNTS = {"rev", "journal_seq", "journal_head", "rests"}
BESIDE = {
    *("case_merge", "journal", "journal_value", "receipt", "organisation_journal"),
    "changed_case",
}


def _merge(office, reference, into, who="tom", **said):
    known = {"actor": office.staff[who], "reference": reference}
    merging.merge(office.platform, answers=answers(into, **said), **known)


def _unmerge(office, reference, who="tom"):
    known = {"actor": office.staff[who], "reference": reference}
    merging.unmerge(office.platform, reason="They are two.", **known)


def _kept(office):
    """Return everything that is stored of all cases, opened, but for journal and merges."""
    database = office.platform.database
    with database.read() as tx:
        cases = [tx.cases.get(name) for name in tx.cases.references()]
        told = {
            case.reference: (
                case.model_dump(exclude=COUNTS),
                tx.clocks.of(case.id),
                tx.steps.of(case.id),
                tx.cases.awaited(case.id),
                tx.issues.of(case.id),
            )
            for case in cases
        }
    stored = contents(database)
    del stored["complaint_case"]
    return told, {name: found for name, found in stored.items() if name not in BESIDE}


def _clock(office, reference, code="final_response"):
    return next(each for each in office.view(reference).clocks if each.code == code)


def _pair(office, clock, days=5):
    """Return an earlier complaint, and one received some days later."""
    earlier = office.reach("assess")
    clock.advance(days=days)
    return earlier, office.reach("assess")


@pytest.mark.iso("7.2")
def test_the_complaint_that_stays_keeps_the_earliest_receipt_and_says_why(office, clock):
    earlier, later = _pair(office, clock)
    before, wanted = _clock(office, later), _clock(office, earlier)

    _merge(office, earlier, later)

    now = _clock(office, later)
    assert (now.started_at, now.due_at) == (wanted.started_at, wanted.due_at)
    assert now.due_at < before.due_at
    assert office.view(later).case.complaint.received_at == wanted.started_at
    reason = office.view(later).reasons["final_response"]
    assert reason.is_whole
    assert "merged into this one" in reason.passages[-1].title
    said = [entry.what for entry in office.view(later).timeline]
    assert any("counted from another receipt" in each for each in said)


@ON_SQLITE
def test_an_earlier_complaint_that_stays_keeps_its_own_dates(office, clock):
    earlier, later = _pair(office, clock)
    before = office.view(earlier).clocks

    _merge(office, later, earlier)

    assert office.view(earlier).clocks == before


@ON_SQLITE
def test_a_merged_complaint_rests_and_nobody_works_on_it_or_resumes_it(office, clock):
    earlier, later = _pair(office, clock)
    token = office.token(later, "assess")
    _merge(office, later, earlier)
    known = {"actor": office.staff["hanna"], "reference": later}

    with pytest.raises(CourseError, match="work goes on there"):
        inbox.claim(office.platform, token=token, **known)
    with pytest.raises(CourseError, match="work goes on there"):
        casework.withdraw(office.platform, reason="No.", **known)
    mara = {"actor": office.staff["mara"], "reference": later}
    with pytest.raises(CourseError, match="undo the merge"):
        operations.resume(office.platform, reason="No.", **mara)
    seen, _ = inbox.suspended(office.platform, actor=office.staff["mara"])
    assert seen == ()
    clock.advance(days=90)
    monitoring.sweep(office.platform)
    kinds = {each.state for each in office.view(later).clocks if each.paused_at is not None}
    assert kinds <= {ClockState.RUNNING, ClockState.BREACHED}
    assert not any("missed" in entry.what for entry in office.view(later).timeline)


def test_merging_and_undoing_it_changes_nothing_that_is_stored_of_either(office, clock):
    earlier, later = _pair(office, clock)
    for one, other in ((earlier, later), (later, earlier)):
        before = _kept(office)
        _merge(office, one, other)
        assert _kept(office) != before
        clock.advance(hours=1)

        _unmerge(office, one)

        assert _kept(office) == before
    assert contradictions(office.platform, earlier) == []
    assert contradictions(office.platform, later) == []


@ON_SQLITE
def test_a_chain_of_merges_is_undone_in_any_order(office, clock):
    """C into B, B into A, D into A: every order of undoing them gives back every row."""
    names = []
    for days in (3, 2, 4, 0):
        names.append(office.lodge())
        clock.advance(days=days)
    a, d, b, c = names[3], names[2], names[1], names[0]
    before = _kept(office)

    for order in permutations((c, b, d)):
        for one, into in ((c, b), (b, a), (d, a)):
            _merge(office, one, into)
        assert _clock(office, a).started_at == _clock(office, c).started_at
        left = {c, b, d}
        for each in order:
            _unmerge(office, each)
            left.discard(each)
            still = {a} | ({b} & left) | ({c} & left if b in left else set()) | ({d} & left)
            received = min(before[0][name][0]["complaint"]["received_at"] for name in still)
            assert _clock(office, a).started_at == received
        assert _kept(office) == before


@ON_SQLITE
def test_a_receipt_that_stays_behind_is_noticed(office, clock, monkeypatch):
    """Plant the bug: clocks are not counted anew when the merge is undone."""
    earlier, later = _pair(office, clock)
    before = _kept(office)
    _merge(office, earlier, later)
    monkeypatch.setattr(receipt, "_by_itself", lambda each, _now: each)

    _unmerge(office, earlier)

    assert _kept(office) != before


@ON_SQLITE
def test_what_happened_meanwhile_stays_where_it_happened(office, clock):
    earlier, later = _pair(office, clock)
    _merge(office, earlier, later)
    office.do(later, "acknowledge")
    known = {"actor": office.staff["hanna"], "reference": later}
    casework.add_note(office.platform, text="She called.", **known)

    _unmerge(office, earlier)

    file = office.view(later)
    assert [note.text for note in file.notes] == ["She called."]
    assert _clock(office, later, "acknowledgement").state is ClockState.MET
    assert "acknowledge" in office.steps(earlier)
    assert _clock(office, later).due_at > _clock(office, earlier).due_at


@ON_SQLITE
def test_a_limit_that_was_broken_by_the_earlier_receipt_alone_runs_again(office, clock):
    earlier, later = _pair(office, clock, days=50)
    _merge(office, earlier, later)
    clock.advance(days=8)
    monitoring.sweep(office.platform)
    assert _clock(office, later).state is ClockState.BREACHED

    _unmerge(office, earlier)

    assert _clock(office, later).state is ClockState.RUNNING
    assert _clock(office, later).breached_at is None


def test_when_work_ends_the_merged_complaint_ends_with_it(office, clock):
    earlier, later = _pair(office, clock)
    known = {"actor": office.staff["hanna"], "reference": later}
    casework.escalate(office.platform, reason="Help, please.", **known)
    _merge(office, later, earlier)
    office.reach("closing_check", reference=earlier)
    office.do(earlier, "closing_check")

    file = office.view(later)

    assert (file.case.is_open, file.case.outcome) == (False, Outcome.UPHELD)
    assert (file.steps, file.awaits, file.case.is_suspended) == ((), frozenset(), False)
    assert contradictions(office.platform, later) == []
    with pytest.raises(CourseError, match="ended with"):
        _unmerge(office, later)


@ON_SQLITE
def test_what_cannot_be_merged_is_refused_in_a_sentence(office, clock):
    earlier, later = _pair(office, clock)
    decided = office.reach("closing_check")
    ruled = intake.lodge(
        office.platform,
        actor=office.staff["hanna"],
        complaint=office.heard(),
        wanted=["housing_ombudsman"],
    )
    for one, into, said in (
        (earlier, decided, "is decided"),
        (decided, earlier, "is decided"),
        (ruled, earlier, "is not; link"),
        (earlier, earlier, "is this one"),
    ):
        with pytest.raises(RedressError, match=said):
            _merge(office, one, into)
    with pytest.raises(NotAllowedError):
        _merge(office, earlier, later, who="hanna")
    _merge(office, earlier, later)
    with pytest.raises(CourseError, match="merged into another"):
        _merge(office, earlier, later)
    with pytest.raises(CourseError, match="merge into that one"):
        _merge(office, office.lodge(), earlier)
    with pytest.raises(CourseError, match="is merged into no other"):
        _unmerge(office, later)


@ON_SQLITE
def test_complaints_of_two_people_are_merged_only_with_a_reason_of_its_own(office):
    mine, theirs = office.lodge(), office.lodge(email="joe@example.org")

    with pytest.raises(InvalidInputError, match="no answer of their own"):
        _merge(office, theirs, mine)
    _merge(office, theirs, mine, though="Joe is her husband and wrote for her.")

    told = merging.of_case(office.platform, actor=office.staff["hanna"], reference=theirs)
    assert told.into.reference == mine
    assert told.into.reason.endswith("wrote for her.")
    ((stored,),) = rows(office.platform.database, "SELECT reason FROM case_merge")
    assert "husband" not in stored


def _codes(office, **facts):
    receipts = [received(office.platform, summary=each, **facts) for each in ("Bill", "Meter")]
    _merge(office, receipts[0].reference, receipts[1].reference)
    return receipts


def _words(office, reference):
    return [each.body for each in office.view(reference).communications if each.direction == "in"]


@ON_SQLITE
def test_what_comes_in_for_a_merged_complaint_is_filed_where_work_goes_on(office):
    gone, stays = _codes(office)
    own = {"actor": COMPLAINANT, "reference": gone.reference}
    known = {"actor": COMPLAINANT, "code": gone.code}

    following.hear(office.platform, text="I paid it twice.", **own)
    receive(office.platform, _answer(office, gone.reference))

    assert tracking.reference_of(office.platform, **known) == stays.reference
    assert following.look(office.platform, **own).reference == stays.reference
    assert _words(office, stays.reference) == ["I paid it twice.", "I sent the bill."]
    assert _words(office, gone.reference) == []


def _answer(office, reference, **said):
    to = thread.new_id(office.platform, case_id=office.view(reference).case.id)
    return written("I sent the bill.", In_Reply_To=to, Message_ID="<second@example.org>", **said)


@ON_SQLITE
def test_what_another_person_sends_stays_with_the_complaint_that_is_theirs(office):
    stays, theirs = office.lodge(), received(office.platform, email="joe@example.org")
    _merge(office, theirs.reference, stays, though="They share the meter.")
    own = {"actor": COMPLAINANT, "reference": theirs.reference}

    following.hear(office.platform, text="And what of me?", **own)
    receive(office.platform, _answer(office, theirs.reference, From="joe@example.org"))

    code = {"actor": COMPLAINANT, "code": theirs.code}
    assert tracking.reference_of(office.platform, **code) == theirs.reference
    assert following.look(office.platform, **own).is_resting
    assert _words(office, theirs.reference) == ["And what of me?", "I sent the bill."]
    assert _words(office, stays) == []
    notes = [note.text for note in office.view(stays).notes]
    assert len(notes) == 2
    assert all("came in for a complaint that was merged" in each for each in notes)


@ON_SQLITE
def test_a_word_that_was_promised_is_not_lost_by_a_merge(office):
    reference = office.reach("assess")
    office.do(reference, "assess", complexity="complex")
    office.reach("plan", reference=reference)
    day = office.platform.calendar.day_of(office.platform.now()) + timedelta(days=3)
    office.do(reference, "plan", promised_on=day)

    with pytest.raises(CourseError, match="promised to hear by a day"):
        _merge(office, reference, office.lodge())


@ON_SQLITE
def test_both_show_each_other(office):
    reference = office.lodge()
    other = merged(office, reference)

    told = merging.of_case(office.platform, actor=office.staff["hanna"], reference=reference)

    assert told.into is None
    assert [(each.reference, each.said) for each in told.taken_in] == [
        (other, "Merged into this one")
    ]
    assert timedelta() <= office.platform.now() - told.taken_in[0].linked_at
