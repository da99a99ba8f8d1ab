"""What a browser window has asked of the application, and whether it is answered."""

import time

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LONGEST = 15.0
"""Seconds after which an answer is waited for no longer: what is sought then is not there."""


class Wire:
    """Follows the messages between a page and Streamlit.

    The page alone does not tell: between a click and the first word of the answer it looks as
    finished as before, and what the click does away with is still there.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._line: WebSocket | None = None
        self._is_asked = self._is_begun = False
        page.on("websocket", self._follow)

    def wait(self) -> None:
        """Wait until each thing that was asked for has been worked out."""
        until = time.monotonic() + LONGEST
        self._page.wait_for_timeout(0)  # What was done last may not be told yet.
        while self._is_asked and time.monotonic() < until:
            self._page.wait_for_timeout(10)

    def _follow(self, line: WebSocket) -> None:
        self._line, self._is_asked, self._is_begun = line, False, False
        line.on("framesent", lambda frame: self._sent(line, frame))
        line.on("framereceived", lambda frame: self._received(line, frame))
        line.on("close", self._closed)

    def _sent(self, line: WebSocket, frame: str | bytes) -> None:
        if line is not self._line or not isinstance(frame, bytes):
            return
        if BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self._is_asked, self._is_begun = True, False

    def _received(self, line: WebSocket, frame: str | bytes) -> None:
        if line is not self._line or not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        match message.WhichOneof("type"):
            case "new_session":
                self._is_begun = True
            case "script_finished" if self._is_begun:
                again = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
                self._is_asked = self._is_asked and again

    def _closed(self, line: WebSocket) -> None:
        if line is self._line:
            self._is_asked = False
