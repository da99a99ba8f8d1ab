"""What tells the elements of a diagram apart, as far as the loop that moves tokens must know."""

from typing import ClassVar

from engine.process.choice import Choice


class Traits:
    """The traits of an element; those of the plain one, that lets tokens pass."""

    waits_for_person: ClassVar[bool] = False
    counts_arrivals: ClassVar[bool] = False
    """Tokens say on which flow they have come."""
    is_handler: ClassVar[bool] = False
    """Waits for an event as long as its scope lives, and does not keep the scope alive."""
    is_drawn: ClassVar[bool] = True
    """Passing it is told; the machinery around repeated steps stands on no diagram."""
    needs_another: bool = False
    """What it waits for can only come from another token of the case."""
    interrupts: bool = False
    """Ends what it sits on or stands beside, when its event comes."""
    choice: Choice | None = None
    """Decides between the flows that leave it; None where all are taken."""
