"""Event logs in XES, written trace by trace, so that no length of a log needs memory.

Source: IEEE 1849-2023; the extensions are those of xes-standard.org.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, BinaryIO, Self
from zoneinfo import ZoneInfo

from lxml import etree

NAMESPACE = "http://www.xes-standard.org/"
VERSION = "1849.2016"
"""A decimal number, as its schema asks; the edition of 2023 has the same elements."""
EXTENSIONS = {
    "Concept": "concept",
    "Lifecycle": "lifecycle",
    "Organizational": "org",
    "Time": "time",
}
"""Name to prefix of each extension that is used."""
GLOBALS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "trace": (("string", "concept:name", "name"),),
    "event": (
        ("string", "concept:name", "name"),
        ("string", "concept:instance", "0"),
        ("string", "lifecycle:transition", "complete"),
        ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"),
    ),
}
"""What every trace and every event has, with a value that stands for none."""
CLASSIFIERS = {
    "Activity": "concept:name",
    "Activity and lifecycle": "concept:name lifecycle:transition",
}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNKNOWN = "\ufffd"

Value = str | int | float | bool | datetime | Decimal | None
Values = Mapping[str, Value]


class XesWriter:
    """Writes one log; what was written is whole when the block ends."""

    def __init__(self, file: BinaryIO, *, zone: ZoneInfo, facts: Values) -> None:
        """Begin with nothing written.

        Args:
            file: Where it goes.
            zone: Whose clocks the times are those of.
            facts: Attributes of the log itself.
        """
        self._zone = zone
        self._facts = facts
        self._whole = self._written(file)
        self._file: Any = None

    def __enter__(self) -> Self:
        """Write what stands before the traces."""
        self._file = self._whole.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the end."""
        self._whole.__exit__(kind, error, trace)

    def trace(self, facts: Values, events: Iterable[Values]) -> None:
        """Write one case with its events.

        Args:
            facts: Attributes of the case by key; empty ones are left out.
            events: Attributes of each event, in their order.
        """
        trace = etree.Element("trace")
        self._put(trace, facts)
        for event in events:
            self._put(etree.SubElement(trace, "event"), event)
        self._file.write(trace)
        self._file.write("\n")

    @contextmanager
    def _written(self, file: BinaryIO) -> Iterator[Any]:
        with etree.xmlfile(file, encoding="utf-8") as written:
            written.write_declaration()
            root = {"xes.version": VERSION, "xes.features": ""}
            with written.element("log", root, nsmap={None: NAMESPACE}):
                written.write("\n")
                for part in self._head():
                    written.write(part)
                    written.write("\n")
                yield written

    def _head(self) -> Iterator[Any]:
        for name, prefix in EXTENSIONS.items():
            uri = f"{NAMESPACE}{prefix}.xesext"
            yield etree.Element("extension", name=name, prefix=prefix, uri=uri)
        for scope, each in GLOBALS.items():
            part = etree.Element("global", scope=scope)
            for tag, key, value in each:
                etree.SubElement(part, tag, key=key, value=value)
            yield part
        for name, keys in CLASSIFIERS.items():
            yield etree.Element("classifier", name=name, keys=keys)
        holder = etree.Element("log")
        self._put(holder, self._facts)
        yield from list(holder)

    def _put(self, parent: Any, facts: Values) -> None:  # noqa: ANN401 - an element
        for key, value in facts.items():
            if value is None or value == "":
                continue
            tag, text = _typed(value, self._zone)
            etree.SubElement(parent, tag, key=key, value=text)


def legal(text: str) -> str:
    """Return a text without what no XML can hold.

    >>> legal("a" + chr(0) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return _NO_XML.sub(_UNKNOWN, text)


def _typed(value: Value, zone: ZoneInfo) -> tuple[str, str]:
    """Return the element of a value, and how it is spelled."""
    if isinstance(value, bool):
        return "boolean", str(value).lower()
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, float | Decimal):
        return "float", str(value)
    if isinstance(value, datetime):
        return "date", value.astimezone(zone).isoformat(timespec="milliseconds")
    return "string", legal(str(value))
