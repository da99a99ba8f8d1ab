"""What became of scenarios, or of closed cases, on a draft: kept for whoever approves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.domain.journal import content_hash


class RunKind(StrEnum):
    """What was run."""

    SCENARIOS = "scenarios"
    CLOSED = "closed cases"


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScenarioResult(_Result):
    """What became of one scenario.

    Attributes:
        differs: What differs first, as a sentence; empty for nothing.
    """

    title: str
    green: bool
    differs: str = ""


class UntriedPart(_Result):
    """Something that no scenario touches: an element, a flow, or a rule of a table."""

    kind: str
    id: str
    words: str


class ScenarioResults(_Result):
    """What became of all scenarios.

    Attributes:
        touched: Ids of the elements that were passed.
        elements: How many elements were passed, and how many there are; the same for flows, and
            for rules of tables.
    """

    scenarios: tuple[ScenarioResult, ...]
    touched: tuple[str, ...]
    elements: tuple[int, int]
    flows: tuple[int, int]
    rules: tuple[int, int]
    untried: tuple[UntriedPart, ...]

    @property
    def red(self) -> tuple[ScenarioResult, ...]:
        """Return those that differ."""
        return tuple(each for each in self.scenarios if not each.green)


class ReplayPlace(_Result):
    """Closed cases that would have gone another way, or of which nobody can tell, at one place.

    Attributes:
        element: Id in the diagram; empty where it is not one element.
        title: What readers call the place; empty where it is not one.
    """

    way: str
    element: str
    title: str
    cases: int


class ReplayResults(_Result):
    """What became of closed cases; it names none of them.

    Attributes:
        left: How many were not looked at.
        words: All of it in sentences.
    """

    same: int
    other: int
    unknown: int
    left: int
    places: tuple[ReplayPlace, ...]
    words: tuple[str, ...]

    @property
    def cases(self) -> int:
        """Return how many were looked at."""
        return self.same + self.other + self.unknown


@dataclass(frozen=True, slots=True)
class TrialRun:
    """Results with what they are results of; never changed.

    Attributes:
        content: Hash of the files and scenarios that were run.
        around: Hash of what else decides: the release, working time, time limits.
        draft: Number of the draft that was run; None for files.
        results: Of a `ScenarioResults` or a `ReplayResults`, as JSON.
    """

    number: int
    kind: RunKind
    content: str
    around: str
    draft: int | None
    by: str
    at: datetime
    results: Mapping[str, Any]

    @property
    def scenarios(self) -> ScenarioResults:
        """Return the results of scenarios."""
        return ScenarioResults.model_validate(self.results)

    @property
    def replay(self) -> ReplayResults:
        """Return the results of closed cases."""
        return ReplayResults.model_validate(self.results)


def content_of_run(files: Sequence[Sequence[bytes]], scenarios: Sequence[str]) -> str:
    """Return the hash of diagrams, tables and forms, each in order, with the texts of scenarios."""
    texts = [[file.decode(errors="surrogateescape") for file in kind] for kind in files]
    return content_hash({"files": texts, "scenarios": list(scenarios)})
