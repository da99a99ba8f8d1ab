"""What findings rest on."""

from datetime import datetime

from sqlalchemy import bindparam, select

from engine.domain.evidence import Evidence, Piece
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.evidence_tables import EvidenceRow

_EVIDENCE = table_of(EvidenceRow)
_OF_CASE = select(_EVIDENCE).where(_EVIDENCE.c.case_id == bindparam("of")).order_by(_EVIDENCE.c.id)
_TAKE_OFF = _EVIDENCE.update().where(
    _EVIDENCE.c.case_id == bindparam("of"),
    _EVIDENCE.c.issue == bindparam("of_issue"),
    _EVIDENCE.c.kind == bindparam("of_kind"),
    _EVIDENCE.c.number == bindparam("of_number"),
    _EVIDENCE.c.unlinked_at.is_(None),
)


class EvidenceLinks:
    """Links evidence to issues, takes it off, and reads it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def link(self, case_id: int, evidence: Evidence) -> None:
        """Keep a piece; the database refuses one on which the finding rests already."""
        values = {
            "case_id": case_id,
            "issue": evidence.issue,
            "kind": evidence.piece.kind,
            "number": evidence.piece.number,
            "linked_by": evidence.linked_by,
            "linked_at": evidence.linked_at,
            "unlinked_by": evidence.unlinked_by,
            "unlinked_at": evidence.unlinked_at,
        }
        self._session.post(_EVIDENCE.insert(), values)

    def unlink(self, case_id: int, issue: int, piece: Piece, *, by: str, at: datetime) -> None:
        """Take a piece off an issue, and keep who did and when."""
        which = {"of": case_id, "of_issue": issue}
        named = {"of_kind": piece.kind, "of_number": piece.number}
        self._session.post(_TAKE_OFF, {**which, **named, "unlinked_by": by, "unlinked_at": at})

    def of(self, case_id: int) -> tuple[Evidence, ...]:
        """Return what the findings of a case rest on, oldest first, with what was taken off."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(
            Evidence(
                row.issue,
                Piece(row.kind, row.number),
                row.linked_by,
                row.linked_at,
                row.unlinked_by,
                row.unlinked_at,
            )
            for row in rows
        )
