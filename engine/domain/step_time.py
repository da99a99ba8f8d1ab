"""How long the steps at one element of the diagram took, and how long they lay with nobody.

All of it is working time, in whole minutes of each step that was done. A step waits from its
beginning until somebody takes it, and is in hand from then to its end. Of a step that nobody took,
or that lay with one person from its beginning, it is not known when somebody began.

Source: ISO 10002:2018, 8.2 and 8.3.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class StepTime:
    """Where the time of the steps at an element went.

    Attributes:
        done: How many were done in the period.
        again: How many of these had been done before in their complaints.
        in_hand: From when somebody took them to their end.
        waiting: From their beginning until somebody took them.
        unknown: Of steps that nobody took, from beginning to end.
    """

    element: str
    title: str
    done: int
    again: int
    in_hand: timedelta
    waiting: timedelta
    unknown: timedelta

    @property
    def whole(self) -> timedelta:
        """Return how long they took in all."""
        return self.in_hand + self.waiting + self.unknown

    @property
    def idle_share(self) -> float | None:
        """Return the share of waiting in the time of steps that were taken; None without any."""
        known = self.in_hand + self.waiting
        return self.waiting / known if known else None
