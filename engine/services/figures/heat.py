"""Where time goes on the diagram: what waits, how long steps take, what is late and done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.heat import Behind, HeatLine, Loop, StepHeat, Stretch
from engine.domain.kpi import FEW, Period, nearest_rank
from engine.domain.step_fact import short
from engine.domain.step_time import StepTime
from engine.domain.tally import place_of
from engine.errors import NotFoundError
from engine.process.bundle import ProcessBundle
from engine.services.accounts import reach
from engine.services.process.processes import COMPLAINT, bundle_of, latest
from engine.store.step_figures import (
    NO_TIME,
    NO_WAITS,
    NONE_DONE,
    NONE_DUE,
    Done,
    Due,
    Rank,
    Spent,
    StepFigures,
    Waits,
)
from engine.store.transaction import Transaction

_USUAL_DAYS = 90
_MEDIAN, _MOST = 50, 90


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version of the process that can be looked at."""

    number: int
    published_at: datetime
    is_live: bool


@dataclass(frozen=True, slots=True)
class ProcessOverview:
    """A diagram and what is measured of its steps.

    Attributes:
        steps: Those of the diagram, and those of other versions on which something was measured.
        is_catching_up: Whether steps of before an upgrade are still being counted.
    """

    title: str
    version: int
    xml: str
    steps: tuple[StepHeat, ...]
    is_catching_up: bool


def versions(platform: Platform, *, actor: Actor) -> tuple[PublishedVersion, ...]:
    """Return the versions of the process that can be looked at, the latest first.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: No process is published.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        _digest, live = latest(tx, at=platform.now())
        return tuple(
            PublishedVersion(entry.version, entry.published_at, entry.version == live)
            for entry in tx.processes.versions(COMPLAINT)
        )


def overview(
    platform: Platform,
    *,
    actor: Actor,
    period: Period | None = None,
    version: int | None = None,
    is_alone: bool = False,
) -> ProcessOverview:
    """Return a diagram with what is measured of each of its steps.

    Args:
        platform: Where the cases are.
        actor: Who looks; what they may not reach is not counted.
        period: Of which time; None for the last days.
        version: Whose diagram; None for the live one. Steps are counted by the ids of their
            elements, whatever version their cases run on.
        is_alone: Count only cases on this version.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: No process is published, or there is no such version.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        digest, number = _chosen(platform, tx, version)
        bundle = bundle_of(platform, tx, digest)
        others = [bundle_of(platform, tx, other) for other in tx.processes.digests()]
        of = _stretch(platform, period, digest if is_alone else "")
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        steps = _measured(tx.steps.facts.figures(seen), of, [bundle, *others])
        backlog = tx.steps.facts.backlog()
    if not actor.may(Deed.READ):
        steps = [step.of_few_untold() for step in steps]
    return ProcessOverview(
        title=bundle.title,
        version=number,
        xml=bundle.xml.decode(),
        steps=tuple(steps),
        is_catching_up=backlog is not None,
    )


def steps_behind(  # noqa: PLR0913 - what is chosen on the page
    platform: Platform,
    *,
    actor: Actor,
    element: str,
    behind: Behind,
    period: Period | None = None,
    version: int | None = None,
    is_alone: bool = False,
    limit: int = 25,
    offset: int = 0,
) -> tuple[tuple[HeatLine, ...], int]:
    """Return one page of the steps that a number counts, and how many they are.

    Args:
        platform: Where the cases are.
        actor: Who looks.
        element: Of the diagram.
        behind: Which number.
        period: As for the number.
        version: As for the number.
        is_alone: As for the number.
        limit: Most lines to return.
        offset: Lines to leave out at the beginning.

    Raises:
        NotAllowedError: The actor may not see the process, or not read complaints.
        NotFoundError: There is no such version.
    """
    actor.require(Deed.SEE_PROCESS)
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        digest = _chosen(platform, tx, version)[0] if is_alone else ""
        of = _stretch(platform, period, digest)
        figures = tx.steps.facts.figures(reach.sight(platform, tx, actor=actor, deed=Deed.READ))
        lines = figures.lines(of, element, behind, limit=limit, offset=offset)
        return lines, figures.count(of, element, behind)


