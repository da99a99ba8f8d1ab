"""What every operation of the interface is given: platform, caller, id of the command."""

import re
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Depends, Request
from fastapi.exceptions import HTTPException

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from ui.api.guard import CALLER
from ui.api.reading import IdempotencyKey, IfMatch
from ui.api.who import Caller

_COMMANDS = UUID("3f6f7e1c-8a60-5f7a-9f6b-6d1c0c7d5b52")
_TAG = re.compile(r'"([0-9]{1,9})"')


def _platform_of(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


def _caller_of(request: Request) -> Caller:
    caller: Caller = request.scope[CALLER]
    return caller


Here = Annotated[Platform, Depends(_platform_of)]
Asking = Annotated[Caller, Depends(_caller_of)]


def _actor_of(caller: Asking) -> Actor:
    return caller.actor


Who = Annotated[Actor, Depends(_actor_of)]


def _command_id(actor: Who, idempotency_key: IdempotencyKey = None) -> UUID | None:
    """Return the id of a command; nobody meets the keys of somebody else."""
    if idempotency_key is None:
        return None
    return uuid5(_COMMANDS, f"{actor.username}\n{idempotency_key}")


def _seen_rev(if_match: IfMatch = None) -> int | None:
    """Return the revision that was looked at; None when any will do.

    Raises:
        HTTPException: The tag is none of ours.
    """
    if if_match is None or if_match == "*":
        return None
    tag = _TAG.fullmatch(if_match)
    if tag is None:
        raise HTTPException(412, 'If-Match takes the ETag of a complaint, for example "7".')
    return int(tag[1])


CommandId = Annotated[UUID | None, Depends(_command_id)]
SeenRev = Annotated[int | None, Depends(_seen_rev)]
