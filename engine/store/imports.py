"""How far the import of each file got, and which rows were refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import col

from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import ImportRow, RejectionRow

_RUN = table_of(ImportRow)
_BY_KEY = select(_RUN).where(_RUN.c.key == bindparam("of"))


@dataclass(frozen=True, slots=True)
class ImportRun:
    """Where an import stands.

    Attributes:
        line: Last line of the file that was dealt with; 0 before the first.
        accepted: Rows that became cases.
        known: Rows that had become cases in an earlier import.
        rejected: Rows that were refused.
    """

    key: str
    name: str
    line: int
    accepted: int
    known: int
    rejected: int
    finished_at: datetime | None


class Imports:
    """Keeps where imports stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, key: str, *, name: str, at: datetime) -> ImportRun:
        """Return the run of this file and mapping, new or resumed."""
        row = self._session.execute(_BY_KEY, {"of": key}).first()
        if row is None:
            self._session.execute(
                insert(ImportRow).values(
                    key=key, name=name, line=0, accepted=0, known=0, rejected=0, started_at=at
                )
            )
            return ImportRun(key, name, 0, 0, 0, 0, None)
        return ImportRun(
            row.key, row.name, row.line, row.accepted, row.known, row.rejected, row.finished_at
        )

    def advance(self, run: ImportRun, rejections: Iterable[tuple[int, str]]) -> None:
        """Store how far a run got, with the rows refused since."""
        self._session.execute(
            update(ImportRow)
            .where(col(ImportRow.key) == run.key)
            .values(
                line=run.line,
                accepted=run.accepted,
                known=run.known,
                rejected=run.rejected,
                finished_at=run.finished_at,
            )
        )
        rows = [{"key": run.key, "line": line, "reason": text} for line, text in rejections]
        if rows:
            self._session.execute(insert(RejectionRow), rows)

    def rejections(self, key: str) -> tuple[tuple[int, str], ...]:
        """Return the refused rows of a run: line and reason, in file order."""
        rows = self._session.execute(
            select(col(RejectionRow.line), col(RejectionRow.reason))
            .where(col(RejectionRow.key) == key)
            .order_by(col(RejectionRow.line))
        )
        return tuple((line, reason) for line, reason in rows)
