"""Processes that somebody has proposed, and what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.store.platform_tables import ProposalRow
from engine.store.prepared import table_of
from engine.store.session import Session

_PROPOSAL = table_of(ProposalRow)
_LAST = select(func.max(_PROPOSAL.c.id))
_ONE = select(_PROPOSAL).where(_PROPOSAL.c.id == bindparam("of"))
_TAKE = _ONE.with_for_update()
_OPEN = select(_PROPOSAL).where(_PROPOSAL.c.decided_at.is_(None)).order_by(_PROPOSAL.c.id)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A process that was proposed, as bytes.

    Attributes:
        number: By which people speak of it.
        decided_by: Empty while it waits.
        comment: Why it was decided so.
    """

    number: int
    digest: str
    process_id: str
    diagrams: tuple[bytes, ...]
    tables: tuple[bytes, ...]
    forms: tuple[bytes, ...]
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    is_approved: bool
    comment: str


class Proposals:
    """Adds, finds and decides proposals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        digest: str,
        process_id: str,
        diagrams: Sequence[bytes],
        tables: Sequence[bytes],
        forms: Sequence[bytes],
        reason: str,
        by: str,
        at: datetime,
    ) -> int:
        """Add a proposal and return its number."""
        self._session.execute(
            _PROPOSAL.insert().values(
                digest=digest,
                process_id=process_id,
                diagrams=[text.decode() for text in diagrams],
                tables=[text.decode() for text in tables],
                forms=[text.decode() for text in forms],
                reason=reason,
                proposed_by=by,
                proposed_at=at,
                is_approved=False,
                comment="",
            )
        )
        number: int = self._session.execute(_LAST).scalar_one()
        return number

    def take(self, number: int) -> Proposal | None:
        """Return a proposal, and keep others from deciding it meanwhile."""
        row = self._session.execute(_TAKE, {"of": number}).first()
        return _to_proposal(row) if row else None

    def waiting(self) -> tuple[Proposal, ...]:
        """Return what is not decided, oldest first."""
        return tuple(_to_proposal(row) for row in self._session.execute(_OPEN))

    def decide(
        self, number: int, *, by: str, at: datetime, is_approved: bool, comment: str
    ) -> None:
        """Note what was decided."""
        self._session.execute(
            _PROPOSAL.update()
            .where(_PROPOSAL.c.id == number)
            .values(decided_by=by, decided_at=at, is_approved=is_approved, comment=comment)
        )


def _to_proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        number=row.id,
        digest=row.digest,
        process_id=row.process_id,
        diagrams=tuple(text.encode() for text in row.diagrams),
        tables=tuple(text.encode() for text in row.tables),
        forms=tuple(text.encode() for text in row.forms),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        is_approved=bool(row.is_approved),
        comment=row.comment,
    )
