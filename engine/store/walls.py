"""What lets somebody through the wall around a case: a name on it, broken glass."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, select

from engine.domain.glass import Glass
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, StatementRow, StepRow
from engine.store.tables.reach_tables import GlassRow, NamedRow, SampledCaseRow, SampleRow

_NAMED, _GLASS, _SAMPLE = table_of(NamedRow), table_of(GlassRow), table_of(SampleRow)
_SAMPLED = table_of(SampledCaseRow)
_CASE, _STEP, _STATEMENT = table_of(CaseRow), table_of(StepRow), table_of(StatementRow)
_OF_PERSON: BindParameter[str] = bindparam("who")
_IS_NAMED = select(_NAMED.c.case_id).where(
    _NAMED.c.case_id == bindparam("of"), _NAMED.c.username == _OF_PERSON
)
_NAMES = (
    select(_NAMED.c.username).where(_NAMED.c.case_id == bindparam("of")).order_by(_NAMED.c.username)
)
_NAMED_ON = select(_NAMED.c.case_id).where(_NAMED.c.username == _OF_PERSON)
_THROUGH = select(func.max(_GLASS.c.until_at)).where(
    _GLASS.c.case_id == bindparam("of"),
    _GLASS.c.username == _OF_PERSON,
    _GLASS.c.until_at > bindparam("now"),
)
_HAS_STATED = (
    select(_STATEMENT.c.id)
    .where(_STATEMENT.c.case_id == bindparam("of"), _STATEMENT.c.by == _OF_PERSON)
    .limit(1)
)
_BROKEN = select(_GLASS, _CASE.c.reference).join_from(_GLASS, _CASE, _CASE.c.id == _GLASS.c.case_id)


class Walls:
    """Keeps who is named on restricted cases, and who broke the glass."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_named(self, case_id: int, username: str) -> bool:
        """Tell whether somebody is named on a case."""
        return self._finds(_IS_NAMED, case_id, username)

    def names(self, case_id: int) -> tuple[str, ...]:
        """Return the user names of those who are named on a case."""
        return tuple(self._session.execute(_NAMES, {"of": case_id}).scalars())

    def named_on(self, username: str) -> tuple[int, ...]:
        """Return the cases on which somebody is named."""
        return tuple(self._session.execute(_NAMED_ON, {"who": username}).scalars())

    def name(self, case_id: int, usernames: Collection[str], *, by: str, at: datetime) -> None:
        """Let exactly these people be named on a case; others lose what tied them to it."""
        wanted, before = set(usernames), set(self.names(case_id))
        for username in sorted(before - wanted):
            gone = (_NAMED.c.case_id == case_id, _NAMED.c.username == username)
            self._session.execute(_NAMED.delete().where(*gone))
        for username in sorted(wanted - before):
            new = {"case_id": case_id, "username": username, "named_by": by, "named_at": at}
            self._session.execute(_NAMED.insert().values(**new))
        others = select(_SAMPLE.c.id).where(_SAMPLE.c.reviewer.not_in(sorted(wanted)))
        drawn = (_SAMPLED.c.case_id == case_id, _SAMPLED.c.sample_id.in_(others))
        self._session.execute(_SAMPLED.delete().where(*drawn))

    def forget_names(self, case_id: int) -> None:
        """Let nobody be named on a case."""
        self._session.execute(_NAMED.delete().where(_NAMED.c.case_id == case_id))

    def through_until(self, case_id: int, username: str, now: datetime) -> datetime | None:
        """Return until when somebody who broke the glass sees a case; None for who does not."""
        of = {"of": case_id, "who": username, "now": now}
        until: datetime | None = self._session.execute(_THROUGH, of).scalar_one()
        return until

    def break_glass(
        self, case_id: int, *, username: str, reason: str, at: datetime, until: datetime
    ) -> None:
        """Keep that somebody breaks the glass."""
        self._session.execute(
            _GLASS.insert().values(
                case_id=case_id,
                username=username,
                reason=reason,
                broken_at=at,
                until_at=until,
                seen_by="",
            )
        )

    def broken(
        self, *, is_seen: bool, limit: int, offset: int, besides: Collection[int] = ()
    ) -> tuple[Glass, ...]:
        """Return some looks through broken glass, the latest first.

        Args:
            is_seen: Those that somebody has looked into, or those that nobody has.
            limit: Most to return.
            offset: How many to leave out at the beginning.
            besides: Numbers of cases that are left out.
        """
        seen = _GLASS.c.seen_at.is_not(None) if is_seen else _GLASS.c.seen_at.is_(None)
        shown = _GLASS.c.case_id.not_in(besides)
        found = _BROKEN.where(seen, shown).order_by(_GLASS.c.broken_at.desc(), _GLASS.c.id.desc())
        rows = self._session.execute(found.limit(limit).offset(offset))
        return tuple(_to_glass(row) for row in rows)

    def unseen(self, *, besides: Collection[int] = ()) -> int:
        """Return how many looks through broken glass nobody has looked into.

        Args:
            besides: Numbers of cases that are left out.
        """
        new = (_GLASS.c.seen_at.is_(None), _GLASS.c.case_id.not_in(besides))
        query = select(func.count()).select_from(_GLASS).where(*new)
        n: int = self._session.execute(query).scalar_one()
        return n

    def see(self, glass_id: int, *, by: str, at: datetime) -> Glass | None:
        """Keep who has looked into a broken glass first; None where there is none."""
        one = _GLASS.c.id == glass_id
        unseen = _GLASS.update().where(one, _GLASS.c.seen_at.is_(None))
        self._session.execute(unseen.values(seen_by=by, seen_at=at))
        row = self._session.execute(_BROKEN.where(one)).first()
        return _to_glass(row) if row else None

    def has_stated(self, case_id: int, username: str) -> bool:
        """Tell whether somebody has stated something in a case."""
        return self._finds(_HAS_STATED, case_id, username)

    def has_step(self, case_id: int, username: str) -> bool:
        """Tell whether somebody works on a step of a case."""
        held = (_STEP.c.case_id == case_id, _STEP.c.assignee == username)
        return self._session.execute(select(_STEP.c.id).where(*held).limit(1)).first() is not None

    def _finds(self, query: Any, case_id: int, username: str) -> bool:  # noqa: ANN401 - a statement
        of = {"of": case_id, "who": username}
        return self._session.execute(query, of).first() is not None


def _to_glass(row: Row[Any]) -> Glass:
    return Glass(
        id=row.id,
        reference=row.reference,
        username=row.username,
        reason=row.reason,
        broken_at=row.broken_at,
        until_at=row.until_at,
        seen_by=row.seen_by,
        seen_at=row.seen_at,
    )
