"""Working time as one line: how many seconds had been worked by a moment."""

from bisect import bisect_right
from datetime import datetime
from threading import Lock

from engine.domain.working_time import Calendar, Span

_NO_TIME = 0.0


class WorkingClock:
    """Turns moments into working seconds since an origin, each span of the calendar read once.

    Args:
        calendar: When the organisation works.
        origin: Aware; no earlier moment is asked for.
    """

    def __init__(self, calendar: Calendar, origin: datetime) -> None:
        self._spans = calendar.spans(origin)
        self._begins: list[datetime] = []
        self._known: list[tuple[Span, float]] = []
        self._lock = Lock()

    def at(self, moment: datetime) -> float:
        """Return the seconds that were worked from the origin to a moment, 0 or more.

        Raises:
            InvalidInputError: The calendar stays closed for years, or its country is unknown.
        """
        self._read_until(moment)
        place = bisect_right(self._begins, moment) - 1
        if place < 0:
            return _NO_TIME
        (begin, end), before = self._known[place]
        return before + (min(moment, end) - begin).total_seconds()

    def _read_until(self, moment: datetime) -> None:
        with self._lock:
            while not self._begins or self._begins[-1] < moment:
                begin, end = next(self._spans)
                worked = _NO_TIME
                if self._known:
                    (former, former_end), before = self._known[-1]
                    worked = before + (former_end - former).total_seconds()
                self._begins.append(begin)
                self._known.append(((begin, end), worked))
