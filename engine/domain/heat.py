"""What the heat map measures, and how each measure is reckoned.

Each measure is a sentence that a page shows beside its numbers.

Source: ISO 10002:2018, 8.2 and 8.3.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from engine.domain.kpi import FEW, Period, share


class HeatMeasure(StrEnum):
    """What an element of the diagram is coloured by."""

    WAITING = "waiting"
    MEDIAN = "median"
    MOST = "most"
    LATE = "late"
    AGAIN = "again"


TITLES = {
    HeatMeasure.WAITING: "Waiting now",
    HeatMeasure.MEDIAN: "Median time",
    HeatMeasure.MOST: "90% done within",
    HeatMeasure.LATE: "Late",
    HeatMeasure.AGAIN: "Done again",
}

FORMULAS = {
    HeatMeasure.WAITING: "Steps that wait for somebody at this moment, whatever the period; "
    "those of suspended complaints are not counted.",
    HeatMeasure.MEDIAN: "Of the steps done in the period, the working time from opening to "
    "completion that half did not exceed.",
    HeatMeasure.MOST: "Of the steps done in the period, the working time from opening to "
    f"completion that nine in ten did not exceed; told from {FEW} steps on.",
    HeatMeasure.LATE: "Of the steps that fell due in the period, the share that was not done by "
    "then; one that is late and still open counts as late, and one that was no longer needed "
    "before it fell due does not count.",
    HeatMeasure.AGAIN: "Of the steps done in the period, the share that had been done before in "
    "the same complaint.",
}

Behind = Literal["waiting", "done", "late", "again"]
"""What a list of complaints behind a number holds: where a step waits now, was done, was late, or
was done again."""

BEHIND: dict[HeatMeasure, Behind] = {
    HeatMeasure.WAITING: "waiting",
    HeatMeasure.MEDIAN: "done",
    HeatMeasure.MOST: "done",
    HeatMeasure.LATE: "late",
    HeatMeasure.AGAIN: "again",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which steps are meant: of which time, and on which version of the process.

    Attributes:
        now: The present; what falls due later is not counted yet.
        process: How the digest of the version begins; empty for every version.
    """

    period: Period
    now: datetime
    process: str = ""

    @property
    def until(self) -> datetime:
        """Return the end of what can be known: that of the period, at most the present."""
        return min(self.period.end, self.now)


@dataclass(frozen=True, slots=True)
class Loop:
    """How often a step was done again, and after which other it had begun anew.

    Attributes:
        after: Element of the step that was done last before; empty for none.
    """

    after: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class StepHeat:
    """What is measured of one element of the diagram.

    Attributes:
        waiting: How many steps wait now.
        waiting_late: How many of these are late.
        done: How many were done in the period.
        median: Working time; None where nothing was done, or too little is told.
        most: Working time that nine in ten did not exceed; None as above.
        due: How many fell due in the period; of these, ``late`` were late; None where too few
            were to tell it of them.
        again: How many of those done had been done before in their complaints; None as above.
        loops: Where it was begun anew from, most often first.
    """

    element: str
    title: str
    waiting: int = 0
    waiting_late: int = 0
    done: int = 0
    median: timedelta | None = None
    most: timedelta | None = None
    due: int = 0
    late: int | None = 0
    again: int | None = 0
    loops: tuple[Loop, ...] = ()

    @property
    def late_share(self) -> float | None:
        """Return the share of what fell due that was late, from 0 to 1; None for none told."""
        return None if self.late is None else share(self.late, self.due)

    @property
    def again_share(self) -> float | None:
        """Return the share of those done that was done again; None for none told."""
        return None if self.again is None else share(self.again, self.done)

    def value(self, measure: HeatMeasure) -> float | None:
        """Return what the element is coloured by; None where nothing is, or is told.

        No share at all is no heat: what is never late stays white.
        """
        match measure:
            case HeatMeasure.WAITING:
                return float(self.waiting) or None
            case HeatMeasure.MEDIAN:
                return None if self.median is None else self.median.total_seconds()
            case HeatMeasure.MOST:
                return None if self.most is None else self.most.total_seconds()
            case HeatMeasure.LATE:
                return self.late_share or None
            case HeatMeasure.AGAIN:
                return self.again_share or None

    def of_few_untold(self) -> "StepHeat":
        """Return the same without what so few complaints tell that somebody could be known by it.

        It is for those who may count complaints and open none.
        """
        told = replace(self, loops=tuple(each for each in self.loops if each.count >= FEW))
        if self.done < FEW:
            told = replace(told, median=None, most=None, again=None, loops=())
        if self.due < FEW:
            told = replace(told, late=None)
        return told


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One step in a list behind a number.

    Attributes:
        ended_at: When it was done; None while it waits.
        worked: Working time it took; None while it waits.
        turn: The how-manieth time it was done in the complaint; 0 while it waits.
    """

    reference: str
    summary: str
    category: str
    severity: int
    due_at: datetime
    ended_at: datetime | None
    worked: timedelta | None
    turn: int
