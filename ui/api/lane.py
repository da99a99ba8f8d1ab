"""Turns: how many requests of a sort are worked on at a time, and how many of one person."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

_PATIENCE = 10.0
"""Seconds that a request waits for its turn."""


class NoTurnError(Exception):
    """A request gets no turn at present.

    Attributes:
        is_own_fault: The person has as many turns as one may have; else everybody waits.
    """

    def __init__(self, *, is_own_fault: bool) -> None:
        super().__init__()
        self.is_own_fault = is_own_fault


class Lane:
    """Hands out turns.

    Args:
        at_once: Turns at a time.
        of_one: Turns of one person at a time; None for as many as there are.
    """

    def __init__(self, at_once: int, *, of_one: int | None = None) -> None:
        self._turns = anyio.CapacityLimiter(at_once)
        self._of_one = of_one
        self._taken = Counter[str]()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it until the block ends.

        Raises:
            NoTurnError: The person holds too many, or there was none for long.
        """
        if self._of_one is not None and self._taken[who] >= self._of_one:
            raise NoTurnError(is_own_fault=True)
        self._taken[who] += 1
        try:
            with anyio.move_on_after(_PATIENCE) as waiting:
                await self._turns.acquire()
            if waiting.cancelled_caught:
                raise NoTurnError(is_own_fault=False)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._taken[who] -= 1
            self._taken += Counter()  # forgets those who have none
