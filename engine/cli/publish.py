"""Commands that bring a new process to work: proposed by one person, approved by another."""

from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from engine.bootstrap import Platform
from engine.cli.commands import app
from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.trial_run import RunKind
from engine.errors import InvalidInputError
from engine.services.proposing import proposals, publishing
from engine.services.proposing.proposals import Shown

proposals_app = typer.Typer(
    no_args_is_help=True, help="Processes that wait for a second person: see, approve, reject."
)

Number = Annotated[int, typer.Argument(help="as “redress proposals list” shows it")]


@app.command()
def publish(
    files: Annotated[list[Path], typer.Argument(help=".bpmn, .dmn and .json files")],
    *,
    reason: Why,
    risk: Annotated[str, typer.Option("--risk", help="what could go wrong, and what then")] = "",
    valid_from: Annotated[
        str, typer.Option("--from", help="first day for new complaints, as 2026-01-31")
    ] = "",
    scenarios: Annotated[
        Path | None,
        typer.Option(help="folder of scenarios (.txt) that go live with it; else those now live"),
    ] = None,
    who: WhoActs = "",
    output: As = Format.TEXT,
) -> None:
    """Propose a new version of the process; cases run on it once a second person approves."""
    platform = ready()
    made = publishing.propose(
        platform,
        actor=acting(platform, who),
        paths=files,
        reason=reason,
        risk=risk,
        valid_from=_first_moment(platform, valid_from),
        scenarios=scenarios,
    )
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


@proposals_app.command("show")
def show_proposal(number: Number, who: WhoActs) -> None:
    """Show what an approver reads: reason, risk, what changes, and what trying it has shown."""
    platform = ready()
    look = proposals.look_at_proposal(platform, actor=acting(platform, who), number=number)
    made = look.proposed
    say(f"Proposed by {look.names.get(made.by, made.by)}, {local(platform, made.at)}.")
    say(f"Reason: {made.reason}")
    say(f"Risk: {made.risk or 'nothing was said'}")
    say(f"Holds from: {local(platform, made.valid_from) if made.valid_from else 'its approval'}")
    for told in look.compared.comparison.told:
        for sentence in told.sentences:
            say(sentence)
    for each in look.scenario_changes:
        say(f"Scenario “{each.title}” is {each.word}.")
    for shown in (look.played, look.replayed):
        if shown is not None:
            _say_shown(platform, shown)
    for finding in look.findings:
        say(finding.sentence)
    for said in filter(None, (look.obstacle, *proposals.overtaken(look))):
        say(said)


def _say_shown(platform: Platform, shown: Shown) -> None:
    """Say what scenarios or closed cases have shown."""
    say(f"Run by {shown.by}, {local(platform, shown.at)}. {shown.stale}".rstrip())
    if shown.run.kind is RunKind.CLOSED:
        for sentence in shown.run.replay.words:
            say(sentence)
        return
    found = shown.run.scenarios
    many = f"{len(found.scenarios)} scenario{'s' * (len(found.scenarios) != 1)}"
    say(f"{many}: {f'{len(found.red)} red' if found.red else 'all green'}.")
    for each in found.red:
        say(f"Scenario “{each.title}” is red. {each.differs}")
    parts = (("elements", found.elements), ("flows", found.flows), ("rules of tables", found.rules))
    for noun, (done, of_all) in parts:
        say(f"{done} of {of_all} {noun} are tried.")


@proposals_app.command("approve")
def approve_proposal(
    number: Number,
    who: WhoActs,
    instead_of: Annotated[
        int | None, typer.Option(help="the live version that you have compared it with")
    ] = None,
) -> None:
    """Publish what somebody else proposed; new complaints run on it from now on."""
    platform = ready()
    version = publishing.approve(
        platform, actor=acting(platform, who), number=number, instead_of=instead_of
    )
    say(f"Proposal {number} is published as version {version}.")


@proposals_app.command("reject")
def reject_proposal(number: Number, who: WhoActs, reason: Why) -> None:
    """Refuse what somebody else proposed."""
    platform = ready()
    publishing.reject(platform, actor=acting(platform, who), number=number, reason=reason)
    say(f"Proposal {number} is rejected.")


def _first_moment(platform: Platform, day: str) -> datetime | None:
    """Return when a day begins where the organisation is; None for no day.

    Raises:
        InvalidInputError: It is no day.
    """
    if not day:
        return None
    try:
        begins = datetime.combine(date.fromisoformat(day), time())
    except ValueError as error:
        raise InvalidInputError({"--from": "is a day such as 2026-01-31."}) from error
    return begins.replace(tzinfo=ZoneInfo(platform.policy.calendar.zone))
