"""What somebody is asked when a complaint is over: about the way it was handled, not its end.

The outcome is asked first, and figures are told by outcome, since who did not get what they wanted
judges everything else harder.

Source: ISO 10002:2018, 8.3; ISO 10004; the four kinds of fairness that research tells apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.text import without_controls
from engine.errors import InvalidInputError

LOWEST, HIGHEST = 1, 5
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
class ItemFigure:
    """How a question was answered.

    Attributes:
        outcome: Of the complaints counted; empty for those without one.
        count: Answers.
        mean: From 1 to 5.
        good: Share of the answers 4 and 5, from 0 to 1.
    """

    item: Item
    outcome: str
    count: int
    mean: float
    good: float


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
