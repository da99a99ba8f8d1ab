"""How complainants are asked how it was, for the tests that give every command."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.domain.actor import COMPLAINANT
from engine.services.door import inviting, survey
from tests.integration.door_ways import closed, without_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.bootstrap import Platform
    from engine.services.door.inviting import Invited

SITE = "https://complain.example.org"
WHY = "She said so on the telephone."


def asking(platform: Platform, **chosen: Any) -> Platform:
    """Return the same platform with public pages that a mail can lead to."""
    portal = platform.policy.portal.model_copy(update={"address": SITE})
    asks = platform.policy.survey.model_copy(update=chosen)
    told = platform.policy.model_copy(update={"portal": portal, "survey": asks})
    return replace(platform, policy=told)


def invite(platform: Platform, **chosen: Any) -> Invited:
    """Ask everybody whose time has come."""
    return inviting.invite(asking(platform, **chosen))


def code_in(body: str) -> str:
    """Return the code in the link of a mail."""
    found = re.search(rf"{SITE}/public/(?:en|de)/opinion/([0-9A-Z-]+)", body)
    assert found is not None
    return found[1]


def _invite(desk: Any) -> Callable[[Platform], object]:
    closed(desk.office)
    desk.clock.advance(days=14)
    return invite


def _wish(desk: Any) -> Callable[[Platform], object]:
    where = desk.known("hanna", desk.office.lodge())
    return lambda p: inviting.wish(p, may_be_asked=False, reason=WHY, **where)


def _led_to(desk: Any) -> Callable[[Platform], object]:
    desk.office.lodge()
    known = {"actor": COMPLAINANT, "code": "0" * 20, "address": "10.0.0.1"}
    return lambda p: without_refusal(partial(survey.led_to, p, **known))


ALL: Mapping[str, Any] = {"inviting.wish": _wish, "survey.led_to": _led_to}
"""Brings an office to where a command can be given, and returns what gives it."""

PIECEWISE: Mapping[str, Any] = {"inviting.invite": _invite}

ASKS: Mapping[str, Callable[[Any], object]] = {
    "inviting.invite": lambda a: inviting.invite(a.platform, actor=a.actor),
    "inviting.wish": lambda a: inviting.wish(
        a.platform, may_be_asked=False, reason=WHY, **a.of_case
    ),
    "survey.led_to": lambda a: survey.led_to(
        a.platform, actor=a.actor, code="0" * 20, address="10.0.0.1"
    ),
}
"""How each is asked for by anybody."""


def _rival(office: Any, reference: str) -> Callable[[], object]:
    known = {"actor": office.staff["hanna"], "reference": reference}
    return partial(inviting.wish, office.platform, may_be_asked=False, reason=WHY, **known)


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {"inviting.wish": _rival}
"""How each is given on a case that others work on."""
