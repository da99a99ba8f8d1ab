"""Signing in at the organisation's own provider: there and back."""

import hmac

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.errors import RedressError
from engine.services.provider import Provider
from engine.services.signing_in import Browser
from ui.leaf import Leaf, address_of, agent_of, brought_back, came_in, goes_away, safe_target

PATH = "/login/provider"
_BACK = f"{PATH}/answer"
_FAILED = "The sign-in was broken off, or begun in another window. Please try again."


class ProviderPages:
    """The way to the provider and back; both are plain redirects.

    Args:
        platform: What services are called with.
        leaf: Draws.
    """

    def __init__(self, platform: Platform, leaf: Leaf) -> None:
        self._provider = Provider(platform)
        self._is_there = bool(platform.policy.accounts.provider.issuer)
        self._leaf = leaf

    def routes(self) -> list[Route]:
        """Return the routes; none without a provider."""
        if not self._is_there:
            return []
        return [Route(PATH, self.go), Route(_BACK, self.back)]

    async def go(self, request: Request) -> Response:
        """Lead to the provider."""
        target = safe_target(request.query_params.get("next", "/"))
        back = str(request.url.replace(path=_BACK, query="", fragment=""))
        try:
            started = await anyio.to_thread.run_sync(
                lambda: self._provider.begin(redirect_uri=back, target=target)
            )
        except RedressError as refusal:
            return self._leaf.page("sign_in_failed.html", status=503, problem=str(refusal))
        return goes_away(request, started.address, started.state)

    async def back(self, request: Request) -> Response:
        """Sign in whoever comes back from the provider in the window that went there."""
        state, code = (request.query_params.get(name, "") for name in ("state", "code"))
        if not code or not hmac.compare_digest(state.encode(), brought_back(request).encode()):
            return self._leaf.page("sign_in_failed.html", status=403, problem=_FAILED)
        browser = Browser(address_of(request), agent_of(request))
        try:
            token, target = await anyio.to_thread.run_sync(
                lambda: self._provider.finish(state=state, code=code, browser=browser)
            )
        except RedressError as refusal:
            return self._leaf.page("sign_in_failed.html", status=401, problem=str(refusal))
        answer = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        return came_in(answer, request, token)
