"""Whose time limits hold for a complaint, and the editions of rules by which a case is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.policy import ClockPolicy
from engine.bootstrap import Platform
from engine.domain import calendar_edition
from engine.domain.allowance import parse_allowance
from engine.domain.case import Case
from engine.domain.complaint import Complaint
from engine.domain.deadline import Clock
from engine.domain.referral import COMPLY_CLOCK, FILE_CLOCK
from engine.domain.regime import TOLD, ClockRule, Occasion, Profile, Regime, digest_of
from engine.domain.why import Explanation, explain
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError
from engine.store.transaction import Transaction

_OWN = "own"
WORD_CLOCK = "promised_word"
"""Of a day by which the complainant was promised to hear."""
_ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An edition of a regime as a complaint comes under it."""

    profile: Profile
    variant: str

    @property
    def regime(self) -> Regime:
        """Return what the case keeps."""
        return Regime(profile=digest_of(self.profile.content), variant=self.variant)

    @property
    def name(self) -> str:
        """Return how it is asked for, such as ``fca_disp/payment_services``."""
        return f"{self.profile.code}/{self.variant}" if self.variant else self.profile.code


def for_complaint(
    platform: Platform, *, complaint: Complaint, wanted: Sequence[str] | None = None
) -> tuple[Chosen, ...]:
    """Return the editions under which a complaint comes, in the order of the policy.

    Args:
        platform: Whose policy and profiles.
        complaint: Received on a day on which the editions are in force.
        wanted: Regimes by their names, each with a variant behind a slash where one is meant;
            None for what the policy says. The organisation's own promises hold besides.

    Raises:
        InvalidInputError: A name that is wanted is unknown, or no edition is in force that day.
    """
    day = platform.calendar.day_of(complaint.received_at)
    if wanted is not None:
        found = [_named(platform, name, day) for name in dict.fromkeys(wanted)]
    else:
        found = _by_policy(platform, complaint, day)
    own = own_promises(platform.policy.clocks)
    once = {each.profile.code: each for each in reversed(found)}
    return (*reversed(once.values()), *((Chosen(own, ""),) if own else ()))


def names(platform: Platform) -> tuple[tuple[str, str], ...]:
    """Return what can be chosen today: name and title of each regime, variant by variant."""
    today = platform.calendar.day_of(platform.now())
    found = []
    for code in platform.profiles.codes:
        profile = platform.profiles.in_force(code, today)
        if profile is None:
            continue
        found += [(f"{code}/{v.code}", f"{profile.title}: {v.title}") for v in profile.variants]
        if not profile.variants:
            found.append((code, profile.title))
    return tuple(found)


def in_policy(platform: Platform) -> tuple[tuple[Profile, str], ...]:
    """Return the editions that the policy puts in force today, and for which complaints each."""
    today = platform.calendar.day_of(platform.now())
    found = []
    for choice in platform.policy.regimes:
        profile = platform.profiles.in_force(choice.profile, today)
        if profile is not None:
            titles = {each.code: each.title for each in profile.variants}
            conditions = (choice.categories, choice.products, choice.channels)
            meant = "; ".join(", ".join(each) for each in conditions if each)
            usual = "Whatever comes under no other" if choice.otherwise else "Every complaint"
            variant = titles.get(profile.variant_named(choice.variant), "")
            found.append((profile, ": ".join(each for each in (variant, meant or usual) if each)))
    own = own_promises(platform.policy.clocks)
    return (*found, *(((own, "Every complaint"),) if own else ()))


def own_promises(policies: Iterable[ClockPolicy]) -> Profile | None:
    """Return the organisation's own promises as a profile; None where it makes none.

    Raises:
        InvalidInputError: A promise cannot be read; names it.
    """
    rules = tuple(map(_own_rule, policies))
    if not rules:
        return None
    title = "The organisation's own promises"
    return _profile(_OWN, title, rules)


