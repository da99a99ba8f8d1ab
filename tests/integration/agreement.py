"""What is stored about a case, and does not agree with itself."""

from collections import Counter
from collections.abc import Iterator

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.deadline import ClockState
from engine.domain.referral import CLOCKS
from engine.process.core import LiveCase
from engine.process.progress import Progress
from engine.services.audit import auditing
from engine.services.clocks.waiting import timetable
from engine.services.handling import casefile
from engine.services.handling.casefile import CaseFile
from engine.services.process.processes import bundle_of
from tests.integration.office import rows
from tests.integration.step_oracle import facts_kept, facts_told

OWED = "SELECT id FROM fact_backlog WHERE after_id < :of AND until_id >= :of"
"""Whether a job is still to make the facts of a case of an earlier release."""
UPWARDS = {"respond_to_warning", "respond_to_escalation", "explain_breach", "contain_danger"}
"""Elements whose steps are escalations."""


def contradictions(platform: Platform, reference: str) -> list[str]:
    """Return what is stored about a case and does not agree."""
    told = casefile.view(platform, actor=SYSTEM, reference=reference)
    found = _of_erased(told) if told.case.erased_at else _of_state(platform, told)
    if auditing.verify_journal(platform, actor=SYSTEM, reference=reference).broken:
        found.append("journal")
    return found


def _of_erased(told: CaseFile) -> list[str]:
    """Return what an erased case still says."""
    said = [*(note.text for note in told.notes), *(letter.body for letter in told.communications)]
    is_left = any(said) or told.case.complaint.email or told.case.state
    return ["personal data"] if is_left else []


def _of_state(platform: Platform, told: CaseFile) -> list[str]:
    """Return what does not agree with the state of the process."""
    with platform.database.read() as tx:
        bundle = bundle_of(platform, tx, told.case.process)
    live = LiveCase.load(bundle, told.case.state, timetable=timetable(platform))
    is_owed = rows(platform.database, OWED, of=told.case.id)
    facts = not is_owed and facts_kept(platform, told.case.id) != facts_told(platform, told.case.id)
    return [
        *_projections(told, live.progress()),
        *_records(platform, told),
        *(["step facts"] if facts else []),
    ]


def contradictions_anywhere(platform: Platform) -> dict[str, list[str]]:
    """Return the contradictions of every case that has any, by reference."""
    with platform.database.read() as tx:
        references = list(tx.cases.references())
    found = {reference: contradictions(platform, reference) for reference in references}
    return {reference: problems for reference, problems in found.items() if problems}


def _projections(told: CaseFile, state: Progress) -> Iterator[str]:
    """Compare what is shown with the state it is made from."""
    shown = {(each.step.token, each.step.element) for each in told.steps}
    if shown != {(step.token, step.element) for step in state.open_steps}:
        yield "inbox"
    if told.awaits != {subscription.message for subscription in state.subscriptions}:
        yield "subscriptions"
    if told.case.next_due != (None if told.case.is_suspended else state.next_due):
        yield "next due"
    if told.case.is_open == state.is_complete:
        yield "closing"
    posted = {o for each in told.postings if each.state == "waiting" for o in each.occasions}
    running = [
        clock
        for clock in told.clocks
        if clock.state is ClockState.RUNNING
        and clock.rule not in CLOCKS
        and clock.stops.isdisjoint(posted)
    ]
    if not told.case.is_open and (shown or told.awaits or running):
        yield "something goes on after the end"
    calls = Counter(e.token for e in told.escalations if e.acknowledged_at is None)
    upward = Counter(each.step.token for each in told.steps if each.step.element in UPWARDS)
    if calls != upward:
        yield "escalations"


def _records(platform: Platform, told: CaseFile) -> Iterator[str]:
    """Compare records with what the journal says was done, and letters with the outbox."""
    if any(a.approver == a.drafter for a in told.approvals):
        yield "four eyes"
    kinds = Counter(_of_journal(platform, told.case.id))
    approved = kinds["decision.approved"] + kinds["decision.returned"]
    stated = sum(kinds[f"{what}.stated"] for what in ("issue", "respondent"))
    stated += kinds["step.completed"]
    if len(told.statements) != stated or len(told.approvals) != approved:
        yield "records"
    letters = [letter for letter in told.communications if letter.direction == "out"]
    if len(letters) != kinds["letter.sent"]:
        yield "letters"
    query = "SELECT count(*) FROM outbox WHERE case_id = :of AND communication_id IS NULL"
    ((mails,),) = rows(platform.database, query, of=told.case.id)
    asked = len(told.invitation.mails) if told.invitation else 0
    if mails != sum(len(each.mails) for each in told.inquiries) + asked:
        yield "mails"
    if misplaced_letters(platform, of=told.case.id):
        yield "outbox"


WHERE_LETTERS = """
SELECT l.case_id, l.id, coalesce(p.state, ''), CASE WHEN o.id IS NULL THEN ''
  WHEN o.bounced_at IS NOT NULL THEN 'failed'
  WHEN o.next_try_at IS NOT NULL OR o.held_at IS NOT NULL THEN 'waiting'
  WHEN o.sent_at IS NOT NULL THEN 'sent' ELSE 'failed' END
FROM communication AS l JOIN complaint_case AS c ON c.id = l.case_id
LEFT JOIN posting AS p ON p.communication_id = l.id
LEFT JOIN outbox AS o ON o.communication_id = l.id
WHERE l.direction = 'out' AND c.erased_at IS NULL ORDER BY l.id
"""
"""Each letter with what a hand does with it, and what the mail server did."""

PLACES = {
    ("", "waiting"): "waiting",
    ("", "sent"): "sent",
    ("sent_again", "waiting"): "waiting",
    ("sent_again", "sent"): "sent",
    ("failed", "failed"): "failed",
    **{
        (state, mail): state for state in ("waiting", "posted", "closed") for mail in ("", "failed")
    },
}
"""The one place in which a letter is; anything else was lost, or would be sent twice."""


def misplaced_letters(platform: Platform, *, of: int | None = None) -> list[int]:
    """Return the letters that are in no place, or in more than one.

    Args:
        platform: Where to look.
        of: Number of a case; None for all that are not erased.
    """
    found = [row for row in rows(platform.database, WHERE_LETTERS) if of in {None, row[0]}]
    seen = Counter(number for _case, number, *_where in found)
    return sorted(
        {number for _case, number, *where in found if tuple(where) not in PLACES}
        | {number for number, times in seen.items() if times > 1}
    )


def _of_journal(platform: Platform, case_id: int) -> list[str]:
    found = rows(platform.database, "SELECT type FROM journal WHERE case_id = :of", of=case_id)
    return [kind for (kind,) in found]
