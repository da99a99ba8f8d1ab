"""Commands for incidents: what came to a halt, why, and what was done about it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from engine.bootstrap import Platform
from engine.cli.many import tell
from engine.cli.seat import As, WhoActs, Whoever, Why, acting, local, ready
from engine.console import Format, say, show_json, show_pairs, show_table
from engine.domain.actor import Actor
from engine.domain.incident import Cause, Incident, IncidentKind
from engine.errors import InvalidInputError
from engine.services.upkeep import incidents

app = typer.Typer(
    no_args_is_help=True, help="What came to a halt: see why, try it again, put it away."
)

Numbers = Annotated[
    list[int] | None, typer.Argument(help="numbers, as “redress incidents list” shows them")
]
Like = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="all open ones with the cause of this one")
]
Kinds = Annotated[list[IncidentKind] | None, typer.Option("--kind", help="only of this kind")]


@app.command("list")
def list_incidents(
    *,
    kind: Kinds = None,
    like: Like = None,
    is_resolved: Annotated[bool, typer.Option("--resolved", help="those put away")] = False,
    limit: Annotated[int, typer.Option(min=1, help="most to show")] = 100,
    who: Whoever = "",
    output: As = Format.TEXT,
) -> None:
    """List incidents: open ones oldest first, or resolved ones latest first."""
    platform = ready()
    person = acting(platform, who)
    found = incidents.page(
        platform,
        actor=person,
        kinds=kind or (),
        is_open=not is_resolved,
        cause=None if like is None else _cause(platform, person, like),
        limit=limit,
    )
    if output is Format.JSON:
        show_json([_as_data(incident) for incident in found])
        return
    head = ("No.", "Case", "Kind", "Cause", "Tries", "Since")
    show_table("Incidents", head, [_line(platform, incident) for incident in found])
    counted = incidents.counts(platform, actor=person, is_open=not is_resolved)
    state = "resolved" if is_resolved else "open"
    say(f"{len(found)} shown; {sum(counted.values())} {state} in all.")


@app.command("causes")
def list_causes(*, kind: Kinds = None, who: Whoever = "", output: As = Format.TEXT) -> None:
    """List why things came to a halt, the most frequent cause first."""
    platform = ready()
    found = incidents.causes(platform, actor=acting(platform, who), kinds=kind or ())
    if output is Format.JSON:
        show_json([asdict(cause) for cause in found])
        return
    rows = [(c.n, c.kind.title, c.title, c.first_id) for c in found]
    show_table("Causes of what is open", ("Open", "Kind", "Cause", "--like"), rows)


@app.command("show")
def show_incident(number: int, *, who: Whoever = "", output: As = Format.TEXT) -> None:
    """Show one incident, open or resolved."""
    platform = ready()
    incident = incidents.one(platform, actor=acting(platform, who), incident_id=number)
    told = _as_data(incident)
    if output is Format.JSON:
        show_json(told)
        return
    moments = {name: local(platform, at) for name, at in _moments(incident).items()}
    words = {name.replace("_", " "): text for name, text in (told | moments).items() if text}
    show_pairs(f"Incident {number}: {incident.kind.title}", words)


@app.command()
def retry(
    numbers: Numbers = None,
    *,
    who: WhoActs,
    reason: Why,
    like: Like = None,
    output: As = Format.TEXT,
) -> None:
    """Try again what came to a halt, one or many."""
    _with_each(numbers, like, _Act("Tried again", incidents.retry, who, reason, output))


@app.command()
def resolve(
    numbers: Numbers = None,
    *,
    who: WhoActs,
    reason: Why,
    like: Like = None,
    output: As = Format.TEXT,
) -> None:
    """Put incidents away that were dealt with otherwise, one or many."""
    _with_each(numbers, like, _Act("Resolved", incidents.resolve, who, reason, output))


@dataclass(frozen=True, slots=True)
class _Act:
    """What is done with each incident, by whom and why."""

    title: str
    service: Callable[..., bool | None]
    who: str
    reason: str
    output: Format


def _with_each(numbers: Iterable[int] | None, like: int | None, act: _Act) -> None:
    platform = ready()
    person, wanted = acting(platform, act.who), tuple(numbers or ())
    if bool(wanted) == (like is not None):
        raise InvalidInputError({"Incidents": "name them by numbers, or by --like, and not both."})
    if like is not None:
        wanted = incidents.alike(platform, actor=person, cause=_cause(platform, person, like))
    known = {"actor": person, "reason": act.reason}
    tell(
        act.title,
        wanted,
        lambda number: act.service(platform, incident_id=number, **known),
        act.output,
    )


def _cause(platform: Platform, person: Actor, number: int) -> Cause:
    return incidents.one(platform, actor=person, incident_id=number).why


def _line(platform: Platform, incident: Incident) -> tuple[object, ...]:
    where = f"{incident.element}: " if incident.element else ""
    return (
        incident.id,
        incident.reference or "",
        incident.kind.title,
        f"{where}{incident.cause}",
        incident.attempts,
        local(platform, incident.opened_at),
    )


def _moments(incident: Incident) -> dict[str, Any]:
    moments = {"since": incident.opened_at, "last_try": incident.last_at}
    return moments | ({"resolved_at": incident.resolved_at} if incident.resolved_at else {})


def _as_data(incident: Incident) -> dict[str, Any]:
    told = {
        "number": incident.id,
        "case": incident.reference,
        "kind": incident.kind,
        "element": incident.element,
        "cause": incident.cause,
        "tries": incident.attempts,
    }
    put_away = {"resolved_by": incident.resolved_by, "resolution": incident.resolution}
    at = {name: moment.isoformat() for name, moment in _moments(incident).items()}
    return told | at | (put_away if incident.resolved_at else {})
