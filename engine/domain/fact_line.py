"""How facts of complaints are counted: the lines of tallies, and the words that tell them apart."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from engine.domain.case_fact import MEASURED, PARTS, CaseFact, Trait

VALUES = "values"
"""Stands for a trait where values that are measured are told apart finely, and nothing else is."""


def word_of(fact: CaseFact, trait: str) -> str:
    """Return the word by which facts of one kind are counted apart.

    Values that are measured are counted in fine classes where nothing else is told apart, and by
    powers of two for each value of a trait: the rows would be too many.
    """
    good = "" if fact.good is None else "y" if fact.good else "n"
    each = fact.value_class
    if trait == VALUES:
        return f"||{each}"
    if fact.kind in MEASURED:
        each = coarse(each) if trait else 0
    return f"{fact.detail}|{good}|{each}"


def coarse(value_class: int) -> int:
    """Return the class of values between two powers of two that a finer one lies in."""
    return (value_class + PARTS - 1) // PARTS


def fine(coarse_class: int) -> range:
    """Return the fine classes of a coarse one."""
    return range(max(0, PARTS * (coarse_class - 1) + 1), PARTS * coarse_class + 1)


class Word(NamedTuple):
    """What ``word_of`` says, taken apart."""

    detail: str
    good: bool | None
    value_class: int


def read_word(word: str) -> Word:
    """Return what a word of ``word_of`` says."""
    detail, good, each = word.rsplit("|", 2)
    return Word(detail, None if not good else good == "y", int(each))


class Line(NamedTuple):
    """One line of a tally: facts of a kind on a day, told apart by a trait or by none."""

    kind: str
    day: int
    trait: str
    value: str
    circle: str
    word: str


def lines_of(
    facts: Iterable[tuple[CaseFact, int]], circle: str, traits: Mapping[Trait, str]
) -> Iterator[Line]:
    """Yield the lines of tallies in which the facts of a complaint count, each with its day."""
    for fact, day in facts:
        yield Line(fact.kind, day, "", "", circle, word_of(fact, ""))
        if fact.kind in MEASURED:
            yield Line(fact.kind, day, VALUES, "", circle, word_of(fact, VALUES))
        for trait, value in traits.items():
            yield Line(fact.kind, day, trait, value, circle, word_of(fact, trait))
