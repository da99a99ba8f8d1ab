"""One-time links at the door: set a password, be the first administrator."""

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.domain.account import Link, LinkKind
from engine.errors import InvalidInputError, RedressError
from engine.services.accounts import links
from ui.leaf import EXPIRED, Leaf, fields_of

_TITLES = {
    LinkKind.FIRST: "Welcome to Redress",
    LinkKind.INVITATION: "Set your password",
    LinkKind.RESET: "Set a new password",
}


class LinkPages:
    """The page ``/login/link/…``.

    Looking at it uses nothing up: mail programs open links before people do.

    Args:
        platform: What services are called with.
        leaf: Draws and seals.
    """

    def __init__(self, platform: Platform, leaf: Leaf) -> None:
        self._platform = platform
        self._leaf = leaf
        self._turn = anyio.CapacityLimiter(1)

    def routes(self) -> list[Route]:
        """Return the routes of the page."""
        return [
            Route(links.PATH + "{link}", self.show, methods=["GET"]),
            Route(links.PATH + "{link}", self.use, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Ask for a password, of the first administrator for a name as well."""
        try:
            link = await self._look(request)
        except RedressError as refusal:
            return self._leaf.page("link_over.html", status=404, problem=str(refusal))
        return self._ask(request, link)

    async def use(self, request: Request) -> Response:
        """Set the password and lead to the sign-in."""
        fields = await fields_of(request)
        try:
            link = await self._look(request)
        except RedressError as refusal:
            return self._leaf.page("link_over.html", status=404, problem=str(refusal))
        given = {name: fields.get(name, "").strip() for name in ("username", "name")}
        problem = self._problem(request, fields)
        if problem:
            return self._ask(request, link, problem=problem, status=403, **given)
        try:
            await self._set(request, fields.get("password", ""), given)
        except InvalidInputError as refusal:
            said = " ".join(f"{field} {text}" for field, text in refusal.problems.items())
            return self._ask(request, link, problem=said, status=422, **given)
        except RedressError as refusal:
            return self._leaf.page("link_over.html", status=409, problem=str(refusal))
        return RedirectResponse("/login?news=password", 303, headers={"cache-control": "no-store"})

    async def _set(self, request: Request, password: str, given: dict[str, str]) -> None:
        token = request.path_params["link"]
        await anyio.to_thread.run_sync(
            lambda: links.use(self._platform, token=token, password=password, **given),
            limiter=self._turn,
        )

    def _problem(self, request: Request, fields: dict[str, str]) -> str:
        """Return what is wrong with the form itself; empty for nothing."""
        if not self._leaf.is_sealed(request, fields):
            return EXPIRED
        is_twice = fields.get("password", "") == fields.get("again", "")
        return "" if is_twice else "The two passwords are not the same."

    async def _look(self, request: Request) -> Link:
        token = request.path_params["link"]
        return await anyio.to_thread.run_sync(lambda: links.look(self._platform, token=token))

    def _ask(
        self,
        request: Request,
        link: Link,
        *,
        problem: str = "",
        status: int = 200,
        username: str = "",
        name: str = "",
    ) -> Response:
        return self._leaf.form(
            request,
            "link.html",
            status=status,
            title=_TITLES[link.kind],
            is_first=link.kind is LinkKind.FIRST,
            username=username or link.username,
            name=name,
            problem=problem,
        )
