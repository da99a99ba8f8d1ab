"""Figures kept as they were told, which the journal vouches for, beside those of today (8.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.journal import canonical, content_hash
from engine.domain.kpi import MEASURE, Figure, Period
from engine.domain.sight import EVERYTHING
from engine.domain.snapshot import Snapshot, SnapshotKey, snapshot_key
from engine.errors import InvalidInputError
from engine.services.figures import reporting
from engine.services.figures.reporting import Report, Shown, named
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_TOLD_AS = "figures.frozen"


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that is another today than the one that was kept.

    Attributes:
        shown: As it is today.
        then: As it was; None where it was not defined yet.
        is_redefined: Whether it means something else since.
    """

    shown: Shown
    then: Figure | None
    is_redefined: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was kept of a period, and what has changed.

    Attributes:
        taken_at: UTC.
        figures: How many were kept.
        is_told: Whether they are what the journal tells.
        changed: In the order of a report; groups that nothing is in any more come last.
        gone: Names of what was kept and is not defined any more.
    """

    taken_at: datetime
    figures: int
    is_told: bool
    changed: tuple[Changed, ...]
    gone: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "taken_at": self.taken_at,
            "figures": self.figures,
            "is_told": self.is_told,
            "changed": {
                named(each.shown): {
                    "then": each.then and {"value": each.then.value, "n": each.then.n},
                    "today": {"value": each.shown.figure.value, "n": each.shown.figure.n},
                    "is_redefined": each.is_redefined,
                }
                for each in self.changed
            },
            "gone": list(self.gone),
        }


def freeze_figures(platform: Platform, *, actor: Actor, period: Period) -> bool:
    """Keep the figures of a day, of seven days or of a month; False when they were kept before.

    The journal of the organisation gets their hash, so that the next checkpoint signs it.

    Raises:
        NotAllowedError: The actor may not run jobs.
        InvalidInputError: Figures of such a period are not kept.
    """
    actor.require(Deed.RUN_JOBS)
    key = snapshot_key(period, platform.policy.calendar.zone)
    if key is None:
        raise InvalidInputError({"Period": "neither a day nor seven days nor a month."})

    def work(tx: Transaction) -> bool:
        if tx.snapshots.get(key) is not None:
            return False
        seen = tx.case_facts.figures(EVERYTHING)
        told = reporting.report_in(platform, seen=seen, period=period)
        told = reporting.with_office(platform, tx, told, seen=seen)
        figures = reporting.as_table(told)
        kept = Snapshot(key, period, figures, platform.now())
        tx.snapshots.add(kept)
        jot_organisation(platform, tx, actor=actor, kind=_TOLD_AS, **_told_of(kept))
        return True

    return platform.database.write(work)


def frozen_figures(platform: Platform, *, actor: Actor, period: Period) -> Frozen | None:
    """Return what was kept of a period, beside what is found today; None where nothing was.

    Both tell of all complaints, and of no single one.

    Raises:
        NotAllowedError: The actor may not see the register of governance.
    """
    actor.require(Deed.SEE_REGISTER)
    key = snapshot_key(period, platform.policy.calendar.zone)
    if key is None:
        return None
    with platform.database.read() as tx:
        kept = tx.snapshots.get(key)
        if kept is None or kept.period not in {None, period}:
            return None  # The organisation's clocks were others then.
        seen = tx.case_facts.figures(EVERYTHING)
        today = reporting.report_in(platform, seen=seen, period=period)
        today = reporting.with_office(platform, tx, today, seen=seen)
        is_told = kept.key in as_told(tx, [kept])
    there = {named(shown): shown for shown in today.every}
    left = [name for name in kept.figures if name not in there]
    empty = {name: shown for name in left if (shown := _emptied(name, today))}
    compared = (_compared(shown, kept.figures.get(name)) for name, shown in (there | empty).items())
    return Frozen(
        kept.taken_at,
        len(kept.figures),
        is_told,
        changed=tuple(each for each in compared if each is not None),
        gone=tuple(name for name in left if name not in empty),
    )


def as_told(tx: Transaction, every: Iterable[Snapshot]) -> frozenset[SnapshotKey]:
    """Return which figures are those that the journal tells of.

    The journal is asked and nothing beside the figures: whoever changes them could change that too.
    """
    told = tx.organisation.details(_TOLD_AS)
    return frozenset(kept.key for kept in every if canonical(_told_of(kept)) in told)


def _told_of(kept: Snapshot) -> dict[str, str]:
    told = {
        "period": kept.key.kind.value,
        "day": kept.key.day.isoformat(),
        "figures": content_hash(dict(kept.figures)),
    }
    if kept.period is not None:
        told |= {"begin": kept.period.begin.isoformat(), "end": kept.period.end.isoformat()}
    return told


def _emptied(name: str, today: Report) -> Shown | None:
    """Return a group that nothing is in any more; None for what is no group of a figure."""
    measure, _, group = name.partition(": ")
    if not group or measure not in MEASURE:
        return None
    return Shown(MEASURE[measure], group, Figure(measure, 0.0, 0, group), None, today.cases)


def _compared(shown: Shown, kept: Mapping[str, Any] | None) -> Changed | None:
    now, measure = shown.figure, shown.measure
    if kept is not None:
        then = Figure(measure.id, kept["value"], kept["n"], now.group)
    elif now.group:
        then = Figure(measure.id, 0.0, 0, now.group)  # of nothing there is no group
    else:
        return Changed(shown, None, is_redefined=False) if now.n else None
    if (then.value, then.n) == (now.value, now.n):
        return None
    is_redefined = (kept or {}).get("version", measure.version) != measure.version
    return Changed(shown, then, is_redefined)
