"""Commands for diagrams that were drawn elsewhere."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.seat import As
from engine.console import Format, say, show_json
from engine.services.studio import repairing


def repair(
    file: Annotated[Path, typer.Argument(help="a BPMN file of any tool; it stays as it is")],
    beside: Annotated[list[Path] | None, typer.Argument(help="its .dmn and .json files")] = None,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="where the repaired file goes")],
    process: Annotated[str, typer.Option(help="id of the main process, such as complaint")] = "",
    output: As = Format.TEXT,
) -> None:
    """Make a diagram runnable that was drawn elsewhere, and list everything that was changed."""
    done = repairing.repair_file(path=file, out=out, beside=beside or (), process_id=process)
    result = done.result
    written = [str(path) for path in done.written]
    if output is Format.JSON:
        show_json(
            {
                "runnable": result.is_runnable,
                "repairs": [asdict(each) for each in result.repairs],
                "questions": [asdict(each) for each in result.questions],
                "written": written,
            }
        )
    else:
        for repaired in result.repairs:
            say(f"repaired: {repaired.sentence}")
        for question in result.questions:
            word = "to decide" if question.severity.value == "blocking" else "to confirm"
            say(f"{word}: {question.sentence}")
        say(f"{len(result.repairs)} repairs; written: {', '.join(written)}.")
        say("Cases can run on it." if result.is_runnable else "It is not runnable yet.")
    if not result.is_runnable:
        raise typer.Exit(1)
