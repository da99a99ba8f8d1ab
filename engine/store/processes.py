"""Published process versions: immutable, numbered per process."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlmodel import col

from engine.domain.process_version import ReleaseKind
from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.proposals import Proposal
from engine.store.releases import Releases
from engine.store.session import Session
from engine.store.sight import Frame, in_circles, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.platform_tables import ProcessVersionRow

_VERSION, _CASE = table_of(ProcessVersionRow), table_of(CaseRow)
_LATEST = (
    select(_VERSION.c.digest, _VERSION.c.version)
    .where(_VERSION.c.process_id == bindparam("of"))
    .order_by(_VERSION.c.version.desc())
    .limit(1)
)
_BY_DIGEST = select(_VERSION).where(_VERSION.c.digest == bindparam("of"))
_DIGESTS = select(_VERSION.c.digest).order_by(_VERSION.c.published_at)


_OF_PROCESS = (
    select(
        _VERSION.c.digest,
        _VERSION.c.version,
        _VERSION.c.published_by,
        _VERSION.c.published_at,
        _VERSION.c.reason,
    )
    .where(_VERSION.c.process_id == bindparam("of"))
    .order_by(_VERSION.c.version.desc())
)


EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""From when a version holds that comes with Redress: a story can be told of a time before it."""


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """What is known of a published version, without its files."""

    digest: str
    version: int
    published_by: str
    published_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ProcessVersion:
    """One published version with its decision tables and forms, as bytes."""

    digest: str
    process_id: str
    version: int
    diagrams: tuple[bytes, ...]
    tables: tuple[bytes, ...]
    forms: tuple[bytes, ...]

    @property
    def files(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
        """Return diagrams, tables and forms."""
        return (self.diagrams, self.tables, self.forms)


class Processes:
    """Adds and finds process versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, digest: str) -> ProcessVersion | None:
        """Return the version with this digest."""
        row = self._session.execute(_BY_DIGEST, {"of": digest}).first()
        return _to_version(row) if row else None

    def latest(self, process_id: str) -> tuple[str, int] | None:
        """Return digest and number of the version published last; it need not hold yet."""
        row = self._session.execute(_LATEST, {"of": process_id}).first()
        return (row.digest, row.version) if row else None

    def versions(self, process_id: str) -> tuple[VersionEntry, ...]:
        """Return the versions of a process, the latest first."""
        rows = self._session.execute(_OF_PROCESS, {"of": process_id})
        return tuple(VersionEntry(*row) for row in rows)

    def running(self, *, sight: Sight) -> dict[str, int]:
        """Return by digest how many open cases run on a version, as far as somebody sees them."""
        query = (
            select(_CASE.c.process, func.count())
            .where(_CASE.c.closed_at.is_(None), *of_cases(Frame.of(sight)))
            .group_by(_CASE.c.process)
        )
        return {row[0]: int(row[1]) for row in self._session.execute(query, values_of(sight))}

    def left_on(self, digests: Collection[str], *, sight: Sight) -> tuple[int, datetime | None]:
        """Return how many open cases of some circles run on some versions, and the oldest receipt.

        An index tells them: no case on another version is read.
        """
        query = select(func.count(), func.min(_CASE.c.received_at)).where(
            _CASE.c.closed_at.is_(None),
            _CASE.c.process.in_(sorted(digests)),
            *in_circles(_CASE, Frame.of(sight)),
        )
        number, oldest = self._session.execute(query, values_of(sight)).one()
        return int(number), oldest

    def digests(self) -> tuple[str, ...]:
        """Return the digests of all versions, oldest first."""
        return tuple(self._session.execute(_DIGESTS).scalars())

    def publish(
        self,
        *,
        digest: str,
        process_id: str,
        diagrams: tuple[bytes, ...],
        tables: tuple[bytes, ...],
        forms: tuple[bytes, ...] = (),
        by: str,
        at: datetime,
        reason: str,
    ) -> int:
        """Add a version that comes with Redress, and return its number; it has always held."""
        values: dict[str, Any] = {"digest": digest, "process_id": process_id, "reason": reason}
        values |= {"diagrams": _texts(diagrams), "tables": _texts(tables), "forms": _texts(forms)}
        version = self._add(values | {"published_by": by, "published_at": at})
        Releases(self._session).add(
            process_id=process_id,
            digest=digest,
            kind=ReleaseKind.PUBLISHED,
            valid_from=EVER,
            by=by,
            at=at,
            reason=reason,
        )
        return version

    def add(self, proposal: Proposal, *, at: datetime) -> int:
        """Add what was proposed as a version, and return its number; it holds by a release."""
        values: dict[str, Any] = {"digest": proposal.digest, "process_id": proposal.process_id}
        values |= {"diagrams": _texts(proposal.diagrams), "tables": _texts(proposal.tables)}
        values |= {"forms": _texts(proposal.forms), "reason": proposal.reason}
        return self._add(values | {"published_by": proposal.proposed_by, "published_at": at})

    def _add(self, values: dict[str, Any]) -> int:
        last = self._session.execute(
            select(func.max(col(ProcessVersionRow.version))).where(
                col(ProcessVersionRow.process_id) == values["process_id"]
            )
        ).scalar_one()
        version = int(last or 0) + 1
        self._session.execute(insert(ProcessVersionRow).values(version=version, **values))
        return version


def _texts(files: Sequence[bytes]) -> list[str]:
    return [file.decode() for file in files]


def _to_version(row: Row[Any]) -> ProcessVersion:
    return ProcessVersion(
        digest=row.digest,
        process_id=row.process_id,
        version=row.version,
        diagrams=tuple(text.encode() for text in row.diagrams),
        tables=tuple(text.encode() for text in row.tables),
        forms=tuple(text.encode() for text in row.forms),
    )
