"""Who was invited to the survey, and which cases wait for that."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, text

from engine.domain.invitation import Invitation
from engine.store.column import UtcDateTime
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.door_tables import SurveyContactRow, SurveyInvitationRow, SurveyRow

_INVITATION, _CONTACT, _SURVEY, _CASE = (
    table_of(row) for row in (SurveyInvitationRow, SurveyContactRow, SurveyRow, CaseRow)
)
_NAMES = tuple(field.name for field in fields(Invitation))
_SEALED = SealedFields("survey_invitation", "reason")
_OF_CASE = select(*(_INVITATION.c[name] for name in _NAMES)).where(
    _INVITATION.c.case_id == bindparam("of")
)
_ADD = _INVITATION.insert()
_CHANGE = _INVITATION.update().where(_INVITATION.c.case_id == bindparam("of"))
_FORGET = _INVITATION.delete().where(_INVITATION.c.case_id == bindparam("of"))
_REFERENCE = (
    select(_CASE.c.reference)
    .join(_INVITATION, _INVITATION.c.case_id == _CASE.c.id)
    .join(_SURVEY, _SURVEY.c.case_id == _CASE.c.id, isouter=True)
    .where(
        _INVITATION.c.mark == bindparam("of"),
        _INVITATION.c.expires_at > bindparam("now"),
        _CASE.c.erased_at.is_(None),
        _SURVEY.c.case_id.is_(None),
    )
)
_CLOSED = (
    select(_CASE.c.reference, _CASE.c.closed_at, _CASE.c.id)
    .join(_INVITATION, _INVITATION.c.case_id == _CASE.c.id, isouter=True)
    .where(
        _CASE.c.closed_at <= bindparam("last"),
        or_(
            _CASE.c.closed_at > bindparam("since"),
            (_CASE.c.closed_at == bindparam("since")) & (_CASE.c.id > bindparam("after")),
        ),
        _INVITATION.c.case_id.is_(None),
        _CASE.c.erased_at.is_(None),
    )
    .order_by(_CASE.c.closed_at, _CASE.c.id)
    .limit(bindparam("most"))
)
_TO_REMIND = (
    select(_CASE.c.reference)
    .join(_INVITATION, _INVITATION.c.case_id == _CASE.c.id)
    .where(_INVITATION.c.remind_at <= bindparam("now"), _CASE.c.erased_at.is_(None))
    .order_by(_INVITATION.c.remind_at, _INVITATION.c.case_id)
    .limit(bindparam("most"))
)
# One statement, so that of two cases of one person that are looked at at once only one gets it.
_CLAIM = (
    text(
        "INSERT INTO survey_contact (mark, case_id, asked_at) VALUES (:mark, :case_id, :at)"
        " ON CONFLICT (mark) DO UPDATE SET case_id = excluded.case_id,"
        " asked_at = excluded.asked_at"
        " WHERE survey_contact.asked_at <= :before RETURNING mark"
    )
    .bindparams(bindparam("at", type_=UtcDateTime()), bindparam("before", type_=UtcDateTime()))
    .columns(_CONTACT.c.mark)
)
_OLD = _CONTACT.delete().where(_CONTACT.c.asked_at <= bindparam("before"))


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that was closed, and of which nothing is settled yet.

    Attributes:
        id: Number of the case; with the time, where to go on.
    """

    reference: str
    closed_at: datetime
    id: int


class Invitations:
    """Adds, reads and changes invitations."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, invitation: Invitation, *, mark: str | None = None) -> None:
        """Keep what was settled for a case; the database refuses a second one.

        Args:
            case_id: The case.
            invitation: What was settled.
            mark: Of the code that leads there; None where none does.
        """
        values = {name: getattr(invitation, name) for name in _NAMES}
        self._session.post(_ADD, self._kept(case_id, values) | {"case_id": case_id, "mark": mark})

    def of(self, case_id: int) -> Invitation | None:
        """Return what was settled for a case; None while nothing is."""
        row = self._session.execute(_OF_CASE, {"of": case_id}).mappings().first()
        if row is None:
            return None
        values = _SEALED.open(self._session.seals, case_id, row)
        return Invitation(**values | {"mails": tuple(row["mails"])})

    def change(self, case_id: int, **facts: Any) -> None:  # noqa: ANN401 - of any column
        """Change facts of an invitation; nothing where a case has none."""
        self._session.post(_CHANGE, self._kept(case_id, facts) | {"of": case_id})

    def forget(self, case_id: int) -> None:
        """Let a case be looked at again, as if nothing had been settled."""
        self._session.post(_FORGET, {"of": case_id})

    def reference(self, mark: str, now: datetime) -> str | None:
        """Return the case to which a link leads; None for a wrong one, or one that is over."""
        found: str | None = self._session.execute(
            _REFERENCE, {"of": mark, "now": now}
        ).scalar_one_or_none()
        return found

    def unsettled(
        self, since: datetime, last: datetime, *, after: int, most: int
    ) -> tuple[Closed, ...]:
        """Return cases of which nobody has settled whether to ask, longest closed first.

        Args:
            since: They were closed no earlier.
            last: They were closed no later.
            after: Of those closed at ``since``, only with a higher number.
            most: No more than so many.
        """
        given = {"since": since, "last": last, "after": after, "most": most}
        return tuple(Closed(*row) for row in self._session.execute(_CLOSED, given))

    def to_remind(self, now: datetime, most: int) -> tuple[str, ...]:
        """Return the cases whose reminder is due, longest due first."""
        found = self._session.execute(_TO_REMIND, {"now": now, "most": most})
        return tuple(found.scalars())

    def claim(self, email: str, case_id: int, *, at: datetime, before: datetime) -> bool:
        """Note that an address is asked now; tell whether it may be.

        Args:
            email: However its letters are written.
            case_id: About which it is asked.
            at: The present.
            before: It may be asked when it was asked last at this moment or earlier.
        """
        mark = self._session.seals.vault.email_mark(email)
        given = {"mark": mark, "case_id": case_id, "at": at, "before": before}
        return self._session.execute(_CLAIM, given).first() is not None

    def forget_contacts(self, before: datetime) -> int:
        """Forget addresses that were asked long ago; return how many."""
        return int(self._session.execute(_OLD, {"before": before}).rowcount)

    def _kept(self, case_id: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts as they are stored: texts sealed, an empty one empty, lists as JSON."""
        values = _SEALED.close(self._session.seals, case_id, facts)
        if "mails" in values:
            values["mails"] = list(values["mails"])
        return values
