"""Letters to the complainant: drafted from texts the organisation owns, queued in the outbox."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from string import Template
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain.case import Approval, Case, Communication, GrantedExtension, Statement
from engine.domain.deadline import Clock
from engine.domain.journal import content_hash
from engine.errors import ConflictError, ProcessFailedError

_SUGGESTED = {
    "acknowledge": ("text", "acknowledge"),
    "decision": ("letter", "decision"),
    "withdrawal": ("text", "withdrawal"),
}
"""Form to the field that holds the letter, and the text to begin with."""

_SENT = {
    "send_acknowledgement": ("acknowledgement", "acknowledge", "Your complaint $reference"),
    "send_refusal": ("refusal", "decline", "Your letter $reference"),
    "send_resolution": ("resolution", "frontline", "Your complaint $reference is resolved"),
    "send_decision": ("decision", "decision", "Our decision on your complaint $reference"),
    "send_withdrawal_confirmation": (
        "withdrawal",
        "withdrawal",
        "Your complaint $reference is withdrawn",
    ),
}
"""Operation of the diagram to the kind of letter, the form it is made of, and its subject."""


DRAFTED = {"decision": "send_decision", "decline": "send_refusal"}
"""Form that a second person approves, to the operation that sends its letter."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft that waits for approval, and the letter it becomes."""

    statement: Statement
    letter: Communication


def suggestion(
    platform: Platform, *, case: Case, clocks: tuple[Clock, ...], form: str
) -> dict[str, str]:
    """Return the fields of a form that begin with a letter, filled in as far as is known."""
    if form not in _SUGGESTED:
        return {}
    field, text = _SUGGESTED[form]
    return {field: _filled(text, _facts(platform, case, clocks))}


def compose(
    platform: Platform,
    *,
    case: Case,
    operation: str,
    statements: Sequence[Statement],
    approvals: Sequence[Approval],
    now: datetime,
) -> Communication:
    """Return the letter that an operation of the diagram sends.

    Raises:
        ProcessFailedError: The diagram sends what nobody has written.
        ConflictError: What would be sent is not what was approved.
    """
    kind, form, subject = _SENT[operation]
    written = [statement for statement in statements if statement.form == form]
    if not written:
        raise ProcessFailedError(operation, f"nobody has completed the form “{form}” before it")
    statement = written[-1]
    if form in DRAFTED:
        _check_approved(statement, approvals)
    return Communication(
        direction="out",
        kind=kind,
        channel="email" if case.complaint.email else "letter",
        subject=Template(subject).substitute(reference=case.reference),
        body=_body(platform, case, form, dict(statement.content)),
        by=statement.by,
        at=now,
        content_hash=statement.content_hash,
    )


def preview(
    platform: Platform, *, case: Case, statements: Sequence[Statement], now: datetime
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
        case=case,
        operation=DRAFTED[drafted[-1].form],
        statements=statements,
        approvals=(),
        now=now,
    )
    return Preview(drafted[-1], letter)


def extension_notice(
    platform: Platform,
    *,
    case: Case,
    granted: GrantedExtension,
    external_body: str,
) -> Communication:
    """Return the letter that tells of more time, its reason and where to turn.

    Args:
        platform: Whose letter it is.
        case: About which.
        granted: What was allowed.
        external_body: Of the regime; empty for the one that the organisation names.
    """
    zone = ZoneInfo(platform.policy.calendar.zone)
    facts = _facts(platform, case, ()) | {
        "before": _day(granted.before, zone),
        "new_date": _day(granted.due_at, zone),
        "reason": granted.reason,
    }
    if external_body:
        facts["external_body"] = external_body
    body = _filled("extension", facts)
    return Communication(
        direction="out",
        kind="extension",
        channel="email" if case.complaint.email else "letter",
        subject=f"More time for your complaint {case.reference}",
        body=body,
        by=granted.approver,
        at=granted.at,
        content_hash=content_hash({"text": body}),
    )


def message_id(platform: Platform) -> str:
    """Return a new Message-ID; it stays with the mail however often it is tried."""
    domain = platform.policy.organisation.mail_from.rpartition("@")[2]
    return f"<{uuid.uuid4()}@{domain}>"


def _check_approved(statement: Statement, approvals: Sequence[Approval]) -> None:
    """Refuse to send anything but what a second person saw, where one had to see it.

    Raises:
        ConflictError: It is something else.
    """
    seen = [approval for approval in approvals if approval.statement_id == statement.id]
    if seen and (seen[-1].result != "approved" or seen[-1].content_hash != statement.content_hash):
        raise ConflictError("The letter is not the one that was approved.")


def _body(platform: Platform, case: Case, form: str, content: dict[str, str]) -> str:
    if form in _SUGGESTED:
        return str(content[_SUGGESTED[form][0]])
    facts = _facts(platform, case, ())
    if form == "decline":
        where = content["referred_to"]
        facts |= {
            "reason": content["reason"],
            "referred_to": f"The right place for it is {where}." if where else "",
        }
        return _filled("refusal", facts)
    return _filled("resolution", facts | {"explanation": content["explanation"]})


def _facts(platform: Platform, case: Case, clocks: tuple[Clock, ...]) -> dict[str, str]:
    zone = ZoneInfo(platform.policy.calendar.zone)
    final = max((clock.due_at for clock in clocks), default=None)
    return {
        "complainant": case.complaint.complainant_name,
        "summary": case.complaint.summary,
        "reference": case.reference,
        "received": _day(case.complaint.received_at, zone),
        "final_response": _day(final, zone) if final else "the date in our policy",
        "organisation": platform.policy.organisation.name,
        "external_body": platform.policy.organisation.external_body,
    }


def _day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def _filled(name: str, facts: dict[str, str]) -> str:
    """Fill a text; facts are put in as they are and never read as a template themselves."""
    text = (files("config") / "letters" / f"{name}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(facts)
