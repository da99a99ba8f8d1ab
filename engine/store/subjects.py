"""The people behind complaints: their cases, what may not be erased, what is proposed and done."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, or_, select, text, update
from sqlmodel import col

from engine.domain.disposal import ERASED, Disposal, DisposalKind, DisposalState, DueCase, Hold
from engine.domain.subject_request import Right
from engine.store.erasing import erase, erase_rejections
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.posting_tables import IS_OPEN, PostingRow
from engine.store.tables.privacy_tables import (
    DisposalRow,
    LegalHoldRow,
    SubjectRequestRow,
    SubjectRow,
)
from engine.store.tables.referral_tables import ReferralRow

_CASE, _SUBJECT, _HOLD, _DISPOSAL, _POSTING, _REFERRAL, _REQUEST = (
    table_of(row)
    for row in (
        CaseRow,
        SubjectRow,
        LegalHoldRow,
        DisposalRow,
        PostingRow,
        ReferralRow,
        SubjectRequestRow,
    )
)
_STANDS = _HOLD.c.lifted_at.is_(None)
_BATCH = 1_000
_NAMED = (
    select(
        _CASE.c.id,
        _CASE.c.reference,
        _CASE.c.complainant_name,
        _CASE.c.subject_id,
        _SUBJECT.c.sealed_key,
    )
    .join(_SUBJECT, _SUBJECT.c.id == _CASE.c.subject_id)
    .where(_CASE.c.id > bindparam("after"), _CASE.c.erased_at.is_(None))
    .order_by(_CASE.c.id)
    .limit(bindparam("most"))
)
_HELD = select(_HOLD.c.id).where(_HOLD.c.case_id == _CASE.c.id, _STANDS).exists()
_IS_OUTSIDE = (
    select(_REFERRAL.c.id)
    .where(_REFERRAL.c.case_id == _CASE.c.id, _REFERRAL.c.ended_at.is_(None))
    .exists()
)
_IS_ASKED_FOR = (
    select(_REQUEST.c.id)
    .where(
        _REQUEST.c.subject_id == _CASE.c.subject_id,
        _REQUEST.c.answered_on.is_(None),
        _REQUEST.c.kind != Right.ERASURE,
    )
    .exists()
)
_MUST_STAY = (_HELD, _IS_OUTSIDE, _IS_ASKED_FOR)
_NEEDS_A_HAND = (
    select(_POSTING.c.id)
    .where(_POSTING.c.case_id == _CASE.c.id, text(f"posting.{IS_OPEN}"))
    .exists()
)


class Subjects:
    """Reads and erases what is personal."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def references(self, subject: str) -> tuple[str, ...]:
        """Return the cases of a subject that are not erased, oldest first."""
        query = select(_CASE.c.reference).where(
            _CASE.c.subject_id == subject, _CASE.c.erased_at.is_(None)
        )
        return tuple(self._session.execute(query.order_by(_CASE.c.id)).scalars())

    def of_case(self, reference: str) -> str | None:
        """Return the subject of a case; None where there is no such case, or it was erased."""
        query = select(_CASE.c.subject_id).where(
            _CASE.c.reference == reference, _CASE.c.erased_at.is_(None)
        )
        found: str | None = self._session.execute(query).scalar_one_or_none()
        return found

    def with_email(self, email: str) -> str | None:
        """Return the subject with an e-mail address; None when nobody has it."""
        mark = self._session.seals.vault.email_mark(email)
        query = select(_SUBJECT.c.id).where(_SUBJECT.c.email_mark == mark)
        found: str | None = self._session.execute(query).scalar_one_or_none()
        return found

    def add(self, *, at: datetime) -> str:
        """Return a new subject for somebody of whom no complaint is held."""
        subject, _seal = self._session.seals.subject_for(None, at=at)
        return subject

    def named(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the cases of people in whose names all words occur, oldest first.

        Names are sealed, so each is read.
        """
        vault, found, last = self._session.seals.vault, list[str](), 0
        while rows := self._session.execute(_NAMED, {"after": last, "most": _BATCH}).all():
            for row in rows:
                name = vault.reads(row)("complainant_name").casefold()
                if all(word in name for word in words):
                    found.append(row.reference)
            last = rows[-1].id
        return tuple(found)

    def erase_beside(self, case_id: int, *, terms: Sequence[str]) -> dict[str, int]:
        """Erase everything personal of a case that does not stand in the case itself.

        Args:
            case_id: The case.
            terms: Name and address, to find them in reports about refused rows of imports.

        Returns:
            How many rows of each table were about it.
        """
        done = erase(self._session, case_id)
        return done | {"import_rejection": erase_rejections(self._session, terms)}

    def destroy_key(self, subject: str, *, at: datetime) -> bool:
        """Destroy the key of a subject of whom no case is left; tell whether it was destroyed."""
        left = select(_CASE.c.id).where(_CASE.c.subject_id == subject, _CASE.c.erased_at.is_(None))
        if self._session.execute(left.limit(1)).first() is not None:
            return False
        self._session.execute(
            update(_SUBJECT)
            .where(_SUBJECT.c.id == subject)
            .values(sealed_key=None, email_mark=None, erased_at=at)
        )
        return True

    def hold(self, case_id: int, *, reason: str, by: str, at: datetime) -> None:
        """Keep the personal data of a case; the database refuses a second hold."""
        sealed = self._session.seals.of(case_id).close(_reason_of("legal_hold", case_id), reason)
        values = {"case_id": case_id, "reason": sealed, "placed_by": by, "placed_at": at}
        self._session.execute(insert(_HOLD).values(lifted_by="", **values))

    def lift(self, case_id: int, *, by: str, at: datetime) -> bool:
        """End a hold; tell whether there was one."""
        done = self._session.execute(
            update(_HOLD)
            .where(_HOLD.c.case_id == case_id, _STANDS)
            .values(lifted_by=by, lifted_at=at)
        )
        return bool(done.rowcount)

    def holds(self, case_ids: Sequence[int] | None = None) -> tuple[Hold, ...]:
        """Return the holds that stand, oldest first.

        Args:
            case_ids: On some cases; None for all.
        """
        query = (
            select(_CASE.c.id, _CASE.c.reference, _HOLD)
            .join(_CASE, _CASE.c.id == _HOLD.c.case_id)
            .where(_STANDS)
            .order_by(_HOLD.c.id)
        )
        if case_ids is not None:
            query = query.where(_HOLD.c.case_id.in_(case_ids))
        return tuple(self._to_hold(row) for row in self._session.execute(query).all())

    def due(
        self,
        limits: Mapping[str, datetime],
        otherwise: datetime,
        *,
        most: int,
        besides: Collection[int] = (),
        need_a_hand: bool = False,
    ) -> tuple[DueCase, ...]:
        """Return closed cases whose time to keep is over, longest closed first.

        Those on hold, at a body outside, or proposed already are left out, and those of somebody
        who waits for an answer about their data.

        Args:
            limits: By category, before which moment a case must have been closed.
            otherwise: The same for every other category.
            most: Most cases to return.
            besides: Numbers of cases that are left out.
            need_a_hand: Those of which a letter needs a hand, instead of all others.
        """
        waiting = (each.cases for each in self.disposals(waiting=True))
        left_out = {number for numbers in (*waiting, besides) for number in numbers}
        query = (
            select(_CASE.c.id, _CASE.c.reference, _CASE.c.category, _CASE.c.closed_at)
            .where(_is_over(limits, otherwise), _CASE.c.erased_at.is_(None))
            .where(*(~each for each in _MUST_STAY))
            .where(_NEEDS_A_HAND if need_a_hand else ~_NEEDS_A_HAND)
            .order_by(_CASE.c.closed_at, _CASE.c.id)
            .limit(most + len(left_out))
        )
        rows = self._session.execute(query).all()
        return tuple(DueCase(*row) for row in rows if row.id not in left_out)[:most]

    def due_count(
        self, limits: Mapping[str, datetime], otherwise: datetime, *, besides: Collection[int] = ()
    ) -> int:
        """Return how many closed cases are past their time, proposed ones among them.

        Those that must stay for now are left out, and those of which a letter needs a hand.

        Args:
            limits: As for ``due``.
            otherwise: As for ``due``.
            besides: Numbers of cases that are left out.
        """
        query = select(func.count()).select_from(_CASE).where(_CASE.c.id.not_in(besides))
        over = query.where(
            _is_over(limits, otherwise),
            _CASE.c.erased_at.is_(None),
            *(~each for each in _MUST_STAY),
        )
        n: int = self._session.execute(over.where(~_NEEDS_A_HAND)).scalar_one()
        return n

    def propose(
        self, kind: DisposalKind, case_ids: Sequence[int], *, reason: str, by: str, at: datetime
    ) -> int:
        """Keep a proposal and return its number.

        Its reason may name the person; it is sealed with the key of the first case.
        """
        values: dict[str, Any] = {
            "kind": kind.value,
            "cases": list(case_ids),
            "reason": self._session.seals.of(case_ids[0]).close(
                _reason_of("disposal", case_ids[0]), reason
            ),
            "proposed_by": by,
            "proposed_at": at,
            "state": DisposalState.PROPOSED.value,
            "certificate": {},
        }
        adding = insert(_DISPOSAL).values(values).returning(_DISPOSAL.c.id)
        number: int = self._session.execute(adding).scalar_one()
        return number

    def decide(
        self,
        number: int,
        state: DisposalState,
        *,
        by: str,
        at: datetime,
        certificate: Mapping[str, int],
    ) -> bool:
        """Keep what became of a proposal; tell whether it still waited."""
        done = self._session.execute(
            update(_DISPOSAL)
            .where(_DISPOSAL.c.id == number, _DISPOSAL.c.state == DisposalState.PROPOSED)
            .values(state=state.value, decided_by=by, decided_at=at, certificate=dict(certificate))
        )
        return bool(done.rowcount)

    def disposal(self, number: int) -> Disposal | None:
        """Return one proposal or erasure; None when there is none with this number."""
        row = self._session.execute(select(_DISPOSAL).where(_DISPOSAL.c.id == number)).first()
        return None if row is None else self._to_disposal(row)

    def disposals(self, *, waiting: bool, limit: int = 100) -> tuple[Disposal, ...]:
        """Return proposals that wait, or else what was decided; latest first."""
        is_waiting = _DISPOSAL.c.state == DisposalState.PROPOSED
        query = select(_DISPOSAL).where(is_waiting if waiting else ~is_waiting)
        rows = self._session.execute(query.order_by(_DISPOSAL.c.id.desc()).limit(limit)).all()
        return tuple(self._to_disposal(row) for row in rows)

    def _to_hold(self, row: Row[Any]) -> Hold:
        seal = self._session.seals.of(row.case_id)
        reason = seal.open(_reason_of("legal_hold", row.case_id), row.reason)
        return Hold(row.reference, reason, row.placed_by, row.placed_at)

    def _to_disposal(self, row: Row[Any]) -> Disposal:
        query = select(_CASE.c.reference).where(_CASE.c.id.in_(row.cases)).order_by(_CASE.c.id)
        seal = self._session.seals.of(row.cases[0])
        return Disposal(
            id=row.id,
            kind=DisposalKind(row.kind),
            cases=tuple(row.cases),
            references=tuple(self._session.execute(query).scalars()),
            reason=seal.open(_reason_of("disposal", row.cases[0]), row.reason) or ERASED,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            state=DisposalState(row.state),
            certificate=row.certificate,
        )


def _reason_of(table: str, case_id: int) -> str:
    return f"{table}:{case_id}:reason"


def _is_over(limits: Mapping[str, datetime], otherwise: datetime) -> ColumnElement[bool]:
    """Return the condition that a case was closed so long ago; open cases never were."""
    category, closed = col(CaseRow.category), col(CaseRow.closed_at)
    named = (and_(category == name, closed < limit) for name, limit in limits.items())
    return or_(*named, and_(category.not_in(list(limits)), closed < otherwise))
