"""An event by itself: of a case whose process is not touched, or of the organisation."""

from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.journal import ORGANISATION, chain, chain_all
from engine.errors import CaseErasedError
from engine.store.transaction import Transaction


def jot(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    actor: Actor,
    kind: str,
    **detail: Any,  # noqa: ANN401 - facts of any event
) -> Case:
    """Add an event to the journal of a case that this transaction has taken; return the case.

    Raises:
        CaseErasedError: Its personal data are gone; nothing is added to it.
    """
    if case.erased_at is not None:
        raise CaseErasedError(case.reference)
    events = chain_all(
        [(kind, detail)],
        case_id=case.id,
        last=(case.journal_seq, case.journal_head),
        at=platform.now(),
        actor=actor.username,
    )
    tx.journal.append(events)
    noted = case.model_copy(update={"journal_seq": events[-1].seq, "journal_head": events[-1].hash})
    tx.cases.replace(noted, before=case)
    return noted.model_copy(update={"rev": noted.rev + 1})


def jot_look(
    platform: Platform,
    tx: Transaction,
    *,
    case: Case,
    actor: Actor,
    kind: str,
    **detail: Any,  # noqa: ANN401 - facts of any event
) -> None:
    """Add an event to a case that this transaction has taken, and that it does not change.

    The revision of the case stays, so that nobody's work on it is refused for it.
    """
    (event,) = chain_all(
        [(kind, detail)],
        case_id=case.id,
        last=(case.journal_seq, case.journal_head),
        at=platform.now(),
        actor=actor.username,
    )
    tx.journal.append([event])
    tx.cases.go_on(case.id, seq=event.seq, head=event.hash)


def jot_organisation(
    platform: Platform,
    tx: Transaction,
    *,
    actor: Actor,
    kind: str,
    **detail: Any,  # noqa: ANN401 - facts of any event
) -> None:
    """Add an event that belongs to no case: who may do what, keys, processes, exports of many.

    It belongs into the transaction that does what it tells, as late as can be: until the end of
    that transaction nobody else can add one. The detail carries no personal value and no secret,
    only names of accounts, numbers, words of a fixed list and hashes.

    Args:
        platform: Where the organisation is.
        tx: The transaction that does it.
        actor: Who does it.
        kind: What happened, such as ``role.granted``.
        detail: What JSON can hold.
    """
    seq, head = tx.organisation.take_end()
    event = chain(
        case_id=ORGANISATION,
        seq=seq + 1,
        at=platform.now(),
        actor=actor.username,
        kind=kind,
        detail=detail,
        prev_hash=head,
    )
    tx.organisation.append(event)
