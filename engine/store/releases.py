"""From when which version of a process is the one for new cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.process_version import Release, ReleaseKind, Retirement
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import ProcessVersionRow
from engine.store.tables.release_tables import ProcessReleaseRow, ProcessRetirementRow

_RELEASE, _RETIREMENT, _VERSION = (
    table_of(row) for row in (ProcessReleaseRow, ProcessRetirementRow, ProcessVersionRow)
)
_VALID = (
    select(_VERSION.c.digest, _VERSION.c.version)
    .join_from(_RELEASE, _VERSION, _VERSION.c.digest == _RELEASE.c.digest)
    .where(
        _RELEASE.c.process_id == bindparam("of"),
        _RELEASE.c.valid_from <= bindparam("release_now"),
        _RELEASE.c.digest.not_in(select(_RETIREMENT.c.digest)),
    )
    .order_by(_RELEASE.c.id.desc())
    .limit(1)
)
_ALL = (
    select(
        _RELEASE.c.id,
        _RELEASE.c.digest,
        _RELEASE.c.kind,
        _RELEASE.c.valid_from,
        _RELEASE.c.released_by,
        _RELEASE.c.released_at,
        _RELEASE.c.reason,
    )
    .where(_RELEASE.c.process_id == bindparam("of"))
    .order_by(_RELEASE.c.id)
)
_RETIRED = (
    select(
        _RETIREMENT.c.digest,
        _RETIREMENT.c.retired_by,
        _RETIREMENT.c.retired_at,
        _RETIREMENT.c.reason,
    )
    .join(_VERSION, _VERSION.c.digest == _RETIREMENT.c.digest)
    .where(_VERSION.c.process_id == bindparam("of"))
    .order_by(_RETIREMENT.c.retired_at)
)
_TAKE = (
    select(_VERSION.c.digest)
    .where(_VERSION.c.process_id == bindparam("of"))
    .order_by(_VERSION.c.version)
    .limit(1)
    .with_for_update()
)


class Releases:
    """Adds and finds releases and retirements; none is ever changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def valid(self, process_id: str, now: datetime) -> tuple[str, int] | None:
        """Return digest and number of the version on which cases start at a moment.

        That is the one released last among those whose time has come and that are not retired.
        """
        row = self._session.execute(_VALID, {"of": process_id, "release_now": now}).first()
        return (row.digest, row.version) if row else None

    def take(self, process_id: str) -> None:
        """Keep others from releasing or retiring a version of a process meanwhile."""
        self._session.execute(_TAKE, {"of": process_id}).first()

    def all(self, process_id: str) -> tuple[Release, ...]:
        """Return every release of a process, in order."""
        return tuple(Release(*row) for row in self._session.execute(_ALL, {"of": process_id}))

    def add(
        self,
        *,
        process_id: str,
        digest: str,
        kind: ReleaseKind,
        valid_from: datetime,
        by: str,
        at: datetime,
        reason: str,
    ) -> None:
        """Make a version the one for new cases from a moment on."""
        values: dict[str, Any] = {"process_id": process_id, "digest": digest, "kind": kind}
        values |= {"valid_from": valid_from, "released_by": by, "released_at": at, "reason": reason}
        self._session.execute(_RELEASE.insert(), values)

    def retired(self, process_id: str) -> tuple[Retirement, ...]:
        """Return what was retired of a process, in order."""
        rows = self._session.execute(_RETIRED, {"of": process_id})
        return tuple(Retirement(*row) for row in rows)

    def retire(self, retirement: Retirement) -> None:
        """Let no case begin on a version any more."""
        self._session.execute(
            _RETIREMENT.insert(),
            {
                "digest": retirement.digest,
                "retired_by": retirement.by,
                "retired_at": retirement.at,
                "reason": retirement.reason,
            },
        )
