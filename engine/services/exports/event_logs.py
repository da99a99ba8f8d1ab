"""Event logs of complaints, for programs that look how work really goes (ISO 10002:2018, 8.2).

Such a log holds what happened, when, and by whom under another name. Nothing that a person wrote
is in it, and nothing that tells who looked at a complaint or is kept away from it.
"""

import gzip
import hashlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.event_log import Selection
from engine.errors import NotFoundError
from engine.services.accounts import reach
from engine.services.exports import ocel_log, xes_log
from engine.services.exports.log_source import LogSource, Progress
from engine.services.journal.jotting import jot_organisation
from engine.store.case_stream import CaseStream
from engine.store.transaction import Transaction


class LogShape(StrEnum):
    """In which standard a log is written."""

    XES = "xes"
    OCEL_JSON = "ocel-json"
    OCEL_XML = "ocel-xml"
    OCEL_SQLITE = "ocel-sqlite"


_WRITERS: Mapping[LogShape, Callable[[LogSource, BinaryIO], int]] = {
    LogShape.XES: xes_log.write,
    LogShape.OCEL_JSON: ocel_log.write_json,
    LogShape.OCEL_XML: ocel_log.write_xml,
    LogShape.OCEL_SQLITE: ocel_log.write_tables,
}


@dataclass(frozen=True, slots=True)
class LogFile:
    """What was written.

    Attributes:
        sha256: Of the file as it is, hex.
    """

    cases: int
    events: int
    sha256: str


def count_for_log(platform: Platform, *, actor: Actor, chosen: Selection) -> int:
    """Return how many complaints a log would hold.

    Raises:
        NotAllowedError: The actor may not take complaints out.
    """
    actor.require(Deed.EXPORT)
    with platform.database.read() as tx:
        return _stream(platform, tx, actor).count(chosen)


def write_event_log(
    platform: Platform,
    *,
    actor: Actor,
    chosen: Selection,
    shape: LogShape,
    file: Path,
    is_packed: bool = True,
    names: bool = False,
    progress: Progress | None = None,
) -> LogFile:
    """Write the log of some complaints, and keep that they left the house.

    Args:
        platform: Where the complaints are.
        actor: Who takes them; what they may not see is left out.
        chosen: Which complaints.
        shape: In which standard.
        file: Is written over.
        is_packed: Whether the file is compressed by gzip.
        names: Whether people who work here are called by their names.
        progress: Is told how many complaints are written, and of how many.

    Raises:
        NotAllowedError: The actor may not take complaints out, or not with names.
        NotFoundError: A complaint that is named does not exist, or the actor knows of none such.
    """
    actor.require(Deed.EXPORT)
    if names:
        actor.require(Deed.EXPORT_NAMES)
    with platform.database.read() as tx:
        known = {a.actor.username: a.actor.name for a in tx.accounts.all()} if names else {}
        stream = _stream(platform, tx, actor)
        total = _require_all(stream, chosen)
        source = LogSource(platform, tx, stream, chosen, total, known, progress)
        with _opened(file, is_packed=is_packed) as out:
            events = _WRITERS[shape](source, out)
    with file.open("rb") as written:
        made = LogFile(total, events, hashlib.file_digest(written, "sha256").hexdigest())
    told = _told(chosen) | {"shape": shape.value, "names": names, "cases": total}
    told |= {"events": events, "sha256": made.sha256}
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind="log.exported", **told)
    )
    return made


def _stream(platform: Platform, tx: Transaction, actor: Actor) -> CaseStream:
    return tx.case_stream(reach.sight(platform, tx, actor=actor, deed=Deed.EXPORT))


def _require_all(stream: CaseStream, chosen: Selection) -> int:
    """Return how many complaints there are.

    Raises:
        NotFoundError: One of those that are named is not among them.
    """
    if chosen.period is None:
        found = {case.reference for page in stream.pages(chosen) for case in page}
        for reference in chosen.references:
            if reference not in found:
                raise NotFoundError("complaint", reference)
    return stream.count(chosen)


@contextmanager
def _opened(file: Path, *, is_packed: bool) -> Generator[BinaryIO]:
    with file.open("wb") as plain:
        if not is_packed:
            yield plain
            return
        # Neither name nor time of the file: the same log is the same file.
        with gzip.GzipFile(filename="", fileobj=plain, mode="wb", compresslevel=6, mtime=0) as out:
            yield out  # type: ignore[misc] # it is one in all but name


def _told(chosen: Selection) -> dict[str, Any]:
    if chosen.period is None:
        return {"complaints": list(chosen.references)}
    begin, end = chosen.period.begin.isoformat(), chosen.period.end.isoformat()
    return {"by": chosen.by, "begin": begin, "end": end}
