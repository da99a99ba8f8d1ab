"""Signing in at the organisation's own provider: there and back."""

import hmac

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.errors import InvalidInputError, RedressError, SignInError
from engine.services.accounts import sessions, ties
from engine.services.accounts.leaving import Leaving
from engine.services.accounts.provider import Provider
from engine.services.accounts.signing_in import Browser
from ui.identity import session_token
from ui.leaf import (
    STATE_COOKIE,
    Leaf,
    address_of,
    agent_of,
    brought_back,
    came_in,
    fields_of,
    forget,
    goes_away,
    safe_target,
)
from ui.signin import LEFT

PATH = "/login/provider"
TIE = f"{PATH}/tie"
"""Where somebody who is signed in goes to be tied; see ``ties.begin_own``."""
_BACK = f"{PATH}/answer"
_TOLD = f"{PATH}/logout"
_ACCOUNT = "/account"
_NOT_KEPT = {"cache-control": "no-store"}
_FAILED = "The sign-in was broken off, or begun in another window. Please try again."


class ProviderPages:
    """The way to the provider and back, and what it tells us by itself.

    Args:
        platform: What services are called with.
        leaf: Draws.
    """

    def __init__(self, platform: Platform, leaf: Leaf) -> None:
        self._platform = platform
        self._provider = Provider(platform)
        self._leaving = Leaving(platform)
        self._turn = anyio.CapacityLimiter(2)
        self._is_there = bool(platform.policy.accounts.provider.issuer)
        self._leaf = leaf

    def routes(self) -> list[Route]:
        """Return the routes; none without a provider."""
        if not self._is_there:
            return []
        return [
            Route(PATH, self.go),
            Route(_BACK, self.back),
            Route(TIE, self.go_and_tie),
            Route(LEFT, self.left),
            Route(_TOLD, self.told, methods=["POST"]),
        ]

    async def go(self, request: Request) -> Response:
        """Lead to the provider."""
        return await self._away(request, safe_target(request.query_params.get("next", "/")))

    async def go_and_tie(self, request: Request) -> Response:
        """Lead somebody who has shown a password to the provider, to be tied by it."""
        session, begun = session_token(request.scope), request.query_params.get("begun", "")

        def own() -> str:
            person = sessions.actor_of(self._platform, token=session)
            if person is None:
                raise SignInError("Your session has ended. Please sign in and try again.")
            return ties.begun(self._platform, actor=person, token=begun)

        try:
            tying = await anyio.to_thread.run_sync(own)
        except RedressError as refusal:
            return self._leaf.page("not_tied.html", status=403, problem=str(refusal))
        return await self._away(request, _ACCOUNT, tying=tying)

    async def left(self, request: Request) -> Response:
        """Say to whoever comes back from signing out at the provider that it is done."""
        kept, state = brought_back(request), request.query_params.get("state", "")
        if not kept or not hmac.compare_digest(state.encode(), kept.encode()):
            return RedirectResponse("/login", 303)
        page = self._leaf.page("left.html")
        forget(page, request, STATE_COOKIE)
        return page

    async def told(self, request: Request) -> Response:
        """Hear from the provider that somebody has left, and end what hangs on it.

        Nobody is signed in who says so: the word itself is signed.
        """
        word = (await fields_of(request)).get("logout_token", "")
        try:
            await anyio.to_thread.run_sync(
                lambda: self._leaving.told(logout_token=word), limiter=self._turn
            )
        except RedressError as refusal:
            said = {"error": "invalid_request", "error_description": str(refusal)}
            return JSONResponse(said, 400, headers=_NOT_KEPT)
        return Response(status_code=200, headers=_NOT_KEPT)

    async def _away(self, request: Request, target: str, *, tying: str = "") -> Response:
        back = str(request.url.replace(path=_BACK, query="", fragment=""))
        try:
            started = await anyio.to_thread.run_sync(
                lambda: self._provider.begin(redirect_uri=back, target=target, tying=tying)
            )
        except RedressError as refusal:
            return self._leaf.page("sign_in_failed.html", status=503, problem=str(refusal))
        return goes_away(request, started.address, started.state)

    async def back(self, request: Request) -> Response:
        """Sign in whoever comes back from the provider in the window that went there."""
        state, code = (request.query_params.get(name, "") for name in ("state", "code"))
        if not code or not hmac.compare_digest(state.encode(), brought_back(request).encode()):
            return self._leaf.page("sign_in_failed.html", status=403, problem=_FAILED)
        browser, session = (
            Browser(address_of(request), agent_of(request)),
            session_token(request.scope),
        )
        try:
            token, target = await anyio.to_thread.run_sync(
                lambda: self._provider.finish(
                    state=state, code=code, browser=browser, session=session
                )
            )
        except InvalidInputError as refusal:
            problem = " ".join(f"{field} {text}" for field, text in refusal.problems.items())
            return self._leaf.page("not_tied.html", status=409, problem=problem)
        except RedressError as refusal:
            return self._leaf.page("sign_in_failed.html", status=401, problem=str(refusal))
        answer = RedirectResponse(target, 303, headers=_NOT_KEPT)
        if token:
            return came_in(answer, request, token)
        forget(answer, request, STATE_COOKIE)
        return answer
