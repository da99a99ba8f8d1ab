"""The definitions of the performance figures: data of ``kpi.toml``, checked when they are read."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class Unit(StrEnum):
    """What the value of a figure is counted in."""

    COMPLAINTS = "complaints"
    SHARE = "share"
    """From 0 to 1."""
    DAYS = "days"
    """Real days of 24 hours, nights and weekends included, as the complainant waits."""
    WEEKS = "weeks"
    MONEY = "money"
    """Of the organisation's currency."""
    OFTEN = "times per complaint"
    SCORE = "score"
    """From 1 to 5."""
    NUMBER = "number"
    """Of whatever is behind the figure, which is no complaint."""
    PER_THOUSAND = "per_thousand"
    """Complaints per thousand of something, and month."""
    TIMES = "times"
    """How many times as much one value is as another."""


class Way(StrEnum):
    """How a figure is made of facts."""

    COUNT = "count"
    SHARE = "share"
    """Facts that are good, of all."""
    RATIO = "ratio"
    """Facts, per fact of another kind in the same period."""
    PERCENTILE = "percentile"
    SPREAD = "spread"
    """The third quartile of the values, by the first: 1 where all are alike."""
    MEAN = "mean"
    SUM = "sum"
    STOCK = "stock"
    """What has come before the end of the period and not gone by then."""
    WEEKS = "weeks"
    """Stock, by what goes in a week: how long it lasts if nothing came any more."""
    OFFICE = "office"
    """Of records of the office and not of facts of complaints; ``facts`` names what reads them."""


class Better(StrEnum):
    """Which direction of a change is good."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Definition(BaseModel):
    """What one figure means, and of which facts it is made.

    Attributes:
        code: As the list of ISO 10002 figures in the guide has it.
        sentence: What is shown beside the number.
        formula: The same for an auditor, in words.
        owner: Role that answers for it, unless the organisation names another.
        version: Goes up with each change of the meaning.
        facts: Kind of facts that count.
        detail: Which of them; empty for all.
        good: Only those that are good, or are not; None for both.
        of: For a ratio: the kind of facts that it is measured by.
        opens: The set of complaints behind the number.
        percent: For a percentile.
        few: Below so many facts the value is not told.
        is_private: Few facts could tell who somebody is: then nothing but their number is told.
        behind: What is behind a figure of the office, one of it and many.
        nothing: What is said of a figure of the office where there is nothing to measure.
        is_estimate: It is a share of a sample, and told with the interval in which it lies.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    code: str = Field(pattern=r"^K[0-9]+$")
    title: str = Field(min_length=2, max_length=60)
    sentence: str = Field(min_length=20)
    formula: str = Field(min_length=10)
    unit: Unit
    owner: str = Field(min_length=2)
    version: int = Field(ge=1)
    way: Way
    facts: str
    detail: str = ""
    good: bool | None = None
    of: str = ""
    opens: str
    percent: int | None = Field(default=None, ge=1, le=100)
    better: Better = Better.NEITHER
    few: int = Field(default=1, ge=1)
    is_private: bool = False
    behind: tuple[str, str] | None = None
    nothing: str = ""
    is_estimate: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse a definition that lacks what its way needs.

        Raises:
            ValueError: It does, or has what its way does not know.
        """
        if (self.percent is not None) is not (self.way is Way.PERCENTILE):
            raise ValueError(f"{self.id}: a percentile, and nothing else, has a percent")
        is_ranked = self.way in {Way.PERCENTILE, Way.SPREAD}
        if is_ranked and (self.detail or self.good is not None):
            raise ValueError(f"{self.id}: what is ranked are all facts of its kind")
        if bool(self.of) is not (self.way is Way.RATIO):
            raise ValueError(f"{self.id}: a ratio, and nothing else, is measured by other facts")
        if (self.behind is not None and bool(self.nothing)) is not (self.way is Way.OFFICE):
            raise ValueError(f"{self.id}: a figure of the office, and nothing else, says of what")
        return self


class _Book(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kpi: tuple[Definition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        """Refuse two definitions of one id.

        Raises:
            ValueError: There are two.
        """
        ids = [each.id for each in self.kpi]
        if len(set(ids)) < len(ids):
            raise ValueError(f"defined twice: {sorted({i for i in ids if ids.count(i) > 1})}")
        return self


class KpiPolicy(BaseModel):
    """What an organisation wants of one figure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: float | None = None
    """In the unit of the figure; a share from 0 to 1."""
    owner: str = ""
    """Who answers for it; empty for the role of the definition."""


def parse(text: str) -> tuple[Definition, ...]:
    """Return the definitions of a file, in its order.

    Raises:
        ValueError: It is no TOML, or a definition in it is wrong.
    """
    return _Book.model_validate(tomllib.loads(text)).kpi


@lru_cache(maxsize=1)
def shipped() -> tuple[Definition, ...]:
    """Return the definitions that Redress ships."""
    return parse((files("config") / "kpi.toml").read_text("utf-8"))


def _known(told: Mapping[str, KpiPolicy]) -> Mapping[str, KpiPolicy]:
    """Refuse a figure that is not defined.

    Raises:
        ValueError: It is not.
    """
    unknown = sorted(told.keys() - {each.id for each in shipped()})
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no such figure; see redress kpi list")
    return told


Kpis = Annotated[Mapping[str, KpiPolicy], AfterValidator(_known)]
"""What an organisation wants of figures, by their ids."""


class FigurePolicy(BaseModel):
    """What an organisation wants of its performance figures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kpis: Kpis = {}
    small_number: int = Field(default=10, ge=1, le=1000)
    """Of a group of fewer complaints, figures about people tell nothing but their number."""
