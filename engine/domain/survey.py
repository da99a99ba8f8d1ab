"""What somebody is asked when a complaint is over: about the way it was handled, not its end.

The outcome is asked first, and figures are told by outcome, since who did not get what they wanted
judges everything else harder.

Source: ISO 10002:2018, 8.3; ISO 10004; the four kinds of fairness that research tells apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import fmean, median
from types import MappingProxyType

from engine.domain.case_set import CaseSet
from engine.domain.invitation import LeftOut
from engine.domain.small_group import too_small
from engine.domain.text import without_controls
from engine.errors import InvalidInputError

LOWEST, HIGHEST = 1, 5
GOOD = 4
"""From this score on an answer is a good one."""
LONGEST = 5_000
"""Characters of a comment."""


class Item(StrEnum):
    """One question, answered from 1 (not at all) to 5 (fully)."""

    OUTCOME_FAIR = "outcome_fair"
    REMEDY_FITS = "remedy_fits"
    EASY_TO_COMPLAIN = "easy_to_complain"
    TIME_REASONABLE = "time_reasonable"
    HAD_MY_SAY = "had_my_say"
    KEPT_INFORMED = "kept_informed"
    RESPECT = "respect"
    UNDERSTOOD = "understood"
    REASONS_CLEAR = "reasons_clear"
    OBJECTIVE = "objective"
    NEEDS_MET = "needs_met"
    OVERALL = "overall"


QUESTIONS: Mapping[Item, str] = MappingProxyType(
    {
        Item.OUTCOME_FAIR: "The decision was fair",
        Item.REMEDY_FITS: "What was done fits what had happened",
        Item.EASY_TO_COMPLAIN: "It was easy to complain",
        Item.TIME_REASONABLE: "It took a reasonable time",
        Item.HAD_MY_SAY: "I could say everything that mattered",
        Item.KEPT_INFORMED: "I was kept informed",
        Item.RESPECT: "I was treated with respect",
        Item.UNDERSTOOD: "They understood what it was about",
        Item.REASONS_CLEAR: "The reasons were clear",
        Item.OBJECTIVE: "It was looked at without taking sides",
        Item.NEEDS_MET: "What I needed to take part was arranged",
        Item.OVERALL: "All in all satisfied with the handling",
    }
)
"""What each asks whether one agrees with, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Response:
    """What somebody answered; each question may be left out.

    Attributes:
        scores: From 1 to 5, by question; at least one.
        unresolved: What is still not resolved, in the person's words; empty for nothing.
        comment: Anything else.
        answered_at: None as long as it is not kept.
    """

    scores: Mapping[Item, int]
    unresolved: str = ""
    comment: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """How often each score was given to a question.

    Attributes:
        outcome: Of the complaints counted; empty for those without one, None for all together.
        counts: How often 1, 2, 3, 4 and 5 were given.
    """

    item: Item
    outcome: str | None
    counts: tuple[int, int, int, int, int]

    @property
    def count(self) -> int:
        """Return how many answered."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """How a question was answered.

    Attributes:
        outcome: Of the complaints counted; empty for those without one, None for all together.
        count: Answers.
        mean: From 1 to 5; None where so few answered that it would tell what somebody said.
        median: From 1 to 5, between two scores where half gave each; None as above.
        good: Share of the answers 4 and 5, from 0 to 1; None as above.
    """

    item: Item
    outcome: str | None
    count: int
    mean: float | None = None
    median: float | None = None
    good: float | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What complainants think of how they were treated, in one period.

    Attributes:
        sent: Invitations sent in the period.
        answered: Of these, how many were answered, whenever that was.
        returned: Of these, how many came back from the mail server.
        rate: Share that answered; None where nobody was invited.
        responses: Answers that came in the period, invited or not.
        left_out: How many were not invited in the period, by the reason.
        cases: Those that were sent an invitation, as the list behind a number takes them.
        items: By question; first of all complaints, then by outcome.
    """

    sent: int
    answered: int
    returned: int
    rate: float | None
    responses: int
    left_out: Mapping[LeftOut, int]
    cases: CaseSet
    items: tuple[ItemFigure, ...]


def told_apart(scores: Iterable[Scores], few: int) -> tuple[ItemFigure, ...]:
    """Return figures of which none tells what one of a few people said.

    Args:
        scores: By question and outcome; each once.
        few: Below so many answers only their number is told.

    Returns:
        By question in the order in which they are asked, all outcomes together first.
    """
    found: list[ItemFigure] = []
    given = [each for each in scores if each.count]
    for item in Item:
        own = [each for each in given if each.item is item]
        if own:
            sums = (sum(column) for column in zip(*(each.counts for each in own), strict=True))
            found.append(_figure(Scores(item, None, tuple(sums)), few))
            found += sorted(_by_outcome(own, few), key=lambda each: each.outcome or "")
    return tuple(found)


def _by_outcome(own: Sequence[Scores], few: int) -> list[ItemFigure]:
    """Return the figures of one question by outcome."""
    hidden = too_small({each.outcome or "": each.count for each in own}, few)
    return [
        ItemFigure(each.item, each.outcome, each.count)
        if (each.outcome or "") in hidden
        else _figure(each, few)
        for each in own
    ]


def _figure(scores: Scores, few: int) -> ItemFigure:
    n, item, outcome = scores.count, scores.item, scores.outcome
    if n < few:
        return ItemFigure(item, outcome, n)
    every = [score for score, times in enumerate(scores.counts, LOWEST) for _ in range(times)]
    good = sum(times for score, times in enumerate(scores.counts, LOWEST) if score >= GOOD)
    return ItemFigure(item, outcome, n, fmean(every), float(median(every)), good / n)


def checked(scores: Mapping[str, object], *, unresolved: str = "", comment: str = "") -> Response:
    """Return a response that can be kept.

    Args:
        scores: By the value of a question; empty answers are left out.
        unresolved: As typed.
        comment: As typed.

    Raises:
        InvalidInputError: A question or score is none of ours, nothing is answered, or a text is
            too long.
    """
    found: dict[Item, int] = {}
    for name, given in scores.items():
        if given in {"", None}:
            continue
        if name not in set(Item) or str(given) not in {"1", "2", "3", "4", "5"}:
            raise InvalidInputError({"Scores": "go from 1 to 5, for the questions that are asked."})
        found[Item(name)] = int(str(given))
    texts = {
        "What is not resolved": str(without_controls(unresolved)).strip(),
        "Comment": str(without_controls(comment)).strip(),
    }
    for field, text in texts.items():
        if len(text) > LONGEST:
            raise InvalidInputError({field: f"may have at most {LONGEST:,} characters."})
    if not found and not any(texts.values()):
        raise InvalidInputError({"Answers": "are needed: at least one."})
    left, said = texts.values()
    return Response(found, unresolved=left, comment=said)
