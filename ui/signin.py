"""Signing in and out: two small pages that need no script."""

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from engine.errors import RedressError, SecondFactorNeededError, SignInError
from engine.services.accounts.leaving import Leaving
from ui.identity import COOKIE, RecentSessions, session_token
from ui.leaf import (
    EXPIRED,
    Leaf,
    address_of,
    agent_of,
    brings_back,
    came_in,
    fields_of,
    forget,
    owes_a_code,
    safe_target,
)
from ui.seal import FormSeal
from ui.signin_code import where_codes_are_asked
from ui.sockets import Sockets

_ENDED = "Your session has ended. Sign in to go on where you were; what you typed is kept."

LEFT = "/login/provider/left"
"""Where the provider sends a browser that has signed out there."""

_PASSWORD_CHECKS = 2
"""How many passwords are checked at once: each takes memory and a core for a moment."""

_NEWS = {
    "password": "Your password is set. Sign in with it.",
}
"""What the sign-in form says to whoever comes from another page of the door."""


class SignInPages:
    """The pages ``/login`` and ``/logout``.

    Args:
        sessions: The sign-in sessions.
        sockets: Open websockets; those of a session end with it.
        seal: Seals the forms; shared with the account menu.
        organisation: Name shown above the form.
        provider: Name of the organisation's own sign-in; empty where there is none.
        leaving: How the provider is told that somebody leaves; None where there is none.
    """

    def __init__(
        self,
        *,
        sessions: RecentSessions,
        sockets: Sockets,
        seal: FormSeal,
        organisation: str,
        provider: str = "",
        leaving: Leaving | None = None,
    ) -> None:
        self._provider = provider
        self._leaving = leaving
        self._sessions = sessions
        self._sockets = sockets
        self._leaf = Leaf(seal=seal, organisation=organisation)
        self._turn = anyio.CapacityLimiter(_PASSWORD_CHECKS)

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
        # A browser that still sends a session was signed in, and signed out by nobody.
        ended = _ENDED if session_token(request.scope) else ""
        news = _NEWS.get(_word(request, "news"), ended)
        return self._form(request, target=target, news=news)

    async def enter(self, request: Request) -> Response:
        """Sign in and go on to where the person wanted to go."""
        fields = await fields_of(request)
        target = safe_target(fields.get("next", "/"))
        name = fields.get("username", "").strip()
        if not self._leaf.is_sealed(request, fields):
            return self._form(request, target=target, name=name, problem=EXPIRED, status=403)
        try:
            token = await self._checked(request, name, fields.get("password", ""))
        except SecondFactorNeededError as needed:
            where = where_codes_are_asked(target, must_begin=needed.must_begin)
            return owes_a_code(request, needed.challenge, where)
        except SignInError as refusal:
            return self._form(request, target=target, name=name, problem=str(refusal), status=401)
        except RedressError as refusal:
            return self._form(request, target=target, name=name, problem=str(refusal), status=503)
        answer = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        return came_in(answer, request, token)

    async def ask(self, request: Request) -> Response:
        """Ask whether to sign out; the way without a script and without the account menu."""
        if not await self._is_signed_in(request):
            return RedirectResponse("/login", 303)
        token = self._leaf.seal.of(session_token(request.scope))
        return self._leaf.page("sign_out.html", token=token)

    async def leave(self, request: Request) -> Response:
        """End the session in the database, in this process and in the browser.

        Whoever came by the provider is asked whether to leave it as well: other work of theirs
        may hang on it.
        """
        if not self._leaf.is_sealed(request, await fields_of(request), COOKIE):
            return await self.ask(request)
        token = session_token(request.scope)
        proof = await self._proof(token)
        await self._end(token)
        response = await self._goodbye(request, proof)
        forget(response, request, COOKIE)
        return response

    async def state(self, request: Request) -> Response:
        """Answer 204 while the session lives, else 401; asking does not prolong it."""
        is_live = await self._is_signed_in(request)
        return Response(status_code=204 if is_live else 401, headers={"cache-control": "no-store"})

    async def _checked(self, request: Request, name: str, password: str) -> str:
        address, agent = address_of(request), agent_of(request)
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

    async def _proof(self, token: str) -> str:
        """Return what tells the provider who leaves; empty for whoever did not come by it."""
        if (leaving := self._leaving) is None:
            return ""
        return await anyio.to_thread.run_sync(lambda: leaving.proof(token=token))

    async def _goodbye(self, request: Request, proof: str) -> Response:
        leaving = self._leaving
        if not proof or leaving is None:
            return RedirectResponse("/login", 303)
        back = str(request.url.replace(path=LEFT, query="", fragment=""))
        farewell = await anyio.to_thread.run_sync(lambda: leaving.farewell(proof=proof, back=back))
        if farewell is None:
            return RedirectResponse("/login", 303)
        page = self._leaf.page(
            "signed_out.html",
            posts_to=farewell.address,
            provider=self._provider,
            fields=farewell.fields,
        )
        return brings_back(page, request, farewell.state)

    async def _end(self, token: str) -> None:
        await anyio.to_thread.run_sync(self._sessions.sign_out, token)
        await self._sockets.close(token)

    def _form(
        self,
        request: Request,
        *,
        target: str,
        name: str = "",
        problem: str = "",
        news: str = "",
        status: int = 200,
    ) -> Response:
        told = {"target": target, "name": name, "problem": problem, "news": news}
        told["provider"] = self._provider
        return self._leaf.form(request, "sign_in.html", status=status, **told)


def _word(request: Request, name: str) -> str:
    return request.query_params.get(name, "")
