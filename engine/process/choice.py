"""Which of the flows that leave an element are taken."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from engine.process.expressions import Expression
from engine.process.progress import Variables


class Way(Protocol):
    """A flow that can be taken."""

    flow: str
    """Its id."""


WayT = TypeVar("WayT", bound=Way)


class Choice:
    """What a gateway, or an activity with conditions behind it, looks at.

    Args:
        conditions: By the id of the flow; a flow without one is always open.
        default: Id of the flow that is taken when no other is; may be empty.
        takes_all: Every open flow is taken, not only the first.
    """

    __slots__ = ("_conditions", "_default", "_takes_all")

    def __init__(
        self, conditions: Mapping[str, Expression], default: str, *, takes_all: bool
    ) -> None:
        self._conditions = conditions
        self._default = default
        self._takes_all = takes_all

    def ways(self, exits: Sequence[WayT], data: Variables) -> Sequence[WayT]:
        """Return the ways to take, in the order of the diagram; empty when none is open.

        Raises:
            ExpressionError: A condition does not fit the variables.
        """
        ways = [way for way in exits if self._is_open(way.flow, data)]
        ways = ways or [way for way in exits if way.flow == self._default]
        return ways if self._takes_all else ways[:1]

    def _is_open(self, flow: str, data: Variables) -> bool:
        if flow == self._default:
            return False
        condition = self._conditions.get(flow)
        return condition is None or condition.holds(data)
