"""Cases that are over, the last ones first."""

from sqlalchemy import select

from engine.domain.sight import Sight
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.sight import Frame, of_cases, values_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.platform_tables import ProcessVersionRow

_CASE, _VERSION = table_of(CaseRow), table_of(ProcessVersionRow)


class ClosedCases:
    """Finds cases that are over."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, process_id: str, *, sight: Sight, limit: int) -> tuple[str, ...]:
        """Return the references of the cases of a process that were closed last.

        Args:
            process_id: On whatever version of it they ran.
            sight: Who looks.
            limit: Most references to return.
        """
        versions = select(_VERSION.c.digest).where(_VERSION.c.process_id == process_id)
        query = (
            select(_CASE.c.reference)
            .where(
                _CASE.c.closed_at.is_not(None),
                _CASE.c.process.in_(versions),
                *of_cases(Frame.of(sight)),
            )
            .order_by(_CASE.c.closed_at.desc(), _CASE.c.id.desc())
            .limit(limit)
        )
        return tuple(self._session.execute(query, values_of(sight)).scalars())
