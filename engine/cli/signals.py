"""Commands for control charts, and for what they find."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.seat import As, Whoever, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.signal import Signal
from engine.services.bulk.new_file import new_file
from engine.services.signals import charts
from engine.services.signals.charts import ChartView

app = typer.Typer(no_args_is_help=True, help="Changes of figures that are more than chance.")


@app.command("list")
def list_signals(
    *,
    is_settled: Annotated[bool, typer.Option("--settled", help="those that are answered")] = False,
    who: Whoever = "",
    output: As = Format.TEXT,
) -> None:
    """List signals that wait for an answer, or that have one, the latest first."""
    platform = ready()
    told = charts.signals_view(platform, actor=acting(platform, who))
    found = told.settled if is_settled else told.open
    if output is Format.JSON:
        show_json([_as_data(signal) for signal in found])
        return
    head = ("No.", "Chart", "What", "Since", "Owner", "Answer by", "Answer")
    rows = [
        (
            signal.number,
            signal.title,
            signal.words,
            signal.noticed.first.isoformat(),
            told.names.get(signal.owner, signal.owner) or "managers",
            local(platform, signal.climbs_at) if signal.is_open else "",
            signal.answers[-1].disposition.title if signal.answers else "",
        )
        for signal in found
    ]
    show_table("Answered signals" if is_settled else "Signals", head, rows)
    say(f"{len(found)} shown.")


@app.command("charts")
def list_charts(*, who: Whoever = "", output: As = Format.TEXT) -> None:
    """List what is watched, and why a figure has no limits where it has none."""
    platform = ready()
    told = charts.signals_view(platform, actor=acting(platform, who)).charts
    if output is Format.JSON:
        show_json([_chart_as_data(view) for view in told])
        return
    head = ("Id", "Chart", "Kind", "Points", "Without limits, since")
    rows = [
        (
            view.watched.id,
            view.watched.title,
            view.watched.kind.value,
            len(view.watched.points),
            view.chart.phases[-1].why,
        )
        for view in told
    ]
    show_table("Charts", head, rows)


@app.command("csv")
def write_csv(
    chart: Annotated[str, typer.Argument(help="id, as “redress signals charts” shows it")],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="a new file")],
    who: Whoever = "",
) -> None:
    """Write the points of a chart with their limits to a file for a spreadsheet."""
    platform = ready()
    made = charts.chart_csv(platform, actor=acting(platform, who), chart=chart)
    with new_file(out) as beside:
        beside.write_bytes(made)
    say(f"{out} is written.")


def _as_data(signal: Signal) -> dict[str, Any]:
    noticed = {name: str(value) for name, value in asdict(signal.noticed).items()}
    answers = [asdict(each) | {"at": each.at.isoformat()} for each in signal.answers]
    return {
        "number": signal.number,
        "chart": signal.chart,
        "title": signal.title,
        **noticed,
        "side": signal.noticed.side,
        "found_at": signal.found_at.isoformat(),
        "owner": signal.owner,
        "climbs_at": signal.climbs_at.isoformat(),
        "climbed_at": signal.climbed_at.isoformat() if signal.climbed_at else None,
        "answers": answers,
    }


def _chart_as_data(view: ChartView) -> dict[str, Any]:
    return {
        "id": view.watched.id,
        "title": view.watched.title,
        "kind": view.watched.kind.value,
        "points": len(view.watched.points),
        "why_no_limits": view.chart.phases[-1].why,
    }
