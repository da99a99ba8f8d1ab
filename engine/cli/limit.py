"""Commands for time limits: why they fall due, more time, and what starts and stops them."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from engine.bootstrap import Platform
from engine.cli.seat import As, WhoActs, Whoever, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.regime import Ground, Occasion
from engine.domain.why import Explanation, when
from engine.errors import InvalidInputError
from engine.services.handling import casefile, extensions
from engine.services.handling.casefile import CaseFile
from engine.services.running import foresight, timing
from engine.services.running.foresight import Proposal

app = typer.Typer(no_args_is_help=True, help="Time limits of cases: why, until when, and longer.")

Until = Annotated[str, typer.Option(help="last day, as 2026-03-31; else as long as the rule says")]


@app.command()
def why(reference: str, *, who: Whoever = "", output: As = Format.TEXT) -> None:
    """Tell why each time limit of a case falls due when it does."""
    platform = ready()
    case = casefile.view(platform, actor=acting(platform, who), reference=reference)
    if output is Format.JSON:
        show_json({"case": reference, "time_limits": limits_as_data(case)})
        return
    for told in case.reasons.values():
        _show_reason(platform, told)


@app.command()
def ask(
    reference: str,
    code: str,
    *,
    ground: Annotated[Ground, typer.Option(help="which kind of reason")],
    who: WhoActs,
    reason: Why,
    until: Until = "",
) -> None:
    """Ask for more time; somebody else grants it."""
    platform = ready()
    day = _moment(until, platform).date() if until else None
    extensions.ask_extension(
        platform,
        actor=acting(platform, who),
        reference=reference,
        code=code,
        answers={"ground": ground, "reason": reason, "until": day},
    )
    say(f"{reference}: more time is asked for {code}; somebody else grants it.")


@app.command()
def grant(reference: str, number: int, *, who: WhoActs) -> None:
    """Make a time limit longer as it was asked for; the complainant is told."""
    platform = ready()
    extensions.grant_extension(
        platform, actor=acting(platform, who), reference=reference, number=number
    )
    say(f"{reference}: request {number} is granted, and the complainant is told.")


@app.command()
def note(
    reference: str,
    occasion: Occasion,
    *,
    who: WhoActs,
    at: Annotated[str, typer.Option(help="when, as 2026-03-31T12:00; else now")] = "",
) -> None:
    """Record what happened outside of the diagram, and starts or stops time limits."""
    platform = ready()
    timing.note_occasion(
        platform,
        actor=acting(platform, who),
        reference=reference,
        occasion=occasion,
        at=_moment(at, platform) if at else None,
    )
    say(f"{reference}: it is recorded that {occasion.words}.")


@app.command()
def preview(
    *,
    closed: Annotated[list[str] | None, typer.Option(help="a day on which nobody works")] = None,
    file: Annotated[
        Path | None, typer.Option(help="TOML: a calendar as in the policy, or a profile")
    ] = None,
    who: Whoever = "",
    output: As = Format.TEXT,
) -> None:
    """Tell which running time limits a changed calendar or profile would move; changes nothing."""
    platform = ready()
    proposal = foresight.read_proposal(_text(file)) if file else Proposal()
    days = tuple(_moment(day, platform).date() for day in closed or ())
    told = foresight.preview(
        platform, actor=acting(platform, who), proposal=replace(proposal, closed=days)
    )
    if output is Format.JSON:
        show_json(asdict(told))
        return
    rows = [
        (line.reference, line.title, local(platform, line.before), local(platform, line.after))
        for line in told.lines
    ]
    show_table("Would fall due at another moment", ("Case", "Time limit", "Now", "Then"), rows)
    say(
        f"{told.moved} of {told.looked_at} would move: {told.earlier} earlier ({told.overdue} of "
        f"them overdue at once), {told.later} later. Left alone: {told.left_alone}."
    )


def _text(path: Path) -> str:
    """Return what a file says.

    Raises:
        InvalidInputError: It cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise InvalidInputError({"--file": f"{path} cannot be read: {error}."}) from error


def show_limits(platform: Platform, case: CaseFile) -> None:
    """Print the time limits of a case."""
    rows = [
        (clock.code, clock.title, clock.state.value, local(platform, clock.due_at))
        for clock in case.clocks
    ]
    title = f"Time limits by {', '.join(case.regime_titles)}" if rows else "No time limits"
    show_table(title, ("Code", "Title", "State", "Due"), rows)


def limits_as_data(case: CaseFile) -> list[dict[str, Any]]:
    """Return the time limits of a case with their reasons, for programs."""
    return [
        {
            "code": clock.code,
            "title": clock.title,
            "kind": clock.kind,
            "state": clock.state.value,
            "started_at": clock.started_at.isoformat(),
            "due_at": clock.due_at.isoformat(),
            "source": case.reasons[clock.code].source,
            "why": [asdict(passage) for passage in case.reasons[clock.code].passages],
        }
        for clock in case.clocks
    ]


def _show_reason(platform: Platform, told: Explanation) -> None:
    zone = ZoneInfo(platform.policy.calendar.zone)
    clock = told.clock
    for passage in told.passages:
        rows = [(when(i, passage.measure, zone), i.reason) for i in passage.intervals]
        head = f"{clock.title} ({clock.code}): {passage.title}"
        show_table(head, ("When", "What"), rows)
    say(f"Due {local(platform, clock.due_at)}. {told.source}".rstrip())


def _moment(text: str, platform: Platform) -> datetime:
    """Return a moment on the organisation's clocks, or the beginning of a day.

    Raises:
        InvalidInputError: It is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"“{text}” is neither a day, as 2026-03-31, nor a moment, as 2026-03-31T12:00."
        raise InvalidInputError({"When": problem}) from error
    zone = ZoneInfo(platform.policy.calendar.zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
