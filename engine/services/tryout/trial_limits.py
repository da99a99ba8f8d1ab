"""Time limits of a case that is only tried out: they start, warn, pass and are kept as in life."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.bootstrap import Platform
from engine.domain import deadline
from engine.domain.complaint import Channel, Complaint
from engine.domain.deadline import Clock, ClockEvent, ClockState
from engine.domain.playbook import Playbook
from engine.domain.regime import ClockRule, Occasion
from engine.domain.working_time import Calendar
from engine.services.clocks import regimes

Standing = Literal["running", "kept", "missed", "dropped"]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds around a case that is tried out.

    Attributes:
        rules: Of the time limits.
    """

    calendar: Calendar
    rules: tuple[ClockRule, ...]


def around(platform: Platform, *, playbook: Playbook) -> Circumstances:
    """Return what holds for a scenario where it is tried out.

    Raises:
        InvalidInputError: It names a regime that there is not.
    """
    complaint = imagined(playbook.begins, str(playbook.known.get("category") or "Other"))
    chosen = regimes.for_complaint(platform, complaint=complaint, wanted=playbook.under)
    rules = (rule for each in chosen for rule in each.profile.rules(each.variant))
    return Circumstances(platform.calendar, tuple(rules))


def imagined(received_at: datetime, category: str) -> Complaint:
    """Return a complaint that nobody made."""
    return Complaint(
        received_at=received_at,
        channel=Channel.WEB_FORM,
        summary="Tried out",
        complainant_name="Nobody",
        category=category[:100],
    )


class TrialLimits:
    """The time limits of one case that is tried out.

    Args:
        around: Holds the rules.
        begin: When the complaint was received.
    """

    def __init__(self, around: Circumstances, begin: datetime) -> None:
        self._around = around
        self._clocks: dict[str, Clock] = {}
        self._start({Occasion.RECEIVED}, begin)

    @property
    def all(self) -> tuple[Clock, ...]:
        """The clocks that were started, in that order."""
        return tuple(self._clocks.values())

    @property
    def next_instant(self) -> datetime | None:
        """When one of them warns, passes or lapses next."""
        moments = (deadline.next_instant(clock) for clock in self.all)
        return min((moment for moment in moments if moment is not None), default=None)

    def last_due(self, otherwise: datetime) -> datetime:
        """Return when the last of them falls due; ``otherwise`` where there is none."""
        return max((c.due_at for c in self.all if not c.lapses), default=otherwise)

    def happened(self, occasions: Collection[str], at: datetime) -> None:
        """Meet the clocks that these occasions stop, and start those that they start."""
        for code, clock in self._clocks.items():
            if clock.is_open and not clock.stops.isdisjoint(occasions):
                self._clocks[code] = deadline.meet(clock, at)
        self._start(occasions, at)

    def act(self, now: datetime) -> list[ClockEvent]:
        """Return what is due to be told now, each once."""
        found: list[ClockEvent] = []
        for code, clock in self._clocks.items():
            self._clocks[code], events = deadline.act(clock, now)
            found += events
        return found

    def cancel(self, at: datetime) -> None:
        """End every clock that is open."""
        self._clocks = {code: deadline.cancel(clock, at) for code, clock in self._clocks.items()}

    def standing(self, code: str) -> Standing | None:
        """Return where a time limit stands; None where none of this name was started."""
        clock = self._clocks.get(code)
        return standing_of(clock) if clock else None

    def _start(self, occasions: Iterable[str], at: datetime) -> None:
        told = set(occasions)
        for rule in self._around.rules:
            begins = rule.starts_on in told and told.isdisjoint(rule.stops_on)
            if begins and not any(c.is_open and c.rule == rule.code for c in self.all):
                clock = deadline.start_clock(rule, at, self._around.calendar)
                code = self._free(rule.code)
                self._clocks[code] = clock.model_copy(update={"code": code})

    def _free(self, code: str) -> str:
        numbered = (f"{code}.{n}" for n in range(2, len(self._clocks) + 3))
        return next(each for each in (code, *numbered) if each not in self._clocks)


def standing_of(clock: Clock) -> Standing:
    """Return where a time limit stands, in the words of a scenario."""
    if clock.is_late:
        return "missed"
    words: dict[ClockState, Standing] = {ClockState.MET: "kept", ClockState.CANCELLED: "dropped"}
    return words.get(clock.state, "running")
