"""What lets somebody through the wall around a case: a name on it, broken glass, a draw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, exists, func, select

from engine.domain.glass import Glass
from engine.store.prepared import table_of
from engine.store.reach_tables import GlassRow, NamedRow, SampleRow
from engine.store.session import Session
from engine.store.tables import CaseRow, StatementRow, StepRow

_NAMED, _GLASS, _SAMPLE = table_of(NamedRow), table_of(GlassRow), table_of(SampleRow)
_CASE, _STEP, _STATEMENT = table_of(CaseRow), table_of(StepRow), table_of(StatementRow)
_OF_CASE = ("reference", "category", "severity", "closed_at")
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
_IS_DRAWN = select(_SAMPLE.c.case_id).where(
    _SAMPLE.c.case_id == bindparam("of"), _SAMPLE.c.username == _OF_PERSON
)
_HAS_STATED = (
    select(_STATEMENT.c.id)
    .where(_STATEMENT.c.case_id == bindparam("of"), _STATEMENT.c.by == _OF_PERSON)
    .limit(1)
)
_BROKEN = select(_GLASS, _CASE.c.reference).join_from(_GLASS, _CASE, _CASE.c.id == _GLASS.c.case_id)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case that was drawn for somebody to review."""

    reference: str
    category: str
    severity: int
    closed_at: datetime | None
    drawn_at: datetime
    seed: str


class Walls:
    """Keeps who is named on restricted cases, who broke the glass, and what was drawn."""

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
        drawn = (_SAMPLE.c.case_id == case_id, _SAMPLE.c.username.not_in(sorted(wanted)))
        self._session.execute(_SAMPLE.delete().where(*drawn))

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

    def broken(self, *, is_seen: bool, limit: int, offset: int) -> tuple[Glass, ...]:
        """Return some looks through broken glass, the latest first."""
        seen = _GLASS.c.seen_at.is_not(None) if is_seen else _GLASS.c.seen_at.is_(None)
        found = _BROKEN.where(seen).order_by(_GLASS.c.broken_at.desc(), _GLASS.c.id.desc())
        rows = self._session.execute(found.limit(limit).offset(offset))
        return tuple(_to_glass(row) for row in rows)

    def unseen(self) -> int:
        """Return how many looks through broken glass nobody has looked into."""
        query = select(func.count()).select_from(_GLASS).where(_GLASS.c.seen_at.is_(None))
        n: int = self._session.execute(query).scalar_one()
        return n

    def see(self, glass_id: int, *, by: str, at: datetime) -> Glass | None:
        """Keep who has looked into a broken glass first; None where there is none."""
        one = _GLASS.c.id == glass_id
        unseen = _GLASS.update().where(one, _GLASS.c.seen_at.is_(None))
        self._session.execute(unseen.values(seen_by=by, seen_at=at))
        row = self._session.execute(_BROKEN.where(one)).first()
        return _to_glass(row) if row else None

    def is_drawn(self, case_id: int, username: str) -> bool:
        """Tell whether a case was drawn for somebody to review."""
        return self._finds(_IS_DRAWN, case_id, username)

    def without_part_of(self, username: str, references: Sequence[str]) -> list[str]:
        """Return those of some ordinary cases in which somebody has taken no part, in order."""
        stated = exists().where(_STATEMENT.c.case_id == _CASE.c.id, _STATEMENT.c.by == username)
        found = self._session.execute(
            select(_CASE.c.reference).where(_CASE.c.restricted_at.is_(None), ~stated)
        )
        free = set(found.scalars())
        return [reference for reference in references if reference in free]

    def draw(
        self, references: Sequence[str], *, username: str, by: str, at: datetime, seed: str
    ) -> int:
        """Keep which cases were drawn for somebody, beside others; return how many are new."""
        known = select(_SAMPLE.c.case_id).where(_SAMPLE.c.username == username)
        new = select(_CASE.c.id).where(_CASE.c.reference.in_(references), _CASE.c.id.not_in(known))
        found = list(self._session.execute(new).scalars())
        for case_id in found:
            row = {"case_id": case_id, "username": username, "drawn_by": by, "drawn_at": at}
            self._session.execute(_SAMPLE.insert().values(**row, seed=seed))
        return len(found)

    def drawn_for(self, username: str) -> tuple[Drawn, ...]:
        """Return the cases that were drawn for somebody, latest drawn first."""
        drawn = (
            select(*(_CASE.c[name] for name in _OF_CASE), _SAMPLE.c.drawn_at, _SAMPLE.c.seed)
            .join_from(_SAMPLE, _CASE, _CASE.c.id == _SAMPLE.c.case_id)
            .where(_SAMPLE.c.username == username)
            .order_by(_SAMPLE.c.drawn_at.desc(), _CASE.c.id.desc())
        )
        return tuple(Drawn(*row) for row in self._session.execute(drawn))

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
