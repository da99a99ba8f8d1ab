"""Links between cases, and cases that were merged into others."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from engine.domain.kinship import Link, LinkKind, Merge
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.kinship_tables import CaseLinkRow, CaseMergeRow

_LINK, _MERGE = table_of(CaseLinkRow), table_of(CaseMergeRow)
_ADD = _LINK.insert().returning(_LINK.c.id)
_OF_CASE = (
    select(_LINK)
    .where(
        or_(_LINK.c.case_id == bindparam("of"), _LINK.c.other_id == bindparam("of")),
        _LINK.c.undone_at.is_(None),
    )
    .order_by(_LINK.c.id)
)
_UNDO = _LINK.update().where(_LINK.c.id == bindparam("of_id"))
_MERGED = select(_MERGE).where(_MERGE.c.undone_at.is_(None))
_MERGE_OF = _MERGED.where(_MERGE.c.case_id == bindparam("of"))
_MERGED_INTO = _MERGED.where(_MERGE.c.other_id == bindparam("of")).order_by(_MERGE.c.id)
_ADD_MERGE = _MERGE.insert().returning(_MERGE.c.id)
_UNDO_MERGE = _MERGE.update().where(_MERGE.c.id == bindparam("of_id"))

_OF_MERGE = ("case_id", "other_id", "own_received_at", "reason", "merged_by", "merged_at")


class Kinship:
    """Adds, reads and undoes links and merges; none is ever removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def link(self, case_id: int, other_id: int, kind: LinkKind, reason: str, **by: Any) -> int:  # noqa: ANN401 - who and when
        """Link one case to another, and return the number of the link.

        The database refuses a second link of a pair that is linked.

        Args:
            case_id: Of which the kind is said.
            other_id: To which it leads.
            kind: What the first is to the second.
            reason: Why; is sealed.
            by: ``linked_by`` and ``linked_at``.
        """
        first, second = sorted((case_id, other_id))
        seal = self._session.seals.of(first)
        values = {
            "case_id": first,
            "other_id": second,
            "kind": kind,
            "is_turned": first != case_id,
            "reason": seal.close(_place(first, second, "reason"), reason),
            "undone_reason": "",
        }
        number: int = self._session.execute(_ADD, values | by).scalar_one()
        return number

    def links_of(self, case_id: int) -> tuple[Link, ...]:
        """Return the links of a case that hold, oldest first."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).all()
        return tuple(self._to_link(row) for row in rows)

    def undo(self, link: Link, *, by: str, at: datetime, reason: str) -> None:
        """Let a link hold no more; that it was there stays."""
        first, second = sorted((link.case_id, link.other_id))
        sealed = self._session.seals.of(first).close(_place(first, second, "undone"), reason)
        undone = {"undone_by": by, "undone_at": at, "undone_reason": sealed}
        self._session.post(_UNDO, undone | {"of_id": link.number})

    def merge(self, merge: Merge) -> int:
        """Keep that a case was merged into another, and return the number of the merge.

        The database refuses to merge a case that is merged.

        Args:
            merge: What was done; its number is given here.
        """
        values = {name: getattr(merge, name) for name in _OF_MERGE}
        values["carried"] = [list(pair) for pair in merge.carried]
        place = _merge_place(merge.case_id)
        sealed = self._session.seals.of(merge.case_id).close(place, merge.reason)
        values |= {"reason": sealed, "undone_reason": ""}
        number: int = self._session.execute(_ADD_MERGE, values).scalar_one()
        return number

    def merge_of(self, case_id: int) -> Merge | None:
        """Return how a case was merged into another; None for one that is not."""
        row = self._session.execute(_MERGE_OF, {"of": case_id}).first()
        return self._to_merge(row) if row is not None else None

    def merged_into(self, case_id: int) -> tuple[Merge, ...]:
        """Return what was merged into a case, and still is; in the order in which it was."""
        rows = self._session.execute(_MERGED_INTO, {"of": case_id}).all()
        return tuple(self._to_merge(row) for row in rows)

    def heir_of(self, case_id: int) -> int:
        """Return the case at which work on one goes on: itself where it is merged into none."""
        while (above := self.merge_of(case_id)) is not None:
            case_id = above.other_id
        return case_id

    def unmerge(self, merge: Merge, *, by: str, at: datetime, reason: str) -> None:
        """Let a case be merged no more; that it was stays."""
        place = _merge_place(merge.case_id, "undone")
        sealed = self._session.seals.of(merge.case_id).close(place, reason)
        undone = {"undone_by": by, "undone_at": at, "undone_reason": sealed}
        self._session.post(_UNDO_MERGE, undone | {"of_id": merge.number})

    def _to_merge(self, row: Row[Any]) -> Merge:
        seal = self._session.seals.of(row.case_id)
        values = {name: getattr(row, name) for name in _OF_MERGE}
        values["reason"] = seal.open(_merge_place(row.case_id), row.reason)
        return Merge(
            number=row.id, carried=tuple((old, number) for old, number in row.carried), **values
        )

    def _to_link(self, row: Row[Any]) -> Link:
        seal = self._session.seals.of(row.case_id)
        first, second = row.case_id, row.other_id
        return Link(
            number=row.id,
            case_id=second if row.is_turned else first,
            other_id=first if row.is_turned else second,
            kind=row.kind,
            reason=seal.open(_place(first, second, "reason"), row.reason),
            linked_by=row.linked_by,
            linked_at=row.linked_at,
        )


def _place(first: int, second: int, name: str) -> str:
    return f"case_link:{first}/{second}:{name}"


def _merge_place(case_id: int, name: str = "reason") -> str:
    return f"case_merge:{case_id}:{name}"
