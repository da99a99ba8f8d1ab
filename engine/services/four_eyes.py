"""Four eyes: what one person drafted, another one decides (ISO 10002:2018, 5.4)."""

from datetime import datetime

from engine.domain.actor import Actor
from engine.domain.case import Approval, Statement
from engine.domain.form import ApprovalForm
from engine.domain.journal import content_hash
from engine.errors import ConflictError, SeparationOfDutiesError
from engine.store.transaction import Transaction

DRAFTED = ("decision", "decline")
"""Forms whose content a second person approves."""


def drafted(tx: Transaction, case_id: int) -> Statement | None:
    """Return what was drafted last in a case and is for a second person to decide."""
    return tx.records.last_statement(case_id, *DRAFTED)


def require_unaltered(draft: Statement) -> None:
    """Refuse a draft whose content is no longer what its author stated.

    Raises:
        ConflictError: Its content and the hash that was kept with it differ.
    """
    if content_hash(dict(draft.content)) != draft.content_hash:
        raise ConflictError("The draft is not the one that was written; verify the journal.")


def keys_of(draft: Statement) -> frozenset[str]:
    """Return who drafted: the person who wrote it, and the absent one for whom they stood in."""
    return frozenset(name for name in (draft.by, draft.on_behalf_of) if name)


def approval(
    draft: Statement,
    form: ApprovalForm,
    *,
    by: str,
    on_behalf_of: str | None,
    at: datetime,
    letter_hash: str,
) -> Approval:
    """Return the record of what somebody decided about a draft.

    Args:
        draft: What was decided about.
        form: What was decided.
        by: User name of whoever did.
        on_behalf_of: User name of the absent person for whom they did; None for nobody.
        at: When.
        letter_hash: Of the letter that the draft becomes.
    """
    return Approval(
        letter_hash=letter_hash,
        statement_id=draft.id,
        drafter=draft.by,
        approver=by,
        result=form.approval,
        comment=form.comment,
        at=at,
        content_hash=draft.content_hash,
        drafter_for=draft.on_behalf_of,
        approver_for=on_behalf_of,
    )


def require_second_person(
    draft: Statement | None, person: Actor, *, on_behalf_of: Actor | None = None
) -> None:
    """Refuse whoever has a part in the draft, whatever roles they hold.

    Args:
        draft: What is to be decided.
        person: Who decides.
        on_behalf_of: The absent person for whom they do; None for themselves.

    Raises:
        SeparationOfDutiesError: One of them drafted it, or it was drafted for one of them.
    """
    if draft is None:
        return
    keys = keys_of(draft)
    if person.username in keys:
        part = "drafted it" if draft.by == person.username else "had it drafted"
        raise SeparationOfDutiesError(person.name, "decide this", part)
    if on_behalf_of is not None and on_behalf_of.username in keys:
        deed = f"decide this for {on_behalf_of.name}"
        raise SeparationOfDutiesError(person.name, deed, "would use both keys of one person")
