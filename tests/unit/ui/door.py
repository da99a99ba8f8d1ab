"""A gate around a tiny application that shows what reached it, and sessions in memory."""

import json
import secrets
import warnings
from collections.abc import Collection

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.domain.actor import Actor, Role
from engine.errors import SignInError
from ui.gate import Gate
from ui.identity import RecentSessions
from ui.seal import FormSeal
from ui.signin import SignInPages
from ui.sockets import Sockets

with warnings.catch_warnings():
    # It asks for a successor of httpx that nothing else here needs.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HANNA = Actor(username="hanna", name="Hanna", roles=frozenset({Role.HANDLER}))
WRONG = "User name or password is wrong."


class SessionsInMemory:
    """Keeps sessions in a dict, and counts the look-ups and the activity."""

    def __init__(self) -> None:
        self.live: dict[str, Actor] = {}
        self.lookups = 0
        self.touches = 0

    def sign_in(self, *, username: str, password: str, address: str, user_agent: str = "") -> str:  # noqa: ARG002 - the protocol
        if (username, password) != ("hanna", "right"):
            raise SignInError(WRONG)
        token = secrets.token_urlsafe(32)
        self.live[token] = HANNA
        return token

    def actor_of(self, token: str, *, touch: bool = True) -> Actor | None:
        self.lookups += 1
        self.touches += touch
        return self.live.get(token)

    def sign_out(self, token: str) -> None:
        self.live.pop(token, None)

    def over(self, tokens: Collection[str]) -> Collection[str]:
        return {token for token in tokens if token not in self.live}


class RulesInMemory:
    """Lets everything through but what a test forbids."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.messages: set[bytes] = set()

    def may_reach(self, token: str, path: str) -> bool:  # noqa: ARG002 - the protocol
        return path not in self.paths

    def may_say(self, token: str, message: bytes) -> bool:  # noqa: ARG002 - the protocol
        return message not in self.messages

    def mended(self, message: bytes) -> bytes:
        return message.replace(b"broken", b"mended")

    def is_automatic(self, message: bytes) -> bool:
        return message == b"tick"


async def _echo(request: Request) -> Response:
    body = await request.body()
    return JSONResponse({"headers": dict(request.headers), "size": len(body)})


async def _chat(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            said = await websocket.receive_bytes()
            await websocket.send_text(json.dumps(dict(websocket.headers)) + said.decode())
    except WebSocketDisconnect:
        return


def desk() -> Starlette:
    every = ["GET", "POST", "PUT", "DELETE"]
    return Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", _chat),
            Route("/{path:path}", _echo, methods=every),
        ]
    )


class Door:
    """Everything a test of the gate needs, put together as the product does."""

    def __init__(
        self,
        inner: ASGIApp | None = None,
        *,
        scheme: str = "http",
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self.rules = RulesInMemory()
        self.store = SessionsInMemory()
        self.now = 0.0
        sessions = RecentSessions(self.store, clock=lambda: self.now)
        sockets = Sockets()
        self.seal = FormSeal()
        self.pages = SignInPages(
            sessions=sessions, sockets=sockets, seal=self.seal, organisation="Northwind <b>"
        )
        self.gate = Gate(
            desk=inner or desk(),
            door=Starlette(routes=self.pages.routes()),
            api=desk(),
            sessions=sessions,
            sockets=sockets,
            policy="default-src 'self'",
            rules=self.rules,
            hosts=hosts,
        )
        self.client = TestClient(
            self.gate, base_url=f"{scheme}://testserver", follow_redirects=False
        )

    def token(self) -> str:
        """Open the sign-in form and return its hidden token."""
        page = self.client.get("/login").text
        return page.split('name="token" value="')[1].split('"')[0]

    def enter(self, **fields: str) -> Response:
        form = {"username": "hanna", "password": "right", "token": self.token()} | fields
        return self.client.post("/login", data=form)

    def leave(self) -> Response:
        session = self.client.cookies["redress_session"]
        return self.client.post("/logout", data={"token": self.seal.of(session)})