def outside(platform: Platform, tx: Transaction) -> tuple[Regime, Profile]:
    """Return the time limits of what a body outside asks, kept as an edition."""
    policy = platform.policy.referral
    told = (
        (FILE_CLOCK, "Case file to the outside body", policy.file_within),
        (COMPLY_CLOCK, "Award of the outside body", policy.comply_within),
    )
    ends = {
        FILE_CLOCK: (Occasion.EXTERNAL_REFERRED, Occasion.FILE_SENT),
        COMPLY_CLOCK: (Occasion.EXTERNAL_DECIDED, Occasion.COMPLIED),
    }
    rules = tuple(
        ClockRule(
            code=code,
            title=title,
            kind="statutory",
            starts_on=ends[code][0],
            stops_on=(ends[code][1],),
            allowance=allowance,
            source="The organisation's policy, where the body named no day.",
        )
        for code, title, allowance in told
    )
    title = "What a body outside asks"
    return _kept(platform, tx, _profile("outside", title, rules))


def next_word(platform: Platform, tx: Transaction) -> tuple[Regime, Profile]:
    """Return the time limit of a promise to be heard of by a day, kept as an edition."""
    rule = ClockRule(
        code=WORD_CLOCK,
        title="Word promised to the complainant",
        kind="internal",
        starts_on=Occasion.WORD_PROMISED,
        stops_on=(Occasion.UPDATED, Occasion.DECIDED, Occasion.STAGE_TWO_DECIDED),
        allowance="1 day",
        source="Promised in this case; ISO 10002:2018, 4.6 and 7.4.",
    )
    return _kept(platform, tx, _profile("word", "What was promised in a case", (rule,)))


def _profile(code: str, title: str, rules: tuple[ClockRule, ...]) -> Profile:
    return Profile(code=code, title=title, version="1", valid_from=_ALWAYS, clocks=rules)


def _kept(platform: Platform, tx: Transaction, profile: Profile) -> tuple[Regime, Profile]:
    """Keep an edition that no file brings, once, and return it as a case names it."""
    digest = digest_of(profile.content)
    if not tx.editions.known({digest}):
        kept = {"kind": "regime", "name": profile.code, "version": profile.version}
        tx.editions.keep(**kept, content=profile.content, at=platform.now())
    return Regime(profile=digest, variant=""), profile


def keep(
    platform: Platform, tx: Transaction, chosen: Sequence[Chosen], complaint: Complaint
) -> tuple[tuple[Regime, ...], str]:
    """Keep the editions under which a new case comes; return them and the calendar's digest."""
    year = platform.calendar.day_of(complaint.received_at).year
    calendar = calendar_edition.content_of(platform.calendar, year)
    counted = calendar_edition.digest_for(platform.calendar, year - year % 10)
    under = tuple(each.regime for each in chosen)
    editions = {regime.profile: each.profile for regime, each in zip(under, chosen, strict=True)}
    missing = {*editions, counted} - tx.editions.known({*editions, counted})
    for digest in sorted(missing & editions.keys()):
        profile = editions[digest]
        tx.editions.keep(
            kind="regime",
            name=profile.code,
            version=profile.version,
            content=profile.content,
            at=platform.now(),
        )
    if counted in missing:
        place = platform.calendar.policy
        name = f"{place.country} {place.subdivision}".strip() or place.zone
        tx.editions.keep(
            kind="calendar", name=name, version=counted[:12], content=calendar, at=platform.now()
        )
    platform.editions.update(editions)
    return under, counted


def profile_of(platform: Platform, tx: Transaction, digest: str) -> Profile | None:
    """Return an edition of a regime, read once per program; None for one that is not kept."""
    known = platform.editions.get(digest)
    if known is None and digest and (content := tx.editions.content(digest)) is not None:
        known = platform.editions[digest] = Profile.model_validate_json(content)
    return known if isinstance(known, Profile) else None


def calendar_of(platform: Platform, tx: Transaction, digest: str) -> Calendar:
    """Return an edition of the calendar, read once per program; today's where none is kept."""
    known = platform.editions.get(digest)
    if known is None and digest and (content := tx.editions.content(digest)) is not None:
        known = platform.editions[digest] = calendar_edition.read_calendar(content)
    return known if isinstance(known, Calendar) else platform.calendar


