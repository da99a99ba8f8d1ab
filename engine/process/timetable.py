"""When something of the diagram falls due: the arithmetic is handed in, the core only asks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine.domain.allowance import Allowance, parse_allowance

Timetable = Callable[[Allowance, datetime], datetime]
"""Working-time arithmetic: the instant at which an allowance ends that begins at an instant."""

ENDLESS: Final = -1
"""How often a cycle without an end still comes."""
_CYCLE = re.compile(r"R(-1|\d{0,5})/([^/]+)")


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a timer of a diagram comes: at a date, or after an allowance, once or more often."""

    after: Allowance | None
    date: datetime | None = None
    times: int = 1
    """How often it comes, from 1; or `ENDLESS`."""

    def first(self, now: datetime, timetable: Timetable) -> datetime:
        """Return when it comes for the first time, seen from ``now``; in UTC.

        Raises:
            ValueError: The alarm has neither a date nor an allowance.
        """
        if self.date is not None:
            return self.date
        if self.after is None:
            raise ValueError("An alarm needs a date or an allowance.")
        return timetable(self.after, now).astimezone(UTC)

    @property
    def is_cycle(self) -> bool:
        """Tell whether it can come more than once."""
        return self.times != 1


def read_alarm(kind: str, text: str) -> Alarm:
    """Read a timer.

    Args:
        kind: ``timeDuration``, ``timeDate`` or ``timeCycle``.
        text: Such as ``P28D``, ``2 working days``, ``2026-07-01T09:00:00Z``, ``R3/PT1H`` or
            ``R/1 days``.

    Raises:
        ValueError: The text does not say when the timer comes; the message is a sentence.
    """
    if kind == "timeDuration":
        return Alarm(parse_allowance(text))
    if kind == "timeDate":
        return Alarm(None, read_date(text))
    if kind == "timeCycle":
        return _read_cycle(text)
    raise ValueError("It says no duration, date or cycle.")


def read_date(text: str) -> datetime:
    """Read the absolute date of a timer and return it in UTC.

    Raises:
        ValueError: The text is no ISO 8601 date and time, or says no offset from UTC.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"“{text}” does not say its offset from UTC, such as Z or +02:00.")
    return instant.astimezone(UTC)


def _read_cycle(text: str) -> Alarm:
    found = _CYCLE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no cycle such as “R3/PT1H” or “R/1 working days”.")
    times = ENDLESS if found[1] in {"", "-1"} else int(found[1])
    if times == 0:
        raise ValueError(f"“{text}” says that the timer never comes.")
    return Alarm(parse_allowance(found[2]), times=times)
