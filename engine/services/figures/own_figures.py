"""What their own complaints say to whoever works on them, beside the figure of the whole team.

Whoever asks sees their own figures and nobody else's: no service here takes a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_fact import NONE, Trait
from engine.domain.case_set import CaseSet
from engine.domain.kpi import AGE_BANDS, MEASURE, Figure, Measure, Period, Way
from engine.domain.small_group import is_of_single
from engine.services.accounts import reach
from engine.services.figures import measuring
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Shown, base_of, set_of
from engine.store.case_figures import CaseFigures

TOLD = tuple(
    MEASURE[name]
    for name in (
        *("received", "closed", "backlog"),
        *("acknowledged_on_time", "answered_on_time", "median_days_to_close"),
    )
)
"""What somebody is told of their own complaints."""


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A figure of somebody's own complaints.

    Attributes:
        team: The same of all complaints that the person may see; None where it would tell of
            single others.
    """

    own: Shown
    team: Shown | None


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What somebody is told of their own complaints.

    Attributes:
        ages: How many are open, by the title of the age band, the youngest first.
        waiting: Complaints that have changed and are not counted as they are now.
    """

    figures: tuple[OwnFigure, ...]
    ages: Mapping[str, int]
    waiting: int


def own_figures(platform: Platform, *, actor: Actor, period: Period) -> OwnFigures:
    """Return the figures of the complaints that the actor owns.

    Args:
        platform: Where the complaints are.
        actor: Who looks, and whose complaints are meant.
        period: Of which time.

    Raises:
        NotAllowedError: The actor does not work on complaints.

    Source: ISO 10002:2018, 5.4 and 8.2.
    """
    actor.require(Deed.WORK)
    mine = Slice(Trait.HANDLER, actor.username)
    base = base_of(period, platform.now(), ALL)
    with platform.database.read() as tx:
        seen = tx.case_facts.figures(reach.sight(platform, tx, actor=actor, deed=Deed.READ))
        own = measuring.measured(seen, TOLD, base, mine)
        team = measuring.measured(seen, TOLD, base)
        others = {each.id: _others(seen, each, base, actor) for each in TOLD}
        ages = measuring.ages(seen, base, [band.id for band in AGE_BANDS], mine)
        waiting = tx.case_facts.pending()
    few = platform.policy.figures.small_number
    return OwnFigures(
        tuple(
            OwnFigure(
                _shown(each, own[each.id], base.whose(Trait.HANDLER, actor.username)),
                None if is_of_single(others[each.id], few) else _shown(each, team[each.id], base),
            )
            for each in TOLD
        ),
        {band.title: ages[band.id] for band in AGE_BANDS},
        waiting,
    )


def _others(seen: CaseFigures, measure: Measure, base: CaseSet, actor: Actor) -> Mapping[str, int]:
    """Return how much of each other person stands behind a figure."""
    if measure.way is Way.STOCK:
        found = measuring.open_by(seen, base, Trait.HANDLER)
    else:
        spread = measuring.spread(seen, measure, base, Trait.HANDLER)
        found = {who: n for who, (_good, n) in spread.items()}
    return {who: n for who, n in found.items() if who not in {NONE, actor.username}}


def _shown(measure: Measure, figure: Figure, base: CaseSet) -> Shown:
    return Shown(measure, measure.title, figure, None, set_of(measure, base))
