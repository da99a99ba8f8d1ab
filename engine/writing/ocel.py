"""Logs of objects and events in OCEL 2.0, as JSON or XML, written piece by piece.

Source: OCEL 2.0 specification (2023), and its JSON schema.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, Protocol
from zoneinfo import ZoneInfo

from lxml import etree

from engine.domain.object_log import ALWAYS, LogObject, ObjectEvent
from engine.writing.xes import legal

Types = Mapping[str, Mapping[str, str]]
"""Types of things or events, each with the types of its attributes."""


class OcelWriter(Protocol):
    """Writes one log; the types stand before everything else."""

    def objects(self, each: Iterable[LogObject]) -> None:
        """Write the things."""

    def events(self, each: Iterable[ObjectEvent]) -> None:
        """Write the events."""


@contextmanager
def as_json(file: BinaryIO, zone: ZoneInfo, *, objects: Types, events: Types) -> Iterator["_Json"]:
    """Write a log as JSON; every value is a text, as its schema asks."""
    head = {"objectTypes": _types(objects), "eventTypes": _types(events)}
    written = _Json(file, zone)
    file.write(_bytes(head)[:-1])
    yield written
    file.write(b"}\n")


@contextmanager
def as_xml(file: BinaryIO, zone: ZoneInfo, *, objects: Types, events: Types) -> Iterator["_Xml"]:
    """Write a log as XML."""
    with etree.xmlfile(file, encoding="utf-8") as written:
        written.write_declaration()
        with written.element("log"):
            for name, types in (("object", objects), ("event", events)):
                written.write(_declared(name, types))
            yield _Xml(written, zone)


class _Json:
    def __init__(self, file: BinaryIO, zone: ZoneInfo) -> None:
        self._file, self._zone = file, zone

    def objects(self, each: Iterable[LogObject]) -> None:
        """Write the things."""
        self._array("objects", (self._object(one) for one in each))

    def events(self, each: Iterable[ObjectEvent]) -> None:
        """Write the events."""
        self._array("events", (self._event(one) for one in each))

    def _array(self, name: str, parts: Iterable[dict[str, Any]]) -> None:
        self._file.write(f',\n"{name}": ['.encode())
        for number, part in enumerate(parts):
            self._file.write(b",\n" if number else b"\n")
            self._file.write(_bytes(part))
        self._file.write(b"\n]")

    def _object(self, one: LogObject) -> dict[str, Any]:
        values = [
            {"name": name, "value": _spelled(value, self._zone), "time": _moment(at, self._zone)}
            for name, value, at in one.values
        ]
        told = {"id": one.id, "type": one.kind, "attributes": values}
        return told | {"relationships": _related(one.relations)}

    def _event(self, one: ObjectEvent) -> dict[str, Any]:
        values = [{"name": n, "value": _spelled(value, self._zone)} for n, value in one.values]
        told = {"id": one.id, "type": one.kind, "time": _moment(one.at, self._zone)}
        return told | {"attributes": values, "relationships": _related(one.relations)}


class _Xml:
    def __init__(self, written: Any, zone: ZoneInfo) -> None:  # noqa: ANN401 - a file of lxml
        self._written, self._zone = written, zone

    def objects(self, each: Iterable[LogObject]) -> None:
        """Write the things."""
        with self._written.element("objects"):
            for one in each:
                self._put("object", {"id": one.id, "type": one.kind}, one.values, one.relations)

    def events(self, each: Iterable[ObjectEvent]) -> None:
        """Write the events."""
        with self._written.element("events"):
            for one in each:
                named = {"id": one.id, "type": one.kind, "time": _moment(one.at, self._zone)}
                self._put("event", named, one.values, one.relations)

    def _put(
        self,
        name: str,
        named: Mapping[str, str],
        values: Iterable[tuple[Any, ...]],
        relations: Iterable[tuple[str, str]],
    ) -> None:
        part = etree.Element(name, {key: legal(text) for key, text in named.items()})
        attributes = etree.SubElement(part, "attributes")
        for attribute, value, *since in values:
            given = {"name": attribute} | ({"time": _moment(since[0], self._zone)} if since else {})
            etree.SubElement(attributes, "attribute", given).text = legal(
                _spelled(value, self._zone)
            )
        objects = etree.SubElement(part, "objects")
        for other, qualifier in relations:
            given = {"object-id": legal(other), "qualifier": legal(qualifier)}
            etree.SubElement(objects, "relationship", given)
        self._written.write(part)
        self._written.write("\n")


def _types(types: Types) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": n, "type": kind} for n, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


def _declared(name: str, types: Types) -> Any:  # noqa: ANN401 - an element
    whole = etree.Element(f"{name}-types")
    for kind, attributes in types.items():
        part = etree.SubElement(whole, f"{name}-type", name=legal(kind))
        listed = etree.SubElement(part, "attributes")
        for attribute, of in attributes.items():
            etree.SubElement(listed, "attribute", name=attribute, type=of)
    return whole


def _related(relations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": other, "qualifier": qualifier} for other, qualifier in relations]


def _spelled(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _moment(value, zone)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    if at == ALWAYS:
        return "1970-01-01T00:00:00Z"
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def _bytes(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode(errors="replace")
