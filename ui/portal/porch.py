"""The public pages as one application, and what stands in front of it: how often, how much."""

import time
import traceback
from collections.abc import Callable

import anyio.to_thread
import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.bootstrap import Platform
from engine.services.door import public_information
from ui.api.lane import Lane, NoTurnError
from ui.api.meter import Meter
from ui.body import run_limited
from ui.leaf import address_of
from ui.portal.catalogue import wanted_language
from ui.portal.complain import ComplainPages
from ui.portal.follow import FollowPages
from ui.portal.opinion import OpinionPages
from ui.portal.sheet import ROOT, Sheet

FORM_LIMIT = 128 * 2**10
"""Bytes of a form without files."""
_WITH_FILES = ("/complain", "/status/word")
_FORMS_AT_ONCE = 8
"""Forms with files that arrive at a time."""
_FORMS_OF_ONE = 3
_YEAR = "public, max-age=31536000, immutable"
_SAID = {404: "nowhere", 405: "nowhere", 413: "too_large", 408: "too_slow", 429: "busy"}

_log = structlog.get_logger()


class Porch:
    """Answers whoever comes to a public page, as often as they may.

    Args:
        platform: What services are called with.
        clock: Monotonic seconds.
    """

    def __init__(self, platform: Platform, *, clock: Callable[[], float] = time.monotonic) -> None:
        policy = platform.policy.portal
        self._sheet = Sheet(platform)
        self._app = _app(platform, self._sheet)
        self._clock = clock
        each, everybody = policy.requests_per_minute, policy.all_requests_per_minute
        self._asked = Meter(per_minute=each, burst=each)
        self._all = Meter(per_minute=everybody, burst=everybody)
        self._forms = Lane(_FORMS_AT_ONCE, of_one=_FORMS_OF_ONE)
        self._largest = policy.megabytes_at_once * 2**20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens behind."""
        request, has_started = Request(scope), False

        async def watched(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._answer(request, receive, watched)
        except ClientDisconnect:
            return
        except Exception as defect:  # noqa: BLE001 - whatever it is, the visitor gets an answer
            where = traceback.extract_tb(defect.__traceback__)[-1]
            # The text of a defect may hold what somebody wrote; its kind and place do not.
            place = f"{where.filename}:{where.lineno}"
            _log.error("portal.failed", kind=type(defect).__name__, place=place)
            if not has_started:
                await self._message(request, 500, "failed")(scope, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        scope, now, address = request.scope, self._clock(), address_of(request)
        # Whoever asks too often takes nothing from what all have together.
        if self._asked.wait(address, now) or self._all.wait("", now):
            await self._message(request, 429, "busy")(scope, receive, send)
            return
        is_large = scope["method"] == "POST" and scope["path"].endswith(_WITH_FILES)
        if not is_large:
            await run_limited(self._app, scope, receive, send, FORM_LIMIT, self._refusal(request))
            return
        limit, refuse = self._largest, self._refusal(request)
        try:
            async with self._forms.turn(address):
                await run_limited(self._app, scope, receive, send, limit, refuse)
        except NoTurnError:
            await self._message(request, 429, "busy")(scope, receive, send)

    def _refusal(self, request: Request) -> Callable[[int, str], Response]:
        return lambda status, _sentence: self._message(request, status, _SAID.get(status, "failed"))

    def _message(self, request: Request, status: int, said: str) -> Response:
        return self._sheet.page(request, "message.html", status=status, said=said)


def is_public(path: str) -> bool:
    """Tell whether an address is one of the public pages."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def _app(platform: Platform, sheet: Sheet) -> ASGIApp:
    complain = ComplainPages(platform, sheet)
    follow = FollowPages(platform, sheet, complain)
    home, opinion = HomePages(platform, sheet), OpinionPages(platform, sheet)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return sheet.page(request, "message.html", status=status, said=_SAID.get(status, "failed"))

    return Starlette(
        routes=[*home.routes(), *complain.routes(), *follow.routes(), *opinion.routes()],
        # Starlette would answer what is unexpected in a line of English, and lets it travel on.
        exception_handlers={HTTPException: refused, Exception: refused},
    )


class HomePages:
    """What everybody may know, and the style sheet.

    Args:
        platform: What services are called with.
        sheet: Draws.
    """

    def __init__(self, platform: Platform, sheet: Sheet) -> None:
        self._platform = platform
        self._sheet = sheet

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(ROOT, self.lead),
            Route(self._sheet.look.address, self.style),
            Route(f"{ROOT}/{{language}}", self.lead),
            Route(f"{ROOT}/{{language}}/", self.home),
        ]

    async def lead(self, request: Request) -> Response:
        """Lead to the pages in the language that a browser likes best."""
        named = request.path_params.get("language", "")
        liked = request.headers.get("accept-language", "")
        language = (
            named if named in self._sheet.offered else wanted_language(liked, self._sheet.offered)
        )
        return RedirectResponse(f"{ROOT}/{language}/", 303, headers={"vary": "accept-language"})

    async def home(self, request: Request) -> Response:
        """Say how to complain, what happens, how long it takes, and who helps besides.

        Raises:
            HTTPException: There is no such language.
        """
        if request.path_params["language"] not in self._sheet.offered:
            raise HTTPException(404)
        found = await anyio.to_thread.run_sync(lambda: public_information.overview(self._platform))
        return self._sheet.page(request, "home.html", here="/", found=found)

    async def style(self, _request: Request) -> Response:
        """Hand out the style sheet; its name changes with it."""
        headers = {"cache-control": _YEAR}
        return Response(self._sheet.look.content, media_type="text/css", headers=headers)