def rule_of(
    platform: Platform, tx: Transaction, *, profile: str, variant: str, code: str
) -> ClockRule | None:
    """Return the rule by which a clock is counted; None for one that was not kept."""
    found = profile_of(platform, tx, profile)
    return found.rule(code, variant) if found else None


def under(platform: Platform, tx: Transaction, case: Case) -> tuple[tuple[Regime, Profile], ...]:
    """Return the regimes of a case with their profiles."""
    found = ((each, profile_of(platform, tx, each.profile)) for each in case.regimes)
    return tuple((regime, profile) for regime, profile in found if profile is not None)


def told(
    platform: Platform, tx: Transaction, case: Case, clocks: Iterable[Clock]
) -> dict[str, Any]:
    """Return what the file of a case tells of its time limits, by the names of its fields."""
    return {
        "reasons": {clock.code: _reason(platform, tx, clock) for clock in clocks},
        "regime_titles": tuple(profile.title for _, profile in under(platform, tx, case)),
        "occasions": occasions(platform, tx, case),
    }


def _reason(platform: Platform, tx: Transaction, clock: Clock) -> Explanation:
    kept = {"profile": clock.profile, "variant": clock.variant, "code": clock.rule}
    rule = rule_of(platform, tx, **kept)
    return explain(clock, rule, calendar_of(platform, tx, clock.calendar))


def occasions(platform: Platform, tx: Transaction, case: Case) -> tuple[Occasion, ...]:
    """Return what somebody can tell that starts or stops a time limit of a case."""
    rules = [r for regime, p in under(platform, tx, case) for r in p.rules(regime.variant)]
    meant = {rule.starts_on for rule in rules}.union(*(rule.stops_on for rule in rules))
    return tuple(each for each in Occasion if each in meant & TOLD)


def _by_policy(platform: Platform, complaint: Complaint, day: date) -> list[Chosen]:
    facts = {
        "category": complaint.category,
        "product": complaint.product,
        "channel": complaint.channel.value,
    }
    found: dict[bool, list[Chosen]] = {True: [], False: []}
    for choice in platform.policy.regimes:
        profile = platform.profiles.in_force(choice.profile, day)
        # One that does not hold on that day, or not for that variant yet, is no regime of it.
        if profile is None or not choice.covers(**facts):
            continue
        known = {each.code for each in profile.variants}
        if not choice.variant or choice.variant in known:
            variant = profile.variant_named(choice.variant)
            found[choice.otherwise].append(Chosen(profile, variant))
    return found[False] or found[True]


def _named(platform: Platform, name: str, day: date) -> Chosen:
    code, _slash, variant = name.partition("/")
    if not platform.profiles.editions(code):
        known = ", ".join(platform.profiles.codes)
        raise InvalidInputError({"Regime": f"“{code}” is none of {known}."})
    profile = platform.profiles.in_force(code, day)
    if profile is None:
        problem = f"“{code}” is not in force for what was received on {day:%d %B %Y}."
        raise InvalidInputError({"Regime": problem})
    return Chosen(profile, profile.variant_named(variant))


def _own_rule(policy: ClockPolicy) -> ClockRule:
    """Return a promise of the policy as a rule.

    Raises:
        InvalidInputError: Its allowance cannot be read, or nothing in a case stops it.
    """
    key = f"policy.clocks.{policy.code}"
    try:
        parse_allowance(policy.allowance)
    except ValueError as error:
        raise InvalidInputError({f"{key}.allowance": str(error)}) from error
    if policy.stops_on not in set(Occasion) - {Occasion.RECEIVED}:
        known = ", ".join(sorted(set(Occasion) - {Occasion.RECEIVED}))
        raise InvalidInputError({f"{key}.stops_on": f"“{policy.stops_on}” is none of {known}."})
    return ClockRule(
        code=policy.code,
        title=policy.title,
        kind=policy.kind,
        stops_on=(Occasion(policy.stops_on),),
        allowance=policy.allowance,
        warn=(policy.warn_after,),
        source="The organisation's own promise.",
    )
