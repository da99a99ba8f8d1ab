"""Figures of a period that are kept as they were told (ISO 10002:2018, 8.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from engine.domain.kpi import Period

_DAY = timedelta(days=1)
_WEEK = 7


class SnapshotKind(StrEnum):
    """How long the periods are whose figures are kept."""

    DAILY = "daily"
    WEEKLY = "weekly"
    """Seven days that end on any day."""
    MONTHLY = "monthly"


class SnapshotKey(NamedTuple):
    """What names a snapshot: its kind, and its last day where the organisation is."""

    kind: SnapshotKind
    day: date


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Figures as they were.

    Attributes:
        period: Of which time; None for figures that were kept before this was.
        figures: By name: ``value``, ``n`` and, since it is kept, ``version`` of the definition.
    """

    key: SnapshotKey
    period: Period | None
    figures: Mapping[str, Mapping[str, Any]]
    taken_at: datetime


def snapshot_key(period: Period, zone: str) -> SnapshotKey | None:
    """Return what a snapshot of a period is named; None where such periods are not kept."""
    first, last = period.first_day(zone), period.last_day(zone)
    if Period.of_dates(first, last, zone) != period:
        return None
    if first.day == 1 and last == _end_of_month(first):
        return SnapshotKey(SnapshotKind.MONTHLY, last)
    kinds = {1: SnapshotKind.DAILY, _WEEK: SnapshotKind.WEEKLY}
    kind = kinds.get((last - first).days + 1)
    return SnapshotKey(kind, last) if kind else None


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
