"""Which figures an organisation watches for changes that are more than chance."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Series = Literal["received", "on_time", "days_to_close", "upheld", "days_between", "cause"]

_KINDS: dict[str, tuple[str, ...]] = {
    "received": ("c", "u", "xmr"),
    "on_time": ("p", "xmr"),
    "upheld": ("p", "xmr"),
    "days_to_close": ("xmr",),
    "days_between": ("t", "g"),
    "cause": ("c", "u", "xmr"),
}
"""By which law chance goes in each series; the first is the usual one."""


class ChartPolicy(BaseModel):
    """One figure that is watched, or one for each category or time limit.

    Source: ISO 10002:2018, 8.2 and 8.3.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    """By which its signals are kept; never used again for another figure."""
    title: str = Field(min_length=1, max_length=80)
    series: Series
    """``received``: complaints received in a week. ``on_time``: of the promises of a time limit
    that fell due in a week, the share that was kept. ``days_to_close``: the median of the
    complaints closed in a week. ``upheld``: of those decided in a week, the share that was upheld,
    wholly or in part. ``days_between``: from one complaint to the next. ``cause``: issues of which
    a root cause was found in a week."""
    chart: Literal["xmr", "p", "u", "c", "g", "t"]
    category: str = ""
    """Only complaints of this category; empty for all. For ``received`` and ``days_between``."""
    each_category: bool = False
    """A chart for each category. Only for ``received``."""
    clock: str = ""
    """Code of the time limit; empty for a chart of each that complaints have. For ``on_time``."""
    cause: str = ""
    """Area of the root cause; empty for a chart of each that was found. For ``cause``."""
    safety: bool = False
    """Only complaints in which somebody's safety is at stake. Only for ``days_between``."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse a chart that says nothing of its series, and conditions it does not know.

        Raises:
            ValueError: Names what does not fit.
        """
        if self.chart not in _KINDS[self.series]:
            known = ", ".join(_KINDS[self.series])
            raise ValueError(f"a chart of {self.series} is one of {known}")
        if self.clock and self.series != "on_time":
            raise ValueError("only on_time has a clock")
        if self.cause and self.series != "cause":
            raise ValueError("only cause has a cause")
        if self.category and self.series not in {"received", "days_between"}:
            raise ValueError("only received and days_between have a category")
        if self.each_category and (self.series != "received" or self.category):
            raise ValueError("only received has each_category, and then no category")
        if self.safety and self.series != "days_between":
            raise ValueError("only days_between has safety")
        return self


_USUAL = (
    ChartPolicy(id="received", title="Received per week", series="received", chart="c"),
    ChartPolicy(
        id="category", title="Received per week", series="received", chart="c", each_category=True
    ),
    ChartPolicy(id="on_time", title="On time", series="on_time", chart="p"),
    ChartPolicy(
        id="days_to_close", title="Median days to close", series="days_to_close", chart="xmr"
    ),
    ChartPolicy(
        id="safety",
        title="Days between safety complaints",
        series="days_between",
        chart="t",
        safety=True,
    ),
    ChartPolicy(id="upheld", title="Upheld", series="upheld", chart="p"),
    ChartPolicy(id="cause", title="Issues by cause", series="cause", chart="c"),
)


class SignalPolicy(BaseModel):
    """What is watched, how far back, and how soon somebody answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    charts: tuple[ChartPolicy, ...] = _USUAL
    weeks: int = Field(default=104, ge=26, le=260)
    """So many weeks a chart goes back."""
    baseline_points: int = Field(default=24, ge=12, le=104)
    """From so many points, the first of a chart or since a change, its limits are computed."""
    looks_back_weeks: int = Field(default=6, ge=1, le=52)
    """What was noticeable longer ago is shown on the chart, and is nothing to answer any more."""
    answer_days: int = Field(default=10, ge=1, le=100)
    """Working days within which a signal is answered; then it is shown to the management
    representative too."""

    @model_validator(mode="after")
    def _differ(self) -> Self:
        """Refuse two charts of one id.

        Raises:
            ValueError: There are.
        """
        ids = [chart.id for chart in self.charts]
        if len(ids) != len(set(ids)):
            raise ValueError("each chart needs an id of its own")
        return self
