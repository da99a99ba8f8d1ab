"""Letters to the complainant: drafted from templates, queued in the outbox."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.case import Approval, Case, Communication, GrantedExtension, Statement
from engine.domain.deadline import Clock
from engine.domain.language import Language, in_language
from engine.domain.letter import DRAFTED, SENT, LetterKind, Written, letter_hash
from engine.domain.regime import Profile
from engine.errors import ConflictError, ProcessFailedError
from engine.services.letters import letter_facts, thread
from engine.store.transaction import Transaction

_FIELD = {"acknowledge": "text", "decision": "letter", "withdrawal": "text"}
"""Form to its field that holds a whole letter, which begins with what the template gives."""

_BEGINS = {
    "acknowledge": LetterKind.ACKNOWLEDGEMENT,
    "decision": LetterKind.DECISION,
    "withdrawal": LetterKind.WITHDRAWAL,
}
"""Form to the kind of the letter that it holds."""

MEANS: Mapping[str, frozenset[str]] = {
    "send_acknowledgement": frozenset({"acknowledged"}),
    "send_refusal": frozenset({"refused", "decided", "acknowledged"}),
    "send_resolution": frozenset({"decided", "acknowledged"}),
    "send_decision": frozenset({"decided", "acknowledged", "stage_two_decided"}),
}
"""Operation of the diagram to what happens, for time limits, when its letter leaves."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft that waits for approval, and the letter it becomes."""

    statement: Statement
    letter: Communication


def suggestion(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    clocks: Sequence[Clock],
    statements: Sequence[Statement],
    form: str,
) -> dict[str, str]:
    """Return the fields of a form that begin with a letter, filled in as far as is known."""
    if form not in _FIELD:
        return {}
    kind = at_stage(_BEGINS[form], case)
    written = write(platform, tx, kind, case=case, clocks=clocks, statements=statements)
    return {_FIELD[form]: written.body}


def write(
    platform: Platform,
    tx: Transaction,
    kind: LetterKind,
    *,
    case: Case,
    clocks: Sequence[Clock] = (),
    statements: Sequence[Statement] = (),
    facts: Mapping[str, str] | None = None,
    is_subject_only: bool = False,
) -> Written:
    """Return a letter as its template gives it, in the language of the complainant.

    Args:
        platform: Whose templates.
        tx: Reads what the letter is told.
        kind: Of the letter.
        case: About which.
        clocks: Of the case; tell until when there is an answer.
        statements: Of the case; tell what was found.
        facts: What this kind of letter is told besides.
        is_subject_only: Somebody has written the letter itself already.
    """
    language = letter_facts.language_of(platform, case=case)
    told: letter_facts.Told = letter_facts.common(platform, tx, case, language)
    if kind in {LetterKind.DECISION, LetterKind.STAGE_TWO_DECISION}:
        told |= {"issues": [], "several": "", "rights": []}
    if kind in {LetterKind.DECISION, LetterKind.STAGE_TWO_DECISION} and not is_subject_only:
        told |= letter_facts.decided(platform, tx, case, language, statements)
    if kind in {LetterKind.ACKNOWLEDGEMENT, LetterKind.STAGE_TWO_ACKNOWLEDGEMENT}:
        told |= letter_facts.answer_by(platform, language=language, clocks=clocks)
    if kind is LetterKind.CLOSING:
        told["outcome"] = language.result(case.outcome.value) if case.outcome else ""
    return platform.letters.write(kind, language, told | dict(facts or {}))


def compose(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    operation: str,
    statements: Sequence[Statement],
    approvals: Sequence[Approval] | None,
    now: datetime,
) -> Communication:
    """Return the letter that an operation of the diagram sends.

    Args:
        platform: Whose letter it is.
        tx: Reads what the letter is told.
        case: About which.
        operation: Of the diagram.
        statements: Of the case.
        approvals: Of the case; None to see a letter before it is approved.
        now: When it is written.

    Raises:
        ProcessFailedError: The diagram sends what nobody has written.
        ConflictError: What would be sent is not what was approved.
    """
    kind, form = SENT[operation]
    kind = at_stage(kind, case)
    drafts = [statement for statement in statements if statement.form == form]
    if not drafts:
        raise ProcessFailedError(operation, f"nobody has completed the form “{form}” before it")
    draft = drafts[-1]
    written = write(
        platform,
        tx,
        kind,
        case=case,
        statements=statements,
        facts=_facts(form, draft),
        is_subject_only=form in _FIELD,
    )
    body = str(draft.content[_FIELD[form]]) if form in _FIELD else written.body
    sent = letter_of(case, written, body=body, by=draft.by, at=now)
    if form in DRAFTED and approvals is not None:
        _check_approved(draft, sent, approvals)
    return sent


def approved(
    platform: Platform, tx: Transaction, *, case: Case, operation: str, now: datetime
) -> Communication:
    """Return the letter that an operation of the diagram sends, as it was approved.

    Raises:
        ProcessFailedError: The diagram sends what nobody has written.
        ConflictError: What would be sent is not what was approved.
    """
    statements, approvals = tx.records.of(Statement, case.id), tx.records.of(Approval, case.id)
    return compose(
        platform,
        tx,
        case=case,
        operation=operation,
        statements=statements,
        approvals=approvals,
        now=now,
    )


