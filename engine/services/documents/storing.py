"""From a file that has arrived to one that is looked into and lies in the depot.

It is stored before any row speaks of it. What no row came to speak of is a stray, and is removed
here, or within a day by ``document_upkeep``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from uuid import uuid4

from engine.bootstrap import Platform
from engine.domain.document import FileState, Kind, Limits, NewFile, safe_name
from engine.errors import FileRefusedError, RedressError, UnavailableError
from engine.inspection.inspector import inspect
from engine.inspection.report import Report
from engine.services.documents.arrival import Arrival, arrived

_TURNS = BoundedSemaphore(2)
"""So many files are looked into at a time; each may take a processor and a gigabyte."""


@dataclass
class Storing:
    """A stored file.

    Attributes:
        is_used: Whether a row speaks of it; else it is removed.
    """

    file: NewFile
    is_used: bool = field(default=False)


def limits_of(platform: Platform) -> Limits:
    """Return how much of which files this organisation takes."""
    policy = platform.policy.documents
    kinds = tuple(Kind(kind) for kind in policy.kinds)
    return Limits(policy.largest, policy.most_megapixels * 10**6, kinds)


@contextmanager
def storing(platform: Platform, *, arrival: Arrival, name: str) -> Iterator[Storing]:
    """Look into a file and store it; it stays only if the block says that it is used.

    Raises:
        FileRefusedError: It is of no kind that is kept, or could do harm.
        UnavailableError: It cannot be stored.
        RedressError: What the block was refused.
    """
    stored = Storing(look_into_and_store(platform, arrival=arrival, name=name))
    try:
        yield stored
    except UnavailableError:
        # Nobody knows whether the row is there. A stray is removed later, a file that is
        # missing never comes back.
        raise
    except RedressError:
        platform.depot.remove(stored.file.storage)
        raise
    if not stored.is_used:
        platform.depot.remove(stored.file.storage)


def look_into_and_store(platform: Platform, *, arrival: Arrival, name: str) -> NewFile:
    """Look into a file and store it, or what is kept instead of it.

    Raises:
        FileRefusedError: It is of no kind that is kept, or could do harm.
        UnavailableError: It cannot be stored.
    """
    arrival.close()
    if not arrival.size:
        raise FileRefusedError("It is empty.")
    limits = limits_of(platform)
    try:
        with _TURNS:
            report: Report | None = inspect(arrival.path, arrival.key, limits)
    except UnavailableError:
        report = None
    if report is None or report.rewritten is None:
        return _store(platform, arrival, arrival, report, name)
    with arrived(platform.arriving, [report.rewritten], largest=limits.largest) as rewritten:
        return _store(platform, arrival, rewritten, report, name)


def _store(
    platform: Platform, came: Arrival, kept: Arrival, report: Report | None, name: str
) -> NewFile:
    storage, stored_sha256 = uuid4().hex, kept.stored_sha256
    stored_size = kept.path.stat().st_size
    platform.depot.keep(storage, kept.path)
    state = FileState.HELD if report and report.finding else FileState.KEPT
    return NewFile(
        name=safe_name(name),
        kind=report.kind if report else None,
        size=kept.size,
        sha256=kept.sha256,
        arrived_sha256=came.sha256,
        state=state if report else FileState.UNSEEN,
        finding=report.finding if report else "",
        storage=storage,
        key=kept.key,
        stored_size=stored_size,
        stored_sha256=stored_sha256,
    )
