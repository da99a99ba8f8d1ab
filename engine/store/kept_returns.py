"""Returns to regulators, as they were sent."""

import zlib
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.domain.kpi import Period
from engine.domain.regulator_return import KeptReturn
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.return_tables import KeptReturnRow

_KEPT = table_of(KeptReturnRow)
_TOLD = [column for column in _KEPT.c if column.name != "content"]
_ALL = select(*_TOLD).order_by(_KEPT.c.id.desc())
_ONE = select(*_TOLD).where(_KEPT.c.id == bindparam("of"))
_CONTENT = select(_KEPT.c.content).where(_KEPT.c.id == bindparam("of"))


class KeptReturns:
    """Keeps files; none is ever changed or removed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, kept: KeptReturn, content: bytes) -> int:
        """Keep a file and return its number."""
        new = _KEPT.insert().values(
            kind=kept.kind,
            begin_at=kept.period.begin,
            end_at=kept.period.end,
            cases=kept.cases,
            made_by=kept.made_by,
            made_at=kept.made_at,
            sha256=kept.sha256,
            content=zlib.compress(content),
        )
        number: int = self._session.execute(new.returning(_KEPT.c.id)).scalar_one()
        return number

    def all(self) -> tuple[KeptReturn, ...]:
        """Return what was sent, the latest first, without the files."""
        return tuple(_to_kept(row) for row in self._session.execute(_ALL))

    def get(self, number: int) -> KeptReturn | None:
        """Return one of them."""
        row = self._session.execute(_ONE, {"of": number}).first()
        return _to_kept(row) if row else None

    def content(self, number: int) -> bytes | None:
        """Return a file as it is stored; None when it cannot be unpacked any more."""
        try:
            return zlib.decompress(self._session.execute(_CONTENT, {"of": number}).scalar_one())
        except zlib.error:
            return None


def _to_kept(row: Row[Any]) -> KeptReturn:
    return KeptReturn(
        number=row.id,
        kind=row.kind,
        period=Period(row.begin_at, row.end_at),
        cases=row.cases,
        made_by=row.made_by,
        made_at=row.made_at,
        sha256=row.sha256,
    )
