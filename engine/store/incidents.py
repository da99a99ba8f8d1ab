"""Which cases jobs leave alone for the present."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, or_
from sqlmodel import col

from engine.store.tables import IncidentRow


def is_left_alone(
    case_id: SQLColumnExpression[Any], now: datetime, tries: int
) -> ColumnElement[bool]:
    """Return the condition that a case failed ``tries`` times, or failed at this very moment."""
    return exists().where(
        col(IncidentRow.case_id) == case_id,
        col(IncidentRow.resolved_at).is_(None),
        or_(col(IncidentRow.attempts) >= tries, col(IncidentRow.last_at) >= now),
    )
