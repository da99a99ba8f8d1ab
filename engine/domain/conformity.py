"""Whether what the standard asks for is done, told from records: clause by clause, with counts.

Each clause has a duty in our own words and measures. A measure looks at things of one kind
(complaints, letters, records of governance), and tells how many of them are in order. What it is
judged by stands in ``config/evidence.toml``.

Source: ISO 10002:2018, clauses 4 to 8; how audits sample: ISO 10002:2018, 8.5.
"""

import hashlib
import json
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.domain.permission import Role
from engine.errors import InvalidInputError

Share = Annotated[float, Field(ge=0, le=1)]
Frequency = Literal["day", "month", "quarter", "year"]


class Verdict(StrEnum):
    """How a clause stands."""

    PASS = "pass"  # noqa: S105 - a verdict
    WARN = "warn"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"

    @property
    def words(self) -> str:
        """Return it as a person reads it."""
        return self.value.replace("_", " ")


_GRAVITY = (Verdict.NOT_APPLICABLE, Verdict.PASS, Verdict.WARN, Verdict.FAIL)
"""From light to grave; the gravest of its measures is that of a clause."""


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Told):
    """One thing that is counted for a clause.

    Attributes:
        code: Its name within the clause.
        asks: What must be so, as a sentence.
        of: What is looked at, in the plural.
        pass_at: From this share in order on it passes.
        warn_at: From this share on it warns; below it fails.
        least: So many must be in order, however many there are to look at.
        within: Hours within which something must have been done, where the measure needs them.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    asks: str = Field(min_length=1)
    of: str = Field(min_length=1)
    pass_at: Share = 1.0
    warn_at: Share = 1.0
    least: int = Field(default=0, ge=0)
    within: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _warns_first(self) -> "Measure":
        if self.warn_at > self.pass_at:
            raise ValueError("warn_at must not be above pass_at")
        return self


class Duty(_Told):
    """What one clause asks for.

    Attributes:
        duty: In our own words.
        owner: The role that answers for it.
        every: How often it is to be looked at.
        not_recorded: What of it Redress does not record yet; empty for nothing.
    """

    clause: str = Field(pattern=r"^[4-8]\.\d{1,2}$")
    title: str = Field(min_length=1)
    duty: str = Field(min_length=1)
    owner: Role
    every: Frequency
    not_recorded: str = ""
    measures: tuple[Measure, ...] = Field(min_length=1)

    @property
    def order(self) -> tuple[int, ...]:
        """Return what sorts clauses as the standard does."""
        return tuple(map(int, self.clause.split(".")))


@dataclass(frozen=True, slots=True)
class Count:
    """What a measure found.

    Attributes:
        looked_at: How many things there are.
        in_order: How many of them are as they should be.
        wrong: The first of those that are not, by the names under which people find them.
        sample: Some of all of them, drawn by chance, each with whether it is in order.
    """

    looked_at: int
    in_order: int
    wrong: tuple[str, ...] = ()
    sample: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """A measure, what it found, and what follows."""

    measure: Measure
    count: Count
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """How a clause stands."""

    duty: Duty
    verdict: Verdict
    measures: tuple[MeasureResult, ...]

    @property
    def looked_at(self) -> int:
        """Return how many things were looked at, of all measures."""
        return sum(each.count.looked_at for each in self.measures)

    @property
    def in_order(self) -> int:
        """Return how many of them are as they should be."""
        return sum(each.count.in_order for each in self.measures)

    @property
    def reason(self) -> str:
        """Return why, in sentences: of the measures that made the verdict."""
        return " ".join(each.reason for each in self.measures if each.verdict is self.verdict)

    def as_data(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        return {
            "clause": self.duty.clause,
            "title": self.duty.title,
            "duty": self.duty.duty,
            "owner": self.duty.owner.value,
            "every": self.duty.every,
            "not_recorded": self.duty.not_recorded,
            "verdict": self.verdict.value,
            "measures": [
                each.measure.model_dump()
                | asdict(each.count)
                | {"verdict": each.verdict.value, "reason": each.reason}
                for each in self.measures
            ],
        }


def counted(found: Sequence[tuple[str, bool]], *, seed: str, size: int, most: int = 20) -> Count:
    """Return what was found of things by name, with a sample that the same seed draws again.

    Args:
        found: Name of each thing, and whether it is in order; in an order that is always the same.
        seed: Of chance.
        size: How many to draw.
        most: So many that are not in order are named.
    """
    wrong = [name for name, is_fine in found if not is_fine]
    drawn = tuple(found[place] for place in places(len(found), seed=seed, size=size))
    return Count(len(found), len(found) - len(wrong), tuple(wrong[:most]), drawn)


def places(total: int, *, seed: str, size: int) -> tuple[int, ...]:
    """Return which of so many things the seed draws, counted from 0, in order."""
    return tuple(sorted(random.Random(seed).sample(range(total), min(size, total))))  # noqa: S311 - it must be drawn again


def judge_measure(measure: Measure, count: Count) -> MeasureResult:
    """Return what follows from what a measure found."""
    n, k = count.looked_at, count.in_order
    told = f"{measure.asks} {k:,} of {n:,} {measure.of} are in order"
    if k < measure.least:
        none = f"{measure.asks} There are no {measure.of}"
        least = f"{told if n else none}; at least {measure.least:,} must be."
        return MeasureResult(measure, count, Verdict.FAIL, least)
    if not n:
        nothing = f"{measure.asks} There are no {measure.of} to look at."
        return MeasureResult(measure, count, Verdict.NOT_APPLICABLE, nothing)
    # Whole numbers are compared, so that a share of exactly the threshold is never lost.
    if k >= n * measure.pass_at - 1e-9:
        return MeasureResult(measure, count, Verdict.PASS, f"{told}.")
    verdict = Verdict.WARN if k >= n * measure.warn_at - 1e-9 else Verdict.FAIL
    wanted = measure.pass_at if verdict is Verdict.WARN else measure.warn_at
    return MeasureResult(measure, count, verdict, f"{told}; {100 * wanted:g} % should be.")


def judge_clause(duty: Duty, counts: Mapping[str, Count]) -> ClauseResult:
    """Return how a clause stands: as its worst measure.

    Args:
        duty: What it asks for.
        counts: What each of its measures found, by code.

    Raises:
        KeyError: A measure was not looked at.
    """
    results = tuple(judge_measure(each, counts[each.code]) for each in duty.measures)
    worst = max((each.verdict for each in results), key=_GRAVITY.index)
    return ClauseResult(duty, worst, results)


def worst_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the gravest verdict; not applicable for none."""
    return max(verdicts, key=_GRAVITY.index, default=Verdict.NOT_APPLICABLE)


