"""Commands for single cases that do not go their way by themselves: what operators do."""

from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from engine.bootstrap import Platform
from engine.cli.limit import limits_as_data, show_limits
from engine.cli.many import tell
from engine.cli.seat import As, WhoActs, Whoever, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.errors import CourseError, InvalidInputError
from engine.services.handling import casefile, inbox
from engine.services.running import messages, operations
from engine.services.running.operations import Place, Whereabouts

app = typer.Typer(
    no_args_is_help=True, help="Cases that do not go their way by themselves, one or many."
)

References = Annotated[list[str] | None, typer.Argument(help="such as C-2026-000001")]
WaitingAt = Annotated[
    str, typer.Option(metavar="ELEMENT", help="all cases that wait at this element")
]
At = Annotated[
    str, typer.Option("--at", metavar="ELEMENT", help="where it waits, if at several elements")
]
_END_OF_DAY = time(17)


@app.command("show")
def show_case(reference: str, *, who: Whoever = "", output: As = Format.TEXT) -> None:
    """Show where a case waits, and where it can be led from there."""
    platform = ready()
    person = acting(platform, who)
    case = casefile.view(platform, actor=person, reference=reference)
    found = operations.whereabouts(platform, actor=person, reference=reference)
    if output is Format.JSON:
        since = case.suspension and case.suspension.since.isoformat()
        places = [_as_data(place) for place in found.places]
        told = {"case": reference, "suspended_at": since, "places": places}
        show_json(told | {"time_limits": limits_as_data(case)})
        return
    rows = [_line(platform, place) for place in found.places]
    show_table(f"{reference} waits at", ("Element", "Title", "Due", "Can be led to"), rows)
    show_limits(platform, case)
    if case.suspension:
        rest = case.suspension
        say(f"Suspended since {local(platform, rest.since)} by {rest.by}: {rest.reason}")


@app.command()
def move(
    references: References = None,
    *,
    to: Annotated[str, typer.Option(metavar="ELEMENT", help="id of the element to go on at")],
    who: WhoActs,
    reason: Why,
    at: At = "",
    waiting_at: WaitingAt = "",
    output: As = Format.TEXT,
) -> None:
    """Let cases go on at another element of their diagram."""

    def lead(desk: _Desk, reference: str) -> object:
        found = desk.whereabouts(reference)
        able = [place for place in found.places if to in place.targets]
        place = _one_place(able, at or waiting_at, f"It cannot be led to “{to}”.")
        return operations.move_token(**desk.known(reference, place, found), element=to)

    _with_each("Led on", references, waiting_at, _Desk(ready(), who, reason), lead, output)


@app.command()
def skip(
    references: References = None,
    *,
    who: WhoActs,
    reason: Why,
    at: At = "",
    waiting_at: WaitingAt = "",
    output: As = Format.TEXT,
) -> None:
    """Let cases go on as if a step had been done."""

    def leave_out(desk: _Desk, reference: str) -> object:
        found = desk.whereabouts(reference)
        steps = [place for place in found.places if place.is_step]
        place = _one_place(steps, at or waiting_at, "No such step waits.")
        return operations.skip_step(**desk.known(reference, place, found))

    _with_each("Skipped", references, waiting_at, _Desk(ready(), who, reason), leave_out, output)


@app.command()
def suspend(
    references: References = None,
    *,
    who: WhoActs,
    reason: Why,
    waiting_at: WaitingAt = "",
    output: As = Format.TEXT,
) -> None:
    """Let cases rest: nobody works on them; statutory time limits run on."""
    _with_each(
        "Suspended",
        references,
        waiting_at,
        _Desk(ready(), who, reason),
        lambda desk, reference: operations.suspend(**desk.known(reference)),
        output,
    )


@app.command()
def resume(
    references: References = None,
    *,
    who: WhoActs,
    reason: Why,
    output: As = Format.TEXT,
) -> None:
    """Let suspended cases go on, with as much time left as they had."""
    _with_each(
        "Resumed",
        references,
        "",
        _Desk(ready(), who, reason),
        lambda desk, reference: operations.resume(**desk.known(reference)),
        output,
    )


