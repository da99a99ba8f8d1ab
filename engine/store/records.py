"""What was stated, approved, escalated, written and noted on a case."""

from dataclasses import fields
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Table, bindparam, select

from engine.domain.case import (
    Approval,
    Communication,
    Escalation,
    GrantedExtension,
    Note,
    Statement,
)
from engine.domain.ladder import Level
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import (
    ApprovalRow,
    CommunicationRow,
    NoteRow,
    StatementRow,
)
from engine.store.tables.clock_tables import ExtensionRow
from engine.store.tables.escalation_tables import EscalationRow

Kind = TypeVar("Kind", Statement, Approval, Escalation, Communication, Note, GrantedExtension)

_TABLE: dict[type, Table] = {
    Statement: table_of(StatementRow),
    Approval: table_of(ApprovalRow),
    Escalation: table_of(EscalationRow),
    Communication: table_of(CommunicationRow),
    Note: table_of(NoteRow),
    GrantedExtension: table_of(ExtensionRow),
}
# A column is named like the field it holds, so the columns of a record are its fields.
_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in _TABLE}
_ADD = {kind: table.insert() for kind, table in _TABLE.items()}
_OF_CASE = {
    kind: select(*(table.c[name] for name in _NAMES[kind]))
    .where(table.c.case_id == bindparam("of"))
    .order_by(table.c.id)
    for kind, table in _TABLE.items()
}
_SEALED: dict[type, tuple[str, ...]] = {
    Statement: ("content",),
    Approval: ("comment",),
    Escalation: ("detail", "action"),
    Communication: ("subject", "body"),
    Note: ("text",),
    GrantedExtension: ("reason",),
}
"""Fields that are personal, or may be since somebody wrote them."""
_ESCALATION = _TABLE[Escalation]
_RAISED = (
    select(_ESCALATION.c.level)
    .where(_ESCALATION.c.case_id == bindparam("of"), _ESCALATION.c.token == bindparam("of_token"))
    .order_by(_ESCALATION.c.id.desc())
)
_ACKNOWLEDGE = _ESCALATION.update().where(
    _ESCALATION.c.case_id == bindparam("of"),
    _ESCALATION.c.token == bindparam("of_token"),
    _ESCALATION.c.acknowledged_at.is_(None),
)


class Records:
    """Adds and reads the records of cases; none is ever changed but an escalation's answer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._statements: dict[int, tuple[Statement, ...]] = {}

    def add(self, case_id: int, record: Kind) -> None:
        """Keep a record; the database refuses an approval by the drafter."""
        kind = type(record)
        self._statements.pop(case_id, None)
        values = {name: getattr(record, name) for name in _NAMES[kind] if name != "id"}
        seal, table = self._session.seals.of(case_id), _TABLE[kind].name
        for name in _SEALED[kind]:
            place, text = f"{table}:{case_id}:{name}", values[name]
            values[name] = (
                seal.close(place, text) if isinstance(text, str) else seal.close_data(place, text)
            )
        self._session.post(_ADD[kind], values | {"case_id": case_id})

    def of(self, kind: type[Kind], case_id: int) -> tuple[Kind, ...]:
        """Return the records of one kind that a case has, oldest first."""
        rows = self._session.execute(_OF_CASE[kind], {"of": case_id}).mappings().all()
        if not rows:
            return ()
        seal, table = self._session.seals.of(case_id), _TABLE[kind].name
        found = []
        for row in rows:
            values = dict(row)
            for name in _SEALED[kind]:
                place = f"{table}:{case_id}:{name}"
                opened = seal.open_data if kind is Statement else seal.open
                values[name] = opened(place, values[name])
            found.append(kind(**values))
        return tuple(found)

    def last_statement(self, case_id: int, *forms: str) -> Statement | None:
        """Return the latest completed form of one of the kinds."""
        if case_id not in self._statements:
            self._statements[case_id] = self.of(Statement, case_id)
        found = [s for s in self._statements[case_id] if s.form in forms]
        return found[-1] if found else None

    def level_of(self, case_id: int, token: str) -> Level | None:
        """Return on which rung an escalation stands; None for a step that raised none before."""
        row = self._session.execute(_RAISED, {"of": case_id, "of_token": token}).first()
        return Level(row.level) if row else None

    def acknowledge_escalation(
        self, case_id: int, token: str, *, by: str, at: datetime, action: str
    ) -> None:
        """Keep who answered an escalation, and how."""
        sealed = self._session.seals.of(case_id).close(f"escalation:{case_id}:action", action)
        answer = {"acknowledged_by": by, "acknowledged_at": at, "action": sealed, "climb_at": None}
        self._session.post(_ACKNOWLEDGE, answer | {"of": case_id, "of_token": token})
