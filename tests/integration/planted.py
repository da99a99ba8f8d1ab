"""Rows of complaints as years of work leave them, made without a single step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from engine.store.prepared import table_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.clock_tables import ClockRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CASE, _CLOCK = table_of(CaseRow), table_of(ClockRow)
_COPIED = ("received_at", "category", "safety", "decided_at", "closed_at", "outcome")
_numbers = count(1_000_000)
_LATE = datetime(2200, 1, 1, tzinfo=UTC)
"""When what is copied was received itself: in no week that is over."""


@dataclass(frozen=True)
class Planted:
    """What is counted of one complaint.

    Attributes:
        clocks: By code: when it fell due, when it was met, and its state.
    """

    received_at: datetime
    category: str = "Price"
    safety: str = "none"
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    clocks: Mapping[str, tuple[datetime, datetime | None, str]] | None = None

    @property
    def seconds(self) -> int | None:
        """Return the seconds from receipt to closing."""
        if self.closed_at is None:
            return None
        return int((self.closed_at - self.received_at).total_seconds())


def plant(office, complaints: Iterable[Planted]) -> None:
    """Put complaints into the database, each a copy of one that is lodged and goes again."""
    reference = office.lodge()
    with office.platform.database.engine.begin() as connection:
        of_case = select(_CASE).where(_CASE.c.reference == reference)
        case = dict(connection.execute(of_case).mappings().one())
        of_clock = select(_CLOCK).where(_CLOCK.c.case_id == case["id"])
        clock = dict(connection.execute(of_clock).mappings().first())
        connection.execute(_CLOCK.delete().where(_CLOCK.c.case_id == case["id"]))
        connection.execute(_CASE.update().where(_CASE.c.id == case["id"]).values(received_at=_LATE))
        cases, clocks = [], []
        for each in complaints:
            number = next(_numbers)
            own = {"id": number, "reference": f"P-{number}", "seconds_to_close": each.seconds}
            own |= {name: getattr(each, name) for name in _COPIED}
            cases.append(case | own)
            for code, (due_at, met_at, state) in (each.clocks or {}).items():
                told = {"code": code, "due_at": due_at, "met_at": met_at, "state": state}
                clocks.append(clock | told | {"id": number * 9 + len(code), "case_id": number})
        connection.execute(insert(_CASE), cases)
        if clocks:
            connection.execute(insert(_CLOCK), clocks)


def weekly(first: datetime, numbers: Iterable[int], **more: str) -> list[Planted]:
    """Return so many complaints for each week from ``first`` on, some minutes apart."""
    return [
        Planted(first + timedelta(weeks=week, minutes=minute), **more)
        for week, number in enumerate(numbers)
        for minute in range(number)
    ]
