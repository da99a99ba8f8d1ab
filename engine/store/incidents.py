"""Incidents: what a person has to look at, and which cases jobs leave alone for the present."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)

from engine.domain.incident import Cause, Incident, IncidentKind, gist_of
from engine.domain.sight import Sight
from engine.errors import NotFoundError
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow, StepRow
from engine.store.tables.platform_tables import IncidentRow

TRIES = 3
"""After so many failures a case is left alone until somebody looks at its incident."""

_INCIDENT, _CASE, _STEP = table_of(IncidentRow), table_of(CaseRow), table_of(StepRow)
_IS_OPEN = _INCIDENT.c.resolved_at.is_(None)
_IS_SHOWN = or_(_INCIDENT.c.kind != IncidentKind.CASE, _INCIDENT.c.attempts >= TRIES)
"""A case is tried some times before anybody is told."""

_OPEN_ONE = (_INCIDENT.c.kind == bindparam("of_kind"), _INCIDENT.c.subject == bindparam("of"))
_AGAIN = (
    _INCIDENT.update()
    .where(*_OPEN_ONE, _IS_OPEN)
    .values(
        attempts=_INCIDENT.c.attempts + bindparam("more"),
        cause=bindparam("said"),
        gist=bindparam("said_alike"),
        element=bindparam("where"),
        last_at=bindparam("now"),
    )
    .returning(_INCIDENT.c.attempts)
)
_RESOLVE = (
    _INCIDENT.update()
    .where(*_OPEN_ONE, _IS_OPEN)
    .values(resolved_at=bindparam("now"), resolved_by=bindparam("who"), resolution=bindparam("how"))
)
_SHOWN = select(_INCIDENT, _CASE.c.reference).join_from(
    _INCIDENT, _CASE, _CASE.c.id == _INCIDENT.c.case_id, isouter=True
)


def is_left_alone(case_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition that a case failed ``tries`` times, or failed at this very moment.

    A statement with this condition is run with the parameters ``tries`` and ``now``.
    """
    return exists().where(
        _INCIDENT.c.case_id == case_id,
        _INCIDENT.c.kind == IncidentKind.CASE,
        _IS_OPEN,
        or_(_INCIDENT.c.attempts >= bindparam("tries"), _INCIDENT.c.last_at >= bindparam("now")),
    )


