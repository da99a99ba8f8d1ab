"""Commands for whoever has to prove that nothing was altered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from engine.bootstrap import Platform
from engine.cli.seat import As, WhoActs, Why, acting, ready
from engine.console import Format, bar, complain, say, show_json
from engine.domain.actor import SYSTEM
from engine.domain.checkpoint import Checkpoint
from engine.errors import InvalidInputError
from engine.services.audit import journal_export, verifying
from engine.services.bulk.new_file import new_file
from engine.services.journal import checkpoints
from engine.services.journal.examination import Verification

app = typer.Typer(no_args_is_help=True, help="The journal of what happened, and its proof.")

FirstDay = Annotated[str, typer.Option("--from", metavar="DAY", help="first day, as 2026-01-31")]
LastDay = Annotated[str, typer.Option("--to", metavar="DAY", help="last day, as 2026-01-31")]


@app.command()
def verify(
    reference: Annotated[str, typer.Argument(help="one case; all without it")] = "",
    *,
    case: Annotated[str, typer.Option("--case", metavar="REF", help="the same")] = "",
    begin: FirstDay = "",
    end: LastDay = "",
    copy: Annotated[
        Path | None,
        typer.Option("--checkpoints", help="a copy of the file of checkpoints kept elsewhere"),
    ] = None,
    output: As = Format.TEXT,
) -> None:
    """Check that no event was changed, removed or added, and that all is as it was signed."""
    platform = ready()
    with bar("Events", 1) as progress:
        task = progress.task_ids[0]
        told = verifying.run(
            platform,
            reference=(reference or case) or None,
            period=days(platform, begin, end),
            copy=copy,
            progress=lambda n, total: progress.update(task, completed=n, total=total),
        )
    if output is Format.JSON:
        show_json(
            {
                "cases": told.cases,
                "events": told.events,
                "checkpoint": told.checkpoint,
                "broken": dict(told.broken),
                "notes": told.notes,
            }
        )
    else:
        _tell(told)
    if told.broken:
        raise typer.Exit(1)


@app.command()
def checkpoint() -> None:
    """Sign where the journal stands now, if anything happened since it was signed last."""
    made = checkpoints.make(ready(), actor=SYSTEM)
    say(_signed(made) if made else "Nothing happened since the last checkpoint.")


@app.command()
def accept(*, who: WhoActs, reason: Why) -> None:
    """Sign the journal as it is, although it is not the one that was signed: after a restore."""
    platform = ready()
    made = checkpoints.accept(platform, actor=acting(platform, who), reason=reason)
    say(_signed(made) if made else "Somebody else signed at the same moment; look again.")


@app.command("renew-key")
def renew_key(
    *,
    who: WhoActs,
    reason: Why,
    is_lost: Annotated[
        bool, typer.Option("--lost", help="the key before is gone; every verification tells so")
    ] = False,
) -> None:
    """Let another key sign from now on."""
    platform = ready()
    person = acting(platform, who)
    made = checkpoints.renew_key(platform, actor=person, reason=reason, is_lost=is_lost)
    say(_signed(made) if made else "Somebody else signed at the same moment; try again.")
    say(f"The key that signs from now on: {checkpoints.signing_key(platform).public}")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="the ZIP file to write; it must not exist")],
    *,
    who: WhoActs,
    case: Annotated[str, typer.Option("--case", metavar="REF", help="one complaint")] = "",
    begin: FirstDay = "",
    end: LastDay = "",
) -> None:
    """Write an export with proof, of one complaint or of all with an event in a period."""
    platform = ready()
    person, period = acting(platform, who), days(platform, begin, end)
    if bool(case) == bool(period):
        raise InvalidInputError({"": "Name either a complaint (--case) or a period (--from)."})
    with new_file(file) as beside:
        if period:
            made = journal_export.of_period(platform, actor=person, begin=period[0], end=period[1])
        else:
            made = journal_export.of_case(platform, actor=person, reference=case)
        beside.write_bytes(made)
    say(f"{file} is written. Whoever has it can run: python verify.py")


def days(platform: Platform, begin: str, end: str) -> tuple[datetime, datetime] | None:
    """Return the moments at which the first day begins and the last one ends; None without days.

    Raises:
        InvalidInputError: One of them is no day, or they are the wrong way round.
    """
    if not begin and not end:
        return None
    zone = ZoneInfo(platform.policy.calendar.zone)
    first = _day(begin, "--from", zone) if begin else datetime(2000, 1, 1, tzinfo=UTC)
    last = _day(end, "--to", zone) if end else platform.now()
    if first > last:
        raise InvalidInputError({"--from": "must not lie after --to."})
    return first, (last + timedelta(days=1)) if end else last


def _day(text: str, option: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidInputError({option: f"“{text}” is no day such as 2026-01-31."}) from error


def _signed(made: Checkpoint) -> str:
    fields = made.fields
    return (
        f"Checkpoint {made.number} is signed: {fields['events']} events of {fields['cases']} cases."
    )


def _tell(told: Verification) -> None:
    for where, problem in told.broken:
        complain(f"{where}: {problem}")
    for note in told.notes:
        say(f"Note: {note}")
    say(f"{told.events} events of {told.cases} cases checked; {len(told.broken)} broken.")
    if told.checkpoint:
        say(f"The last checkpoint is number {told.checkpoint}.")
    else:
        say("Nothing was signed yet: only the chains themselves were checked.")
