"""The gate: nothing behind it is reached without a live sign-in session.

Pure ASGI, so that it covers websockets and uploads as well as pages. What is public is a
separate application, so that no public path can fall through to what stands behind.
"""

from functools import partial
from typing import Protocol
from urllib.parse import quote, urlsplit

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.domain.actor import Actor
from ui.api.who import PROOF_HEADER
from ui.body import run_limited
from ui.headers import API_POLICY, harden
from ui.identity import (
    SESSION_HEADER,
    USER_HEADER,
    RecentSessions,
    is_encrypted,
    session_token,
)
from ui.portal.porch import is_public
from ui.portal.sheet import POLICY
from ui.seal import is_own_origin
from ui.sockets import SIGNED_OUT, Socket, Sockets

PUBLIC_PATHS = frozenset({"/login", "/logout", "/session", "/healthz", "/favicon.ico"})
PUBLIC_PREFIXES = ("/assets/", "/login/")
API_PREFIX = "/api/"

_NOT_PAGES = ("/_stcore/", "/media/", "/component/", "/static/", "/app/static/")
_OF_STREAMLIT = frozenset({"_stcore", "component", "app", "auth", "oauth2callback"})
_OPEN = (
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/",
    "/_stcore/bidi-components/",
)
"""What pages need of Streamlit; all else is shut for everybody, and so is what it will add."""
_STREAM = "/_stcore/stream"

_UPLOAD = "/_stcore/upload_file/"
UPLOAD_LIMIT = 26 * 2**20
"""Bytes: 25 MB of file and the frame around it."""
DOOR_LIMIT = 16 * 2**10
OTHER_LIMIT = 64 * 2**10

_OURS = b"x-redress-"
_PROOF = frozenset({PROOF_HEADER.encode()})
"""By which a page of ours proves itself to the interface; it says nothing about who it is."""


class Rules(Protocol):
    """What a session may reach and say behind the gate; see ``ui.belongings.Belongings``."""

    def may_reach(self, token: str, path: str) -> bool:
        """Tell whether a path is nobody's in particular, or belongs to the session."""

    def may_say(self, token: str, message: bytes) -> bool:
        """Tell whether the session may send a message."""

    def mended(self, message: bytes) -> bytes:
        """Return a message as it can be read."""

    def is_automatic(self, message: bytes) -> bool:
        """Tell whether a message was sent by a timer in the page, not by a person."""


class Watch:
    """Tells for each message of a socket whether its session is still live."""

    def __init__(self, gate: "Gate", token: str) -> None:
        self._gate = gate
        self._token = token

    async def __call__(self, message: Message) -> bool:
        """Look the session up; only what a person did counts as activity."""
        touch = not self._gate.rules.is_automatic(message.get("bytes") or b"")
        return await self._gate.actor_of(self._token, touch=touch) is not None


