"""Packs for the management review, and what was recorded of meetings about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.review import Meeting, Pack, PackFiles, PackForm, PackKind
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.review_tables import ReviewMailRow, ReviewMeetingRow, ReviewPackRow

_PACK, _MAIL, _MEETING = (table_of(row) for row in (ReviewPackRow, ReviewMailRow, ReviewMeetingRow))
_TOLD = select(*(_PACK.c[name] for name in ("id", *Pack.__slots__[1:])))
_ALL = _TOLD.order_by(_PACK.c.last.desc(), _PACK.c.id.desc())
_ONE = _TOLD.where(_PACK.c.id == bindparam("of"))
_NEWEST = select(func.max(_PACK.c.last)).where(_PACK.c.kind == bindparam("of"))
_KNOWN = select(_PACK.c.id).where(
    _PACK.c.kind == bindparam("of"), _PACK.c.first == bindparam("begins")
)
_MEETINGS = select(*(_MEETING.c[n] for n in ("id", "pack_id", *Meeting.__slots__[2:]))).order_by(
    _MEETING.c.held_on.desc(), _MEETING.c.id.desc()
)


class Reviews:
    """Keeps packs, which never change, and meetings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Pack, ...]:
        """Return every pack without its files, the latest first."""
        return tuple(Pack(*row) for row in self._session.execute(_ALL))

    def get(self, number: int) -> Pack | None:
        """Return one pack without its files."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return Pack(*row) if row else None

    def newest(self, kind: PackKind) -> date | None:
        """Return the last day that a pack of a kind tells of."""
        found: date | None = self._session.execute(_NEWEST, {"of": kind}).scalar_one()
        return found

    def number_of(self, kind: PackKind, first: date) -> int | None:
        """Return the number of the pack of a period."""
        given = {"of": kind, "begins": first}
        found: int | None = self._session.execute(_KNOWN, given).scalar_one_or_none()
        return found

    def file(self, number: int, form: PackForm) -> bytes | None:
        """Return a file of a pack, as it is stored."""
        query = select(_PACK.c[form.value]).where(_PACK.c.id == number)
        found: bytes | None = self._session.execute(query).scalar_one_or_none()
        return None if found is None else bytes(found)

    def add(self, made: PackFiles, *, statement: str, signature: str, by: str, at: datetime) -> int:
        """Keep a new pack and return its number."""
        told: dict[str, Any] = {"kind": made.kind, "first": made.first, "last": made.last}
        told |= {"content": dict(made.content), "statement": statement, "signature": signature}
        told |= {form.value: content for form, content in made.files.items()}
        new = _PACK.insert().values(**told, made_by=by, made_at=at).returning(_PACK.c.id)
        number: int = self._session.execute(new).scalar_one()
        return number

    def goes_with(self, number: int, message_id: str) -> None:
        """Note that a pack goes with a mail."""
        told = {"pack_id": number, "message_id": message_id}
        self._session.execute(_MAIL.insert().values(**told))

    def sent_with(self, message_id: str) -> int | None:
        """Return the number of the pack that goes with a mail; None for none."""
        query = select(_MAIL.c.pack_id).where(_MAIL.c.message_id == message_id)
        found: int | None = self._session.execute(query).scalar_one_or_none()
        return found

    def meetings(self) -> tuple[Meeting, ...]:
        """Return every meeting, the latest first."""
        return tuple(_to_meeting(row) for row in self._session.execute(_MEETINGS))

    def add_meeting(self, meeting: Meeting) -> int:
        """Keep a meeting and return its number."""
        told = {name: getattr(meeting, name) for name in Meeting.__slots__[2:]}
        told |= {"pack_id": meeting.pack, "present": list(meeting.present)}
        new = _MEETING.insert().values(**told).returning(_MEETING.c.id)
        number: int = self._session.execute(new).scalar_one()
        return number


def _to_meeting(row: Row[Any]) -> Meeting:
    number, pack, held_on, present, *rest = row
    return Meeting(number, pack, held_on, tuple(present), *rest)
