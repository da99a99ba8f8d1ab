"""Speaks Streamlit's protocol as a browser does, to measure what a person waits for.

A page is run by a message with the state of its widgets, and answered by messages with what is
to be drawn, the last of which says that the run has ended.
"""

import asyncio
import re
import time
from types import TracebackType
from typing import Any, Self

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="token"')
_PATIENCE = 60.0
_LARGEST = 64 * 2**20


class PageFailedError(Exception):
    """The page showed an exception, or the server ended the connection."""


async def sign_in(address: str, *, username: str, password: str) -> str:
    """Sign in through the form, as a browser without scripts would, and return the cookie.

    Raises:
        PageFailedError: The form is not there, or does not let the person in.
    """
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as browser:
        form = await browser.get("/login")
        token = _TOKEN.search(form.text)
        if token is None:
            raise PageFailedError("the sign-in form has no token")
        fields = {
            "username": username,
            "password": password,
            "token": next(filter(None, token.groups())),
            "next": "/",
        }
        answer = await browser.post("/login", data=fields, headers={"origin": address})
        if answer.status_code != 303:
            raise PageFailedError(f"signing in was answered with {answer.status_code}")
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)


class Tab:
    """One page open in one tab.

    Attributes:
        bytes_received: In the last run of the page.
        texts: What Markdown showed in the last run.
    """

    def __init__(self, address: str, *, cookie: str, page: str) -> None:
        self._address = address.replace("http", "ws", 1)
        self._cookie = cookie
        self._page = page
        self._hash = ""
        self._socket: ClientConnection | None = None
        self._ids: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._homes: dict[str, str] = {}
        self._timed = ""
        self.bytes_received = 0
        self.texts: list[str] = []

    async def __aenter__(self) -> Self:
        """Open the connection; the page is not run yet."""
        self._socket = await connect(
            f"{self._address}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item] # a plain name is one
            additional_headers={"cookie": self._cookie},
            max_size=_LARGEST,
            compression="deflate",  # as browsers ask for
            open_timeout=_PATIENCE,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the tab."""
        if self._socket is not None:
            await self._socket.close()

    async def load(self) -> float:
        """Run the whole page and return the milliseconds until it was there."""
        return await self._run(fragment="")

    async def refresh(self) -> float:
        """Run the part of the page that refreshes itself; return the milliseconds."""
        if not self._timed:
            raise PageFailedError("the page has no part that runs by itself")
        return await self._run(fragment=self._timed)

    async def choose(self, key: str, *labels: str) -> float:
        """Choose among the labels of a row of buttons; return the milliseconds."""
        state = self._state(key)
        state.string_array_value.data[:] = labels
        return await self._run(fragment=self._homes[key])

    async def write(self, key: str, text: str) -> float:
        """Type a text into a box; return the milliseconds."""
        self._state(key).string_value = text
        return await self._run(fragment=self._homes[key])

    def _state(self, key: str) -> WidgetState:
        """Return the state of the widget with this key; it is sent from now on."""
        if key not in self._ids:
            raise PageFailedError(f"the page has no widget {key!r}")
        return self._states.setdefault(key, WidgetState(id=self._ids[key]))

    async def _run(self, *, fragment: str) -> float:
        message = BackMsg()
        ask = message.rerun_script
        ask.page_name, ask.page_script_hash, ask.fragment_id = self._page, self._hash, fragment
        ask.context_info.timezone = "Europe/London"
        ask.widget_states.widgets.extend(self._states.values())
        self.bytes_received, self.texts = 0, []
        begin = time.perf_counter()
        await self._connection.send(message.SerializeToString())
        while not self._is_end(await self._answer()):
            pass
        return 1000 * (time.perf_counter() - begin)

    @property
    def _connection(self) -> ClientConnection:
        if self._socket is None:
            raise PageFailedError("the tab is not open")
        return self._socket

    async def _answer(self) -> ForwardMsg:
        raw = await asyncio.wait_for(self._connection.recv(), _PATIENCE)
        data = raw if isinstance(raw, bytes) else raw.encode()
        self.bytes_received += len(data)
        return ForwardMsg.FromString(data)

    def _is_end(self, message: ForwardMsg) -> bool:
        """Note what a message says; tell whether it was the last of the run.

        Raises:
            PageFailedError: The page does not exist, or shows an exception.
        """
        match message.WhichOneof("type"):
            case "new_session":
                self._hash = message.new_session.page_script_hash or self._hash
            case "page_not_found":
                raise PageFailedError(f"there is no page {self._page!r}")
            case "auto_rerun":
                self._timed = message.auto_rerun.fragment_id
            case "delta":
                self._note(message.delta)
            case "script_finished":
                return True
        return False

    def _note(self, delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        kind = delta.new_element.WhichOneof("type")
        drawn: Any = getattr(delta.new_element, kind)
        if kind == "exception":
            raise PageFailedError(drawn.message)
        if kind == "markdown":
            self.texts.append(drawn.body)
        widget = getattr(drawn, "id", "")
        if widget:
            key = _key_of(widget)
            self._ids[key], self._homes[key] = widget, delta.fragment_id


def _key_of(widget: str) -> str:
    """Return the key that the page gave a widget: ids end with it, after a digest."""
    return widget.split("-", 2)[-1]
