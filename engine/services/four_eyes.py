"""Four eyes: what one person drafted, another one decides (ISO 10002:2018, 5.4)."""

from engine.domain.actor import Actor
from engine.domain.case import Statement
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


def require_second_person(draft: Statement | None, person: Actor) -> None:
    """Refuse whoever wrote the draft, whatever roles they hold.

    Raises:
        SeparationOfDutiesError: The person drafted it.
    """
    if draft is not None and draft.by == person.username:
        raise SeparationOfDutiesError(person.name, "decide this", "drafted it")