def time_of_steps(platform: Platform, *, actor: Actor, period: Period) -> tuple[StepTime, ...]:
    """Return where the working time of the steps done in a period went, what took most first.

    Args:
        platform: Where the cases are.
        actor: Who looks; what they may not reach is not counted.
        period: Of which time.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
        NotFoundError: No process is published.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        titles = _titles([bundle_of(platform, tx, digest) for digest in _live_first(platform, tx)])
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        figures, of = tx.steps.facts.figures(seen), Stretch(period, platform.now())
        done, spent = figures.done(of), figures.spent(of)
    times = (
        _time(name, titles.get(name, name), each, spent.get(name, NO_TIME))
        for name, each in done.items()
    )
    return tuple(sorted(times, key=lambda each: (-each.whole, -each.done, each.title)))


def _live_first(platform: Platform, tx: Transaction) -> list[str]:
    """Return the digests of all versions of processes, that of the live one first."""
    live, _number = latest(tx, at=platform.now())
    return [live, *(each for each in tx.processes.digests() if each != live)]


def _time(element: str, title: str, done: Done, spent: Spent) -> StepTime:
    held, waiting, untaken = (timedelta(minutes=minutes) for minutes in spent)
    return StepTime(element, title, done.number, done.again, held, waiting, untaken)


def _chosen(platform: Platform, tx: Transaction, version: int | None) -> tuple[str, int]:
    """Return digest and number of a version; of the live one for None.

    Raises:
        NotFoundError: There is no such version.
    """
    if version is None:
        return latest(tx, at=platform.now())
    for entry in tx.processes.versions(COMPLAINT):
        if entry.version == version:
            return entry.digest, entry.version
    raise NotFoundError("process version", str(version))


def _stretch(platform: Platform, period: Period | None, digest: str) -> Stretch:
    now = platform.now()
    usual = Period.last_days(_USUAL_DAYS, now, platform.policy.calendar.zone)
    return Stretch(period or usual, now, short(digest))


def _measured(
    figures: StepFigures, of: Stretch, bundles: Sequence[ProcessBundle]
) -> list[StepHeat]:
    """Return what is measured of the steps of the first version, and of others where any is."""
    titles = _titles(bundles)
    waiting, done, due = figures.waiting(of), figures.done(of), figures.due(of)
    times = _times(figures, of, done)
    own = [each.id for each in bundles[0].elements.values() if each.roles]
    return [
        _heat(
            StepHeat(name, titles.get(name, name), loops=_loops(done.get(name, NONE_DONE), titles)),
            waiting.get(name, NO_WAITS),
            done.get(name, NONE_DONE),
            due.get(name, NONE_DUE),
            times=(times.get((name, _MEDIAN)), times.get((name, _MOST))),
        )
        for name in dict.fromkeys([*own, *waiting, *done, *due])
    ]


def _titles(bundles: Sequence[ProcessBundle]) -> Mapping[str, str]:
    """Return the titles of all elements, as the first version that has one calls it."""
    found: dict[str, str] = {}
    for bundle in bundles:
        for name, element in bundle.elements.items():
            found.setdefault(name, element.title)
    return found


def _loops(done: Done, titles: Mapping[str, str]) -> tuple[Loop, ...]:
    often = sorted(done.loops.items(), key=lambda loop: (-loop[1], loop[0]))
    return tuple(Loop(after, titles.get(after, after), count) for after, count in often)


def _times(
    figures: StepFigures, of: Stretch, done: Mapping[str, Done]
) -> Mapping[tuple[str, int], timedelta]:
    """Return medians and ninth deciles by element; the ninth decile of a few is their worst."""
    asked = {
        (name, percent): Rank(name, place_of(nearest_rank(each.number, percent), each.took))
        for name, each in done.items()
        for percent in (_MEDIAN, _MOST)
        if percent == _MEDIAN or each.number >= FEW
    }
    return dict(zip(asked, figures.worked(of, list(asked.values())), strict=True))


def _heat(
    step: StepHeat,
    waiting: Waits,
    done: Done,
    due: Due,
    *,
    times: tuple[timedelta | None, timedelta | None],
) -> StepHeat:
    return StepHeat(
        element=step.element,
        title=step.title,
        waiting=waiting.number,
        waiting_late=waiting.late,
        done=done.number,
        median=times[0],
        most=times[1],
        due=due.number + waiting.due,
        late=due.late + waiting.due,
        again=done.again,
        loops=step.loops,
    )