class Gate:
    """Lets people with a live session through to ``desk``, everybody to ``door``.

    Args:
        desk: What needs a session.
        door: Sign-in, public pages, assets and health; knows every public path itself.
        api: The programming interface; finds out by itself who asks.
        sessions: The sign-in sessions.
        sockets: Shared with the sign-out.
        policy: Content security policy of the desk.
        rules: What a session may reach and say at the desk.
        hosts: Names under which this site is reached; none for any.
    """

    def __init__(
        self,
        *,
        desk: ASGIApp,
        door: ASGIApp,
        api: ASGIApp,
        sessions: RecentSessions,
        sockets: Sockets,
        policy: str,
        rules: Rules,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._desk = desk
        self._door = door
        self._api = api
        self._sessions = sessions
        self._sockets = sockets
        self._policy = policy
        self.rules = rules
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._desk(scope, receive, send)
        elif not self._is_meant(scope):
            await _misdirected(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def actor_of(self, token: str, *, touch: bool) -> Actor | None:
        """Return whose live session this is; the database is asked in a thread."""
        known = self._sessions.recall(token, touch=touch)
        if known is not None:
            return known
        return await anyio.to_thread.run_sync(lambda: self._sessions.actor_of(token, touch=touch))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(API_PREFIX):
            asked = _anonymous(scope, keeps=_PROOF)
            await self._api(asked, receive, _hardened(scope, send, API_POLICY))
            return
        if is_public(path):
            # They limit what they take by themselves, since files come with some forms.
            await self._door(_anonymous(scope), receive, _hardened(scope, send, POLICY))
            return
        send = _hardened(scope, send, self._policy)
        if path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES):
            await run_limited(self._door, _anonymous(scope), receive, send, DOOR_LIMIT)
            return
        token = session_token(scope)
        actor = await self.actor_of(token, touch=True) if token else None
        if actor is None:
            await _refusal(scope)(scope, receive, send)
        elif _is_shut(path) or _is_nowhere(path) or not self.rules.may_reach(token, path):
            await PlainTextResponse("There is no such page.", 404)(scope, receive, send)
        elif _changes(scope) and not is_own_origin(HTTPConnection(scope)):
            await PlainTextResponse("This was sent by another site.", 403)(scope, receive, send)
        else:
            limit = UPLOAD_LIMIT if path.startswith(_UPLOAD) else OTHER_LIMIT
            await run_limited(self._desk, _identified(scope, actor, token), receive, send, limit)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = session_token(scope)
        is_ours = scope["path"] == _STREAM and is_own_origin(HTTPConnection(scope))
        actor = await self.actor_of(token, touch=True) if token and is_ours else None
        if actor is None:
            await receive()
            await send({"type": "websocket.close", "code": SIGNED_OUT})
            return
        may_say = partial(self.rules.may_say, token)
        socket = Socket(receive, send, Watch(self, token), may_say, self.rules.mended)
        self._sockets.add(token, socket)
        try:
            await self._desk(_identified(scope, actor, token), socket.receive, socket.send)
        finally:
            self._sockets.discard(token, socket)

    def _is_meant(self, scope: Scope) -> bool:
        """Tell whether a request names this site, as far as the site knows its names."""
        host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        return not self._hosts or host in self._hosts or scope.get("path") == "/healthz"


async def _misdirected(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": SIGNED_OUT})
    else:
        answer = PlainTextResponse("This site is not known under this name.", 421)
        await answer(scope, receive, _hardened(scope, send, API_POLICY))


def _hardened(scope: Scope, send: Send, policy: str) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            harden(message, policy, is_encrypted=is_encrypted(scope))
        await send(message)

    return hardened


def _is_shut(path: str) -> bool:
    """Tell whether a path is a part of Streamlit that no page needs."""
    top = path.removeprefix("/").partition("/")[0]
    return (top in _OF_STREAMLIT or top.startswith("_")) and not path.startswith(_OPEN)


def _changes(scope: Scope) -> bool:
    return scope["method"] not in {"GET", "HEAD", "OPTIONS"}


def _is_nowhere(path: str) -> bool:
    """Tell whether a path lies below a page, where Streamlit would show an empty one."""
    return "/" in path.removeprefix("/") and not path.startswith(_NOT_PAGES)


def _anonymous(scope: Scope, keeps: frozenset[bytes] = frozenset()) -> Scope:
    """Return the connection without identity headers that a client made up.

    Underscores count as hyphens, because some servers read them so.

    Args:
        scope: As the server gave it.
        keeps: Headers of ours that a client may send.
    """
    kept = [
        pair
        for pair in scope["headers"]
        if pair[0].lower() in keeps or not pair[0].lower().replace(b"_", b"-").startswith(_OURS)
    ]
    return {**scope, "headers": kept}


def _identified(scope: Scope, actor: Actor, token: str) -> Scope:
    clean = _anonymous(scope)
    added = [
        (USER_HEADER.lower().encode(), quote(actor.username).encode()),
        (SESSION_HEADER.lower().encode(), token.encode("latin-1")),
    ]
    return {**clean, "headers": clean["headers"] + added}


def _refusal(scope: Scope) -> Response:
    """Return the way to the sign-in for a page, a plain no for everything else."""
    path: str = scope["path"]
    if scope["method"] not in {"GET", "HEAD"} or path.startswith(_NOT_PAGES):
        return PlainTextResponse("Please sign in.", 401, headers={"cache-control": "no-store"})
    query = scope.get("query_string", b"").decode("latin-1")
    target = f"{path}?{query}" if query else path
    where = "/login" if target == "/" else f"/login?next={quote(target, safe='/')}"
    return RedirectResponse(where, 303, headers={"cache-control": "no-store"})
