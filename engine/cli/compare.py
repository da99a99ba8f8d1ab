"""The command that says what differs between two versions of a process."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, acting, ready
from engine.console import Format, say, show_json
from engine.errors import InvalidInputError
from engine.services.studio import process_comparison

_LIVE = "live"


def compare(
    old: Annotated[str, typer.Argument(help="a file, a folder, or the number of a version")],
    new: Annotated[str, typer.Argument(help="the same; “live” for the live version")],
    who: WhoActs = "",
    output: As = Format.TEXT,
) -> None:
    """Say what differs between two diagrams, tables, forms or published versions, in words."""
    numbers = _number(old), _number(new)
    if None not in numbers:
        platform = ready()
        before, after = (number or 0 for number in numbers)
        found = process_comparison.compare_versions(
            platform, actor=acting(platform, who), before=before, after=after
        ).comparison
    elif numbers == (None, None):
        found = process_comparison.compare_files([Path(old)], [Path(new)])
    else:
        raise InvalidInputError({"": "Compare two files, two folders, or two published versions."})
    if output is Format.JSON:
        show_json([asdict(each) for each in found.differences])
    else:
        for told in found.told:
            say(told.label)
            for sentence in told.sentences:
                say(f"  {sentence}")
        many = len(found.differences)
        differs = "1 difference." if many == 1 else f"{many} differences."
        say("Nothing differs." if found.is_same else differs)
    if not found.is_same:
        raise typer.Exit(1)


def _number(text: str) -> int | None:
    """Return the number of a version, 0 for the live one; None for a path."""
    if text == _LIVE:
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