class Incidents:
    """Opens, finds and resolves incidents; there is one open one for each thing at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(
        self,
        kind: IncidentKind,
        subject: str,
        *,
        case_id: int | None,
        element: str,
        cause: str,
        at: datetime,
        attempts: int = 1,
    ) -> int:
        """Note a failure, in the incident that is open already or a new one.

        Args:
            kind: What came to a halt.
            subject: What it is about, within its kind.
            case_id: The case it belongs to, if any.
            element: Label of the element; may be empty.
            cause: In words.
            at: When.
            attempts: How many tries failed since the last note.

        Returns:
            How many tries failed in all.
        """
        of = {"of_kind": kind, "of": subject}
        said = {"said": cause, "said_alike": gist_of(cause), "where": element, "now": at}
        tries: int | None = self._session.execute(
            _AGAIN, of | said | {"more": attempts}
        ).scalar_one_or_none()
        if tries is not None:
            return tries
        self._session.execute(
            _INCIDENT.insert().values(
                kind=kind,
                subject=subject,
                case_id=case_id,
                element=element,
                cause=cause,
                gist=gist_of(cause),
                attempts=attempts,
                opened_at=at,
                last_at=at,
                resolved_by="",
                resolution="",
            )
        )
        return attempts

    def resolve(self, kind: IncidentKind, subject: str, *, by: str, at: datetime, how: str) -> bool:
        """Resolve the open incident about something; tell whether there was one."""
        said = {"now": at, "who": by, "how": how}
        done = self._session.execute(_RESOLVE, {"of_kind": kind, "of": subject} | said)
        return bool(done.rowcount)

    def settle(self, kind: IncidentKind, subject: str, *, by: str, at: datetime, how: str) -> None:
        """Resolve the open incident about something, if there is one."""
        said = {"now": at, "who": by, "how": how}
        self._session.post(_RESOLVE, {"of_kind": kind, "of": subject} | said)

    def resolve_finished_steps(self, *, by: str, at: datetime, how: str) -> int:
        """Resolve the incidents of steps that wait no more; return how many there were."""
        waits = exists().where(
            _STEP.c.case_id == _INCIDENT.c.case_id,
            _INCIDENT.c.subject == cast(_STEP.c.case_id, String) + "/" + _STEP.c.token,
        )
        done = self._session.execute(
            _INCIDENT.update()
            .where(_INCIDENT.c.kind == IncidentKind.STEP, _IS_OPEN, ~waits)
            .values(resolved_at=at, resolved_by=by, resolution=how)
        )
        return int(done.rowcount)

    def get(self, incident_id: int) -> Incident:
        """Return one incident.

        Raises:
            NotFoundError: None has this number.
        """
        query = _SHOWN.where(_INCIDENT.c.id == incident_id)
        row = self._session.execute(query).mappings().first()
        if row is None:
            raise NotFoundError("incident", str(incident_id))
        return _to_incident(row)

    def page(
        self,
        *,
        kinds: Iterable[IncidentKind],
        is_open: bool,
        limit: int,
        offset: int,
        sight: Sight,
        cause: Cause | None = None,
    ) -> tuple[Incident, ...]:
        """Return some incidents: open ones oldest first, resolved ones latest first.

        Args:
            kinds: None of them stands for all.
            is_open: Whether to return open ones or resolved ones.
            limit: Most incidents to return.
            offset: Incidents to leave out at the beginning.
            sight: What of all cases somebody sees.
            cause: Only incidents that have it; None for all.
        """
        chosen = _chosen(kinds, is_open=is_open, sight=sight) + (_alike(cause) if cause else [])
        query = _SHOWN.where(*chosen).limit(limit).offset(offset)
        if is_open:
            query = query.order_by(_INCIDENT.c.opened_at, _INCIDENT.c.id)
        else:
            query = query.order_by(_INCIDENT.c.resolved_at.desc(), _INCIDENT.c.id.desc())
        rows = self._session.execute(query, values_of(sight)).mappings()
        return tuple(_to_incident(row) for row in rows)

    def counts(self, *, is_open: bool, sight: Sight) -> dict[IncidentKind, int]:
        """Return how many incidents there are of each kind; every kind has its number."""
        query = (
            select(_INCIDENT.c.kind, func.count())
            .where(*_chosen((), is_open=is_open, sight=sight))
            .group_by(_INCIDENT.c.kind)
        )
        found = {kind: int(n) for kind, n in self._session.execute(query, values_of(sight))}
        return {kind: found.get(kind, 0) for kind in IncidentKind}

    def causes(
        self, *, kinds: Iterable[IncidentKind], is_open: bool, limit: int, sight: Sight
    ) -> tuple[Cause, ...]:
        """Return why incidents came to be, the most frequent first; ``kinds`` as in ``page``."""
        alike, n = (_INCIDENT.c.kind, _INCIDENT.c.element, _INCIDENT.c.gist), func.count()
        query = (
            select(*alike, n, func.min(_INCIDENT.c.id))
            .where(*_chosen(kinds, is_open=is_open, sight=sight))
            .group_by(*alike)
            .order_by(n.desc(), *alike)
            .limit(limit)
        )
        return tuple(Cause(*row) for row in self._session.execute(query, values_of(sight)))

    def alike(self, cause: Cause, *, sight: Sight) -> tuple[int, ...]:
        """Return the open incidents of a cause, oldest first."""
        query = (
            select(_INCIDENT.c.id)
            .where(*_chosen((), is_open=True, sight=sight), *_alike(cause))
            .order_by(_INCIDENT.c.opened_at, _INCIDENT.c.id)
        )
        return tuple(self._session.execute(query, values_of(sight)).scalars())


def _alike(cause: Cause) -> list[ColumnElement[bool]]:
    return [
        _INCIDENT.c.kind == cause.kind,
        _INCIDENT.c.element == cause.element,
        _INCIDENT.c.gist == cause.gist,
    ]


def _chosen(
    kinds: Iterable[IncidentKind], *, is_open: bool, sight: Sight
) -> list[ColumnElement[bool]]:
    chosen = [_IS_OPEN, _IS_SHOWN] if is_open else [~_IS_OPEN, _INCIDENT.c.resolution != ""]
    if seen := of_cases(Frame.of(sight)):
        is_seen = exists().where(_CASE.c.id == _INCIDENT.c.case_id, *seen)
        chosen.append(_INCIDENT.c.case_id.is_(None) | is_seen.correlate(_INCIDENT))
    wanted = list(kinds)
    return [*chosen, _INCIDENT.c.kind.in_(wanted)] if wanted else chosen


def _to_incident(row: RowMapping) -> Incident:
    return Incident(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        reference=row["reference"],
        element=row["element"],
        cause=row["cause"],
        gist=row["gist"],
        attempts=row["attempts"],
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        resolved_at=row["resolved_at"],
        resolved_by=row["resolved_by"],
        resolution=row["resolution"],
    )
