"""Who is behind a request: sign-in sessions as the gate and the pages see them."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import cookie_parser
from starlette.types import Scope

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.services.accounts import sessions, signing_in

COOKIE = "redress_session"
"""Cookie that carries the opaque token of a sign-in session."""

_BOUND = "__Host-"
"""Before the name of a cookie, it makes browsers refuse one that another host has planted."""

USER_HEADER = "X-Redress-User"
SESSION_HEADER = "X-Redress-Session"
"""Headers that the gate sets for what stands behind it; a client's own never pass."""


def is_encrypted(scope: Scope) -> bool:
    """Tell whether the browser speaks TLS, with us or with a proxy that we trust."""
    return scope["scheme"] in {"https", "wss"}


def cookie_name(scope: Scope, name: str = COOKIE) -> str:
    """Return the name of a cookie on this connection; under TLS it is bound to the host.

    >>> cookie_name({"scheme": "https"}), cookie_name({"scheme": "ws"})
    ('__Host-redress_session', 'redress_session')
    """
    return f"{_BOUND}{name}" if is_encrypted(scope) else name


def session_token(scope: Scope) -> str:
    """Return the session token of a connection; empty when it has none."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return cookie_parser(raw.decode("latin-1")).get(cookie_name(scope), "")


class Sessions(Protocol):
    """Server-side sign-in sessions."""

    def sign_in(self, *, username: str, password: str, address: str, user_agent: str = "") -> str:
        """Return the token of a new session.

        Raises:
            SignInError: The person is not let in; the text does not say why.
            SecondFactorNeededError: The password is right, and a code is asked for besides.
        """

    def actor_of(self, token: str, *, touch: bool = True) -> Actor | None:
        """Return whose live session this is; None when there is none (any more).

        Args:
            token: As ``sign_in`` returned it.
            touch: Whether the person did something, so that the idle time begins anew.
        """

    def sign_out(self, token: str) -> None:
        """End the session; an unknown token is no error."""

    def over(self, tokens: Collection[str]) -> Collection[str]:
        """Return which of these sessions are over."""


@dataclass(frozen=True, slots=True)
class _Found:
    actor: Actor
    until: float
    was_touched: bool


class RecentSessions:
    """Sessions whose positive look-ups are remembered for a moment.

    One click is several requests and one run of a page; they share one look-up. A sign-out in
    this process takes effect at once, one elsewhere after ``seconds``.

    Args:
        sessions: Where the truth is.
        seconds: How long a look-up is good for; at most 2.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        seconds: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._seconds = min(seconds, 2.0)
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[str, _Found] = {}
        self._sign_outs = 0

    def sign_in(self, *, username: str, password: str, address: str, user_agent: str = "") -> str:
        """Return the token of a new session, see ``Sessions.sign_in``."""
        return self._sessions.sign_in(
            username=username, password=password, address=address, user_agent=user_agent
        )

    def actor_of(self, token: str, *, touch: bool = True) -> Actor | None:
        """Return whose live session this is, see ``Sessions.actor_of``."""
        known = self.recall(token, touch=touch)
        if known is not None:
            return known
        before = self._sign_outs
        actor = self._sessions.actor_of(token, touch=touch)
        self._remember(token, actor, before, was_touched=touch)
        return actor

    def recall(self, token: str, *, touch: bool = True) -> Actor | None:
        """Return the actor when a recent look-up answers; never asks the database."""
        found = self._found.get(token)
        if found is None or found.until <= self._clock() or (touch and not found.was_touched):
            return None
        return found.actor

    def sign_out(self, token: str) -> None:
        """End the session and forget it."""
        self._sessions.sign_out(token)
        with self._lock:
            self._sign_outs += 1
            self._found.pop(token, None)

    def over(self, tokens: Collection[str]) -> Collection[str]:
        """Return which sessions are over, and forget them."""
        gone = self._sessions.over(tokens)
        with self._lock:
            self._sign_outs += bool(gone)
            for token in gone:
                self._found.pop(token, None)
        return gone

    def _remember(self, token: str, actor: Actor | None, before: int, *, was_touched: bool) -> None:
        now = self._clock()
        with self._lock:
            self._found = {key: item for key, item in self._found.items() if item.until > now}
            self._found.pop(token, None)
            # A look-up that began before a sign-out must not bring the session back.
            if actor is not None and before == self._sign_outs:
                self._found[token] = _Found(actor, now + self._seconds, was_touched)


class AccountSessions:
    """The sessions in the database.

    Args:
        platform: What services are called with.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def sign_in(self, *, username: str, password: str, address: str, user_agent: str = "") -> str:
        """Return the token of a new session, see ``ui.identity.Sessions``."""
        return signing_in.sign_in(
            self._platform,
            username=username,
            password=password,
            address=address,
            user_agent=user_agent,
        )

    def actor_of(self, token: str, *, touch: bool = True) -> Actor | None:
        """Return whose live session this is, see ``ui.identity.Sessions``."""
        return sessions.actor_of(self._platform, token=token, touch=touch)

    def sign_out(self, token: str) -> None:
        """End the session, see ``ui.identity.Sessions``."""
        sessions.sign_out(self._platform, token=token)

    def over(self, tokens: Collection[str]) -> Collection[str]:
        """Return which sessions are over, see ``ui.identity.Sessions``."""
        return sessions.over(self._platform, tokens=tokens)
