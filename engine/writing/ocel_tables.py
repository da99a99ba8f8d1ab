"""Logs of objects and events in OCEL 2.0, as tables of SQLite.

Each type has a table of its own, which the two tables of types name. A value that changes is one
more row of its thing, with the moment and the name of what changed.

Source: OCEL 2.0 specification (2023), relational implementation.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from engine.domain.object_log import ALWAYS, LogObject, ObjectEvent
from engine.writing.ocel import Types

_COLUMNS = {"string": "TEXT", "integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN"}
_ALIKE = """
CREATE TABLE "{0}_map_type" (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE "{0}" (
    ocel_id TEXT PRIMARY KEY,
    ocel_type TEXT NOT NULL REFERENCES "{0}_map_type" (ocel_type)
);
"""
_RELATED = """
CREATE TABLE event_object (
    ocel_event_id TEXT NOT NULL REFERENCES "event" (ocel_id),
    ocel_object_id TEXT NOT NULL REFERENCES "object" (ocel_id),
    ocel_qualifier TEXT NOT NULL,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
);
CREATE TABLE object_object (
    ocel_source_id TEXT NOT NULL REFERENCES "object" (ocel_id),
    ocel_target_id TEXT NOT NULL REFERENCES "object" (ocel_id),
    ocel_qualifier TEXT NOT NULL,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
);
"""
_NO_SIGNS = re.compile(r"[^0-9A-Za-z]+")


@contextmanager
def as_tables(
    file: BinaryIO,
    _zone: ZoneInfo,
    *,
    objects: Types,
    events: Types,
) -> Iterator["_Tables"]:
    """Write a log as a database of SQLite; moments are those of UTC, whatever the zone.

    The database is made in a file beside, since SQLite writes to no stream.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        with closing(sqlite3.connect(path)) as database:
            written = _Tables(database, objects=objects, events=events)
            yield written
            database.commit()
        with path.open("rb") as made:
            shutil.copyfileobj(made, file)


class _Tables:
    def __init__(self, database: sqlite3.Connection, *, objects: Types, events: Types) -> None:
        self._database = database
        self._objects, self._events = objects, events
        for kind in ("event", "object"):
            database.executescript(_ALIKE.format(kind))
        database.executescript(_RELATED)
        self._of_object = self._declared("object", objects, "ocel_changed_field TEXT")
        self._of_event = self._declared("event", events)

    def _declared(self, name: str, types: Types, *more: str) -> Mapping[str, str]:
        """Make a table for each type, and return their names by type."""
        tables = _table_names(types)
        for kind, attributes in types.items():
            row = (_text(kind), tables[kind])
            self._database.execute(f'INSERT INTO "{name}_map_type" VALUES (?, ?)', row)  # noqa: S608 - a fixed word
            columns = [
                f'ocel_id TEXT NOT NULL REFERENCES "{name}" (ocel_id)',
                "ocel_time TIMESTAMP NOT NULL",
                *more,
                *(f"{_quoted(each)} {_COLUMNS[of]}" for each, of in attributes.items()),
            ]
            table = _quoted(f"{name}_{tables[kind]}")
            self._database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        return {kind: f"{name}_{table}" for kind, table in tables.items()}

    def objects(self, each: Iterable[LogObject]) -> None:
        """Write the things."""
        for one in each:
            name = _text(one.id)
            self._add("object", {"ocel_id": name, "ocel_type": _text(one.kind)})
            table, first, changes = self._of_object[one.kind], dict[str, object](), []
            for attribute, value, at in one.values:
                if at == ALWAYS and attribute not in first:
                    first[attribute] = _told(value)
                else:
                    changes.append((at, attribute, _told(value)))
            self._add(table, {"ocel_id": name, "ocel_time": _moment(ALWAYS), **first})
            for at, attribute, value in changes:
                row = {"ocel_id": name, "ocel_time": _moment(at), "ocel_changed_field": attribute}
                self._add(table, {**row, attribute: value})
            for other, qualifier in dict.fromkeys(one.relations):
                self._relate("object_object", name, other, qualifier)

    def events(self, each: Iterable[ObjectEvent]) -> None:
        """Write the events."""
        for one in each:
            name = _text(one.id)
            self._add("event", {"ocel_id": name, "ocel_type": _text(one.kind)})
            row = {"ocel_id": name, "ocel_time": _moment(one.at)}
            self._add(self._of_event[one.kind], row | {n: _told(v) for n, v in one.values})
            for other, qualifier in dict.fromkeys(one.relations):
                self._relate("event_object", name, other, qualifier)

    def _add(self, table: str, row: Mapping[str, object]) -> None:
        columns, signs = ", ".join(map(_quoted, row)), ", ".join("?" * len(row))
        query = f"INSERT INTO {_quoted(table)} ({columns}) VALUES ({signs})"  # noqa: S608 - quoted
        self._database.execute(query, tuple(row.values()))

    def _relate(self, table: str, source: str, target: str, qualifier: str) -> None:
        query = f"INSERT INTO {table} VALUES (?, ?, ?)"  # noqa: S608 - one of two fixed words
        self._database.execute(query, (source, _text(target), _text(qualifier)))


def _table_names(types: Iterable[str]) -> dict[str, str]:
    """Return for each type a name of letters and digits; SQLite takes a and A for the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for kind in types:
        words = "".join(part[:1].upper() + part[1:] for part in _NO_SIGNS.split(kind)) or "Type"
        name, number = words, 1
        while name.lower() in taken:
            number += 1
            name = f"{words}{number}"
        taken.add(name.lower())
        found[kind] = name
    return found


def _told(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return _moment(value)
    return _text(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _text(words: str) -> str:
    """Return a text as UTF-8 can hold it."""
    return words.encode(errors="replace").decode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
