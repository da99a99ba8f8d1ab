"""How the facts of an earlier release are made; see ``commands``."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.actor import SYSTEM
from engine.services.figures import facts
from engine.services.running import step_facts
from tests.integration.office import execute

_BEHIND = (
    "INSERT INTO fact_backlog (id, after_id, until_id) SELECT 1, 0, max(id) FROM complaint_case"
)


def behind(database: Any) -> None:
    """Leave the database as an upgrade does: with cases, and without the facts of their steps."""
    execute(database, "DELETE FROM step_fact")
    execute(database, "DELETE FROM tally")
    execute(database, "DELETE FROM tally_change")
    execute(database, _BEHIND)


def _catch_up(desk: Any) -> Callable[[Any], object]:
    desk.office.reach("assess")
    behind(desk.office.platform.database)
    return step_facts.catch_up


def _changed(desk: Any, act: Callable[[Any], object]) -> Callable[[Any], object]:
    desk.office.reach("assess")
    desk.office.lodge()
    return act


PIECEWISE: Mapping[str, Any] = {
    "facts.keep_up": lambda desk: _changed(desk, facts.keep_up),
    "facts.refresh": lambda desk: _changed(desk, facts.refresh),
    "facts.remake": lambda desk: _changed(desk, lambda p: facts.remake(p, actor=SYSTEM)),
    "step_facts.catch_up": _catch_up,
}
"""Bring an office to where facts are missing, and return what makes them."""
