"""What follows from an assessment inside a change: it is kept with what the table suggested.

Source: ISO 10002:2018, 7.5.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.domain.actor import Actor
from engine.domain.assessment import Assessment, Suggestion
from engine.domain.case import Case
from engine.domain.form import AssessForm
from engine.errors import InvalidInputError
from engine.process.bundle import ProcessBundle
from engine.process.core import evaluate
from engine.process.progress import TakenDecision, Variables
from engine.store.transaction import Transaction

TABLE = "triage"
"""The decision that a process asks after an assessment."""


def suggestion(bundle: ProcessBundle, form: AssessForm) -> Suggestion | None:
    """Return what the table of a process suggests; None where the process has no such table.

    Raises:
        ProcessFailedError: The table gives no single answer.
    """
    table = bundle.tables.get(TABLE)
    if table is None:
        return None
    taken = evaluate(bundle, TABLE, form.routing())
    words = {rule.id: rule.words for rule in table.rules}
    said = tuple(words[rule] for rule in taken.rules if words.get(rule))
    return Suggestion(_route(taken.outputs), _priority(taken.outputs), taken.rules, said)


def require_reason(bundle: ProcessBundle, form: AssessForm) -> None:
    """Refuse to choose otherwise than the table suggests without saying why.

    Raises:
        InvalidInputError: The reason is missing, or there is nothing to choose.
    """
    wanted = (form.chosen_route, form.chosen_priority)
    if wanted == (None, None):
        return
    found = suggestion(bundle, form)
    if found is None:
        raise InvalidInputError({"Route": "is not chosen in this process; leave it open."})
    differs = any(
        chosen not in {None, suggested}
        for chosen, suggested in zip(wanted, (found.route, found.priority), strict=True)
    )
    if differs and not form.override_reason:
        said = f"the table suggests the route {found.route}, priority {found.priority}"
        raise InvalidInputError({"Why not as suggested": f"is needed: {said}."})


def keep(
    tx: Transaction, case: Case, taken: TakenDecision, by: Actor, at: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Keep an assessment that was made by a step, with what the table answered.

    Args:
        tx: Where the case is.
        case: As it was just assessed.
        taken: The decision; any other than that of the triage is passed over.
        by: Who assessed it.
        at: When.

    Yields:
        Kind and detail of the event, where something else was chosen.
    """
    if taken.table != TABLE:
        return
    stated = tx.records.last_statement(case.id, "assess")
    known = tx.assessments.of(case.id)
    new = Assessment(
        number=len(known) + 1,
        severity=case.severity,
        safety=case.safety,
        complexity=case.complexity,
        amount=case.complaint.amount,
        vulnerable=case.complaint.vulnerable,
        process=case.process,
        rules=" ".join(taken.rules),
        suggested_route=_route(taken.outputs),
        suggested_priority=_priority(taken.outputs),
        route=_route(taken.settled),
        priority=_priority(taken.settled),
        reason=str(stated.content.get("override_reason") or "") if stated else "",
        by=by.username,
        at=at,
    )
    tx.assessments.add(case.id, new)
    if new.is_overridden:
        yield "assessment.overridden", told(new)


def told(assessment: Assessment) -> dict[str, Any]:
    """Return what the journal tells of an assessment."""
    return {
        "assessment": assessment.number,
        "severity": int(assessment.severity),
        "route": assessment.route,
        "priority": assessment.priority,
        "suggested": f"{assessment.suggested_route}, priority {assessment.suggested_priority}",
        "reason": assessment.reason,
    }


def _route(outputs: Variables) -> str:
    return str(outputs.get("route") or "")


def _priority(outputs: Variables) -> int | None:
    found = outputs.get("priority")
    return int(found) if isinstance(found, (int, float)) else None
