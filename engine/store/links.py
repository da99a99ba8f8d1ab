"""Links and challenges that open one door once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import col

from engine.domain.account import Link, LinkKind
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.identity_tables import OneTimeLinkRow

_LINK = table_of(OneTimeLinkRow)
_LIVE = select(_LINK).where(
    _LINK.c.token_hash == bindparam("of"),
    _LINK.c.used_at.is_(None),
    _LINK.c.expires_at > bindparam("now"),
)


class Links:
    """Makes, finds and uses one-time links."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        token_hash: str,
        *,
        kind: LinkKind,
        username: str,
        by: str,
        at: datetime,
        expires_at: datetime,
        detail: Mapping[str, object],
    ) -> None:
        """Add a link; what lies long behind is forgotten meanwhile."""
        self._session.execute(delete(OneTimeLinkRow).where(col(OneTimeLinkRow.expires_at) <= at))
        self._session.execute(
            insert(OneTimeLinkRow).values(
                token_hash=token_hash,
                kind=kind,
                username=username,
                detail=dict(detail),
                created_by=by,
                created_at=at,
                expires_at=expires_at,
            )
        )

    def live(self, token_hash: str, *, now: datetime) -> Link | None:
        """Return a link that still opens something."""
        row = self._session.execute(_LIVE, {"of": token_hash, "now": now}).first()
        return Link(LinkKind(row.kind), row.username, row.detail, row.expires_at) if row else None

    def use(self, token_hash: str, at: datetime) -> bool:
        """Use a link up; tell whether it was there to be used. Of two at once, one wins."""
        used = self._session.execute(
            update(OneTimeLinkRow)
            .where(
                col(OneTimeLinkRow.token_hash) == token_hash,
                col(OneTimeLinkRow.used_at).is_(None),
                col(OneTimeLinkRow.expires_at) > at,
            )
            .values(used_at=at)
        )
        return bool(used.rowcount)

    def is_known(self, token_hash: str) -> bool:
        """Tell whether something was kept under a hash and is not forgotten, used or not."""
        found = select(_LINK.c.token_hash).where(_LINK.c.token_hash == token_hash)
        return self._session.execute(found).first() is not None

    def void(self, username: str, *kinds: LinkKind) -> None:
        """Take back the links of a person of some kinds."""
        which: list[Any] = [col(OneTimeLinkRow.username) == username]
        self._session.execute(
            delete(OneTimeLinkRow).where(*which, col(OneTimeLinkRow.kind).in_(kinds))
        )
