"""Commands that bring a new process to work: proposed by one person, approved by another."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.commands import app
from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.services import publishing

proposals_app = typer.Typer(
    no_args_is_help=True, help="Processes that wait for a second person: see, approve, reject."
)

Number = Annotated[int, typer.Argument(help="as “redress proposals list” shows it")]


@app.command()
def publish(
    files: Annotated[list[Path], typer.Argument(help=".bpmn, .dmn and .json files")],
    *,
    reason: Why,
    who: WhoActs = "",
    output: As = Format.TEXT,
) -> None:
    """Propose a new version of the process; cases run on it once a second person approves."""
    platform = ready()
    made = publishing.propose(platform, actor=acting(platform, who), paths=files, reason=reason)
    if output is Format.JSON:
        show_json(asdict(made))
    else:
        say(f"Proposal {made.number} waits for a second person: {made.digest[:16]}.")
        for finding in made.advice:
            say(finding.sentence)


@proposals_app.command("list")
def list_proposals(who: WhoActs, output: As = Format.TEXT) -> None:
    """List what waits for a second person, oldest first."""
    platform = ready()
    found = publishing.waiting(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([asdict(each) for each in found])
        return
    rows = [(p.number, p.by, local(platform, p.at), p.digest[:16], p.reason) for p in found]
    show_table("Proposals", ("No.", "By", "Since", "Content", "Reason"), rows)


@proposals_app.command("approve")
def approve_proposal(number: Number, who: WhoActs) -> None:
    """Publish what somebody else proposed; new complaints run on it from now on."""
    platform = ready()
    version = publishing.approve(platform, actor=acting(platform, who), number=number)
    say(f"Proposal {number} is published as version {version}.")


@proposals_app.command("reject")
def reject_proposal(number: Number, who: WhoActs, reason: Why) -> None:
    """Refuse what somebody else proposed."""
    platform = ready()
    publishing.reject(platform, actor=acting(platform, who), number=number, reason=reason)
    say(f"Proposal {number} is rejected.")
