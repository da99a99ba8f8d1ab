"""Which way a case went through its diagram, as the journal tells it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.effect import routed
from engine.process.progress import Progress
from engine.services.process import assessments
from engine.store.transaction import Transaction

Happened = list[tuple[str, dict[str, Any]]]
"""Kind and detail of each event."""


def followed(
    tx: Transaction, case: Case, progress: Progress, by: Actor, at: datetime
) -> tuple[Case, Happened]:
    """Return a case after the way it went, and what is told of that; assessments are kept.

    Args:
        tx: Where the case is.
        case: Before the way.
        progress: The way.
        by: Who let the case go on.
        at: When.
    """
    happened = list(told(progress))
    for taken in progress.decisions:
        case = routed(case, taken.settled)
        happened += assessments.keep(tx, case, taken, by, at)
    return case, happened


def told(progress: Progress) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield kind and detail of each event of the way."""
    if progress.passages:
        yield "case.moved", {"passed": [passage.element for passage in progress.passages]}
    for taken in progress.decisions:
        yield (
            "decision.taken",
            {
                "table": taken.table,
                "inputs": dict(taken.inputs),
                "rules": list(taken.rules),
                "outputs": dict(taken.outputs),
            },
        )
