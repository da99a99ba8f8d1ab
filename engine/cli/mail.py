"""Commands that take in mails: from the mailbox of the settings, or from a folder."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, acting, ready
from engine.console import Format, say, show_json
from engine.services.mail import fetching
from engine.services.mail.fetching import Fetched

app = typer.Typer(no_args_is_help=True, help="Mails that come in.")


@app.command()
def fetch(*, who: WhoActs, output: As = Format.TEXT) -> None:
    """Take in the mails that wait in the mailbox which REDRESS_MAIL_IN_URL names."""
    platform = ready()
    _tell(fetching.fetch(platform, actor=acting(platform, who)), output)


@app.command()
def read(
    folder: Annotated[Path, typer.Argument(help="its files .eml are moved into done/ there")],
    *,
    who: WhoActs,
    output: As = Format.TEXT,
) -> None:
    """Take in the mails that lie in a folder, one file each."""
    platform = ready()
    _tell(fetching.read_folder(platform, actor=acting(platform, who), folder=folder), output)


def _tell(done: Fetched, output: Format) -> None:
    if output is Format.JSON:
        show_json(asdict(done))
        return
    say(
        f"{done.filed} filed, {done.waiting} to be looked at, {done.known} known already, "
        f"{done.failed} not kept."
    )
