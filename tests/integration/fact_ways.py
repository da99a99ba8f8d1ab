"""How the facts of an earlier release are made; see ``commands``."""

from collections.abc import Callable, Mapping
from typing import Any

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


PIECEWISE: Mapping[str, Any] = {"step_facts.catch_up": _catch_up}
"""Bring an office to where facts are missing, and return what makes them."""
