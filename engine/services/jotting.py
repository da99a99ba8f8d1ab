"""An event of a case whose process is not touched, or cannot be read."""

from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.journal import chain_all
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
    """Add an event to the journal of a case that this transaction has taken; return the case."""
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
