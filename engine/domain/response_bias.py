"""Who was asked how it was, who answered, and what those who did not may have changed.

Whoever answers is not like whoever was asked: people who got what they wanted answer more. So the
overall score is told twice: as it was answered, and with each class of complaints counted as large
as it was asked (weighting classes, by outcome and channel).

Source: ISO 10002:2018, 8.3; ISO 10004:2018, 7; R. M. Groves and others, Survey Methodology, 2nd
edition, chapter 11 (weighting-class adjustment for non-response).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.domain.complaint import Wording
from engine.domain.kpi import FEW
from engine.domain.small_group import too_small

OTHER = "other"
"""Groups that are too small to be told each."""


class Trait(Wording):
    """By what those who were asked are compared with those who answered."""

    CHANNEL = "channel"
    LANGUAGE = "language"
    OUTCOME = "outcome"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Complaints that are alike in every trait, of which the complainants were asked.

    Attributes:
        invited: How many were asked.
        answered: How many of them answered.
        scored: How many of these gave an overall score.
        total: Sum of these scores.
    """

    channel: str
    language: str
    outcome: str
    severity: int
    invited: int
    answered: int
    scored: int
    total: int

    def value(self, trait: Trait) -> str:
        """Return what it is in one trait."""
        return str(getattr(self, trait.value))


@dataclass(frozen=True, slots=True)
class Group:
    """Complaints that are alike in one trait.

    Attributes:
        name: What they are; ``other`` for several that are too small.
        rate: Share that answered; None where so few were asked that it would tell who did.
        mean: Overall score, from 1 to 5; None where it would tell what somebody said.
    """

    name: str
    invited: int
    answered: int
    rate: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class ResponseBias:
    """Who was asked, who answered, and the overall score in two ways.

    Attributes:
        scored: Answers with an overall score.
        plain: Mean of these; None for so few that it would tell what somebody said.
        weighted: The same, each class counted as large as it was asked; None as above.
        classes: How many classes are weighted.
        groups: By trait, the largest first.
        few: From so many on a group is told, and a mean.
    """

    invited: int
    answered: int
    scored: int
    plain: float | None
    weighted: float | None
    classes: int
    groups: Mapping[Trait, tuple[Group, ...]]
    few: int


@dataclass(slots=True)
class _Sum:
    name: str
    invited: int = 0
    answered: int = 0
    scored: int = 0
    total: int = 0

    def add(self, other: "Stratum | _Sum") -> None:
        self.invited += other.invited
        self.answered += other.answered
        self.scored += other.scored
        self.total += other.total


def response_bias_of(strata: Sequence[Stratum], few: int) -> ResponseBias:
    """Return who answered of those who were asked, and the overall score in two ways.

    Args:
        strata: Each once.
        few: From so many on a group is told, and a mean; no other can be worked out.

    Source: ISO 10002:2018, 8.3.
    """
    whole = _Sum("")
    for each in strata:
        whole.add(each)
    classes = _large(
        _summed(strata, lambda each: f"{each.outcome}/{each.channel}"),
        lambda each: each.scored,
        max(few, FEW),  # the weight of a class that is told may still be chance
    )
    is_told = whole.scored >= few
    return ResponseBias(
        whole.invited,
        whole.answered,
        whole.scored,
        plain=whole.total / whole.scored if is_told else None,
        weighted=float(_weighted(classes)) if is_told else None,
        classes=len(classes),
        groups={trait: _groups(strata, trait, few) for trait in Trait},
        few=few,
    )


def _weighted(classes: Iterable[_Sum]) -> Fraction:
    known = [each for each in classes if each.scored]
    asked = sum(each.invited for each in known)
    return sum((Fraction(e.invited * e.total, e.scored) for e in known), Fraction()) / asked


def _summed(strata: Iterable[Stratum], name: Callable[[Stratum], str]) -> list[_Sum]:
    found: dict[str, _Sum] = {}
    for each in strata:
        found.setdefault(name(each), _Sum(name(each))).add(each)
    return list(found.values())


def _large(sums: Sequence[_Sum], size: Callable[[_Sum], int], few: int) -> list[_Sum]:
    """Return sums of which none is smaller than ``few``, the largest first; small ones in one."""
    hidden = too_small({each.name: size(each) for each in sums}, few)
    small = [each for each in sums if each.name in hidden]
    large = [each for each in sums if each.name not in hidden]
    large.sort(key=lambda each: (-size(each), each.name))
    if not small:
        return large
    rest = _Sum(small[0].name if len(sums) == 1 else OTHER)
    for each in small:
        rest.add(each)
    if not size(rest) and large:  # they were asked all the same, and count with the smallest
        rest.add(large.pop())
    return [*large, rest]


def _groups(strata: Iterable[Stratum], trait: Trait, few: int) -> tuple[Group, ...]:
    sums = _large(_summed(strata, lambda each: each.value(trait)), lambda each: each.invited, few)
    untold = too_small({each.name: each.scored for each in sums}, few)
    return tuple(
        Group(
            each.name,
            each.invited,
            each.answered,
            rate=each.answered / each.invited if each.invited >= few else None,
            mean=None if each.name in untold else each.total / each.scored,
        )
        for each in sums
    )