@app.command()
def due(
    references: References = None,
    *,
    on: Annotated[str, typer.Option(help="day, as 2026-03-31, or moment, as 2026-03-31T12:00")],
    who: WhoActs,
    reason: Why,
    at: At = "",
    waiting_at: WaitingAt = "",
    promise: Annotated[str, typer.Option(help="an internal promise instead, by its code")] = "",
    output: As = Format.TEXT,
) -> None:
    """Let a step, a waiting time or an internal promise fall due at another moment."""
    desk = _Desk(ready(), who, reason)
    due_at = _moment(on, desk.platform)

    def put_off(desk: _Desk, reference: str) -> None:
        if promise:
            operations.set_promise_date(**desk.known(reference), code=promise, due_at=due_at)
            return
        found = desk.whereabouts(reference)
        dated = [place for place in found.places if place.due_at is not None]
        place = _one_place(dated, at or waiting_at, "Nothing falls due there.")
        operations.set_due_date(**desk.known(reference, place, found), due_at=due_at)

    _with_each("Moved", references, waiting_at, desk, put_off, output)


@app.command()
def key(reference: str, name: str, *, who: WhoActs) -> None:
    """Let messages with a key find a case, those too that came before."""
    platform = ready()
    messages.declare_key(platform, actor=acting(platform, who), reference=reference, key=name)
    say(f"Messages for {name} go to {reference}.")


class _Desk:
    """Somebody with a reason, at a platform."""

    def __init__(self, platform: Platform, who: str, reason: str) -> None:
        self.platform = platform
        self.person = acting(platform, who)
        self.reason = reason

    def whereabouts(self, reference: str) -> Whereabouts:
        return operations.whereabouts(self.platform, actor=self.person, reference=reference)

    def known(
        self, reference: str, place: Place | None = None, found: Whereabouts | None = None
    ) -> dict[str, Any]:
        """Return what every service of operators is given."""
        known = {"platform": self.platform, "actor": self.person, "reference": reference}
        seen = {"token": place.token} if place else {}
        return known | {"reason": self.reason} | seen | ({"seen_rev": found.rev} if found else {})


def _with_each(
    title: str,
    references: Sequence[str] | None,
    waiting_at: str,
    desk: _Desk,
    act: Callable[[_Desk, str], object],
    output: Format,
) -> None:
    wanted = tuple(each.upper() for each in references or ())
    if bool(wanted) == bool(waiting_at):
        raise InvalidInputError(
            {"Cases": "name them by their references, or by --waiting-at, and not both."}
        )
    if waiting_at:
        wanted = inbox.waiting_at(desk.platform, actor=desk.person, element=waiting_at)
    tell(title, wanted, lambda reference: act(desk, reference), output)


def _one_place(places: Sequence[Place], at: str, otherwise: str) -> Place:
    """Return the one place that is meant.

    Raises:
        CourseError: There is none, or more than one.
    """
    meant = [place for place in places if at in {"", place.element}]
    if not meant:
        raise CourseError(otherwise)
    if len(meant) > 1:
        known = ", ".join(sorted(place.element for place in meant))
        raise CourseError(f"It waits at several elements; say with --at which: {known}.")
    return meant[0]


def _moment(text: str, platform: Platform) -> datetime:
    """Return the moment that is meant; a day ends when people go home.

    Raises:
        InvalidInputError: It is neither day nor moment.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"“{text}” is neither a day, as 2026-03-31, nor a moment, as 2026-03-31T12:00."
        raise InvalidInputError({"--on": problem}) from error
    if len(text) == len("2026-03-31"):
        moment = datetime.combine(moment.date(), _END_OF_DAY)
    return (
        moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(platform.policy.calendar.zone))
    )


def _line(platform: Platform, place: Place) -> tuple[str, str, str, str]:
    due_at = local(platform, place.due_at) if place.due_at else ""
    return place.element, place.title, due_at, ", ".join(place.targets)


def _as_data(place: Place) -> dict[str, Any]:
    return {
        "element": place.element,
        "title": place.title,
        "is_step": place.is_step,
        "due_at": place.due_at.isoformat() if place.due_at else None,
        "why_not_skipped": place.why_not_skipped,
        "targets": dict(place.targets),
    }
