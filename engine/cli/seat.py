"""What every command sits down at: the platform, and who asks."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from engine.bootstrap import Platform, open_platform
from engine.console import Format
from engine.domain.actor import SYSTEM, Actor
from engine.services.accounts import accounts

As = Annotated[Format, typer.Option("--format", help="text for people, json for programs")]
Whoever = Annotated[
    str, typer.Option("--as", metavar="USER", help="whose eyes to look with; else all is seen")
]
WhoActs = Annotated[
    str,
    typer.Option("--as", metavar="USER", help="user name of whoever does it, by whose roles"),
]
Why = Annotated[str, typer.Option("--reason", help="is kept, with the name of whoever does it")]


def ready() -> Platform:
    """Open the platform of the settings with its schema brought up to date."""
    platform = open_platform()
    platform.database.migrate()
    return platform


def acting(platform: Platform, username: str) -> Actor:
    """Return who a user name stands for; Redress itself where none is given.

    Raises:
        NotFoundError: Nobody has this user name.
    """
    return accounts.person(platform, actor=SYSTEM, username=username) if username else SYSTEM


def local(platform: Platform, at: datetime) -> str:
    """Return a moment as the organisation's clocks show it: ``2026-03-11 10:24``."""
    return f"{at.astimezone(ZoneInfo(platform.policy.calendar.zone)):%Y-%m-%d %H:%M}"
