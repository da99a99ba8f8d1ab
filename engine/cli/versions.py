"""Commands for the published versions of the process: list, retire, roll back."""

from dataclasses import asdict
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.errors import NotFoundError
from engine.services.studio import process_versions, releasing

app = typer.Typer(no_args_is_help=True, help="Published versions: list, retire, roll back.")

Number = Annotated[int, typer.Argument(help="as “redress versions list” shows it")]


@app.command("list")
def list_versions(who: WhoActs, output: As = Format.TEXT) -> None:
    """List every version: what it means for new complaints, and how many run on it."""
    platform = ready()
    found = process_versions.process_versions(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([asdict(each) for each in found])
        return
    rows = [
        (v.number, v.state.title, local(platform, v.valid_from), v.released_by, v.running, v.reason)
        for v in found
    ]
    show_table("Versions", ("No.", "State", "From", "Released by", "Running", "Reason"), rows)
    for each in found:
        if each.overtaken_by:
            say(
                f"Version {each.number} never comes to hold: version {each.overtaken_by} was "
                "released later and holds before its day. Propose it again if it still should."
            )


@app.command("check")
def check(number: Number, who: WhoActs) -> None:
    """Say whether a version would pass the rules of this release; it runs in any case."""
    platform = ready()
    found = process_versions.process_versions(platform, actor=acting(platform, who))
    faults = next((each.faults for each in found if each.number == number), None)
    if faults is None:
        raise NotFoundError("version", str(number))
    for sentence in faults:
        say(sentence)
    if faults:
        say(f"Version {number} would not pass today. It runs on as it did.")
        raise typer.Exit(1)
    say(f"Version {number} passes the rules of today.")


@app.command("retire")
def retire(number: Number, who: WhoActs, reason: Why) -> None:
    """Let no new complaint begin on a version; those that run on it go on."""
    platform = ready()
    releasing.retire_version(platform, actor=acting(platform, who), number=number, reason=reason)
    say(f"No complaint begins on version {number} any more.")


@app.command("rollback")
def roll_back(number: Number, who: WhoActs, reason: Why) -> None:
    """Let new complaints take an earlier version again, at once; for an emergency."""
    platform = ready()
    releasing.roll_back(platform, actor=acting(platform, who), number=number, reason=reason)
    say(f"New complaints take version {number} from now on.")