def digest_of(results: Sequence[ClauseResult]) -> str:
    """Return a hash over every verdict and count, and over what they were judged by."""
    told = json.dumps([each.as_data() for each in results], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class EvidenceRun:
    """Results that were frozen.

    Attributes:
        verdicts: By clause: verdict, how many were looked at, how many in order.
        counts: How many were looked at and in order, by clause and measure with a dot between;
            nothing for runs that kept no such counts, and where they were not asked for.
    """

    number: int
    at: datetime
    digest: str
    verdicts: Mapping[str, tuple[Verdict, int, int]]
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def since_when(runs: Sequence[EvidenceRun], clause: str) -> datetime | None:
    """Return since which run a clause has stood as it stands now.

    Args:
        runs: Latest first.
        clause: Which.

    Returns:
        None where no run has it.
    """
    first: datetime | None = None
    last: Verdict | None = None
    for run in runs:
        known = run.verdicts.get(clause)
        if known is None or (last is not None and known[0] is not last):
            break
        last, first = known[0], run.at
    return first


def chosen_shares(duty: Duty, chosen: Mapping[str, float]) -> Duty:
    """Return a duty with the shares that an organisation chose.

    Args:
        duty: As it is shipped.
        chosen: From which share on a measure passes, by clause and code with a dot between.
    """
    measures = []
    for each in duty.measures:
        share = chosen.get(f"{duty.clause}.{each.code}", each.pass_at)
        shares = {"pass_at": share, "warn_at": min(share, each.warn_at)}
        measures.append(each.model_copy(update=shares))
    return duty.model_copy(update={"measures": tuple(measures)})


def parse_duties(text: str) -> tuple[Duty, ...]:
    """Read duties from TOML: a table for each clause, in the order of the standard.

    Raises:
        InvalidInputError: It is no TOML, a duty is wrong, or a code comes twice; names each.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError({"evidence": f"is no TOML: {error}."}) from error
    duties, wrong = [], {}
    for clause, values in told.items():
        try:
            duties.append(Duty.model_validate({"clause": clause} | dict(values)))
        except (ValidationError, TypeError, ValueError) as error:
            wrong[f"evidence.{clause}"] = str(error)
            continue
        codes = [each.code for each in duties[-1].measures]
        if len(codes) > len(set(codes)):
            wrong[f"evidence.{clause}"] = "names a measure twice."
    if wrong:
        raise InvalidInputError(wrong)
    return tuple(sorted(duties, key=lambda duty: duty.order))
