"""The figures of the performance pages, and the complaints behind each."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from engine.bootstrap import Platform
from engine.domain.case_set import CaseSet, SetName
from engine.domain.kpi import EARLIEST, Period
from engine.errors import InvalidInputError
from engine.services.figures import facts, reporting
from ui.api import figured
from ui.api.context import Here, Who
from ui.api.operation import served_by
from ui.api.reading import Limit, Line, Name, Offset, StrictRoute

router = APIRouter(prefix="/figures", tags=["Figures"], route_class=StrictRoute)

_USUAL = timedelta(days=89)
_LATEST = date(2999, 12, 31)
_First = Annotated[
    date | None,
    Query(alias="from", description="First day; 90 days before the end when left out."),
]
_Last = Annotated[date | None, Query(alias="to", description="Last day; today when left out.")]


@router.get("", **served_by("reporting.report"))
def show_figures(here: Here, who: Who, first: _First = None, last: _Last = None) -> figured.Figures:
    """Show the figures of a period."""
    period = _period(here, first, last)
    facts.refresh(here)
    told = reporting.report(here, actor=who, period=period)
    items = [
        figured.Figure(
            id=each.measure.id,
            title=each.title,
            formula=each.measure.sentence,
            unit=each.measure.unit,
            value=each.figure.value,
            n=each.figure.n,
        )
        for each in (*told.told, *told.ages, *told.categories, *told.severities)
    ]
    return figured.Figures(begin=period.begin, end=period.end, items=items)


@router.get("/complaints", **served_by("reporting.cases_behind"))
def list_complaints_behind(  # noqa: PLR0913, PLR0917 - the filters of a list
    here: Here,
    who: Who,
    counted: Annotated[SetName, Query(description="Which complaints of the period.")] = "received",
    first: _First = None,
    last: _Last = None,
    clock: Annotated[Name | None, Query(description="For the sets `clock_*`.")] = None,
    category: Annotated[Line | None, Query()] = None,
    severity: Annotated[int | None, Query(ge=1, le=5)] = None,
    limit: Limit = 25,
    offset: Offset = 0,
) -> figured.CaseLines:
    """List the complaints that a figure counts."""
    period = _period(here, first, last)
    cases = CaseSet(
        counted,
        period.begin,
        period.end,
        here.now(),
        clock=clock or "",
        category=category,
        severity=severity,
    )
    facts.refresh(here)
    lines, total = reporting.cases_behind(here, actor=who, cases=cases, limit=limit, offset=offset)
    return figured.CaseLines.model_validate({"items": lines, "total": total})


def _period(platform: Platform, first: date | None, last: date | None) -> Period:
    """Return the days that are asked for.

    Raises:
        InvalidInputError: They are none, or lie where no complaint can.
    """
    end = last or platform.calendar.day_of(platform.now())
    begin = first or end - _USUAL
    if not EARLIEST <= begin <= end <= _LATEST:
        raise InvalidInputError({"from": "must not lie after `to`, and both from 2000 to 2999."})
    return Period.of_dates(begin, end, platform.policy.calendar.zone)
