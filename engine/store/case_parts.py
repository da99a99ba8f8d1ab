"""What belongs to some complaints, without anything that a person wrote."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select

from engine.domain.object_log import PartRow, Parts
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CommunicationRow
from engine.store.tables.document_tables import DocumentRow
from engine.store.tables.issue_tables import IssueRow
from engine.store.tables.kinship_tables import CaseLinkRow, CaseMergeRow
from engine.store.tables.remedy_tables import RemedyRow

_ISSUE, _REMEDY, _DOCUMENT, _LETTER, _LINK, _MERGE = (
    table_of(row)
    for row in (IssueRow, RemedyRow, DocumentRow, CommunicationRow, CaseLinkRow, CaseMergeRow)
)
_REMEDY_FACTS = (
    *("issue", "kind", "amount_minor", "state", "proposed_at", "offered_at", "answered_at"),
    *("carried_out_at", "verified_at"),
)
_FACTS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "issues": (
        _ISSUE,
        ("category", "result", "cause_area", "is_systemic", "raised_at", "found_at"),
    ),
    "remedies": (_REMEDY, _REMEDY_FACTS),
    "documents": (_DOCUMENT, ("purpose", "origin", "at", "withdrawn_at")),
    "letters": (_LETTER, ("kind", "channel", "direction", "language", "at")),
}
_MERGED = "merged_into"


def _of(table: Any, names: tuple[str, ...]) -> Select[Any]:  # noqa: ANN401 - a table
    number = table.c.number if "number" in table.c else table.c.id
    columns = (table.c[name] for name in names)
    return (
        select(table.c.case_id, number.label("part"), *columns)
        .where(table.c.case_id.in_(bindparam("cases", expanding=True)))
        .order_by(table.c.case_id, number)
    )


_READS = {kind: (_of(table, names), names) for kind, (table, names) in _FACTS.items()}
_CASES: Any = bindparam("cases", expanding=True)
_LINKED = select(_LINK.c.case_id, _LINK.c.other_id, _LINK.c.kind, _LINK.c.is_turned).where(
    _LINK.c.case_id.in_(_CASES) | _LINK.c.other_id.in_(_CASES), _LINK.c.undone_at.is_(None)
)
_MERGED_INTO = select(_MERGE.c.case_id, _MERGE.c.other_id).where(
    _MERGE.c.case_id.in_(_CASES), _MERGE.c.undone_at.is_(None)
)


class CaseParts:
    """Reads the parts of several complaints at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, case_ids: Sequence[int]) -> dict[int, Parts]:
        """Return what belongs to each of some complaints."""
        given = {"cases": list(case_ids)}
        found: dict[int, dict[str, list[PartRow]]] = defaultdict(lambda: defaultdict(list))
        for kind, (statement, names) in _READS.items():
            for row in self._session.execute(statement, given):
                facts = {name: getattr(row, name) for name in names}
                if "amount_minor" in facts:
                    facts["amount"] = Decimal(facts.pop("amount_minor")) / 100
                found[row.case_id][kind].append(PartRow(row.part, facts))
        for case_id, other, kind in self._led(given):
            found[case_id]["links"].append(PartRow(other, {"kind": kind}))
        return {case_id: Parts(**found[case_id]) for case_id in case_ids}

    def _led(self, given: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
        """Yield from which complaint a link leads to which, and what the first is to it."""
        wanted = set(given["cases"])
        for row in self._session.execute(_LINKED, given):
            pair = (row.case_id, row.other_id)
            first, second = pair[::-1] if row.is_turned else pair
            if first in wanted:
                yield first, second, row.kind
        for row in self._session.execute(_MERGED_INTO, given):
            yield row.case_id, row.other_id, _MERGED
