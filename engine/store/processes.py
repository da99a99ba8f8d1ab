"""Published process versions: immutable, numbered per process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select
from sqlmodel import col

from engine.store.platform_tables import ProcessVersionRow
from engine.store.prepared import table_of
from engine.store.session import Session

_VERSION = table_of(ProcessVersionRow)
_LATEST = (
    select(_VERSION.c.digest, _VERSION.c.version)
    .where(_VERSION.c.process_id == bindparam("of"))
    .order_by(_VERSION.c.version.desc())
    .limit(1)
)
_BY_DIGEST = select(_VERSION).where(_VERSION.c.digest == bindparam("of"))
_DIGESTS = select(_VERSION.c.digest).order_by(_VERSION.c.published_at)


@dataclass(frozen=True, slots=True)
class ProcessVersion:
    """One published version with its decision tables, as bytes."""

    digest: str
    process_id: str
    version: int
    diagrams: tuple[bytes, ...]
    tables: tuple[bytes, ...]


class Processes:
    """Adds and finds process versions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, digest: str) -> ProcessVersion | None:
        """Return the version with this digest."""
        row = self._session.execute(_BY_DIGEST, {"of": digest}).first()
        return _to_version(row) if row else None

    def latest(self, process_id: str) -> tuple[str, int] | None:
        """Return digest and number of the version on which new cases start."""
        row = self._session.execute(_LATEST, {"of": process_id}).first()
        return (row.digest, row.version) if row else None

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
        by: str,
        at: datetime,
        reason: str,
    ) -> int:
        """Add a version and return its number."""
        last = self._session.execute(
            select(func.max(col(ProcessVersionRow.version))).where(
                col(ProcessVersionRow.process_id) == process_id
            )
        ).scalar_one()
        version = (last or 0) + 1
        self._session.execute(
            insert(ProcessVersionRow).values(
                digest=digest,
                process_id=process_id,
                version=version,
                diagrams=[text.decode() for text in diagrams],
                tables=[text.decode() for text in tables],
                published_by=by,
                published_at=at,
                reason=reason,
            )
        )
        return version


def _to_version(row: Row[Any]) -> ProcessVersion:
    return ProcessVersion(
        digest=row.digest,
        process_id=row.process_id,
        version=row.version,
        diagrams=tuple(text.encode() for text in row.diagrams),
        tables=tuple(text.encode() for text in row.tables),
    )
