"""The clocks of one case while a command changes it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain import deadline, receipt
from engine.domain.case import Case
from engine.domain.complaint import Channel
from engine.domain.deadline import Clock, ClockEvent, ClockState
from engine.domain.referral import CLOCKS
from engine.domain.regime import ClockRule, Occasion, Profile, Regime
from engine.services.clocks import regimes
from engine.store.transaction import Transaction

_PASSED_ON = frozenset({Channel.REGULATOR_PORTAL})
"""Channels on which a complaint comes when the regulator passes it on."""


class Promises:
    """What was promised in one case; read once, and every change is written at once.

    Args:
        platform: Where the case is.
        tx: Has taken the case.
        case: Whose promises; tells under which regimes they are.
        known: Its clocks, where they were read already.
        tell: Notes an event of the case.
    """

    def __init__(
        self,
        platform: Platform,
        tx: Transaction,
        case: Case,
        known: Iterable[Clock] | None,
        tell: Callable[..., None],
    ) -> None:
        self._platform = platform
        self._tx = tx
        self._case = case
        self._tell = tell
        self.has_moved = False
        """Whether a time limit began, ended, rests or falls due at another moment."""
        self._known = None if known is None else {clock.code: clock for clock in known}

    def all(self) -> tuple[Clock, ...]:
        """Return the clocks as they stand in this transaction, soonest due first."""
        if self._known is None:
            self._known = {clock.code: clock for clock in self._tx.clocks.of(self._case.id)}
        return tuple(self._known.values())

    def begin(self) -> None:
        """Start every clock that the receipt of the complaint starts."""
        occasions = {Occasion.RECEIVED}
        if self._case.complaint.channel in _PASSED_ON:
            occasions.add(Occasion.TRANSMITTED)
        self._known = {}
        self._start(occasions, self._case.complaint.received_at)

    def happened(self, occasions: Collection[str], at: datetime) -> None:
        """Meet the clocks that these occasions stop, and start those that they start.

        What happened before word was promised does not keep that promise.
        """
        for clock in self.all():
            is_earlier = clock.rule == regimes.WORD_CLOCK and at < clock.started_at
            if clock.is_open and not clock.stops.isdisjoint(occasions) and not is_earlier:
                self._end(deadline.meet(clock, at))
        if self._case.regimes:
            for clock in self._start(occasions, at):
                due_at = clock.due_at.isoformat(timespec="seconds")
                self._tell("clock.started", clock=clock.code, due_at=due_at)

    def start(
        self,
        regime: Regime,
        profile: Profile,
        rule: ClockRule,
        at: datetime,
        *,
        until: datetime | None = None,
    ) -> Clock:
        """Start a clock by itself, whatever regimes the case is under.

        Args:
            regime: The edition as the case keeps it.
            profile: The same, with its rules.
            rule: By which it is counted.
            at: From when.
            until: When it falls due if somebody named a day; None for what the rule says.
        """
        clock = self._new(regime, profile, rule, at)
        if until is not None and until != clock.due_at:
            clock = receipt.named(clock, until, at)
        self._tx.clocks.add(self._case.id, [clock])
        self._known = {known.code: known for known in self.all()} | {clock.code: clock}
        return clock

    def cancel(self, at: datetime, *, besides: Collection[str] = ()) -> None:
        """End every clock that is open: nothing is promised any more, but to a body outside.

        Args:
            at: When.
            besides: Occasions that are yet to come; clocks that they stop go on.
        """
        for clock in self.all():
            if clock.is_open and clock.rule not in CLOCKS and clock.stops.isdisjoint(besides):
                self._end(deadline.cancel(clock, at))

    def drop(self) -> None:
        """End every clock that is open as if it had never been promised: another case keeps it."""
        for clock in self.all():
            if clock.is_open:
                ended = {"state": ClockState.CANCELLED, "paused_at": None}
                self.replace(clock.model_copy(update=ended))

    def act(self, now: datetime) -> list[tuple[Clock, ClockEvent]]:
        """Return what is due to be told now, and keep that it was; let clocks lapse."""
        found = []
        for clock in self.all():
            moved, events = deadline.act(clock, now)
            if moved is clock:
                continue
            self.replace(moved)
            if not events:
                self._tell("clock.lapsed", clock=clock.code)
            found += [(moved, event) for event in events]
        return found

    def replace(self, clock: Clock) -> None:
        """Keep a clock that moved on."""
        self.has_moved = True
        self._tx.clocks.replace(self._case.id, clock)
        self._known = {known.code: known for known in self.all()} | {clock.code: clock}

    def last_due(self, otherwise: datetime) -> datetime:
        """Return when the last promise falls due; ``otherwise`` where nothing is promised."""
        return max((c.due_at for c in self.all() if not c.lapses), default=otherwise)

    def rule_of(self, clock: Clock) -> ClockRule | None:
        """Return the rule by which a clock is counted; None for one that was not kept."""
        return regimes.rule_of(
            self._platform,
            self._tx,
            profile=clock.profile,
            variant=clock.variant,
            code=clock.rule,
        )

    def _end(self, clock: Clock) -> None:
        self.replace(clock)
        met = {"met_at": clock.met_at.isoformat()} if clock.met_at else {}
        self._tell(f"clock.{clock.state}", clock=clock.code, late=clock.is_late, **met)

    def _start(self, occasions: Collection[str], at: datetime) -> list[Clock]:
        """Start the clocks whose rules begin with an occasion, once each, and return them."""
        started: list[Clock] = []
        for regime, profile in regimes.under(self._platform, self._tx, self._case):
            for rule in profile.rules(regime.variant):
                begins = rule.starts_on in occasions and set(rule.stops_on).isdisjoint(occasions)
                if begins and not self._runs(regime, rule):
                    started.append(self._new(regime, profile, rule, at))
                    self._known = (self._known or {}) | {started[-1].code: started[-1]}
        self.has_moved = self.has_moved or bool(started)
        self._tx.clocks.add(self._case.id, started)
        return started

    def _runs(self, regime: Regime, rule: ClockRule) -> bool:
        """Tell whether a clock of a rule is open; another occasion then starts no second one."""
        of = (regime.profile, rule.code)
        return any(c.is_open and (c.profile, c.rule) == of for c in self.all())

    def _new(self, regime: Regime, profile: Profile, rule: ClockRule, at: datetime) -> Clock:
        calendar = regimes.calendar_of(self._platform, self._tx, self._case.calendar)
        clock = deadline.start_clock(rule, at, calendar)
        kept = {"profile": regime.profile, "variant": regime.variant}
        code = self._free(regime, profile, rule.code)
        return clock.model_copy(update=kept | {"code": code, "calendar": self._case.calendar})

    def _free(self, regime: Regime, profile: Profile, code: str) -> str:
        """Return the code of a rule, or one like it where the case has that already."""
        taken = {clock.code: clock for clock in self.all()}
        is_others = code in taken and taken[code].profile != regime.profile
        stem = f"{profile.code}.{code}" if is_others else code
        numbered = (f"{stem}.{n}" for n in range(2, len(taken) + 3))
        return next(each for each in (stem, *numbered) if each not in taken)
