"""How many customers, contracts or transactions there were, as it was stated."""

from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.basis import Basis, StatedNumber
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.governance_tables import StatedNumberRow

_NUMBER = table_of(StatedNumberRow)
_ALL = select(_NUMBER).order_by(_NUMBER.c.month.desc(), _NUMBER.c.of)
_SAME = (_NUMBER.c.of == bindparam("which"), _NUMBER.c.month == bindparam("then"))
_TAKE = select(_NUMBER).where(*_SAME).with_for_update()


class StatedNumbers:
    """Keeps one number of each kind for each month."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[StatedNumber, ...]:
        """Return what was stated, the latest month first."""
        return tuple(_to_stated(row) for row in self._session.execute(_ALL))

    def take(self, of: Basis, month: date) -> StatedNumber | None:
        """Return what was stated of a month, and keep others from changing it meanwhile."""
        row = self._session.execute(_TAKE, {"which": of, "then": month}).first()
        return _to_stated(row) if row else None

    def keep(self, stated: StatedNumber) -> None:
        """Keep a number in place of the one that was stated before."""
        same = (_NUMBER.c.of == stated.of, _NUMBER.c.month == stated.month)
        self._session.execute(_NUMBER.delete().where(*same))
        self._session.execute(
            _NUMBER.insert().values(
                of=stated.of,
                month=stated.month,
                number=stated.number,
                stated_by=stated.by,
                stated_at=stated.at,
            )
        )


def _to_stated(row: Row[Any]) -> StatedNumber:
    return StatedNumber(Basis(row.of), row.month, row.number, row.stated_by, row.stated_at)
