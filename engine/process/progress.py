"""What a run of the process core returns: plain, frozen, and free of SpiffWorkflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Scalar = str | int | float | bool | None
"""The values a process routes by; everything else belongs into our own tables."""

Variables = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A human step that waits for somebody."""

    token: str
    """Stable name of this waiting, unique within the case; loops give a new one each time."""
    element: str
    """Id of the element in the diagram."""


SIGNAL = "signal:"
"""What tells a signal from a message where both are named."""


def signal_name(name: str) -> str:
    """Return the name by which a case waits for a signal, apart from a message of that name."""
    return f"{SIGNAL}{name}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A message or signal the case waits for."""

    message: str
    """Name of the message; of a signal, what `signal_name` returns."""
    element: str
    token: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment the diagram waits for."""

    element: str
    token: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Passage:
    """An element that the case has passed in this run, in order."""

    element: str
    kind: str
    """BPMN tag, for example ``userTask`` or ``exclusiveGateway``."""


@dataclass(frozen=True, slots=True)
class TakenDecision:
    """One evaluation of a decision table, as the journal keeps it."""

    table: str
    element: str
    inputs: Variables
    rules: tuple[str, ...]
    """Ids of the matched rules, in table order."""
    outputs: Variables
    chosen: Variables = field(default_factory=dict)
    """What a person chose instead, by output."""

    @property
    def settled(self) -> Variables:
        """Return what holds: the outputs, but for those that a person chose otherwise."""
        return {**self.outputs, **self.chosen}


@dataclass(frozen=True, slots=True)
class RequestedOperation:
    """A service task the case ran through: what is to be done after the commit."""

    operation: str
    element: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case stands after a command."""

    state: bytes
    open_steps: tuple[OpenStep, ...]
    subscriptions: tuple[Subscription, ...]
    """Messages the case waits for."""
    signals: tuple[Subscription, ...]
    """Signals it waits for; they may come from the case itself too."""
    timers: tuple[Timer, ...]
    passages: tuple[Passage, ...]
    decisions: tuple[TakenDecision, ...]
    operations: tuple[RequestedOperation, ...]
    is_complete: bool
    flows: tuple[str, ...] = ()
    """Ids of the sequence flows that were taken, in order."""

    @property
    def next_due(self) -> datetime | None:
        """Return the earliest moment a timer of the diagram waits for."""
        return min((timer.due_at for timer in self.timers), default=None)
