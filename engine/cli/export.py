"""Commands that write what other programs read: event logs, open data, returns."""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from engine.bootstrap import Platform
from engine.cli.journal import FirstDay, LastDay, days
from engine.cli.seat import As, WhoActs, acting, ready
from engine.console import Format, bar, say, show_json, show_table
from engine.domain.event_log import Selection
from engine.domain.kpi import Period
from engine.domain.regulator_return import ReturnKind
from engine.errors import InvalidInputError
from engine.services.bulk.new_file import new_file
from engine.services.exports import due_returns, event_logs, open_data, returns
from engine.services.exports.due_returns import DueReturn
from engine.services.exports.event_logs import LogShape
from engine.services.figures import facts

app = typer.Typer(no_args_is_help=True, help="Complaints and figures for other programs.")

Into = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="is written; it must not exist")
]
Cases = Annotated[
    list[str] | None, typer.Option("--case", metavar="REF", help="one complaint; can be repeated")
]
Closed = Annotated[
    bool, typer.Option("--closed", help="complaints closed in the period, instead of received")
]
Names = Annotated[bool, typer.Option("--names", help="call people by their names")]


@app.command()
def xes(
    *,
    who: WhoActs,
    file: Into,
    begin: FirstDay = "",
    end: LastDay = "",
    cases: Cases = None,
    by_closing: Closed = False,
    names: Names = False,
) -> None:
    """Write an event log in XES (IEEE 1849); compressed where the name ends with .gz."""
    platform = ready()
    chosen = _chosen(platform, begin, end, cases or [], by_closing=by_closing)
    _write(platform, who, chosen, LogShape.XES, file, names=names)


@app.command()
def ocel(
    *,
    who: WhoActs,
    file: Into,
    begin: FirstDay = "",
    end: LastDay = "",
    cases: Cases = None,
    by_closing: Closed = False,
    names: Names = False,
) -> None:
    """Write an event log in OCEL 2.0: XML or SQLite where the name says so, else JSON."""
    platform = ready()
    chosen = _chosen(platform, begin, end, cases or [], by_closing=by_closing)
    named = "".join(file.suffixes).lower()
    others = {"xml": LogShape.OCEL_XML, "sqlite": LogShape.OCEL_SQLITE}
    shape = next((each for word, each in others.items() if word in named), LogShape.OCEL_JSON)
    _write(platform, who, chosen, shape, file, names=names)


def _write(
    platform: Platform, who: str, chosen: Selection, shape: LogShape, file: Path, *, names: bool
) -> None:
    person = acting(platform, who)
    with bar("Complaints", 1) as progress, new_file(file) as beside:
        task = progress.task_ids[0]
        made = event_logs.write_event_log(
            platform,
            actor=person,
            chosen=chosen,
            shape=shape,
            file=beside,
            is_packed=file.name.endswith(".gz"),
            names=names,
            progress=lambda n, total: progress.update(task, completed=n, total=total),
        )
    say(f"{file} is written: {made.events:,} events of {made.cases:,} complaints.")


def _chosen(
    platform: Platform, begin: str, end: str, cases: list[str], *, by_closing: bool
) -> Selection:
    """Return which complaints are meant.

    Raises:
        InvalidInputError: Neither a period nor complaints are named, or both.
    """
    given = days(platform, begin, end)
    if bool(cases) == bool(given):
        raise InvalidInputError({"": "Name either complaints (--case) or a period (--from)."})
    if given is None:
        return Selection(references=tuple(cases))
    period = Period(*(at.astimezone(UTC) for at in given))
    return Selection(period, by="closed" if by_closing else "received")


@app.command("open-data")
def write_open(*, who: WhoActs, file: Into, begin: FirstDay = "", end: LastDay = "") -> None:
    """Write a table that may be made public, with its dictionary, as a ZIP file."""
    platform = ready()
    period = _period(platform, begin, end)
    with new_file(file) as beside:
        made = open_data.write_open_data(
            platform, actor=acting(platform, who), period=period, file=beside
        )
    say(f"{file} is written: {len(made.groups):,} groups of {made.told:,} complaints.")
    if made.not_told:
        say(f"{made.not_told:,} complaints are in no group: they are too few.")


@app.command()
def disp(*, who: WhoActs, file: Into, begin: FirstDay = "", end: LastDay = "") -> None:
    """Write the complaints return of the FCA (DISP 1) as CSV; refuses what does not add up."""
    _return(ReturnKind.DISP, who, file, begin, end)


@app.command()
def asic(*, who: WhoActs, file: Into, begin: FirstDay = "", end: LastDay = "") -> None:
    """Write the complaints data of ASIC (RG 271) as CSV, one row for each complaint."""
    _return(ReturnKind.ASIC, who, file, begin, end)


@app.command()
def due(*, who: WhoActs, output: As = Format.TEXT) -> None:
    """List the returns that are to be sent, what is due first before the others."""
    platform = ready()
    found = due_returns.due_returns(platform, actor=acting(platform, who)).due
    told = [_told(platform, each) for each in found]
    if output is Format.JSON:
        show_json(told)
        return
    head = ("Return", "First day", "Last day", "Due on", "Working days left", "Complaints", "Wrong")
    show_table(
        "Returns to be sent",
        head,
        [["" if it is None else it for it in each.values()] for each in told],
    )
    say(f"{len(told)} shown.")


def _told(platform: Platform, due: DueReturn) -> dict[str, str | int | None]:
    """Return what is told of a return; None stands for what is not told to this reader."""
    about, zone = due.preparation, platform.policy.calendar.zone
    return {
        "return": about.kind.value,
        "first": about.period.first_day(zone).isoformat(),
        "last": about.period.last_day(zone).isoformat(),
        "due": about.due_on.isoformat(),
        "left": due.left,
        "complaints": about.latest.cases if due.is_told else None,
        "wrong": about.latest.wrong if due.is_told else None,
    }


def _return(kind: ReturnKind, who: str, file: Path, begin: str, end: str) -> None:
    platform = ready()
    period = _period(platform, begin, end)
    facts.refresh(platform)  # so that it is compared with the figures as they are now
    with new_file(file) as beside:
        made = returns.write_return(
            platform, actor=acting(platform, who), kind=kind, period=period, file=beside
        )
    say(f"{file} is written: {made.cases:,} complaints.")
    if made.beside:
        say(f"{made.beside:,} complaints of the period come under other rules, and are not in it.")


def _period(platform: Platform, begin: str, end: str) -> Period:
    """Return the period that is meant.

    Raises:
        InvalidInputError: A day is missing or none.
    """
    given = days(platform, begin, end) if begin and end else None
    if given is None:
        raise InvalidInputError({"": "Name the first and the last day (--from, --to)."})
    return Period(*(at.astimezone(UTC) for at in given))
