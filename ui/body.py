"""A limit on the size of what a client sends, kept before anything is held in memory."""

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Body:
    """Counts the bytes of a request and ends it when they are too many."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.is_too_large = False

    async def receive(self) -> Message:
        """Return the next part of the body, or the end when the limit is passed."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.is_too_large = self._left < 0
        return {"type": "http.disconnect"} if self.is_too_large else message


def _declared_length(scope: Scope) -> int:
    """Return the announced length of the body in bytes; 0 when none is announced."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def run_limited(app: ASGIApp, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    """Run the application on a body of at most ``limit`` bytes, else answer 413.

    Raises:
        ClientDisconnect: The client went away by itself.
    """
    body = _Body(receive, limit)
    body.is_too_large = _declared_length(scope) > limit
    has_started = False

    async def send_if_small(message: Message) -> None:
        nonlocal has_started
        if not body.is_too_large:
            has_started = True
            await send(message)

    if not body.is_too_large:
        try:
            await app(scope, body.receive, send_if_small)
        except ClientDisconnect:
            if not body.is_too_large:
                raise
    if body.is_too_large and not has_started:
        text = f"Too large: at most {limit // 1024} KB are accepted here."
        await PlainTextResponse(text, 413, headers={"connection": "close"})(scope, receive, send)
