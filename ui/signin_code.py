"""The second factor at the door: a code is asked for, or a device is made known first."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from engine.bootstrap import Platform
from engine.errors import InvalidInputError, RedressError, SignInError
from engine.services.accounts import signing_in
from engine.services.accounts.second_factor import Begun
from ui.leaf import (
    EXPIRED,
    Leaf,
    address_of,
    agent_of,
    came_in,
    challenge_of,
    fields_of,
    safe_target,
)
from ui.qr import lines_of

T = TypeVar("T")

_CODE, _DEVICE = "/login/code", "/login/device"


def where_codes_are_asked(target: str, *, must_begin: bool) -> str:
    """Return where somebody goes on who has shown a password.

    Args:
        target: Where the person wants to go after that.
        must_begin: The person has no second factor yet, and a role asks for one.
    """
    where = _DEVICE if must_begin else _CODE
    return where if target == "/" else f"{where}?{urlencode({'next': target})}"


class CodePages:
    """The pages ``/login/code`` and ``/login/device``.

    Args:
        platform: What services are called with.
        leaf: Draws and seals.
    """

    def __init__(self, platform: Platform, leaf: Leaf) -> None:
        self._platform = platform
        self._leaf = leaf

    def routes(self) -> list[Route]:
        """Return the routes of both pages."""
        return [
            Route(_CODE, self.show_code, methods=["GET"]),
            Route(_CODE, self.take_code, methods=["POST"]),
            Route(_DEVICE, self.show_device, methods=["GET"]),
            Route(_DEVICE, self.take_device, methods=["POST"]),
        ]

    async def show_code(self, request: Request) -> Response:
        """Ask for a code."""
        if not challenge_of(request):
            return RedirectResponse("/login", 303)
        return self._ask(request, "second_factor.html", _target(request))

    async def take_code(self, request: Request) -> Response:
        """Take a code and go on to where the person wanted to go."""
        fields = await fields_of(request)
        target, code = safe_target(fields.get("next", "/")), fields.get("code", "")
        if not self._leaf.is_sealed(request, fields):
            return self._ask(request, "second_factor.html", target, problem=EXPIRED, status=403)
        try:
            token = await _aside(
                lambda: signing_in.answer_code(
                    self._platform,
                    challenge=challenge_of(request),
                    code=code[:100],
                    address=address_of(request),
                    user_agent=agent_of(request),
                )
            )
        except RedressError as refusal:
            status, told = _status(refusal), str(refusal)
            return self._ask(request, "second_factor.html", target, problem=told, status=status)
        answer = RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        return came_in(answer, request, token)

    async def show_device(self, request: Request) -> Response:
        """Say why a device is needed."""
        if not challenge_of(request):
            return RedirectResponse("/login", 303)
        return self._ask(request, "device.html", _target(request))

    async def take_device(self, request: Request) -> Response:
        """Show the secret of a device; with a code of it, let it count and show recovery codes."""
        fields = await fields_of(request)
        target, code = safe_target(fields.get("next", "/")), fields.get("code")
        if not self._leaf.is_sealed(request, fields):
            return self._ask(request, "device.html", target, problem=EXPIRED, status=403)
        try:
            if code is None:
                return await self._begin(request, target)
            return await self._confirm(request, target, code[:100])
        except InvalidInputError as refusal:
            told = f"The code {refusal.problems['Code']}"
            return self._ask(
                request, "device.html", target, problem=told, is_begun=True, status=401
            )
        except RedressError as refusal:
            status, told = _status(refusal), str(refusal)
            return self._ask(request, "device.html", target, problem=told, status=status)

    async def _begin(self, request: Request, target: str) -> Response:
        challenge = challenge_of(request)
        begun = await _aside(lambda: signing_in.begin_factor(self._platform, challenge=challenge))
        return self._ask(request, "device.html", target, is_begun=True, begun=begun)

    async def _confirm(self, request: Request, target: str, code: str) -> Response:
        token, codes = await _aside(
            lambda: signing_in.confirm_factor(
                self._platform,
                challenge=challenge_of(request),
                code=code,
                address=address_of(request),
                user_agent=agent_of(request),
            )
        )
        return came_in(
            self._leaf.page("recovery_codes.html", codes=codes, target=target), request, token
        )

    def _ask(
        self,
        request: Request,
        template: str,
        target: str,
        *,
        problem: str = "",
        status: int = 200,
        is_begun: bool = False,
        begun: Begun | None = None,
    ) -> Response:
        size, dark = lines_of(begun.uri) if begun else (0, "")
        shown = {"secret": begun.secret if begun else "", "size": size, "dark": dark}
        shown |= {"target": target, "is_begun": is_begun}
        return self._leaf.form(request, template, status=status, problem=problem, **shown)


def _target(request: Request) -> str:
    return safe_target(request.query_params.get("next", "/"))


def _status(refusal: RedressError) -> int:
    return 401 if isinstance(refusal, SignInError) else 503


async def _aside(act: Callable[[], T]) -> T:
    """Ask the database without keeping others waiting."""
    return await anyio.to_thread.run_sync(act)
