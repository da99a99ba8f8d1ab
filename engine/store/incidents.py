"""Which cases jobs leave alone for the present."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam, exists, or_

from engine.store.prepared import table_of
from engine.store.tables import IncidentRow

_INCIDENT = table_of(IncidentRow).c


def is_left_alone(case_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition that a case failed ``tries`` times, or failed at this very moment.

    A statement with this condition is run with the parameters ``tries`` and ``now``.
    """
    return exists().where(
        _INCIDENT.case_id == case_id,
        _INCIDENT.resolved_at.is_(None),
        or_(_INCIDENT.attempts >= bindparam("tries"), _INCIDENT.last_at >= bindparam("now")),
    )
