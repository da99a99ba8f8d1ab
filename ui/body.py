"""Limits on what a client sends: on its size before anything is held, and on its slowness."""

from collections.abc import Callable

import anyio
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SLOWEST = 10 * 2**10
"""Bytes a second that a body may take at least, after its first moments."""
_FIRST_MOMENTS = 15.0
"""Seconds that any body may take."""


def seconds_for(limit: int) -> float:
    """Return how long a body of at most ``limit`` bytes may take to arrive.

    >>> seconds_for(0), seconds_for(100 * 2**10)
    (15.0, 25.0)
    """
    return _FIRST_MOMENTS + limit / _SLOWEST


class _Body:
    """Counts the bytes of a request and ends it when they are too many, or come too slowly."""

    def __init__(self, receive: Receive, limit: int, ends_at: float) -> None:
        self._receive = receive
        self._left = limit
        self._ends_at = ends_at
        self._is_whole = False
        self.is_too_large = False
        self.is_too_slow = False

    @property
    def is_refused(self) -> bool:
        """Tell whether nothing more of this body is read."""
        return self.is_too_large or self.is_too_slow

    async def receive(self) -> Message:
        """Return the next part of the body, or the end when a limit is passed."""
        # Whoever has sent everything may wait for the answer as long as it takes.
        message = await (self._receive() if self._is_whole else self._next())
        self._left -= len(message.get("body", b""))
        self._is_whole = self._is_whole or not message.get("more_body", False)
        self.is_too_large = self._left < 0
        return {"type": "http.disconnect"} if self.is_refused else message

    async def _next(self) -> Message:
        with anyio.CancelScope(deadline=self._ends_at) as patience:
            return await self._receive()
        self.is_too_slow = patience.cancelled_caught
        return {"type": "http.disconnect"}


def _declared_length(scope: Scope) -> int:
    """Return the announced length of the body in bytes; 0 when none is announced."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def in_words(status: int, text: str) -> Response:
    """Return a refusal as text."""
    return PlainTextResponse(text, status)


async def run_limited(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    limit: int,
    refuse: Callable[[int, str], Response] = in_words,
) -> None:
    """Run the application on a body of at most ``limit`` bytes, else answer 413 or 408.

    Args:
        app: What is run.
        scope: As the server gave it.
        receive: As the server gave it.
        send: As the server gave it.
        limit: Bytes.
        refuse: Makes the refusal of a status and a sentence.

    Raises:
        ClientDisconnect: The client went away by itself.
    """
    body = _Body(receive, limit, anyio.current_time() + seconds_for(limit))
    body.is_too_large = _declared_length(scope) > limit
    has_started = False

    async def send_if_fit(message: Message) -> None:
        nonlocal has_started
        if not body.is_refused:
            has_started = True
            await send(message)

    if not body.is_too_large:
        try:
            await app(scope, body.receive, send_if_fit)
        except ClientDisconnect:
            if not body.is_refused:
                raise
    if body.is_refused and not has_started:
        status, text = 413, f"Too large: at most {limit // 1024} KB are accepted here."
        if body.is_too_slow:
            status, text = 408, "Too slow: the rest of this did not arrive in time."
        answer = refuse(status, text)
        answer.headers["connection"] = "close"
        await answer(scope, receive, send)
