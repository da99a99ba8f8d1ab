"""The figures of the performance pages as tables for other programs (ISO 10002:2018, 8.2)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain import sheet
from engine.domain.actor import Actor
from engine.domain.interval import interval_of
from engine.domain.kpi import Figure, Period
from engine.domain.sheet import Cell
from engine.services.figures import reporting
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Report, Shown
from engine.writing.workbook import Sheet, as_workbook

_HEAD = (
    "Code",
    "Figure",
    "Value",
    "Unit",
    "n",
    "Before",
    "n before",
    "Target",
    "Definition",
    "Lower limit",
    "Upper limit",
)
_GROUPS = {
    "ages": "Open by age",
    "categories": "By category",
    "severities": "By severity",
    "causes": "Causes",
}


def figures_as_csv(platform: Platform, *, actor: Actor, period: Period, of: Slice = ALL) -> bytes:
    """Return the figures of a period as CSV in UTF-8; of too few complaints a value is empty.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    told = reporting.report(platform, actor=actor, period=period, of=of)
    return sheet.as_csv(_HEAD, _lines(told))


def figures_as_excel(platform: Platform, *, actor: Actor, period: Period, of: Slice = ALL) -> bytes:
    """Return the figures of a period as an Excel workbook: one sheet each for figures and groups.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    told = reporting.report(platform, actor=actor, period=period, of=of)
    return as_workbook(_sheets(platform, told))


def _sheets(platform: Platform, told: Report) -> Iterator[Sheet]:
    zone = ZoneInfo(platform.policy.calendar.zone)
    first, last = (
        at.astimezone(zone).date().isoformat()
        for at in (told.period.begin, told.period.end - timedelta(microseconds=1))
    )
    yield Sheet("Figures", _HEAD, tuple(_lines(told)))
    weeks = tuple((w.begin.isoformat(), w.received, w.closed, w.backlog) for w in told.weeks)
    yield Sheet("Weeks", ("Week from", "Received", "Closed", "Open at its end"), weeks)
    for name, title in _GROUPS.items():
        groups: Sequence[Shown] = getattr(told, name)
        yield Sheet(title, (title, "n"), tuple((each.title, each.figure.n) for each in groups))
    made = platform.now().astimezone(zone).isoformat(timespec="minutes")
    about = (
        ("From", first),
        ("To", last),
        ("Only", " ".join(value for _trait, value in told.cases.only) or "all complaints"),
        ("As of", made),
    )
    yield Sheet("About", ("", ""), about)


def _lines(told: Report) -> Iterator[tuple[Cell, ...]]:
    for shown in told.told:
        measure, before = shown.measure, shown.before
        yield (
            *(measure.code, measure.title, _value(shown.figure), measure.unit.value),
            shown.figure.n,
            *((_value(before), before.n) if before else (None, None)),
            shown.target,
            measure.sentence,
            *(interval_of(measure, shown.figure) or (None, None)),
        )


def _value(figure: Figure) -> Cell:
    return None if figure.value is None else round(figure.value, 6)
