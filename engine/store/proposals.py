"""Processes that somebody has proposed, and what was decided about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.domain.kept_scenario import KeptScenario
from engine.domain.trial_run import content_of_run
from engine.store.prepared import table_of
from engine.store.scenarios import to_rows, to_scenarios
from engine.store.session import Session
from engine.store.tables.platform_tables import ProposalRow

_PROPOSAL = table_of(ProposalRow)
_PLAIN = ("digest", "process_id", "reason", "proposed_by", "proposed_at", "risk", "valid_from",
          "draft", "draft_rev", "last_editor")  # fmt: skip
_FILES = ("diagrams", "tables", "forms")
_ONE = select(_PROPOSAL).where(_PROPOSAL.c.id == bindparam("of"))
_TAKE = _ONE.with_for_update()
_OPEN = select(_PROPOSAL).where(_PROPOSAL.c.decided_at.is_(None)).order_by(_PROPOSAL.c.id)
_UNDECIDED = select(func.count()).where(
    _PROPOSAL.c.decided_at.is_(None),
    _PROPOSAL.c.proposed_by != bindparam("who"),
    _PROPOSAL.c.last_editor != bindparam("who"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A process that was proposed, as bytes.

    Attributes:
        number: By which people speak of it.
        decided_by: Empty while it waits.
        comment: Why it was decided so.
        risk: What could go wrong, and what then.
        valid_from: From when new cases are to take it; None for at once.
        draft: Number of the draft that it was proposed from; None for files.
        editors: User names of everybody who worked on that draft.
        last_editor: User name of whoever worked on it last; empty for files.
        scenarios: Those that go live with it.
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
    decided_by: str = ""
    decided_at: datetime | None = None
    is_approved: bool = False
    comment: str = ""
    risk: str = ""
    valid_from: datetime | None = None
    draft: int | None = None
    draft_rev: int | None = None
    editors: tuple[str, ...] = ()
    last_editor: str = ""
    scenarios: tuple[KeptScenario, ...] = ()

    @property
    def content(self) -> str:
        """Return the hash by which results are results of this proposal."""
        texts = [each.text for each in self.scenarios]
        return content_of_run((self.diagrams, self.tables, self.forms), texts)


class Proposals:
    """Adds, finds and decides proposals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, proposal: Proposal) -> int:
        """Add a proposal, whatever number it carries, and return the number it gets."""
        values = {name: getattr(proposal, name) for name in _PLAIN}
        values |= {name: [f.decode() for f in getattr(proposal, name)] for name in _FILES}
        values |= {"editors": list(proposal.editors), "is_approved": False, "comment": ""}
        values |= {"scenarios": to_rows(proposal.scenarios)}
        adding = _PROPOSAL.insert().values(**values).returning(_PROPOSAL.c.id)
        number: int = self._session.execute(adding).scalar_one()
        return number

    def take(self, number: int) -> Proposal | None:
        """Return a proposal, and keep others from deciding it meanwhile."""
        row = self._session.execute(_TAKE, {"of": number}).first()
        return _to_proposal(row) if row else None

    def get(self, number: int) -> Proposal | None:
        """Return a proposal."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_proposal(row) if row else None

    def undecided(self, *, by_others_than: str) -> int:
        """Return how many wait that somebody could decide, as far as who proposed them goes."""
        return int(self._session.execute(_UNDECIDED, {"who": by_others_than}).scalar_one())

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
    values = {name: getattr(row, name) for name in _PLAIN}
    values |= {name: tuple(text.encode() for text in getattr(row, name)) for name in _FILES}
    return Proposal(
        number=row.id,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        is_approved=bool(row.is_approved),
        comment=row.comment,
        editors=tuple(row.editors),
        scenarios=to_scenarios(row.scenarios),
        **values,
    )
