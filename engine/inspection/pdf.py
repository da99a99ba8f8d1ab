"""PDF files: whether one is whole, and whether it does more than show pages."""

import re
import zlib
from collections.abc import Iterator

from engine.inspection.report import refuse, sentence

_MOST_INFLATED = 64 * 2**20
"""Bytes of packed objects that are looked through."""
_END = b"%%EOF"
_BEGIN = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
_LONGEST_HEAD = 2**16
_DELIMITED = rb"(?=[\x00\t\n\f\r /<>()\[\]{}%]|$)"
_ACTIVE = {
    "it holds a program (JavaScript)": rb"(?:JavaScript|JS)",
    "it starts other programs": rb"Launch",
    "other files are hidden in it": rb"(?:EmbeddedFiles?|RichMedia)",
    "it holds a form that can run programs (XFA)": rb"XFA",
    "it sends what is filled in somewhere": rb"(?:SubmitForm|ImportData)",
    "it is encrypted, so that nobody could look into it": rb"Encrypt",
}
_NAMES = {why: re.compile(rb"/" + name + _DELIMITED) for why, name in _ACTIVE.items()}
_OTHER_FILTER = re.compile(rb"/(?!FlateDecode)\w+Decode|/(?:LZW|A85|AHx|RL|Crypt)" + _DELIMITED)


class _TooMuchError(Exception):
    """More is packed than is looked through."""


def finding_in(data: bytes) -> str:
    """Return why a PDF is held back, as a sentence; empty where nothing was found.

    Raises:
        RefusedError: It is not whole.
    """
    if _END not in data[-(2**16) :]:
        refuse("It is a PDF without an end: it was cut off, or is none.")
    found = [] if not _after_end(data) else ["something else follows its end"]
    try:
        packed = list(_packed_objects(data))
    except _TooMuchError:
        packed, found = [], [*found, "more is packed in it than can be looked through"]
    spelled = [_spelled(part) for part in (data, *packed)]
    found += [
        why
        for why, name in _NAMES.items()
        if any(name.search(part) is not None for part in spelled)
    ]
    return sentence(found)


def _after_end(data: bytes) -> bytes:
    """Return what stands behind the end; programs that read other formats begin there."""
    return data[data.rindex(_END) + len(_END) :].strip(b"\x00\t\n\f\r ")


def _spelled(part: bytes) -> bytes:
    """Return names as they are meant: ``/J#53`` is ``/JS``."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """Yield the streams in which objects are packed, unpacked; other streams hold no objects.

    Raises:
        _TooMuchError: They are too long, or packed in a way that is not looked through.
    """
    left = _MOST_INFLATED
    for begin in _BEGIN.finditer(data):
        head = _spelled(_head_before(data, begin.start()))
        if b"/ObjStm" not in head:
            continue
        if _OTHER_FILTER.search(head):
            raise _TooMuchError
        if b"Decode" not in head and b"/Fl" not in head:
            continue  # packed by nothing, so it is seen in the file itself
        part = _inflated(data[begin.end() :], left)
        left -= len(part)
        if left <= 0:
            raise _TooMuchError
        yield part


def _head_before(data: bytes, end: int) -> bytes:
    """Return the dictionary that stands before a stream."""
    begin = max(data.rfind(b"obj", max(0, end - _LONGEST_HEAD), end), end - _LONGEST_HEAD, 0)
    return data[begin:end]


def _inflated(packed: bytes, most: int) -> bytes:
    """Return as much as can be unpacked; readers go on where a stream is damaged, and so do we."""
    unpacking, found = zlib.decompressobj(), bytearray()
    try:
        while packed and len(found) < most and not unpacking.eof:
            found += unpacking.decompress(packed, min(2**20, most - len(found)))
            packed = unpacking.unconsumed_tail
    except zlib.error:
        return bytes(found)
    return bytes(found)
