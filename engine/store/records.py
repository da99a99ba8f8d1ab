"""What was stated, approved, escalated, written and noted on a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, bindparam, select, update
from sqlmodel import Session, col

from engine.domain.case import Approval, Communication, Escalation, Note, Statement
from engine.domain.complaint import EscalationReason
from engine.store.prepared import table_of
from engine.store.tables import (
    ApprovalRow,
    CommunicationRow,
    EscalationRow,
    NoteRow,
    StatementRow,
)

_STATEMENT, _APPROVAL, _ESCALATION, _COMMUNICATION, _NOTE = _TABLES = tuple(
    table_of(row) for row in (StatementRow, ApprovalRow, EscalationRow, CommunicationRow, NoteRow)
)
# Statements are built once: building one costs ten times what running it does.
_ADD = {table: table.insert().returning(table.c.id) for table in _TABLES}
_OF_CASE = {
    table: select(table).where(table.c.case_id == bindparam("of")).order_by(table.c.id)
    for table in _TABLES
}


class Records:
    """Adds and reads the records of cases; none is ever changed but an escalation's answer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_statement(self, case_id: int, statement: Statement) -> int:
        """Keep a completed form and return its id."""
        return self._insert(
            _STATEMENT,
            case_id=case_id,
            element=statement.element,
            form=statement.form,
            by=statement.by,
            at=statement.at,
            content=dict(statement.content),
            content_hash=statement.content_hash,
        )

    def statements(self, case_id: int) -> tuple[Statement, ...]:
        """Return the completed forms of a case, oldest first."""
        return tuple(
            Statement(
                id=row["id"],
                element=row["element"],
                form=row["form"],
                by=row["by"],
                at=row["at"],
                content=row["content"],
                content_hash=row["content_hash"],
            )
            for row in self._of(_STATEMENT, case_id)
        )

    def last_statement(self, case_id: int, *forms: str) -> Statement | None:
        """Return the latest completed form of one of the kinds."""
        found = [s for s in self.statements(case_id) if s.form in forms]
        return found[-1] if found else None

    def add_approval(self, case_id: int, approval: Approval) -> None:
        """Keep an approval; the database refuses one by the drafter."""
        self._insert(
            _APPROVAL,
            case_id=case_id,
            statement_id=approval.statement_id,
            drafter=approval.drafter,
            approver=approval.approver,
            result=approval.result,
            comment=approval.comment,
            at=approval.at,
            content_hash=approval.content_hash,
        )

    def approvals(self, case_id: int) -> tuple[Approval, ...]:
        """Return the approvals and returns of a case, oldest first."""
        return tuple(
            Approval(
                statement_id=row["statement_id"],
                drafter=row["drafter"],
                approver=row["approver"],
                result=row["result"],
                comment=row["comment"],
                at=row["at"],
                content_hash=row["content_hash"],
            )
            for row in self._of(_APPROVAL, case_id)
        )

    def add_escalation(self, case_id: int, escalation: Escalation) -> None:
        """Keep a call upwards."""
        self._insert(
            _ESCALATION,
            case_id=case_id,
            token=escalation.token,
            reason=escalation.reason.value,
            detail=escalation.detail,
            raised_by=escalation.raised_by,
            raised_at=escalation.raised_at,
        )

    def has_escalation(self, case_id: int, token: str) -> bool:
        """Tell whether a step was raised as an escalation before."""
        found = select(col(EscalationRow.id)).where(
            col(EscalationRow.case_id) == case_id, col(EscalationRow.token) == token
        )
        return self._session.execute(found).first() is not None

    def acknowledge_escalation(
        self, case_id: int, token: str, *, by: str, at: datetime, action: str
    ) -> None:
        """Keep who answered an escalation, and how."""
        self._session.execute(
            update(EscalationRow)
            .where(
                col(EscalationRow.case_id) == case_id,
                col(EscalationRow.token) == token,
                col(EscalationRow.acknowledged_at).is_(None),
            )
            .values(acknowledged_by=by, acknowledged_at=at, action=action)
        )

    def escalations(self, case_id: int) -> tuple[Escalation, ...]:
        """Return the escalations of a case, oldest first."""
        return tuple(
            Escalation(
                id=row["id"],
                token=row["token"],
                reason=EscalationReason(row["reason"]),
                detail=row["detail"],
                raised_by=row["raised_by"],
                raised_at=row["raised_at"],
                acknowledged_by=row["acknowledged_by"],
                acknowledged_at=row["acknowledged_at"],
                action=row["action"],
            )
            for row in self._of(_ESCALATION, case_id)
        )

    def add_communication(self, case_id: int, letter: Communication) -> int:
        """Keep a letter or a word from the complainant, and return its id."""
        return self._insert(
            _COMMUNICATION,
            case_id=case_id,
            direction=letter.direction,
            kind=letter.kind,
            channel=letter.channel,
            subject=letter.subject,
            body=letter.body,
            by=letter.by,
            at=letter.at,
            content_hash=letter.content_hash,
        )

    def communications(self, case_id: int) -> tuple[Communication, ...]:
        """Return what was written to and by the complainant, oldest first."""
        return tuple(
            Communication(
                direction=row["direction"],
                kind=row["kind"],
                channel=row["channel"],
                subject=row["subject"],
                body=row["body"],
                by=row["by"],
                at=row["at"],
                content_hash=row["content_hash"],
            )
            for row in self._of(_COMMUNICATION, case_id)
        )

    def add_note(self, case_id: int, note: Note) -> None:
        """Keep a remark for colleagues."""
        self._insert(_NOTE, case_id=case_id, by=note.by, at=note.at, text=note.text)

    def notes(self, case_id: int) -> tuple[Note, ...]:
        """Return the remarks on a case, oldest first."""
        return tuple(
            Note(by=row["by"], at=row["at"], text=row["text"]) for row in self._of(_NOTE, case_id)
        )

    def _insert(self, table: Table, **values: Any) -> int:  # noqa: ANN401 - the columns of any table
        key: int = self._session.execute(_ADD[table], values).scalar_one()
        return key

    def _of(self, table: Table, case_id: int) -> Sequence[RowMapping]:
        return self._session.execute(_OF_CASE[table], {"of": case_id}).mappings().all()
