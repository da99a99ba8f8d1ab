"""The issues of cases."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.domain.issue import CauseArea, FindingResult, Issue
from engine.store.prepared import table_of
from engine.store.sealing import SealedFields
from engine.store.session import Session
from engine.store.tables.issue_tables import IssueRow

_ISSUE = table_of(IssueRow)
_NAMES = tuple(field.name for field in fields(Issue))
_SEALED = SealedFields("issue", "text", "desired_outcome")
_ADD = _ISSUE.insert()
_OF_CASE = (
    select(*(_ISSUE.c[name] for name in _NAMES))
    .where(_ISSUE.c.case_id == bindparam("of"))
    .order_by(_ISSUE.c.number)
)
_CHANGE = _ISSUE.update().where(
    _ISSUE.c.case_id == bindparam("of"), _ISSUE.c.number == bindparam("of_number")
)
_SETTLE = _ISSUE.update().where(_ISSUE.c.case_id == bindparam("of"), _ISSUE.c.result.is_(None))


class Issues:
    """Adds, reads and changes issues."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, tuple[Issue, ...]] = {}

    def add(self, case_id: int, issue: Issue) -> None:
        """Keep a new issue; the database refuses a second one of the same number."""
        self._known.pop(case_id, None)
        values = {name: getattr(issue, name) for name in _NAMES}
        kept = _SEALED.close(self._session.seals, case_id, values, number=issue.number)
        self._session.post(_ADD, kept | {"case_id": case_id})

    def of(self, case_id: int) -> tuple[Issue, ...]:
        """Return the issues of a case, by their numbers; read once in a transaction."""
        if case_id not in self._known:
            self._known[case_id] = self._read(case_id)
        return self._known[case_id]

    def _read(self, case_id: int) -> tuple[Issue, ...]:
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        seals = self._session.seals
        return tuple(
            Issue(**_SEALED.open(seals, case_id, row, number=row["number"])) for row in rows
        )

    def restate(self, case_id: int, number: int, **facts: str) -> None:
        """Say anew what an issue is about."""
        kept = _SEALED.close(self._session.seals, case_id, facts, number=number)
        self._change(case_id, number, kept)

    def find(
        self, case_id: int, number: int, result: FindingResult, *, by: str, at: datetime
    ) -> None:
        """Keep what was found about an issue; what was found before is replaced."""
        self._change(case_id, number, {"result": result, "found_by": by, "found_at": at})

    def name_cause(self, case_id: int, number: int, area: CauseArea, *, is_systemic: bool) -> None:
        """Keep where the cause of an issue lies."""
        self._change(case_id, number, {"cause_area": area, "is_systemic": is_systemic})

    def settle(self, case_id: int, result: FindingResult, *, by: str, at: datetime) -> None:
        """Let every issue without a finding have this one."""
        self._known.pop(case_id, None)
        found = {"result": result, "found_by": by, "found_at": at}
        self._session.post(_SETTLE, found | {"of": case_id})

    def _change(self, case_id: int, number: int, values: dict[str, Any]) -> None:
        self._known.pop(case_id, None)
        self._session.post(_CHANGE, values | {"of": case_id, "of_number": number})
