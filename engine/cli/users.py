"""Commands about who may sign in; on the machine itself, so that no second yes is needed."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, Whoever, Why, acting, ready
from engine.console import Format, complain, say, show_json, show_table
from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError
from engine.services.accounts import (
    accounts,
    competences,
    links,
    roles,
    roster,
    second_factor,
    sessions,
    ties,
)

app = typer.Typer(no_args_is_help=True, help="Who may sign in.")

Roles = Annotated[list[str], typer.Option("--role", help="may be given several times")]
Where = Annotated[str, typer.Option(help="address under which people reach the pages")]
_HERE = "http://127.0.0.1:8080"
_COLUMNS = ("username", "name", "roles", "competences", "state")


@app.command("list")
def list_users(output: As = Format.TEXT) -> None:
    """List who may sign in."""
    found, _total = accounts.page(ready(), actor=SYSTEM, limit=100_000)
    rows = [
        (
            member.actor.username,
            member.actor.name,
            ", ".join(sorted(member.actor.roles)),
            ", ".join(sorted(member.actor.competences)),
            "open" if member.is_active else "closed",
        )
        for member in found
    ]
    if output is Format.JSON:
        show_json([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    else:
        show_table("Accounts", ("User name", "Name", "Roles", "Competences", ""), rows)


@app.command("add")
def add_user(
    username: str,
    name: Annotated[str, typer.Option(help="as colleagues read it")],
    role: Roles,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add somebody who may sign in."""
    accounts.add(ready(), actor=SYSTEM, username=username, name=name, roles=role, password=password)
    say(f"{name} may sign in as {username}.")


@app.command("invite")
def invite(
    username: str,
    name: Annotated[str, typer.Option(help="as colleagues read it")],
    role: Roles,
    site: Where = _HERE,
) -> None:
    """Add somebody and print a link, by which the person sets a password within a week."""
    platform = ready()
    accounts.add(platform, actor=SYSTEM, username=username, name=name, roles=role)
    say(_address(site, links.make(platform, actor=SYSTEM, username=username)))


@app.command("link")
def link(username: str, site: Where = _HERE) -> None:
    """Print a link by which somebody sets a new password within a day."""
    say(_address(site, links.make(ready(), actor=SYSTEM, username=username)))


@app.command("roles")
def set_roles(
    username: str,
    role: Roles,
    reason: Annotated[str, typer.Option(help="is kept")],
) -> None:
    """Give somebody these roles in place of those of now."""
    given = {"username": username, "roles": role, "reason": reason}
    roles.change(ready(), actor=SYSTEM, **given)  # type: ignore[arg-type] # one text and a list
    say(f"{username} has now: {', '.join(sorted(role))}.")


@app.command("close")
def close(username: str, reason: Annotated[str, typer.Option(help="is kept")]) -> None:
    """Let somebody sign in no more; sessions and keys end at once."""
    accounts.close(ready(), actor=SYSTEM, username=username, reason=reason)
    say(f"{username} is closed.")


@app.command("reopen")
def reopen(username: str) -> None:
    """Let somebody sign in again."""
    accounts.reopen(ready(), actor=SYSTEM, username=username)
    say(f"{username} is open again.")


@app.command("sign-out")
def sign_out(username: str) -> None:
    """End every session of somebody."""
    say(f"{sessions.end_all(ready(), actor=SYSTEM, username=username)} sessions ended.")


@app.command("reset-factor")
def reset_factor(username: str) -> None:
    """Remove the second factor of somebody who lost the device and the recovery codes."""
    second_factor.reset(ready(), actor=SYSTEM, username=username)
    say(f"{username} is asked for no code any more.")


@app.command("tie")
def tie(
    username: str, subject: Annotated[str, typer.Argument(help="what the provider calls them")]
) -> None:
    """Let somebody come in by the organisation's own sign-in."""
    ties.tie(ready(), actor=SYSTEM, username=username, subject=subject)
    say(f"{username} comes in as {subject} from now on.")


@app.command("untie")
def untie(
    username: str,
    subject: str,
    issuer: Annotated[str, typer.Option(help="of the tie; else the one in the policy")] = "",
) -> None:
    """Let somebody come in by it no more."""
    platform = ready()
    at = issuer or platform.policy.accounts.provider.issuer
    ties.untie(platform, actor=SYSTEM, username=username, issuer=at, subject=subject)
    say(f"{username} comes in as {subject} no more.")


@app.command("competences")
def list_competences(output: As = Format.TEXT, who: Whoever = "") -> None:
    """List who can do what besides their role, and what the process asks for and nobody can."""
    platform = ready()
    actor = acting(platform, who)
    people = competences.of_everybody(platform, actor=actor)
    missing = competences.without_anybody(platform, actor=actor)
    if output is Format.JSON:
        show_json(
            {
                "people": [
                    {"username": p.username, "name": p.name, "competences": sorted(p.competences)}
                    for p in people
                ],
                "nobody": [{"step": each.label, "why": each.problem} for each in missing],
            }
        )
        return
    rows = [(p.username, p.name, ", ".join(sorted(p.competences))) for p in people]
    show_table("Competences", ("User name", "Name", "Can do"), rows)
    for finding in missing:
        complain(f"{finding.label}: {finding.problem}")


@app.command("set-competences")
def set_competences(
    username: str,
    reason: Why,
    competence: Annotated[
        list[str] | None, typer.Option("--competence", help="may be given several times")
    ] = None,
    who: WhoActs = "",
    *,
    none: Annotated[bool, typer.Option("--none", help="take all of them away")] = False,
) -> None:
    """Say what somebody can do, in place of what was said before."""
    if bool(competence) is none:
        raise InvalidInputError({"Competences": "are needed, or --none to take all away."})
    platform = ready()
    now = competences.change(
        platform,
        actor=acting(platform, who),
        username=username,
        competences=competence or (),
        reason=reason,
    )
    say(f"{username} can now: {', '.join(now) or 'nothing besides the role'}.")


@app.command("import")
def import_users(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with the columns username, name, roles; competences if wanted"),
    ],
    site: Where = _HERE,
    *,
    do: Annotated[
        bool, typer.Option("--do", help="without it, only say what would happen")
    ] = False,
) -> None:
    """Add many people from a table, each with a link to set a password."""
    platform = ready()
    lines = roster.read(file)
    act = roster.carry_out if do else roster.plan
    told = act(platform, actor=SYSTEM, lines=lines)
    rows = [
        (line.number, line.username, line.verdict.value, line.why or _address(site, line.link))
        for line in told
    ]
    show_table("People", ("Line", "User name", "", ""), rows)
    if any(line.verdict is roster.Verdict.REFUSED for line in told):
        complain("Some lines were refused.")
        raise typer.Exit(1)


def _address(site: str, token: str) -> str:
    return f"{site.rstrip('/')}{links.PATH}{token}" if token else ""
