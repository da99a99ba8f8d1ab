"""The clocks of one case while a command changes it."""

from collections.abc import Iterable
from datetime import datetime

from config.policy import ClockPolicy
from engine.domain import deadline
from engine.domain.deadline import Clock
from engine.domain.working_time import Calendar
from engine.store.transaction import Transaction


class Promises:
    """What was promised in one case; read once, and every change is written at once."""

    def __init__(self, tx: Transaction, case_id: int, known: Iterable[Clock] | None = None) -> None:
        self._tx = tx
        self._case_id = case_id
        self._known = None if known is None else {clock.code: clock for clock in known}

    def all(self) -> tuple[Clock, ...]:
        """Return the clocks as they stand in this transaction, soonest due first."""
        if self._known is None:
            self._known = {clock.code: clock for clock in self._tx.clocks.of(self._case_id)}
        return tuple(self._known.values())

    def start(
        self, policies: Iterable[ClockPolicy], received: datetime, calendar: Calendar
    ) -> None:
        """Start a clock for every promise of the policy, from the receipt of the complaint."""
        started = [deadline.start_clock(policy, received, calendar) for policy in policies]
        self._tx.clocks.add(self._case_id, started)
        self._known = {clock.code: clock for clock in started}

    def replace(self, clock: Clock) -> None:
        """Keep a clock that moved on."""
        self._tx.clocks.replace(self._case_id, clock)
        self._known = {known.code: known for known in self.all()} | {clock.code: clock}

    def last_due(self, otherwise: datetime) -> datetime:
        """Return when the last promise falls due; ``otherwise`` where nothing is promised."""
        return max((clock.due_at for clock in self.all()), default=otherwise)