def preview(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    statements: Sequence[Statement],
    now: datetime,
) -> Preview | None:
    """Return what waits to be approved, and its letter word for word as it would be sent.

    Returns:
        None when nothing was drafted yet.
    """
    drafted = [statement for statement in statements if statement.form in DRAFTED]
    if not drafted:
        return None
    letter = compose(
        platform,
        tx,
        case=case,
        operation=DRAFTED[drafted[-1].form],
        statements=statements,
        approvals=None,
        now=now,
    )
    return Preview(drafted[-1], letter)


def hash_of_draft(
    platform: Platform, tx: Transaction, case: Case, draft: Statement, now: datetime
) -> str:
    """Return what names the letter that a draft becomes."""
    seen = preview(platform, tx, case=case, statements=[draft], now=now)
    return seen.letter.content_hash if seen else ""


def extension_notice(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    granted: GrantedExtension,
    profile: Profile | None,
) -> Communication:
    """Return the letter that tells of more time, its reason and where to turn.

    Args:
        platform: Whose letter it is.
        tx: Reads what the letter is told.
        case: About which.
        granted: What was allowed.
        profile: Regime of the time limit; None for one that was not kept.
    """
    language = letter_facts.language_of(platform, case=case)
    zone = platform.policy.calendar.zone
    facts = {
        "before": language.day(granted.before, zone),
        "new_date": language.day(granted.due_at, zone),
        "reason": granted.reason,
    }
    if profile is not None and profile.external_body:
        facts["external_body"] = _body_of(profile, language)
    written = write(platform, tx, LetterKind.EXTENSION, case=case, facts=facts)
    return letter_of(case, written, body=written.body, by=granted.approver, at=granted.at)


def letter_of(case: Case, written: Written, *, body: str, by: str, at: datetime) -> Communication:
    """Return a letter as it leaves.

    Args:
        case: About which.
        written: What the template gave.
        body: What is sent: that, or what somebody made of it.
        by: User name of who wrote it.
        at: When it leaves.
    """
    kind, subject = written.kind.value, written.subject
    named = {"kind": kind, "language": written.language, "template": written.template}
    return Communication(
        direction="out",
        kind=kind,
        channel="email" if case.complaint.email else "letter",
        subject=subject,
        body=body,
        by=by,
        at=at,
        content_hash=letter_hash(subject=subject, body=body, **named),
        language=written.language,
        template=written.template,
    )


def at_stage(kind: LetterKind, case: Case) -> LetterKind:
    """Return the kind of letter for the stage at which a case is."""
    if kind is LetterKind.DECISION and case.reopened:
        return LetterKind.STAGE_TWO_DECISION
    return kind


def message_id(platform: Platform) -> str:
    """Return a new Message-ID; it stays with the mail however often it is tried."""
    domain = platform.policy.organisation.mail_from.rpartition("@")[2]
    return f"<{uuid.uuid4()}@{domain}>"


def _check_approved(draft: Statement, sent: Communication, approvals: Sequence[Approval]) -> None:
    """Refuse to send anything but what a second person saw, where one had to see it.

    Raises:
        ConflictError: It is something else.
    """
    seen = [approval for approval in approvals if approval.statement_id == draft.id]
    if not seen:
        return
    last = seen[-1]
    # Who approved before letters had a hash approved the draft alone.
    is_same = last.letter_hash in {"", sent.content_hash}
    if last.result != "approved" or last.content_hash != draft.content_hash or not is_same:
        raise ConflictError("The letter is not the one that was approved.")


def _facts(form: str, draft: Statement) -> dict[str, str]:
    """Return what a letter that a template writes is told from the form."""
    if form == "decline":
        return {name: str(draft.content[name]) for name in ("reason", "referred_to")}
    if form == "frontline":
        return {"explanation": str(draft.content["explanation"])}
    return {}


def _body_of(profile: Profile, language: Language) -> str:
    return in_language(profile.rights.body, language.code, otherwise=profile.external_body)


def meant_by(operations: Iterable[str]) -> frozenset[str]:
    """Return what happens, for time limits, when the letters of operations leave."""
    return frozenset[str]().union(*(MEANS.get(each, ()) for each in operations))


def see_to_by(platform: Platform, *, at: datetime) -> datetime:
    """Return until when somebody sees to a letter that does not leave by itself."""
    days = Allowance(amount=platform.policy.post.within_days, unit=AllowanceUnit.WORKING_DAYS)
    return platform.calendar.due(at, days)


def post(
    platform: Platform,
    tx: Transaction,
    case: Case,
    sent: Communication,
    *,
    at: datetime,
    means: Collection[str] = (),
) -> bool:
    """Keep a letter; queue it as mail where there is an address, else let it wait to be posted.

    Args:
        platform: Whose letter it is.
        tx: Has taken the case.
        case: About which.
        sent: The letter.
        at: When it is written.
        means: What happens, for time limits, when it is posted.

    Returns:
        Whether it leaves as mail.
    """
    tx.records.add(case.id, sent)
    if not case.complaint.email:
        late_at = see_to_by(platform, at=at)
        tx.postings.add_last(case.id, at=at, late_at=late_at, occasions=sorted(means))
        return False
    tx.outbox.add(
        message_id=thread.new_id(platform, case_id=case.id),
        case_id=case.id,
        recipient=case.complaint.email,
        subject=sent.subject,
        body=sent.body,
        at=at,
    )
    return True


def fail(
    platform: Platform, tx: Transaction, *, case_id: int, number: int, why: str, at: datetime
) -> None:
    """Let somebody find another way for a letter that did not arrive as mail."""
    by = see_to_by(platform, at=at)
    tx.postings.fail(case_id, number, why=why[:300], at=at, late_at=by)
