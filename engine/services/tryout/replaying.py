"""Closed cases are led over a draft with the answers they had: which would have gone another way.

What people answered then is all that is known. A draft that asks for something new cannot be told
beyond that point, and it says so instead of guessing.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case
from engine.errors import (
    InvalidInputError,
    NotAllowedError,
    NotAwaitedError,
    NotFoundError,
    ProcessFailedError,
    StepNotOpenError,
)
from engine.process.bundle import ProcessBundle, build_bundle
from engine.services.accounts import reach
from engine.services.clocks import regimes
from engine.services.process.past import Act, Past, past_of
from engine.services.process.processes import bundle_of
from engine.services.tryout.playing import listed
from engine.services.tryout.trial import Trial
from engine.services.tryout.trial_limits import Circumstances
from engine.store.transaction import Transaction

MOST_CASES = 500
LONGEST = timedelta(minutes=5)
"""How long a replay takes at most; what is left then is counted."""


class Way(StrEnum):
    """What a draft would have meant for a case."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shadow:
    """One closed case on a draft.

    Attributes:
        reference: Of the case; empty where the actor may not see it.
        where: At what it differs first, or what nobody has answered, as a sentence.
        place: What readers call the element of that, for counting; ``element`` is its id.
        newly_late: Steps that would have been late and were not; ``newly_timely`` the other way.
        newly_missed: Time limits that would have been missed and were not; ``newly_kept`` the
            other way.
        besides: New elements that it would have passed.
    """

    reference: str
    way: Way
    where: str = ""
    place: str = ""
    element: str = ""
    newly_late: tuple[str, ...] = ()
    newly_timely: tuple[str, ...] = ()
    newly_missed: tuple[str, ...] = ()
    newly_kept: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the closed cases on a draft.

    Attributes:
        shadows: One for each case that was led over it, closed last first.
        left: How many were not, because time was up or somebody stopped it.
    """

    shadows: tuple[Shadow, ...]
    left: int = 0

    def of(self, way: Way) -> tuple[Shadow, ...]:
        """Return the cases that a draft would have meant this for."""
        return tuple(each for each in self.shadows if each.way is way)

    @property
    def words(self) -> tuple[str, ...]:
        """Return what became of them, in sentences."""
        if not self.shadows:
            return ("No case was closed on this process yet.",)
        same, other, unknown = (len(self.of(way)) for way in Way)
        total = f"Of {len(self.shadows):,} closed cases, {same:,} would have gone the same way, "
        found = [f"{total}{other:,} another way, and of {unknown:,} nobody can tell."]
        for label, names in (
            ("Steps that would have been late and were not", "newly_late"),
            ("Steps that were late and would not have been", "newly_timely"),
            ("Time limits that would have been missed and were kept", "newly_missed"),
            ("Time limits that were missed and would have been kept", "newly_kept"),
            ("New on their way", "besides"),
        ):
            told = Counter(name for each in self.shadows for name in getattr(each, names))
            if told:
                most = ", ".join(f"{name} ({n:,})" for name, n in told.most_common(5))
                found.append(f"{label}: {most}.")
        if self.left:
            found.append(f"{self.left:,} more were not looked at.")
        return tuple(found)


def replay_closed(
    platform: Platform,
    *,
    actor: Actor,
    diagrams: Sequence[bytes],
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
    most: int = 100,
    proceed: Callable[[int, int], bool] = lambda _done, _of: True,
) -> Replayed:
    """Lead the cases that were closed last over files that are not live; nothing is stored.

    Args:
        platform: Where the cases are.
        actor: Who asks; sees the references of those that they may read, the rest is counted.
        diagrams: Of the draft.
        tables: Of the draft.
        forms: Of the draft.
        most: How many cases, from 1 to 500.
        proceed: Called after each case with how many are done and of how many; False stops.

    Raises:
        NotAllowedError: The actor may neither publish a process nor approve one.
        InvalidInputError: The number is out of range.
        DiagramRejectedError: The files break a rule.
    """
    actor.require(Deed.APPROVE_PROCESS if actor.may(Deed.APPROVE_PROCESS) else Deed.PUBLISH)
    if not 1 <= most <= MOST_CASES:
        raise InvalidInputError({"Cases": f"must be from 1 to {MOST_CASES}."})
    bundle = build_bundle(diagrams, tables, forms)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        closed = tx.closed.latest(bundle.process_id, sight=seen, limit=most)
    found: list[Shadow] = []
    until = time.monotonic() + LONGEST.total_seconds()
    for reference in closed:
        with platform.database.read() as tx:
            found.append(_shadow(platform, tx, actor, bundle, tx.cases.get(reference)))
        if not proceed(len(found), len(closed)) or time.monotonic() > until:
            break
    return Replayed(tuple(found), len(closed) - len(found))


def _shadow(
    platform: Platform, tx: Transaction, actor: Actor, bundle: ProcessBundle, case: Case
) -> Shadow:
    own = bundle_of(platform, tx, case.process)
    past = past_of(tx, case, own)
    rules = [
        rule
        for regime, profile in regimes.under(platform, tx, case)
        for rule in profile.rules(regime.variant)
    ]
    calendar = regimes.calendar_of(platform, tx, case.calendar)
    reference = ""
    with suppress(NotFoundError, NotAllowedError):
        reach.require(platform, tx, actor=actor, deed=Deed.READ, case=case)
        reference = case.reference
    if past.unusual:
        return Shadow(reference, Way.UNKNOWN, f"{past.unusual.capitalize()}.")
    return _Replay(bundle, own, past, Circumstances(calendar, tuple(rules))).shadow(reference)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a case would have gone another way, or nobody can tell: a sentence, and an element."""

    where: str = ""
    title: str = ""
    element: str = ""


