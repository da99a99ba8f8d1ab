"""Open websockets, and their end when the session they belong to is over."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection

import anyio.to_thread
import structlog
from starlette.types import Message, Receive, Send

from engine.errors import RedressError

log = structlog.get_logger()

SIGNED_OUT = 4401
"""Close code of a websocket without a live session."""


class Sockets:
    """The open websockets of each session, so that its end ends them at once.

    Args:
        over: Tells which of some sessions are over, wherever they were ended: by a sign-out of
            another process, an administrator, a closed account, changed roles. It is asked again
            and again while sockets are open. None where nobody else can end a session.
        pause: Seconds between two questions.
    """

    def __init__(
        self, over: Callable[[Collection[str]], Collection[str]] | None = None, pause: float = 1.0
    ) -> None:
        self._open: defaultdict[str, set[Socket]] = defaultdict(set)
        self._over = over
        self._pause = pause
        self._watch: asyncio.Task[None] | None = None

    def add(self, token: str, socket: "Socket") -> None:
        """Keep a socket until it is discarded."""
        self._open[token].add(socket)
        if self._over is not None and (self._watch is None or self._watch.done()):
            self._watch = asyncio.get_running_loop().create_task(self._keep_watch())

    def discard(self, token: str, socket: "Socket") -> None:
        """Forget a socket that has ended."""
        self._open[token].discard(socket)
        if not self._open[token]:
            del self._open[token]

    async def close(self, token: str) -> None:
        """End every open socket of the session."""
        for socket in tuple(self._open.get(token, ())):
            await socket.close()

    async def _keep_watch(self) -> None:
        """End the sockets of sessions that are over, until no socket is open."""
        while self._open and self._over is not None:
            try:
                over = await anyio.to_thread.run_sync(self._over, tuple(self._open))
            except RedressError as refusal:
                log.warning("sessions not looked up", reason=str(refusal))
                over = ()
            for token in over:
                await self.close(token)
            await asyncio.sleep(self._pause)


class Socket:
    """One websocket, cut off as soon as its session is over.

    Args:
        receive: As the server gave it.
        send: As the server gave it.
        is_live: Asked before each message is passed on.
        may_say: Asked as well; a message that may not be said is left out.
        mended: Returns a message as it can be read; it is asked first.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        is_live: Callable[[Message], Awaitable[bool]],
        may_say: Callable[[bytes], bool],
        mended: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self._receive = receive
        self._send = send
        self._is_live = is_live
        self._may_say = may_say
        self._mended = mended
        self._is_closed = False

    async def receive(self) -> Message:
        """Return the next message, or the end when the session is over."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            if not await self._is_live(message):
                await self.close()
                return {"type": "websocket.disconnect", "code": SIGNED_OUT}
            said = self._mended(message.get("bytes") or b"")
            if self._may_say(said):
                return {**message, "bytes": said} if said else message

    async def send(self, message: Message) -> None:
        """Pass a message on; after the end there is nobody to read it."""
        if not self._is_closed:
            await self._send(message)

    async def close(self) -> None:
        """End the socket, once."""
        if not self._is_closed:
            self._is_closed = True
            await self._send({"type": "websocket.close", "code": SIGNED_OUT})
