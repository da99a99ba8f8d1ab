"""Commands on performance figures: what they mean, what they are, and making them again."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from engine.bootstrap import Platform
from engine.cli.seat import As, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.actor import SYSTEM
from engine.domain.basis import Basis
from engine.domain.interval import interval_of
from engine.domain.kpi import EARLIEST, Figure, Period, Unit
from engine.errors import InvalidInputError, NotFoundError
from engine.services.figures import facts, freezing, reporting, stating
from engine.services.figures.reporting import Report, Shown, named

_VOUCHED = {
    True: "They are those that the journal tells of.",
    False: "The journal does NOT tell of them: they were changed, or an earlier release kept them.",
}
app = typer.Typer(help="Performance figures; without a command, those of the last 90 days.")

Begin = Annotated[str, typer.Option("--from", help="first day, as 2026-01-31")]
End = Annotated[str, typer.Option("--to", help="last day, as 2026-01-31")]


@app.callback(invoke_without_command=True)
def kpi(told: typer.Context, begin: Begin = "", end: End = "", output: As = Format.TEXT) -> None:
    """Print the figures of the performance pages; the last 90 days unless told otherwise."""
    if told.invoked_subcommand is None:
        show(begin, end, output)
    elif begin or end:
        raise InvalidInputError({"--from and --to": "stand behind the word that they belong to."})


@app.command("list")
def list_definitions(output: As = Format.TEXT) -> None:
    """Print what each figure means, who answers for it, and what is aimed at."""
    known = reporting.definitions(ready(), actor=SYSTEM)
    if output is Format.JSON:
        show_json([each.told() for each in known])
        return
    rows = [
        (each.measure.code, each.measure.id, each.measure.formula, each.owner, _target(each))
        for each in known
    ]
    show_table("Definitions", ("", "Figure", "Formula", "Owner", "Target"), rows)


@app.command()
def show(begin: Begin = "", end: End = "", output: As = Format.TEXT) -> None:
    """Print the figures of a period; of the last 90 days unless told otherwise."""
    platform = ready()
    facts.refresh(platform)
    period = _period(platform, begin, end)
    told = reporting.report(platform, actor=SYSTEM, period=period)
    if output is Format.JSON:
        show_json(reporting.as_table(told))
    else:
        show_report(told, platform.policy.calendar.zone)


@app.command()
def frozen(begin: Begin, end: End, output: As = Format.TEXT) -> None:
    """Print which figures of a day, seven days or a month have changed since they were kept."""
    platform = ready()
    facts.refresh(platform)
    period = _period(platform, begin, end)
    kept = freezing.frozen_figures(platform, actor=SYSTEM, period=period)
    if kept is None:
        raise NotFoundError("snapshot", f"from {begin} to {end}")
    if output is Format.JSON:
        show_json(kept.told())
        return
    rows = [
        (named(e.shown), _told(e.then, e.shown), _told(e.shown.figure, e.shown))
        for e in kept.changed
    ]
    at = f"Kept at {kept.taken_at:%Y-%m-%d %H:%M} UTC"
    say(f"{at}, {kept.figures} figures. {_VOUCHED[kept.is_told]}")
    rows += [(name, "", "not defined any more") for name in kept.gone]
    if rows:
        show_table("Different today", ("Figure", "Then", "Today"), rows)
    else:
        say("All are as they are today.")


@app.command()
def state(
    of: Annotated[Basis, typer.Argument(help="customers, contracts or transactions")],
    month: Annotated[str, typer.Argument(help="as 2026-01")],
    number: Annotated[int, typer.Argument(help="how many there were")],
) -> None:
    """State how many there were in a month; complaints are told per thousand of them."""
    first = _day(f"{month}-01", "Month")
    if first is None:
        raise InvalidInputError({"Month": "is needed, as 2026-01."})
    stating.state_number(ready(), actor=SYSTEM, of=of, month=first, number=number)
    say(f"{number:,} {of.value} are stated for {first:%B %Y}.")


@app.command()
def stated(output: As = Format.TEXT) -> None:
    """Print how many customers, contracts and transactions are stated, the latest month first."""
    known = stating.stated_numbers(ready(), actor=SYSTEM).numbers
    if output is Format.JSON:
        show_json([asdict(each) for each in known])
        return
    rows = [(f"{each.month:%Y-%m}", each.of.value, f"{each.number:,}", each.by) for each in known]
    show_table("Stated", ("Month", "Of", "Number", "By"), rows)


@app.command()
def rebuild() -> None:
    """Make all facts and counts again from the records; what is right stays as it is."""
    say(f"Facts of {facts.remake(ready(), actor=SYSTEM)} complaints were wrong and are right now.")


def show_report(told: Report, zone: str) -> None:
    """Print the figures of a report as a table."""
    rows = [(shown.title, _measured(shown), shown.figure.n) for shown in (*told.told, *told.ages)]
    first, last = told.period.first_day(zone), told.period.last_day(zone)
    title = f"Figures from {first:%d %b %Y} to {last:%d %b %Y}"
    show_table(title, ("Measure", "Value", "n"), rows)
    if told.waiting:
        say(f"{told.waiting} complaints have changed since and are not counted yet.")


def _period(platform: Platform, begin: str, end: str) -> Period:
    """Return the period that options name; the last 90 days for none.

    Raises:
        InvalidInputError: They name none.
    """
    today = platform.calendar.day_of(platform.now())
    last = _day(end, "--to") or today
    if not EARLIEST <= last <= today:
        raise InvalidInputError({"--to": f"must lie between {EARLIEST} and today."})
    first = _day(begin, "--from") or max(EARLIEST, last - timedelta(days=89))
    if not EARLIEST <= first <= last:
        raise InvalidInputError({"--from": f"must not lie after --to, nor before {EARLIEST}."})
    return Period.of_dates(first, last, platform.policy.calendar.zone)


def _measured(shown: Shown) -> str:
    """Return a value, and of an estimate, between what it lies."""
    told, limits = _told(shown.figure, shown), interval_of(shown.measure, shown.figure)
    unit = shown.measure.unit
    return f"{told} ({_value(limits[0], unit)} to {_value(limits[1], unit)})" if limits else told


def _told(figure: Figure | None, shown: Shown) -> str:
    return "" if figure is None else _value(figure.value, shown.measure.unit)


def _target(known: reporting.Defined) -> str:
    return "" if known.target is None else _value(known.target, known.measure.unit)


def _value(value: float | None, unit: Unit) -> str:
    if value is None:
        return "nothing to measure"
    match unit:
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.COMPLAINTS | Unit.NUMBER:
            return f"{value:,.0f}"
        case Unit.MONEY | Unit.PER_THOUSAND:
            return f"{value:,.2f}"
        case Unit.TIMES:
            return f"{value:.1f} to 1"
        case _:
            return f"{value:.1f}"


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise InvalidInputError({option: f"“{text}” is no day such as 2026-01-31."}) from error
