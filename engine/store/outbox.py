"""Mails that are to leave: written with the case, sent after the commit, never lost."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, RowMapping, bindparam, func, select, update
from sqlmodel import col

from engine.domain.case import Bounce, Communication, Delivery, HeldMail, Mail
from engine.domain.posting import PostingState
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, CommunicationRow, OutboxRow
from engine.store.tables.posting_tables import PostingRow

_LETTER, _MAIL, _CASE, _POSTING = (
    table_of(row) for row in (CommunicationRow, OutboxRow, CaseRow, PostingRow)
)
_LAST = select(func.max(_LETTER.c.id)).where(_LETTER.c.case_id == bindparam("of"))
_ADD = table_of(OutboxRow).insert().values(communication_id=_LAST.scalar_subquery())

_FORGET = _MAIL.delete().where(_MAIL.c.communication_id == bindparam("of_letter"))
_IS_SEEN_TO = (
    select(_POSTING.c.id)
    .where(
        _POSTING.c.communication_id == _MAIL.c.communication_id,
        _POSTING.c.state != PostingState.FAILED,
    )
    .exists()
)


class Outbox:
    """Queues mails and hands them to one sender at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        message_id: str,
        case_id: int,
        recipient: str,
        subject: str,
        body: str,
        at: datetime,
    ) -> None:
        """Queue the letter that was added to a case last as a mail."""
        mail = self._mail(case_id, recipient, subject, body, at)
        self._session.post(_ADD, mail | {"of": case_id, "message_id": message_id})

    def alert(
        self,
        *,
        message_id: str,
        case_id: int,
        recipient: str,
        subject: str,
        body: str,
        at: datetime,
    ) -> None:
        """Queue a mail about a case to one of our own people; it is no letter of the case."""
        mail = self._mail(case_id, recipient, subject, body, at) | {"message_id": message_id}
        self._session.execute(table_of(OutboxRow).insert().values(**mail, communication_id=None))

    def announce(
        self, *, message_id: str, recipient: str, subject: str, body: str, at: datetime
    ) -> None:
        """Queue a mail about the organisation itself to those who answer for it.

        It belongs to no case, so nobody's key seals it: nothing in it may be about a person.
        """
        mail = {"recipient": recipient, "subject": subject, "body": body} | _waiting(at)
        new = mail | {"case_id": None, "communication_id": None, "message_id": message_id}
        self._session.execute(table_of(OutboxRow).insert().values(**new))

    def _mail(
        self, case_id: int, recipient: str, subject: str, body: str, at: datetime
    ) -> dict[str, Any]:
        seal = self._session.seals.of(case_id)
        return {
            "case_id": case_id,
            "recipient": seal.close(f"outbox:{case_id}:recipient", recipient),
            "subject": seal.close(f"outbox:{case_id}:subject", subject),
            "body": seal.close(f"outbox:{case_id}:body", body),
        } | _waiting(at)

    def take(self, now: datetime, *, lease_until: datetime) -> Mail | None:
        """Take the next due mail for sending; nobody else gets it before ``lease_until``."""
        due = col(OutboxRow.next_try_at)
        row = (
            self._session.execute(
                select(*OutboxRow.__table__.columns)  # type: ignore[attr-defined] # SQLModel types no table
                .where(due.is_not(None), due <= now)
                .order_by(due, col(OutboxRow.id))
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            .mappings()
            .first()
        )
        if row is None:
            return None
        self._session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == row["id"])
            .values(next_try_at=lease_until, attempts=row["attempts"] + 1)
        )
        return Mail(
            id=row["id"],
            message_id=row["message_id"],
            case_id=row["case_id"],
            recipient=self._read(row, "recipient"),
            subject=self._read(row, "subject"),
            body=self._read(row, "body"),
            attempts=row["attempts"] + 1,
            communication_id=row["communication_id"],
        )

    def _read(self, row: RowMapping, field: str) -> str:
        """Return a text of a mail; one about a case is sealed by the key of its subject."""
        text: str = row[field]
        if (case_id := row["case_id"]) is None:
            return text
        return self._session.seals.of(case_id).open(f"outbox:{case_id}:{field}", text)

    def is_due(self, now: datetime) -> bool:
        """Tell whether a mail is to be sent now."""
        due = col(OutboxRow.next_try_at)
        found = select(col(OutboxRow.id)).where(due.is_not(None), due <= now).limit(1)
        return self._session.execute(found).first() is not None

    def sent(self, mail_id: int, at: datetime) -> None:
        """Note that the mail server has taken a mail."""
        self._session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == mail_id)
            .values(sent_at=at, next_try_at=None, last_error="")
        )

    def failed(self, mail_id: int, *, error: str, next_try_at: datetime | None) -> None:
        """Note why a mail could not be sent, and when to try again; None gives up."""
        self._session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == mail_id)
            .values(next_try_at=next_try_at, last_error=error)
        )

    def bounced(
        self, message_id: str, *, case_id: int, why: str, at: datetime
    ) -> tuple[str, int | None] | None:
        """Note that a mail of a case came back.

        Returns:
            Its title, and the number of the letter that it was, None for a mail that was none.
            None for both where it is known already, nobody has sent it, or it is of another case.
        """
        sealed = self._session.seals.of(case_id).close(f"outbox:{case_id}:bounce", why)
        row = (
            self._session.execute(
                update(OutboxRow)
                .where(
                    col(OutboxRow.message_id) == message_id,
                    col(OutboxRow.case_id) == case_id,
                    col(OutboxRow.sent_at).is_not(None),
                    col(OutboxRow.bounced_at).is_(None),
                )
                .values(bounced_at=at, bounce=sealed)
                .returning(*OutboxRow.__table__.columns)  # type: ignore[attr-defined] # SQLModel types no table
            )
            .mappings()
            .first()
        )
        return (self._read(row, "subject"), row["communication_id"]) if row else None

    def bounces_of(self, case_id: int) -> tuple[Bounce, ...]:
        """Return the mails of a case that came back, oldest first."""
        found = self._session.execute(
            select(_MAIL.c.communication_id, _MAIL.c.message_id, _MAIL.c.bounced_at, _MAIL.c.bounce)
            .where(_MAIL.c.case_id == case_id, _MAIL.c.bounced_at.is_not(None))
            .order_by(_MAIL.c.id)
        )
        seal = self._session.seals.of(case_id)
        return tuple(
            Bounce(row[0], row[1], row[2], seal.open(_bounce(case_id), row[3])) for row in found
        )

    def deliveries_of(self, case_id: int) -> tuple[Delivery, ...]:
        """Return what became of the letters of a case that were to leave by mail, oldest first."""
        found = self._session.execute(
            select(_MAIL)
            .where(_MAIL.c.case_id == case_id, _MAIL.c.communication_id.is_not(None))
            .order_by(_MAIL.c.id)
        )
        seal = self._session.seals.of(case_id)
        return tuple(
            Delivery(row.communication_id, "returned", seal.open(_bounce(case_id), row.bounce))
            if row.bounced_at
            else _delivery(row)
            for row in found
        )

    def try_again(self, message_id: str, at: datetime) -> bool:
        """Let a mail that was given up or came back be sent again; tell whether there was one."""
        done = self._session.execute(
            update(OutboxRow)
            .where(
                col(OutboxRow.message_id) == message_id,
                col(OutboxRow.next_try_at).is_(None),
                col(OutboxRow.sent_at).is_(None) | col(OutboxRow.bounced_at).is_not(None),
                col(OutboxRow.held_at).is_(None),
            )
            .values(next_try_at=at, attempts=0, sent_at=None, bounced_at=None, bounce=None)
        )
        return bool(done.rowcount)

    def ids_of_letter(self, number: int) -> tuple[str, ...]:
        """Return the Message-IDs under which a letter was sent; none for one on paper."""
        query = select(_MAIL.c.message_id).where(_MAIL.c.communication_id == number)
        return tuple(self._session.execute(query).scalars())

    def send_letter(
        self, case_id: int, letter: Communication, *, message_id: str, recipient: str, at: datetime
    ) -> None:
        """Queue a letter as a mail, in place of the one that did not arrive.

        It has a new Message-ID: whoever tells later of the first one means the first one.
        """
        self._session.execute(_FORGET, {"of_letter": letter.id})
        mail = self._mail(case_id, recipient, letter.subject, letter.body, at)
        new = {"message_id": message_id, "communication_id": letter.id}
        self._session.execute(_MAIL.insert().values(**mail, **new))

    def given_up(self) -> int:
        """Return how many mails were refused too often, and nobody has found another way."""
        n: int = self._session.execute(
            select(func.count()).where(
                col(OutboxRow.next_try_at).is_(None),
                col(OutboxRow.sent_at).is_(None),
                col(OutboxRow.held_at).is_(None),
                ~_IS_SEEN_TO,
            )
        ).scalar_one()
        return n

    def hold(self, message_ids: Collection[str], at: datetime) -> None:
        """Keep mails back until somebody says whether they have left already."""
        self._change(message_ids, next_try_at=None, held_at=at)

    def held(self) -> tuple[HeldMail, ...]:
        """Return the mails that are kept back, oldest first."""
        found = self._session.execute(
            select(_MAIL.c.message_id, _CASE.c.reference, _MAIL.c.created_at)
            .join(_CASE, _CASE.c.id == _MAIL.c.case_id, isouter=True)
            .where(_MAIL.c.held_at.is_not(None))
            .order_by(_MAIL.c.id)
        )
        return tuple(HeldMail(*row) for row in found)

    def let_go(self, message_ids: Collection[str], at: datetime) -> None:
        """Let mails leave that were kept back."""
        self._change(message_ids, next_try_at=at, attempts=0, held_at=None)

    def said_to_be_sent(self, message_ids: Collection[str], at: datetime, *, by: str) -> None:
        """Note of mails that were kept back that they have left before."""
        self._change(message_ids, sent_at=at, last_error=f"Sent before, says {by}.", held_at=None)

    def _change(self, message_ids: Collection[str], **values: object) -> None:
        for message_id in message_ids:
            self._session.execute(
                update(OutboxRow).where(col(OutboxRow.message_id) == message_id).values(**values)
            )

    def waiting(self) -> int:
        """Return how many mails wait."""
        n: int = self._session.execute(
            select(func.count()).where(col(OutboxRow.next_try_at).is_not(None))
        ).scalar_one()
        return n


def _delivery(row: Row[Any]) -> Delivery:
    """Return what became of a letter that did not come back."""
    if row.sent_at:
        return Delivery(row.communication_id, "sent")
    if row.held_at:
        return Delivery(row.communication_id, "held")
    if row.next_try_at:
        return Delivery(row.communication_id, "waiting")
    return Delivery(row.communication_id, "given_up", row.last_error)


def _bounce(case_id: int) -> str:
    """Return what the reason of a mail that came back is bound to."""
    return f"outbox:{case_id}:bounce"


def _waiting(at: datetime) -> dict[str, Any]:
    """Return the columns of a mail that nobody has tried to send."""
    return {"created_at": at, "attempts": 0, "next_try_at": at, "last_error": ""}
