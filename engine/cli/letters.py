"""Commands for letters: whether the organisation's own templates can be used."""

from pathlib import Path
from typing import Annotated

import typer

from engine.bootstrap import read_settings
from engine.cli.seat import As
from engine.console import Format, say, show_json, show_table
from engine.services.letters import letter_check

app = typer.Typer(no_args_is_help=True, help="Letters and their templates.")


@app.command("check")
def check_letters(
    folder: Annotated[
        Path | None,
        typer.Argument(help="templates of your own; what REDRESS_LETTERS names when left out"),
    ] = None,
    output: As = Format.TEXT,
) -> None:
    """Say whether templates of letters can be used, and list every letter with its edition."""
    sheets = letter_check.check(folder or read_settings().letters)
    if output is Format.JSON:
        show_json(
            [
                {
                    "language": sheet.language,
                    "kind": sheet.kind.value,
                    "version": sheet.version,
                    "is_own": sheet.is_own,
                    "blanks": sheet.blanks,
                }
                for sheet in sheets
            ]
        )
        return
    lines = [
        (each.language, each.kind.title, each.version, "own" if each.is_own else "shipped")
        for each in sheets
    ]
    show_table("Letters", ("Language", "Letter", "Edition", "From"), lines)
    say(f"{len(sheets)} letters can be written.")
