"""The gate: nothing behind it is reached without a live sign-in session.

Pure ASGI, so that it covers websockets and uploads as well as pages. What is public is a
separate application, so that no public path can fall through to what stands behind.
"""

from collections.abc import Callable
from urllib.parse import quote

import anyio.to_thread
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.domain.actor import Actor
from ui.body import run_limited
from ui.headers import API_POLICY, harden
from ui.identity import SESSION_HEADER, USER_HEADER, RecentSessions, session_token
from ui.sockets import SIGNED_OUT, Socket, Sockets

PUBLIC_PATHS = frozenset({"/login", "/logout", "/session", "/healthz", "/favicon.ico"})
PUBLIC_PREFIX = "/assets/"
API_PREFIX = "/api/"

_NOT_PAGES = ("/_stcore/", "/media/", "/component/", "/static/", "/app/static/")
_CLOSED = ("/_stcore/agent", "/_stcore/metrics", "/auth/", "/oauth2callback")
"""Doors of Streamlit that this application does not use, shut for everybody."""

_UPLOAD = "/_stcore/upload_file/"
UPLOAD_LIMIT = 26 * 2**20
"""Bytes: 25 MB of file and the frame around it."""
DOOR_LIMIT = 16 * 2**10
OTHER_LIMIT = 64 * 2**10

_OURS = b"x-redress-"


class Watch:
    """Tells for each message of a socket whether its session is still live."""

    def __init__(self, gate: "Gate", token: str) -> None:
        self._gate = gate
        self._token = token

    async def __call__(self, message: Message) -> bool:
        """Look the session up; only what a person did counts as activity."""
        touch = not self._gate.is_automatic(message.get("bytes") or b"")
        return await self._gate.actor_of(self._token, touch=touch) is not None


def nothing_is_automatic(_message: bytes) -> bool:
    """Take every message for something a person did."""
    return False


class Gate:
    """Lets people with a live session through to ``desk``, everybody to ``door``.

    Args:
        desk: What needs a session.
        door: Sign-in, assets and health; knows every public path itself.
        api: The programming interface; finds out by itself who asks.
        sessions: The sign-in sessions.
        sockets: Shared with the sign-out.
        policy: Content security policy of the desk.
        is_automatic: Tells whether a websocket message came from a timer, not a person.
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
        is_automatic: Callable[[bytes], bool] = nothing_is_automatic,
    ) -> None:
        self._desk = desk
        self._door = door
        self._api = api
        self._sessions = sessions
        self._sockets = sockets
        self._policy = policy
        self.is_automatic = is_automatic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._desk(scope, receive, send)
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
            await self._api(_anonymous(scope), receive, _hardened(send, API_POLICY))
            return
        send = _hardened(send, self._policy)
        if path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIX):
            await run_limited(self._door, _anonymous(scope), receive, send, DOOR_LIMIT)
            return
        token = session_token(scope)
        actor = await self.actor_of(token, touch=True) if token else None
        if actor is None:
            await _refusal(scope)(scope, receive, send)
        elif path.startswith(_CLOSED) or _is_nowhere(path):
            await PlainTextResponse("There is no such page.", 404)(scope, receive, send)
        else:
            limit = UPLOAD_LIMIT if path.startswith(_UPLOAD) else OTHER_LIMIT
            await run_limited(self._desk, _identified(scope, actor, token), receive, send, limit)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = session_token(scope)
        actor = await self.actor_of(token, touch=True) if token else None
        if actor is None:
            await receive()
            await send({"type": "websocket.close", "code": SIGNED_OUT})
            return
        socket = Socket(receive, send, Watch(self, token))
        self._sockets.add(token, socket)
        try:
            await self._desk(_identified(scope, actor, token), socket.receive, socket.send)
        finally:
            self._sockets.discard(token, socket)


def _hardened(send: Send, policy: str) -> Send:
    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            harden(message, policy)
        await send(message)

    return hardened


def _is_nowhere(path: str) -> bool:
    """Tell whether a path lies below a page, where Streamlit would show an empty one."""
    return "/" in path.removeprefix("/") and not path.startswith(_NOT_PAGES)


def _anonymous(scope: Scope) -> Scope:
    """Return the connection without identity headers that a client made up.

    Underscores count as hyphens, because some servers read them so.
    """
    kept = [
        pair
        for pair in scope["headers"]
        if not pair[0].lower().replace(b"_", b"-").startswith(_OURS)
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
