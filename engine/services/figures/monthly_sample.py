"""Each month some closed complaints are drawn for reviewers, by chance and by nobody (4.7, 8.3).

A part is drawn from each category and outcome, as large as it is. Chance is a seed that nobody can
know before it is drawn, and that is kept, so that the drawing can be repeated.
"""

import random
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.routine import ReviewPolicy
from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed, Role
from engine.domain.journal import content_hash
from engine.domain.kpi import Period, months_before
from engine.domain.sample import Drawing, SampleKind, Stratum, shares, size_of
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MonthDrawn:
    """What one run did.

    Attributes:
        drawn: Complaints that somebody is to review; each is drawn for one reviewer.
        among: Complaints that were closed in the month, without restricted ones.
        samples: Samples that were made, one for each reviewer.
    """

    drawn: int = 0
    among: int = 0
    samples: int = 0


def draw_month(
    platform: Platform, *, actor: Actor = SYSTEM, kind: SampleKind = SampleKind.QUALITY
) -> MonthDrawn:
    """Draw from the month that ended; nothing where that was done, or nobody reviews.

    Args:
        platform: Where the complaints are.
        actor: A job.
        kind: What reviewers are to look at; each kind is drawn by itself.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.7 and 8.3.
    """
    actor.require(Deed.RUN_JOBS)
    zone, now = platform.policy.calendar.zone, platform.now()
    (period,) = months_before(now, zone, since=None, most=1)
    seed = f"{period.first_day(zone):%Y-%m} {secrets.token_hex(8)}"

    def work(tx: Transaction) -> MonthDrawn:
        tx.organisation.take_end()  # whoever draws at once waits, and finds it done
        if tx.samples.has_drawn(actor.username, period, kind):
            return MonthDrawn()
        closed = tx.samples.closed_in(period)
        reviewers = _reviewers(tx)
        percent, at_least = _part_of(platform.policy.review, kind)
        size = size_of(len(closed), percent=percent, at_least=at_least)
        if not size or not reviewers:
            return MonthDrawn(among=len(closed))
        chosen = chosen_by(closed, size, seed)
        given = _given(tx, chosen, reviewers, period)
        until = now + timedelta(days=platform.policy.review.open_days)
        for reviewer, cases in given.items():
            drawing = Drawing(reviewer, len(cases), period, seed, until, kind)
            number = tx.samples.add(drawing, cases, among=len(closed), by=actor.username, at=now)
            _jot(platform, tx, actor, drawing, number=number, of=len(closed))
        return MonthDrawn(sum(map(len, given.values())), len(closed), len(given))

    return platform.database.write(work)


def _part_of(policy: ReviewPolicy, kind: SampleKind) -> tuple[int, int]:
    """Return how many percent of the closed complaints are drawn, and how many at least."""
    if kind is SampleKind.OBJECTIVITY:
        return policy.objectivity_percent, policy.objectivity_at_least
    return policy.percent, policy.at_least


def _reviewers(tx: Transaction) -> list[str]:
    return sorted(
        account.actor.username
        for account in tx.accounts.all()
        if account.is_active and account.actor.holds_any([Role.QUALITY_REVIEWER])
    )


def chosen_by(closed: Mapping[str, Stratum], size: int, seed: str) -> list[str]:
    """Return what a seed chooses: references, each stratum in its share, in an order of chance."""
    dice = random.Random(seed)  # noqa: S311 - it is kept, and no secret
    strata: dict[Stratum, list[str]] = {}
    for reference, stratum in sorted(closed.items()):
        strata.setdefault(stratum, []).append(reference)
    wanted = shares({name: len(cases) for name, cases in strata.items()}, size)
    chosen = [each for name in sorted(strata) for each in dice.sample(strata[name], wanted[name])]
    dice.shuffle(chosen)
    return chosen


def _given(
    tx: Transaction, chosen: Sequence[str], reviewers: Sequence[str], period: Period
) -> dict[str, list[str]]:
    """Return which reviewer gets which complaints: whoever may, and has the fewest.

    A complaint in which every reviewer took part is left out.
    """
    free = {name: set(tx.samples.free_of(name, period, chosen)) for name in reviewers}
    load, given = Counter[str](), dict[str, list[str]]()
    for reference in chosen:
        may = [name for name in reviewers if reference in free[name]]
        if may:
            name = min(may, key=lambda each: (load[each], each))
            load[name] += 1
            given.setdefault(name, []).append(reference)
    return given


def _jot(
    platform: Platform, tx: Transaction, actor: Actor, drawing: Drawing, *, number: int, of: int
) -> None:
    """Let the journal tell what was drawn from what."""
    times: dict[str, datetime] = {
        "begin": drawing.period.begin,
        "end": drawing.period.end,
        "until": drawing.until_at,
    }
    jot_organisation(
        platform,
        tx,
        actor=actor,
        kind="sample.drawn",
        looks_at=drawing.kind.value,
        reviewer=drawing.reviewer,
        seed=content_hash({"seed": drawing.seed}),
        number=number,
        of=of,
        drawn=drawing.size,
        **{name: at.isoformat() for name, at in times.items()},
    )
