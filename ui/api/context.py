"""What every operation of the interface is given: platform, caller, and what a command is about."""

import re
from typing import Annotated, TypedDict
from uuid import UUID, uuid5

from fastapi import Depends, Request
from fastapi.exceptions import HTTPException

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from ui.api.guard import CALLER
from ui.api.reading import IdempotencyKey, IfMatch, Reference, Token
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


class OnCase(TypedDict):
    """What every command on a complaint takes, handed on with ``**``."""

    actor: Actor
    reference: str
    command_id: UUID | None


class OnSeenCase(OnCase):
    """The same for a command that is refused when the complaint has changed meanwhile."""

    seen_rev: int | None


class OnStep(OnCase):
    """What every command on a step takes."""

    token: str


class OnSeenStep(OnSeenCase, OnStep):
    """The same for a command that is refused when the complaint has changed meanwhile."""


def _on_case(who: Who, command_id: CommandId, reference: Reference) -> OnCase:
    return OnCase(actor=who, reference=reference, command_id=command_id)


def _on_step(on: Annotated[OnCase, Depends(_on_case)], token: Token) -> OnStep:
    return OnStep(**on, token=token)


def _on_seen_case(on: Annotated[OnCase, Depends(_on_case)], seen_rev: SeenRev) -> OnSeenCase:
    return OnSeenCase(**on, seen_rev=seen_rev)


def _on_seen_step(on: Annotated[OnStep, Depends(_on_step)], seen_rev: SeenRev) -> OnSeenStep:
    return OnSeenStep(**on, seen_rev=seen_rev)


AskedOfCase = Annotated[OnCase, Depends(_on_case)]
AskedOfSeenCase = Annotated[OnSeenCase, Depends(_on_seen_case)]
AskedOfStep = Annotated[OnStep, Depends(_on_step)]
AskedOfSeenStep = Annotated[OnSeenStep, Depends(_on_seen_step)]
