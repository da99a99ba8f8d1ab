"""What is whose inside Streamlit: a session reaches its own tabs, files and uploads, no other's.

Streamlit asks only whether an address exists. Whoever learned the address of somebody else's file
could fetch it, or have it made in the other's name.
"""

import re
from pathlib import PurePosixPath
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it has no stubs
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

MEDIA = "/media/"
UPLOAD = "/_stcore/upload_file/"

_MOST_UPLOADED = 100 * 2**20
"""Bytes of files that one tab may hold in memory."""

_SAID = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
"""What a tab says by itself. Streamlit knows more: clearing caches, developing, its own adverts."""
_ASKED = frozenset({"deferred_file", "dataframe_chunk"})
"""What a tab may have done; a part of a table is handed only to the tab it was made for."""


_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""Half a character as browsers write it in bytes, where UTF-8 has none."""
_UNKNOWN = "\N{REPLACEMENT CHARACTER}".encode()
"""As many bytes as half a character, so that the lengths in a message stay true."""


class OwnedFiles(MediaFileManager):
    """Streamlit's files for pages, with the tabs each was made for."""

    _owners: dict[str, set[str]]

    @classmethod
    def instead_of(cls, files: MediaFileManager) -> "OwnedFiles":
        """Return a manager over the same storage."""
        storage = files._storage  # noqa: SLF001 - the server that hands out files holds it too
        owned = cls(storage)
        owned._owners = {}
        return owned

    def add(self, *given: Any, **named: Any) -> str:  # noqa: ANN401 - whatever Streamlit hands in
        """Keep a file for the tab that draws it, and return its address."""
        address = super().add(*given, **named)
        context = get_script_run_ctx()
        if context is not None:
            self._note(address, context.session_id)
        return address

    def execute_deferred(self, file_id: str) -> str:
        """Make a file that was promised to a tab, and return its address."""
        promised = self._deferred_callables.get(file_id)
        address = super().execute_deferred(file_id)
        if promised is not None:
            self._note(address, promised["session_id"])
        return address

    def tabs_of(self, file_id: str) -> frozenset[str]:
        """Return the ids of the tabs that a file was made for, or promised to."""
        promised = self._deferred_callables.get(file_id)
        made = frozenset(self._owners.get(file_id, ()))
        return made | {promised["session_id"]} if promised else made

    def _note(self, address: str, tab: str) -> None:
        self._owners.setdefault(PurePosixPath(address).stem, set()).add(tab)

    def _delete_file(self, file_id: str) -> None:
        super()._delete_file(file_id)
        self._owners.pop(file_id, None)


def keep_files_apart() -> None:
    """Let every file have its owner from now on; done before the first page runs."""
    runtime = Runtime.instance()
    owned = OwnedFiles.instead_of(runtime.media_file_mgr)
    runtime._media_file_mgr = owned  # noqa: SLF001 - Streamlit offers no way to hand one in


def is_from_timer(message: bytes) -> bool:
    """Tell whether a websocket message was sent by a timer in the page, not by a person."""
    try:
        read = BackMsg.FromString(message)
    except DecodeError:
        return False
    kind = read.WhichOneof("type")
    is_rerun = kind == "rerun_script" and bool(read.rerun_script.is_auto_rerun)
    return is_rerun or kind == "app_heartbeat"


class Belongings:
    """Tells what a session may reach and say inside Streamlit."""

    def may_reach(self, token: str, path: str) -> bool:
        """Tell whether a path is nobody's in particular, or belongs to a tab of the session."""
        if path.startswith(MEDIA):
            return self._owns_file(token, PurePosixPath(path).stem)
        if path.startswith(UPLOAD):
            tab = path.removeprefix(UPLOAD).partition("/")[0]
            return _is_tab_of(token, tab) and _uploaded(tab) < _MOST_UPLOADED
        return True

    def may_say(self, token: str, message: bytes) -> bool:
        """Tell whether a tab of the session may send a message."""
        try:
            read = BackMsg.FromString(message)
        except DecodeError:
            return True  # Streamlit does nothing with what it cannot read
        kind = read.WhichOneof("type")
        if kind != "backend_operation_request":
            return kind in _SAID
        asked = read.backend_operation_request
        wanted = asked.WhichOneof("payload")
        if wanted == "deferred_file":
            return self._owns_file(token, asked.deferred_file.file_id)
        return wanted in _ASKED

    def mended(self, message: bytes) -> bytes:
        """Return a message with a sign in place of each half a character in its texts.

        Browsers let somebody paste half a character, and send it. Streamlit would read nothing of
        that message, nor of any later one: each carries all fields of the page again.
        """
        if not _HALF.search(message):
            return message
        try:
            BackMsg.FromString(message)
        except DecodeError:
            return _HALF.sub(_UNKNOWN, message)
        return message

    def is_automatic(self, message: bytes) -> bool:
        """Tell whether a message was sent by a timer in the page, not by a person."""
        return is_from_timer(message)

    @staticmethod
    def _owns_file(token: str, file_id: str) -> bool:
        files = Runtime.instance().media_file_mgr
        return isinstance(files, OwnedFiles) and any(
            _is_tab_of(token, tab) for tab in files.tabs_of(file_id)
        )


def _is_tab_of(token: str, tab: str) -> bool:
    """Tell whether a tab was opened under a session: the gate says so when it connects."""
    session = Runtime.instance().get_app_session(tab)
    if session is None or not token:
        return False
    return bool(session._user_info.get("session") == token)  # noqa: SLF001 - it compares wholes only


def _uploaded(tab: str) -> int:
    """Return the bytes of the files that a tab has sent and that are still held."""
    uploads = Runtime.instance().uploaded_file_mgr
    if not isinstance(uploads, MemoryUploadedFileManager):
        return 0
    return sum(len(file.data) for file in tuple(uploads.file_storage.get(tab, {}).values()))
