"""Signing in and out: two small pages that need no script."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from engine.errors import RedressError, SignInError
from ui.asset import asset_address
from ui.headers import door_policy
from ui.identity import (
    COOKIE,
    RecentSessions,
    cookie_name,
    is_encrypted,
    session_token,
)
from ui.seal import FormSeal, is_own_origin
from ui.sockets import Sockets

FORM_COOKIE = "redress_form"
"""Cookie of a browser that has a sign-in form open."""

EXPIRED = "This form has expired. Please try again."

_PASSWORD_CHECKS = 2
"""How many passwords are checked at once: each takes memory and a core for a moment."""


def safe_target(wanted: str) -> str:
    r"""Return the wanted address when it is a path of this site, else the start page.

    >>> safe_target("/case?ref=C-1"), safe_target("//evil.example"), safe_target("/a\\b")
    ('/case?ref=C-1', '/', '/')
    """
    # Browsers read a backslash as a slash and drop tabs and line ends.
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    if not is_path or not wanted.isprintable():
        return "/"
    return "/" if urlsplit(wanted).path in {"/login", "/logout"} else wanted


class SignInPages:
    """The pages ``/login`` and ``/logout``.

    Args:
        sessions: The sign-in sessions.
        sockets: Open websockets; those of a session end with it.
        seal: Seals the forms; shared with the account menu.
        organisation: Name shown above the form.
    """

    def __init__(
        self, *, sessions: RecentSessions, sockets: Sockets, seal: FormSeal, organisation: str
    ) -> None:
        self._sessions = sessions
        self._sockets = sockets
        self._seal = seal
        self._organisation = organisation
        self._turn = anyio.CapacityLimiter(_PASSWORD_CHECKS)
        self._templates = Environment(
            loader=PackageLoader("ui", "templates"), autoescape=True, undefined=StrictUndefined
        )

    def routes(self) -> list[Route]:
        """Return the routes of both pages and of the question whether one is signed in."""
        return [
            Route("/login", self.show, methods=["GET"]),
            Route("/login", self.enter, methods=["POST"]),
            Route("/logout", self.ask, methods=["GET"]),
            Route("/logout", self.leave, methods=["POST"]),
            Route("/session", self.state, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the sign-in form; whoever is signed in goes on at once."""
        target = safe_target(request.query_params.get("next", "/"))
        if await self._is_signed_in(request):
            return RedirectResponse(target, 303)
        return self._form(request, target=target)

    async def enter(self, request: Request) -> Response:
        """Sign in and go on to where the person wanted to go."""
        fields = await _fields(request)
        target = safe_target(fields.get("next", "/"))
        name = fields.get("username", "").strip()
        if not self._is_sealed(request, fields, FORM_COOKIE):
            return self._form(request, target=target, name=name, problem=EXPIRED, status=403)
        try:
            token = await self._checked(request, name, fields.get("password", ""))
        except SignInError as refusal:
            return self._form(request, target=target, name=name, problem=str(refusal), status=401)
        except RedressError as refusal:
            return self._form(request, target=target, name=name, problem=str(refusal), status=503)
        return self._welcome(request, token, target)

    async def ask(self, request: Request) -> Response:
        """Ask whether to sign out; the way without a script and without the account menu."""
        if not await self._is_signed_in(request):
            return RedirectResponse("/login", 303)
        return self._page("sign_out.html", token=self._seal.of(session_token(request.scope)))

    async def leave(self, request: Request) -> Response:
        """End the session in the database, in this process and in the browser."""
        if not self._is_sealed(request, await _fields(request), COOKIE):
            return await self.ask(request)
        await self._end(session_token(request.scope))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(
            cookie_name(request.scope),
            path="/",
            httponly=True,
            samesite="lax",
            secure=is_encrypted(request.scope),
        )
        return response

    async def state(self, request: Request) -> Response:
        """Answer 204 while the session lives, else 401; asking does not prolong it."""
        is_live = await self._is_signed_in(request)
        return Response(status_code=204 if is_live else 401, headers={"cache-control": "no-store"})

    async def _checked(self, request: Request, name: str, password: str) -> str:
        address = request.client.host if request.client else ""
        agent = request.headers.get("user-agent", "")[:300]
        return await anyio.to_thread.run_sync(
            lambda: self._sessions.sign_in(
                username=name, password=password, address=address, user_agent=agent
            ),
            limiter=self._turn,
        )

    async def _is_signed_in(self, request: Request) -> bool:
        token = session_token(request.scope)
        if not token:
            return False
        actor = await anyio.to_thread.run_sync(lambda: self._sessions.actor_of(token, touch=False))
        return actor is not None

    async def _end(self, token: str) -> None:
        await anyio.to_thread.run_sync(self._sessions.sign_out, token)
        await self._sockets.close(token)

    def _is_sealed(self, request: Request, fields: Mapping[str, str], cookie: str) -> bool:
        kept = request.cookies.get(cookie_name(request.scope, cookie), "")
        fits = self._seal.fits(kept, fields.get("token", ""))
        return fits and is_own_origin(request)

    def _form(
        self, request: Request, *, target: str, name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        name_of_cookie = cookie_name(request.scope, FORM_COOKIE)
        cookie = request.cookies.get(name_of_cookie) or secrets.token_urlsafe(32)
        response = self._page(
            "sign_in.html",
            status=status,
            token=self._seal.of(cookie),
            target=target,
            name=name,
            problem=problem,
        )
        response.set_cookie(
            name_of_cookie,
            cookie,
            path="/",
            httponly=True,
            samesite="strict",
            secure=is_encrypted(request.scope),
        )
        return response

    def _page(self, template: str, *, status: int = 200, **values: str) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(
            nonce=nonce,
            organisation=self._organisation,
            font=asset_address("inter-latin.woff2"),
            **values,
        )
        headers = {"content-security-policy": door_policy(nonce), "cache-control": "no-store"}
        return HTMLResponse(html, status, headers=headers)

    def _welcome(self, request: Request, token: str, target: str) -> Response:
        response = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        response.set_cookie(
            cookie_name(request.scope),
            token,
            path="/",
            httponly=True,
            samesite="lax",
            secure=is_encrypted(request.scope),
        )
        return response


async def _fields(request: Request) -> dict[str, str]:
    """Return the text fields of a form; files and repeated fields are dropped."""
    form = await request.form(max_files=0, max_fields=8)
    return {name: value for name, value in form.items() if isinstance(value, str)}
