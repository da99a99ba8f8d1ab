"""Accounts as people see them: who may come in, from where, by what."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.actor import Actor, Role


class LinkKind(StrEnum):
    """What a one-time link is for."""

    FIRST = "first"
    INVITATION = "invitation"
    RESET = "reset"
    CODE = "code"
    PROVIDER = "provider"
    TIE = "tie"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that still opens something.

    Attributes:
        username: Whom it is for; empty where nobody is known yet.
        detail: What has to be remembered until it is used.
    """

    kind: LinkKind
    username: str
    detail: dict[str, object]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An account as an administrator sees it.

    Attributes:
        has_password: False for whoever was invited and has not come yet, or signs in elsewhere.
        has_second_factor: Whether a code is asked of this person.
        seen_at: When one of the person's sessions was used last; None for never.
    """

    actor: Actor
    is_active: bool
    has_password: bool
    has_second_factor: bool
    seen_at: datetime | None

    @property
    def is_administrator(self) -> bool:
        """Tell whether the person may administer users."""
        return Role.ADMINISTRATOR in self.actor.roles


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that is signed in, as its owner sees it.

    Attributes:
        id: Stable name of the session; no secret.
        method: How the person came in: ``password``, ``password and code``, ``link``, ``provider``.
        is_this: Whether it is the one that asks.
    """

    id: str
    username: str
    device: str
    address: str
    method: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """Who somebody is at a provider.

    Attributes:
        issuer: Of the provider, as it spells itself.
        subject: What the provider calls the person.
    """

    issuer: str
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """Administrator rights that wait for a second administrator."""

    id: int
    username: str
    name: str
    roles: frozenset[Role]
    reason: str
    asked_by: str
    asked_at: datetime


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "a Python program"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return what a browser says of itself in two words, so that its owner knows it again.

    >>> device_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> device_of("")
    'an unknown device'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "an unknown device"


_USERNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")


def is_username(text: str) -> bool:
    """Tell whether a text can be a user name: letters, digits, dots and hyphens, 64 at most.

    >>> is_username("hanna.b-2"), is_username(".hanna"), is_username("")
    (True, False, False)
    """
    return _USERNAME.fullmatch(text) is not None
