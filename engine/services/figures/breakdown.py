"""Figures by what complaints are told apart by: regime, team, handler, channel (8.2)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_fact import NONE, TITLES, Trait
from engine.domain.case_set import CaseSet
from engine.domain.complaint import Channel, Outcome, Severity
from engine.domain.kpi import MEASURE, Figure, Measure, Period, Way
from engine.domain.small_group import too_small
from engine.services.accounts import reach
from engine.services.figures import measuring
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Shown, base_of, set_of
from engine.store.case_figures import CaseFigures

SPARED = frozenset({Trait.VULNERABLE, Trait.LANGUAGE, Trait.CHANNEL})
"""Traits of people: of a group with few complaints nothing is told but their number."""
_YES = {"yes": "Needs particular care", "no": "Others"}


def by_trait(
    platform: Platform,
    *,
    actor: Actor,
    measure: str,
    trait: Trait,
    period: Period,
    of: Slice = ALL,
) -> tuple[Shown, ...]:
    """Return a figure for each value of a trait, the one with the most behind it first.

    Of what is open now it is how much is open; of a share, the share; of a spread, the spread;
    else the number. Where few complaints could tell who somebody is, the value is None, and their
    number is told.

    Args:
        platform: Where the complaints are.
        actor: Who looks.
        measure: Id of a definition that counts, is a share or a spread, or is a stock.
        trait: What they are told apart by.
        period: Of which time.
        of: Of which complaints.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.2 and 4.7.
    """
    actor.require(Deed.MEASURE)
    meant = MEASURE[measure]
    base = base_of(period, platform.now(), of)
    with platform.database.read() as tx:
        seen = tx.case_facts.figures(reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE))
        teams = {team.code: team.title for team in tx.teams.all()}
        found = _measured(seen, meant, base, trait, of)
    if trait in SPARED or meant.is_private:
        found = told_apart(found, platform.policy.figures.small_number)
    names = _names(platform, teams)
    cases = set_of(meant, base)
    return tuple(
        Shown(meant, names[trait].get(value, value), figure, None, cases.whose(trait, value))
        for value, figure in sorted(found.items(), key=lambda each: (-each[1].n, each[0]))
    )


def traited(platform: Platform, *, actor: Actor, trait: Trait) -> tuple[tuple[str, str], ...]:
    """Return each value of a trait that complaints have had, and its title, by their titles.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = tx.case_facts.figures(reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE))
        names = _names(platform, {team.code: team.title for team in tx.teams.all()})[trait]
        found = measuring.values_of(seen, trait, platform.now())
    return tuple(sorted(((v, names.get(v, v)) for v in found), key=lambda each: each[1]))


def _measured(
    seen: CaseFigures, measure: Measure, base: CaseSet, trait: Trait, of: Slice
) -> Mapping[str, Figure]:
    name = measure.id
    if measure.way is Way.STOCK:
        found = measuring.open_by(seen, base, trait, of)
        return {value: Figure(name, float(n), n, value) for value, n in found.items()}
    if measure.way is Way.SPREAD:
        apart = measuring.spread_out(seen, measure, base, trait, of)
        return {value: Figure(name, ratio, n, value) for value, (ratio, n) in apart.items()}
    counted = measuring.spread(seen, measure, base, trait, of)
    is_share = measure.way is Way.SHARE
    return {
        value: Figure(name, good / n if is_share else float(n), n, value)
        for value, (good, n) in counted.items()
        if n
    }


def told_apart(found: Mapping[str, Figure], few: int) -> Mapping[str, Figure]:
    """Return figures of groups as they may be told: of a group of a few, only how many they are.

    Args:
        found: By group.
        few: From so many on a group is told.
    """
    hidden = too_small({group: figure.n for group, figure in found.items()}, few)
    return {
        group: Figure(figure.measure_id, None, figure.n, group) if group in hidden else figure
        for group, figure in found.items()
    }


def _names(platform: Platform, teams: Mapping[str, str]) -> Mapping[Trait, Mapping[str, str]]:
    """Return what values of traits are called, where they are not called what they are."""
    nothing = {trait: f"No {TITLES[trait].lower()}" for trait in Trait}
    known: dict[Trait, dict[str, str]] = defaultdict(dict)
    for trait, value, title in _titles(platform, teams):
        known[trait][value] = title
    return {trait: {NONE: nothing[trait]} | known[trait] for trait in Trait}


def _titles(platform: Platform, teams: Mapping[str, str]) -> Iterator[tuple[Trait, str, str]]:
    yield Trait.LANGUAGE, NONE, "Not known"
    yield Trait.HANDLER, NONE, "Nobody yet"
    yield Trait.OUTCOME, NONE, "None yet"
    for value, title in _YES.items():
        yield Trait.VULNERABLE, value, title
    for severity in Severity:
        yield Trait.SEVERITY, str(int(severity)), severity.title
    for channel in Channel:
        yield Trait.CHANNEL, channel.value, channel.title
    for outcome in Outcome:
        yield Trait.OUTCOME, outcome.value, outcome.title
    for code in platform.profiles.codes:
        yield Trait.REGIME, code, platform.profiles.editions(code)[-1].title
    for code, title in teams.items():
        yield Trait.TEAM, code, title
