"""Commands that keep an installation: back up, restore, and mails that are kept back after it."""

from pathlib import Path
from typing import Annotated

import typer

from engine.bootstrap import open_platform
from engine.cli.commands import app
from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError
from engine.services.post import held
from engine.services.upkeep import backup as backups
from engine.services.upkeep import keeping

outbox_app = typer.Typer(
    no_args_is_help=True, help="Mails that are kept back after a backup was restored."
)

Mails = Annotated[
    list[str] | None, typer.Argument(help="their Message-IDs; all that are kept back without")
]
KeyFile = Annotated[
    Path | None, typer.Option("--keys", help="the keys, in a file of their own, under a passphrase")
]
Secret = Annotated[
    str, typer.Option(envvar="REDRESS_PASSPHRASE", help="of the keys; asked for when not given")
]


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="to be made; nothing is written over")],
    *,
    keys: KeyFile = None,
    passphrase: Secret = "",
    output: As = Format.TEXT,
) -> None:
    """Write everything that is stored into one file, while people go on working."""
    secret = _passphrase(passphrase, again=True) if keys else ""
    platform = ready()
    made = backups.make(platform, actor=SYSTEM, path=file)
    kept = keeping.keep(platform, path=keys, passphrase=secret) if keys else None
    if output is Format.JSON:
        show_json(_as_data(made) | {"keys": kept.files + kept.rows if kept else 0})
        return
    manifest = made.manifest
    say(f"{manifest.cases} complaints and {manifest.events} events are in {file}.")
    say(f"{manifest.files} files of documents are in it, sealed.")
    if manifest.lost:
        say(f"{manifest.lost} files are not where they were stored: see “redress files check”.")
    say(f"SHA-256 of the file: {made.sha256}")
    if kept is None:
        say("The keys are not in it: without them nobody can read names. Keep them by --keys.")
    else:
        say(f"The keys are in {keys}; keep it somewhere else than the backup.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="as “redress backup” made it")],
    *,
    keys: KeyFile = None,
    passphrase: Secret = "",
    output: As = Format.TEXT,
) -> None:
    """Put a backup into an empty database; nobody stays signed in, and no mail leaves by itself."""
    secret = _passphrase(passphrase, again=False) if keys else ""
    platform = open_platform()
    done = backups.restore(platform, actor=SYSTEM, path=file, keys=keys, passphrase=secret)
    if output is Format.JSON:
        show_json(_as_data(done.backup) | {"held": done.held})
        return
    manifest = done.backup.manifest
    say(f"{manifest.cases} complaints and {manifest.events} events are back; the journal holds.")
    say("They are as they were on " + local(platform, manifest.made_at) + ".")
    if not keys:
        say("Names cannot be read before the keys are back: they were not given by --keys.")
    if done.held:
        say(
            f"{done.held} mails are kept back, because they may have left since: see "
            "“redress outbox list”."
        )


@app.command("check-backup")
def check_backup(
    file: Annotated[Path, typer.Argument(help="as “redress backup” made it")],
    output: As = Format.TEXT,
) -> None:
    """Read a backup from end to end, and say what it holds; nothing is changed."""
    found = backups.check(file)
    if output is Format.JSON:
        show_json(_as_data(found))
        return
    manifest = found.manifest
    say(
        f"The file is whole: {manifest.cases} complaints, {manifest.events} events, "
        f"{found.rows} rows, {manifest.files} files, made by release {manifest.release}."
    )
    say(f"SHA-256 of the file: {found.sha256}")


@outbox_app.command("list")
def list_held(who: WhoActs = "", output: As = Format.TEXT) -> None:
    """List the mails that are kept back, oldest first."""
    platform = ready()
    found = held.mails(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([{"message_id": m.message_id, "case": m.reference} for m in found])
        return
    rows = [
        (m.message_id, m.reference or "(organisation)", local(platform, m.created_at))
        for m in found
    ]
    show_table("Mails kept back", ("Message-ID", "Case", "Written"), rows)


@outbox_app.command("release")
def release_held(mails: Mails = None, *, reason: Why, who: WhoActs = "") -> None:
    """Let mails leave that have not left before."""
    platform = ready()
    done = held.release(
        platform, actor=acting(platform, who), message_ids=mails or (), reason=reason
    )
    say(f"{done} mails will leave with the next run of the outbox.")


@outbox_app.command("settle")
def settle_held(mails: Mails = None, *, reason: Why, who: WhoActs = "") -> None:
    """Say of mails that they have left before; they are not sent again."""
    platform = ready()
    done = held.settle(
        platform, actor=acting(platform, who), message_ids=mails or (), reason=reason
    )
    say(f"{done} mails are marked as sent.")


def _passphrase(given: str, *, again: bool) -> str:
    """Return the passphrase, asked for where it was not given.

    Raises:
        InvalidInputError: It is too short to protect anything.
    """
    text = given or typer.prompt("Passphrase", hide_input=True, confirmation_prompt=again)
    if len(text) < keeping.SHORTEST:
        raise InvalidInputError({"Passphrase": f"needs at least {keeping.SHORTEST} characters."})
    return str(text)


def _as_data(found: backups.Backup) -> dict[str, object]:
    manifest = found.manifest
    return {
        "file": str(found.path),
        "sha256": found.sha256,
        "release": manifest.release,
        "made_at": manifest.made_at.isoformat(),
        "cases": manifest.cases,
        "events": manifest.events,
        "rows": found.rows,
        "files": manifest.files,
        "lost": manifest.lost,
    }