@dataclass
class _Replay:
    """One closed case on its way over a draft.

    Attributes:
        bundle: The draft.
        own: The version that the case ran on.
        late: Titles of steps that would have been late and were not; ``timely`` the other way.
        unfit: What could not be answered as it was then.
        astray: The first act that was not possible, and for what the draft waited then.
    """

    bundle: ProcessBundle
    own: ProcessBundle
    past: Past
    around: Circumstances
    late: list[str] = field(default_factory=list)
    timely: list[str] = field(default_factory=list)
    unfit: "_Spot | None" = None
    astray: tuple[Act, tuple[str, ...]] | None = None

    def shadow(self, reference: str) -> Shadow:
        """Lead the case over the draft, and return what it would have meant."""
        try:
            trial = Trial(
                self.bundle,
                self.around,
                known=self.past.known,
                begin=self.past.case.recorded_at,
                received_at=self.past.case.complaint.received_at,
                warns=False,
            )
            left = self._feed(trial)
        except ProcessFailedError as failure:
            return Shadow(reference, Way.OTHER, str(failure), failure.element)
        way, spot = self._judge(trial, left)
        ends = trial.is_complete
        return Shadow(
            reference,
            way,
            spot.where,
            spot.title,
            spot.element,
            tuple(self.late),
            tuple(self.timely),
            *(self._limits(trial) if ends else ((), ())),
            besides=tuple(dict.fromkeys(self._titles(self._new(trial)))),
        )

    def _feed(self, trial: Trial) -> deque[Act]:
        """Answer the draft as the case was answered; return what it never asked for."""
        left: deque[Act] = deque()
        for act in self.past.acts:
            trial.wait_until(act.at)
            left.append(act)
            while any(self._give(trial, each, left) for each in tuple(left)):
                pass
            if act in left and self.astray is None:
                self.astray = (act, tuple(step.title for step in trial.steps))
        closed_at = self.past.case.closed_at
        if closed_at is not None:
            trial.wait_until(closed_at)
        return left

    def _give(self, trial: Trial, act: Act, left: deque[Act]) -> bool:
        """Let an act happen on the draft; tell whether it could."""
        try:
            if act.message:
                trial.deliver(act.message, act.said)
            elif not self._complete(trial, act):
                return False
        except (NotAwaitedError, StepNotOpenError):
            return False
        left.remove(act)
        return True

    def _complete(self, trial: Trial, act: Act) -> bool:
        step = next((each for each in trial.steps if each.element == act.element), None)
        if step is None:
            return False
        asked = trial.form_of(step).model_fields
        said = {name: value for name, value in act.said.items() if name in asked}
        try:
            trial.complete(step.token, said)
        except InvalidInputError as refusal:
            if self.unfit is None:
                told = f"“{step.title}” asks for what nobody answered: {refusal}"
                self.unfit = _Spot(told, step.title, step.element)
            return False
        if trial.done[-1].is_late and not act.is_late:
            self.late.append(step.title)
        if act.is_late and not trial.done[-1].is_late:
            self.timely.append(step.title)
        return True

    def _judge(self, trial: Trial, left: Sequence[Act]) -> tuple[Way, _Spot]:
        """Return which way it went, and where first."""
        if self.unfit is not None:
            return Way.UNKNOWN, self.unfit
        new = [step for step in trial.steps if step.element not in self.own.elements]
        if new:
            told = f"The new step “{new[0].title}” needs an answer that nobody gave."
            return Way.UNKNOWN, _Spot(told, new[0].title, new[0].element)
        if self.astray is not None and left:
            return Way.OTHER, self._gone_astray(*self.astray)
        if not trial.is_complete:
            titles = self._titles(trial.standing_at)
            waits = listed([f"“{title}”" for title in titles]) or "something"
            told = f"It would still wait for {waits}, where it ended."
            return Way.OTHER, _Spot(told, *(titles[:1] or [""]), *trial.standing_at[:1])
        odd = self._odd(trial)
        return (Way.OTHER, odd) if odd else (Way.SAME, _Spot())

    def _gone_astray(self, act: Act, waits: tuple[str, ...]) -> _Spot:
        when = f"{act.at.day} {act.at:%B %Y}"
        was = f"the message “{act.title}” came" if act.message else f"“{act.title}” was done"
        names = listed([f"“{title}”" for title in waits])
        then = f"would have waited for {names}" if names else "would have waited for nobody"
        told = f"On {when} {was}; on the draft the case {then}."
        return _Spot(told, act.title, act.element)

    def _odd(self, trial: Trial) -> _Spot | None:
        """Return the first of the elements of both versions that only one of the ways passes."""
        both = self.own.elements.keys() & self.bundle.elements.keys()
        was, would = Counter(self.past.passed), Counter(trial.passed)
        for name in (*trial.passed, *self.past.passed):
            if name in both and would[name] != was[name]:
                title = self.bundle.elements[name].title
                how = _times(would[name], was[name])
                return _Spot(f"It would have come through “{title}” {how}.", title, name)
        return None

    def _limits(self, trial: Trial) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the time limits that would have been missed and were not, and the other way."""
        codes = {rule.code for rule in self.around.rules}
        missed, kept = [], []
        for clock in self.past.clocks:
            state = trial.limits.standing(clock.code) if clock.rule in codes else None
            if state == "missed" and not clock.is_late:
                missed.append(clock.title)
            if state == "kept" and clock.is_late:
                kept.append(clock.title)
        return tuple(missed), tuple(kept)

    def _new(self, trial: Trial) -> Sequence[str]:
        return [name for name in trial.passed if name not in self.own.elements]

    def _titles(self, names: Sequence[str]) -> list[str]:
        return [self.bundle.elements[name].title for name in names]


def _times(now: int, then: int) -> str:
    """Return how often it would be, and how often it was."""
    if not now:
        return "never"
    return f"{now} times instead of {then}" if then else "as well"
