"""The command that plays scenarios through a process before anybody publishes it."""

from pathlib import Path
from typing import Annotated

import typer

from engine.bootstrap import open_platform
from engine.cli.seat import As, ready
from engine.console import Format, complain, say, show_json
from engine.services.tryout import playbooks

_SHOWN = 20
"""Parts that no scenario touches, named before the rest is counted."""


def try_out(
    files: Annotated[
        list[Path], typer.Argument(help="diagrams (.bpmn), tables (.dmn) and forms (.json)")
    ],
    *,
    scenarios: Annotated[
        Path | None,
        typer.Option(help="folder of scenarios (.txt); else those of the live version"),
    ] = None,
    output: As = Format.TEXT,
) -> None:
    """Play scenarios through a process: what differs, and what none of them tries."""
    platform = open_platform() if scenarios else ready()
    tried = playbooks.try_files(platform, paths=files, folder=scenarios)
    if output is Format.JSON:
        show_json(tried.results.model_dump(mode="json"))
    else:
        _show(tried)
    if tried.red:
        raise typer.Exit(1)


def _show(tried: playbooks.Tried) -> None:
    for played in tried.played:
        if played.is_green:
            say(f"green  {played.playbook.title}")
        else:
            complain(f"red    {played.playbook.title}: {played.first_difference}")
    say(tried.words)
    cover = tried.coverage
    for name, (done, of_all) in (("flows", cover.flows), ("rules of tables", cover.rules)):
        say(f"{done} of {of_all} {name} are tried.")
    for each in cover.untried[:_SHOWN]:
        say(f"untried {each.kind}: {each.words}")
    if len(cover.untried) > _SHOWN:
        say(f"and {len(cover.untried) - _SHOWN} more.")
