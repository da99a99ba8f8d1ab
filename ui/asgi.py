"""One ASGI application: the gate, the sign-in, the assets, and the pages behind them."""

import gc
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from engine.bootstrap import Platform
from engine.services.accounts.leaving import Leaving
from ui.api.app import create_api
from ui.api.guard import Guard
from ui.api.who import AccountKeys
from ui.asset import FOLDER, asset_address, asset_app
from ui.belongings import Belongings, keep_files_apart
from ui.gate import Gate
from ui.headers import desk_policy
from ui.hurry import HurriedProtocol
from ui.identity import RecentSessions, Sessions
from ui.leaf import Leaf
from ui.portal.porch import Porch, is_public
from ui.seal import FormSeal
from ui.session import Desk, open_desk
from ui.signin import SignInPages
from ui.signin_code import CodePages
from ui.signin_link import LinkPages
from ui.signin_provider import ProviderPages
from ui.sockets import Sockets

_SCRIPT = Path(__file__).with_name("app.py")
_WARM = ("altair", "ui.app")
"""What the first page would otherwise wait for."""
_FOR_TABLES = ("pandas",)
"""What the first table would otherwise wait for: 80 MB that nobody needs before somebody comes."""
_AFTER = 2.0
"""Seconds after somebody has come: the first page is shown by then."""

_LARGEST_MESSAGE = 8 * 2**20
"""Bytes of one websocket message; a large diagram has about one million."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """How this process is reached.

    Attributes:
        hosts: Names under which browsers know it; none for any.
        proxies: Addresses and networks of proxies whose word on the browser counts.
    """

    hosts: frozenset[str] = frozenset()
    proxies: tuple[str, ...] = ()


def create_app(platform: Platform, sessions: Sessions, doorway: Doorway = Doorway()) -> Gate:
    """Return the whole application for one process.

    Args:
        platform: What the pages call services with.
        sessions: The sign-in sessions.
        doorway: How the application is reached.
    """
    recent = RecentSessions(sessions)
    seal = FormSeal()
    sockets = Sockets(over=recent.over)
    open_desk(Desk(platform, recent, seal))
    leaf = Leaf(seal=seal, organisation=platform.policy.organisation.name)
    pages = SignInPages(
        sessions=recent,
        sockets=sockets,
        seal=seal,
        organisation=platform.policy.organisation.name,
        provider=sign_in.name if (sign_in := platform.policy.accounts.provider).issuer else "",
        leaving=Leaving(platform) if sign_in.issuer else None,
    )
    return Gate(
        desk=_warmed_by_visit(desk_app()),
        door=in_front(
            Porch(platform),
            door_app(
                pages,
                CodePages(platform, leaf),
                LinkPages(platform, leaf),
                ProviderPages(platform, leaf),
            ),
        ),
        api=Guard(
            create_api(platform),
            sessions=recent,
            keys=AccountKeys(platform),
            seal=seal,
            policy=platform.policy.interface,
            documents=platform.policy.documents,
        ),
        sessions=recent,
        sockets=sockets,
        policy=desk_policy(),
        rules=Belongings(),
        hosts=doorway.hosts,
    )


def in_front(portal: ASGIApp, door: ASGIApp) -> ASGIApp:
    """Return the public pages and, for all that is none of them, the door."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await (portal if is_public(scope["path"]) else door)(scope, receive, send)

    return answer


def door_app(*pages: SignInPages | CodePages | LinkPages | ProviderPages) -> ASGIApp:
    """Return everything that answers without a session."""
    return Starlette(
        routes=[
            *(route for each in pages for route in each.routes()),
            Route("/healthz", _health),
            Route("/favicon.ico", _icon),
            Mount("/assets", app=asset_app()),
        ]
    )


def desk_app() -> ASGIApp:
    """Return Streamlit with its options, ready to be put behind the gate."""
    app = st.App(_SCRIPT, lifespan=_warmed)
    # Else the first visitor of ``/case`` is told that there is no such page: until a page has
    # run once, Streamlit takes the modules in ``ui/pages`` for the pages themselves.
    PagesManager.uses_pages_directory = False
    _load_options()
    return app


def serve(app: ASGIApp, *, host: str, port: int, doorway: Doorway = Doorway()) -> None:
    """Serve until the process is told to end.

    What a client says of itself in ``X-Forwarded-For`` and ``-Proto`` counts only when it is one
    of the proxies.

    Host and port are bound by the server itself: on a socket that was opened before, answers
    wait 40 ms for the client's acknowledgement.
    """
    options = uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        http=HurriedProtocol,
        ws_max_size=_LARGEST_MESSAGE,
        proxy_headers=bool(doorway.proxies),
        forwarded_allow_ips=list(doorway.proxies),
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(options).run()


def _load_options() -> None:
    """Read ``ui/.streamlit/config.toml`` last, and name the font file of this release."""
    config.get_config_options(force_reparse=True)
    font = asset_address("inter-latin.woff2")
    if font:
        face = {"family": "Inter", "url": font, "weight": "100 900", "style": "normal"}
        config.set_option("theme.fontFaces", [face])


@asynccontextmanager
async def _warmed(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Warm up beside the server: the sign-in page need not wait for what pages import."""
    keep_files_apart()
    warming = threading.Thread(target=_warm_up, args=_WARM, name="warm-up", daemon=True)
    warming.start()
    yield None


def _warmed_by_visit(desk: ASGIApp) -> ASGIApp:
    """Return the pages; once somebody has opened one, what tables need is imported beside them."""
    warming = threading.Timer(_AFTER, _warm_up, args=_FOR_TABLES)
    warming.daemon = True

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and warming.ident is None:
            warming.start()
        await desk(scope, receive, send)

    return answer


def _warm_up(*modules: str) -> None:
    """Import what pages need, and keep it out of the collector's way.

    Python walks all objects whenever many have piled up; what is frozen here is not walked.
    """
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok", headers={"cache-control": "no-store"})


async def _icon(_request: Request) -> Response:
    return FileResponse(FOLDER / "mark.svg", media_type="image/svg+xml")
