"""What stands in front of the programming interface: size, who asks, how often, how many at once.

Pure ASGI, so that nothing is read or parsed for somebody who may not ask.
"""

import math
import re
import time
import traceback
from collections.abc import Callable

import anyio.to_thread
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.policy import DocumentPolicy, InterfacePolicy
from engine.errors import RedressError
from ui.api.lane import Lane, NoTurnError
from ui.api.meter import Meter
from ui.api.problem import failed, problem, refused
from ui.api.who import PROOF_HEADER, SAFE_METHODS, Caller, KeyRing, key_in, session_name
from ui.body import run_limited
from ui.identity import RecentSessions, session_token
from ui.seal import FormSeal, is_own_origin

CALLER = "redress.caller"
"""Where the application behind finds who asks."""

PUBLIC = frozenset({"/api/v1/openapi.json"})
"""The description of the interface says nothing about anybody."""

BODY_LIMIT = 512 * 2**10
"""Bytes: the longest description of a complaint, with every character written as six."""

_UPLOAD = re.compile(r"/api/v1/complaints/[^/]+/documents(?:/[^/]+/(?:versions|redacted-copy))?")
"""Where files are sent: they may be large, take their time, and have turns of their own."""
_UPLOADS_AT_ONCE = 8

_DOWNLOAD = re.compile(r"/api/v1/complaints/[^/]+/documents/[^/]+/content")
"""Where files are handed out, to browsers that may read slowly."""
_DOWNLOADS_AT_ONCE = 16
_DOWNLOADS_OF_ONE = 6

_AT_ONCE = 12
"""Requests that are worked on at a time; the pages keep the other threads for themselves."""

_DOCUMENTS = DocumentPolicy()

_log = structlog.get_logger()


class BrokenOffError(Exception):
    """An answer that had begun cannot be finished; the server ends the connection."""


class Guard:
    """Lets those through to the interface who may ask, as often as they may.

    Args:
        app: The interface.
        sessions: The sign-in sessions, for pages of this site.
        keys: The API keys, for other programs.
        seal: By which a page of this site proves that it is one.
        policy: How often somebody may ask.
        documents: How large a file may be, and how many one person sends at a time.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: RecentSessions,
        keys: KeyRing,
        seal: FormSeal,
        policy: InterfacePolicy,
        documents: DocumentPolicy = _DOCUMENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._keys = keys
        self._seal = seal
        self._clock = clock
        self._asked = Meter(per_minute=policy.requests_per_minute, burst=policy.burst)
        failures = policy.wrong_keys_per_minute
        self._failed = Meter(per_minute=failures, burst=failures)
        self._turns = Lane(_AT_ONCE)
        self._uploads = Lane(_UPLOADS_AT_ONCE, of_one=documents.at_once)
        self._downloads = Lane(_DOWNLOADS_AT_ONCE, of_one=_DOWNLOADS_OF_ONE)
        self._largest_file = documents.largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens behind; begin and end are passed on.

        Raises:
            BrokenOffError: Something failed in the middle of an answer.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        has_started = is_whole = False

        async def watched(message: Message) -> None:
            nonlocal has_started, is_whole
            has_started = True
            is_whole = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self._answer(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as defect:  # noqa: BLE001 - whatever it is, the caller gets an answer
            where = traceback.extract_tb(defect.__traceback__)[-1]
            place = f"{where.filename}:{where.lineno}"
            # The text of a defect may hold what somebody wrote; its kind and place do not.
            _log.error("api.failed", kind=type(defect).__name__, place=place)
            if has_started and not is_whole:
                raise BrokenOffError from None
            if not has_started:
                await failed()(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        address = f"address:{request.client.host if request.client else ''}"
        if scope["path"] in PUBLIC:
            answer = self._metered(address)
        else:
            caller = await self._caller_of(request, address)
            answer = caller if isinstance(caller, Response) else self._metered(caller.name)
            scope = {**scope, CALLER: caller}
        if answer is not None:
            await answer(scope, receive, send)
            return
        lane, limit = self._lane(scope)
        try:
            async with lane.turn(_person(scope)):
                await run_limited(self._app, scope, receive, send, limit, problem)
        except NoTurnError as none:
            await _wait(none)(scope, receive, send)

    def _lane(self, scope: Scope) -> tuple[Lane, int]:
        """Return where a request waits for its turn, and how large its body may be."""
        if _UPLOAD.fullmatch(scope["path"]) and scope["method"] == "POST":
            return self._uploads, self._largest_file
        return (self._downloads if _DOWNLOAD.fullmatch(scope["path"]) else self._turns), BODY_LIMIT

    def _metered(self, name: str) -> Response | None:
        """Count a request; return the refusal when there were too many."""
        return _too_often(self._asked.wait(name, self._clock()))

    async def _caller_of(self, request: Request, address: str) -> Caller | Response:
        """Return who asks, or why nobody does."""
        key = key_in(request)
        try:
            found = await (self._by_session(request) if key is None else self._by_key(key))
        except RedressError as refusal:
            return refused(refusal)
        if found is None:
            # Whoever comes from the same address with a good key is not held up.
            return _too_often(self._failed.wait(address, self._clock())) or problem(
                401,
                "This needs an API key that is good, or the session of somebody signed in.",
                code="redress.sign-in",
                headers={"www-authenticate": 'Bearer realm="redress"'},
            )
        is_proven = key is not None or request.method in SAFE_METHODS or self._proves(request)
        if not is_proven:
            sentence = f"A change by a browser needs the header {PROOF_HEADER}; see GET /api/v1/me."
            return problem(403, sentence, code="redress.no-proof")
        return found

    async def _by_key(self, key: str) -> Caller | None:
        holder = await anyio.to_thread.run_sync(self._keys.actor_of_key, key) if key else None
        return Caller(holder.actor, f"key:{holder.key_id}") if holder else None

    async def _by_session(self, request: Request) -> Caller | None:
        token = session_token(request.scope)
        actor = self._sessions.recall(token) if token else None
        if token and actor is None:
            actor = await anyio.to_thread.run_sync(self._sessions.actor_of, token)
        return Caller(actor, session_name(token), self._seal.of(token)) if actor else None

    def _proves(self, request: Request) -> bool:
        proof = request.headers.get(PROOF_HEADER, "")
        return self._seal.fits(session_token(request.scope), proof) and is_own_origin(request)


def _person(scope: Scope) -> str:
    caller = scope.get(CALLER)
    return caller.actor.username if isinstance(caller, Caller) else ""


def _wait(none: NoTurnError) -> Response:
    """Return the refusal of a request that gets no turn."""
    later = {"retry-after": "5"}
    if none.is_own_fault:
        sentence = "As many of your files are under way as may be; wait for one to arrive."
        return problem(429, sentence, headers=later)
    return problem(503, "Too much is asked for at once.", headers=later)


def _too_often(seconds: float) -> Response | None:
    if not seconds:
        return None
    later = {"retry-after": str(math.ceil(seconds))}
    return problem(429, f"Too many requests; ask again in {math.ceil(seconds)} s.", headers=later)
