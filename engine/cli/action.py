"""Commands for systemic issues, actions and whether they have helped."""

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.seat import As, Whoever, acting, ready
from engine.console import Format, say, show_json, show_table
from engine.services.bulk.new_file import new_file
from engine.services.improvement import improvement_board
from engine.services.improvement.improvement_board import Improvement

app = typer.Typer(no_args_is_help=True, help="What is done about causes that come again.")


@app.command("list")
def list_actions(
    *,
    is_over: Annotated[bool, typer.Option("--all", help="those too that are over")] = False,
    who: Whoever = "",
    output: As = Format.TEXT,
) -> None:
    """List systemic issues and actions, what waits for somebody first."""
    platform = ready()
    board = improvement_board.improvement_board(platform, actor=acting(platform, who))
    found = [e for e in (*board.issues, *board.actions) if is_over or not e.standing.is_over]
    if output is Format.JSON:
        show_json([_as_data(each) for each in found])
        return
    head = ("No.", "Kind", "Title", "Owner", "Due", "Stands", "Figure")
    rows = [
        (
            each.record.number,
            each.record.kind.title,
            each.record.title,
            board.names.get(each.record.owner, each.record.owner),
            each.record.due_on.isoformat(),
            each.standing.title,
            board.figures.get(each.aim.chart, each.aim.chart),
        )
        for each in found
    ]
    show_table("Improvement", head, rows)
    say(f"{len(found)} shown.")


@app.command("csv")
def write_csv(
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="a new file")],
    who: Whoever = "",
) -> None:
    """Write all of them with their figures before and after to a file for a spreadsheet."""
    platform = ready()
    made = improvement_board.improvement_csv(platform, actor=acting(platform, who))
    with new_file(out) as beside:
        beside.write_bytes(made)
    say(f"{out} is written.")


def _as_data(each: Improvement) -> dict[str, Any]:
    record, aim = each.record, each.aim
    return {
        "number": record.number,
        "kind": record.kind.value,
        "title": record.title,
        "owner": record.owner,
        "due_on": record.due_on.isoformat(),
        "standing": each.standing.value,
        "has_climbed": each.has_climbed,
        "about": record.about,
        "signal": aim.signal,
        "chart": aim.chart,
        "wants": aim.wants,
        "effect": each.effect.compared.as_data() if each.effect else None,
        "checks": [
            {
                "days": check.days,
                "due_on": check.due_on.isoformat(),
                "verdict": check.verdict,
                "judged_by": check.judged_by,
            }
            for check in each.checks
        ],
    }
