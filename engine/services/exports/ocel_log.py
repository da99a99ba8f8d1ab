"""A log in OCEL 2.0: complaints, their issues, remedies, documents and letters, and people."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO
from zoneinfo import ZoneInfo

from engine.domain.event_log import LoggedCase
from engine.domain.object_log import (
    EVENT_TYPES,
    OBJECTS,
    LogObject,
    Names,
    ObjectEvent,
    Parts,
    event_of,
    objects_of,
    people_of,
)
from engine.services.exports.log_source import LogSource
from engine.writing import ocel, ocel_tables
from engine.writing.ocel import OcelWriter

_Types = dict[str, dict[str, str]]
_Opens = Callable[..., AbstractContextManager[OcelWriter]]


def write_json(source: LogSource, file: BinaryIO) -> int:
    """Write the log as JSON and return the number of its events."""
    return _write(source, file, ocel.as_json)


def write_xml(source: LogSource, file: BinaryIO) -> int:
    """Write the log as XML and return the number of its events."""
    return _write(source, file, ocel.as_xml)


def write_tables(source: LogSource, file: BinaryIO) -> int:
    """Write the log as a database of SQLite and return the number of its events."""
    return _write(source, file, ocel_tables.as_tables)


def _write(source: LogSource, file: BinaryIO, opens: _Opens) -> int:
    """Write a log; what its types are and who takes part is found out before."""
    names = Names(known=source.names)
    for page in source.pages():
        names.references.update((case.id, case.reference) for case in page)
    types, subjects, written = _seen(source, names)
    zone = ZoneInfo(source.platform.policy.calendar.zone)
    with opens(file, zone, objects=OBJECTS, events=types) as log:
        log.objects(_objects(source, names, subjects))
        log.events(_events(source, names, progress=True))
    return written


def _seen(source: LogSource, names: Names) -> tuple[_Types, dict[str, None], int]:
    """Return the types of the events, who complained, and how many events there are."""
    found: _Types = defaultdict(dict)
    subjects: dict[str, None] = {}
    number = 0
    for case, _parts, events in _told(source, names, progress=False):
        if case.subject:
            subjects[case.subject] = None
        for event in events:
            number += 1
            for name, _value in event.values:
                found[event.kind].setdefault(name, EVENT_TYPES.get(name, "string"))
    return dict(sorted(found.items())), subjects, number


def _objects(source: LogSource, names: Names, subjects: dict[str, None]) -> Iterator[LogObject]:
    for page in source.pages():
        parts = source.tx.case_parts.of([case.id for case in page])
        for case in page:
            yield from objects_of(case, parts[case.id], names)
    yield from people_of(names, subjects)


def _events(source: LogSource, names: Names, *, progress: bool) -> Iterator[ObjectEvent]:
    for _case, _parts, events in _told(source, names, progress=progress):
        yield from events


def _told(
    source: LogSource, names: Names, *, progress: bool
) -> Iterator[tuple[LoggedCase, Parts, Iterator[ObjectEvent]]]:
    for page in source.told_pages(progress=progress):
        parts = source.tx.case_parts.of([case.id for case, _ in page])
        for case, events in page:
            of = parts[case.id]
            yield case, of, (event_of(case, event, of, names) for event in events)
