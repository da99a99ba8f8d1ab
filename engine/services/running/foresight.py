"""What a changed calendar or regime would move, seen before anything is changed."""

import tomllib
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from config.policy import CalendarPolicy
from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.deadline import Clock
from engine.domain.recount import alike, is_counted, recounted
from engine.domain.regime import ClockRule, Profile, parse_profile
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.clocks import regimes
from engine.store.transaction import Transaction

LONGEST = 200_000
"""Characters of a text that is read; the longest profile that ships has a fiftieth of it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody thinks of changing.

    Attributes:
        calendar: Another calendar; None for that of the policy.
        profile: Another edition of a regime, for its running cases; None for what each has.
        closed: Days on which nobody would work.
    """

    calendar: CalendarPolicy | None = None
    profile: Profile | None = None
    closed: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """A time limit that would fall due at another moment."""

    reference: str
    code: str
    title: str
    is_statutory: bool
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would move.

    Attributes:
        looked_at: Clocks that run in cases which the reader sees.
        earlier: How many would fall due earlier, and
        later: how many later.
        overdue: Of the former, those that would be overdue at once.
        left_alone: Clocks that were moved by hand or rested, or whose rule was not kept: for them
            nobody can say.
        lines: The first of those that would move, soonest due first.
    """

    looked_at: int
    earlier: int
    later: int
    overdue: int
    left_alone: int
    lines: tuple[Moved, ...]

    @property
    def moved(self) -> int:
        """Return how many would move."""
        return self.earlier + self.later


@dataclass(frozen=True, slots=True)
class _Rules:
    """By what the clocks of one rule are counted, and would be."""

    old: tuple[ClockRule, Calendar]
    new: tuple[ClockRule, Calendar]
    known: dict[Hashable, datetime] = field(default_factory=dict)

    def due(self, clock: Clock) -> datetime:
        """Return when a clock would fall due; those that begin on one day are counted once."""
        key = alike(clock, *self.new)
        if key not in self.known:
            self.known[key] = recounted(clock, old=self.old, new=self.new)
        return self.known[key]


@dataclass(slots=True)
class _Count:
    """What was looked up already: many clocks have one rule."""

    platform: Platform
    tx: Transaction
    proposal: Proposal
    calendar: Calendar
    known: dict[tuple[str, str, str, str], _Rules | None] = field(default_factory=dict)

    def due(self, clock: Clock) -> datetime | None:
        """Return when a clock would fall due; None where nobody can say."""
        by = (clock.profile, clock.variant, clock.rule, clock.calendar)
        if by not in self.known:
            self.known[by] = self._rules(clock)
        rules = self.known[by]
        return rules.due(clock) if rules is not None and is_counted(clock) else None

    def _rules(self, clock: Clock) -> _Rules | None:
        kept = regimes.profile_of(self.platform, self.tx, clock.profile)
        old = kept.rule(clock.rule, clock.variant) if kept is not None else None
        if kept is None or old is None:
            return None
        proposed = self.proposal.profile
        is_meant = proposed is not None and proposed.code == kept.code
        new = proposed.rule(clock.rule, clock.variant) if proposed and is_meant else None
        calendar = regimes.calendar_of(self.platform, self.tx, clock.calendar)
        return _Rules(old=(old, calendar), new=(new or old, self.calendar))


def preview(platform: Platform, *, actor: Actor, proposal: Proposal, limit: int = 100) -> Foresight:
    """Return which running time limits would fall due at another moment; changes nothing.

    Args:
        platform: Where the cases are.
        actor: Who wants to know; sees the cases whose figures they see.
        proposal: What would be changed.
        limit: Most lines to return; all are counted.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
        InvalidInputError: The calendar cannot count, or its country is unknown.
    """
    actor.require(Deed.MEASURE)
    calendar = _proposed_calendar(platform, proposal)
    now, lines, counts = platform.now(), list[Moved](), Counter[str]()
    with platform.database.read() as tx:
        counting = _Count(platform, tx, proposal, calendar)
        for reference, clock in tx.clocks.running(
            reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        ):
            after = counting.due(clock)
            counts[_kind(clock, after, now)] += 1
            if after is not None and after != clock.due_at and len(lines) < limit:
                lines.append(_line(reference, clock, after))
    return Foresight(
        looked_at=counts.total(),
        earlier=counts["earlier"] + counts["overdue"],
        later=counts["later"],
        overdue=counts["overdue"],
        left_alone=counts["left alone"],
        lines=tuple(lines),
    )


def read_proposal(text: str) -> Proposal:
    """Read a proposal from TOML: a profile, or a calendar as it stands in the policy.

    Raises:
        InvalidInputError: It is neither; names what is wrong.
    """
    if len(text) > LONGEST:
        raise InvalidInputError({"": f"The file has more than {LONGEST:,} characters."})
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInputError({"": f"The file is no TOML: {error}."}) from error
    if "clocks" in told:
        return Proposal(profile=parse_profile(text))
    try:
        return Proposal(calendar=CalendarPolicy.model_validate(_calendar_in(told)))
    except ValidationError as error:
        raise InvalidInputError(
            {".".join(map(str, fault["loc"])): fault["msg"] for fault in error.errors()}
        ) from error


def _proposed_calendar(platform: Platform, proposal: Proposal) -> Calendar:
    policy = proposal.calendar or platform.policy.calendar
    days = {**policy.special_days, **dict.fromkeys(proposal.closed, ())}
    return Calendar(policy.model_copy(update={"special_days": days}))


def _calendar_in(told: Mapping[str, Any]) -> Any:  # noqa: ANN401 - checked by whoever asked
    """Return the part of a file that is a calendar: all of it, or what the policy calls so."""
    policy = told.get("policy")
    inside = policy if isinstance(policy, Mapping) else told
    return inside.get("calendar", told)


def _kind(clock: Clock, after: datetime | None, now: datetime) -> str:
    if after is None:
        return "left alone"
    if after == clock.due_at:
        return "same"
    if after > clock.due_at:
        return "later"
    return "overdue" if after < now else "earlier"


def _line(reference: str, clock: Clock, after: datetime) -> Moved:
    is_statutory = clock.kind == "statutory"
    return Moved(reference, clock.code, clock.title, is_statutory, clock.due_at, after)
