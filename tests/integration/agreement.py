"""What is stored about a case, and does not agree with itself."""

from collections import Counter
from collections.abc import Iterator

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.deadline import ClockState
from engine.domain.disposal import ERASED
from engine.domain.referral import CLOCKS
from engine.process.core import LiveCase
from engine.process.progress import Progress
from engine.services import auditing, casefile
from engine.services.casefile import CaseFile
from engine.services.processes import bundle_of
from engine.services.waiting import timetable
from tests.integration.office import rows

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
    return [*_projections(told, live.progress()), *_records(platform, told)]


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
    running = [c for c in told.clocks if c.state is ClockState.RUNNING and c.rule not in CLOCKS]
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
    query = "SELECT count(*), count(communication_id) FROM outbox WHERE case_id = :of"
    ((mails, queued),) = rows(platform.database, query, of=told.case.id)
    asked = len(told.invitation.mails) if told.invitation else 0
    if mails - queued != sum(len(each.mails) for each in told.inquiries) + asked:
        yield "mails"
    # Nobody reads an address whose key is not there, as after a restore without keys.
    is_read = told.case.complaint.complainant_name != ERASED
    if is_read and queued != (len(letters) if told.case.complaint.email else 0):
        yield "outbox"


def _of_journal(platform: Platform, case_id: int) -> list[str]:
    found = rows(platform.database, "SELECT type FROM journal WHERE case_id = :of", of=case_id)
    return [kind for (kind,) in found]
