"""Editions of regimes and of calendars: kept once, found by what they say."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select

from engine.domain.regime import digest_of
from engine.errors import ConflictError
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.clock_tables import EditionRow

_EDITION = table_of(EditionRow)
_CONTENT = select(_EDITION.c.content).where(_EDITION.c.digest == bindparam("of"))
_KNOWN = select(_EDITION.c.digest).where(_EDITION.c.digest.in_(bindparam("these", expanding=True)))
_NAMED = select(_EDITION.c.digest).where(_EDITION.c.name == bindparam("of"))
_ADD = _EDITION.insert()


class Editions:
    """Keeps editions, which are never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def content(self, digest: str) -> str | None:
        """Return an edition as text; None where it is not kept.

        Raises:
            ConflictError: It is not the text that was kept.
        """
        found: str | None = self._session.execute(_CONTENT, {"of": digest}).scalar_one_or_none()
        if found is not None and digest_of(found) != digest:
            raise ConflictError(f"The edition {digest[:12]} of rules or calendar was altered.")
        return found

    def known(self, digests: Collection[str]) -> frozenset[str]:
        """Return which of some editions are kept."""
        return frozenset(self._session.execute(_KNOWN, {"these": sorted(digests)}).scalars())

    def named(self, name: str) -> frozenset[str]:
        """Return every edition of some rules, by digest."""
        return frozenset(self._session.execute(_NAMED, {"of": name}).scalars())

    def keep(self, *, kind: str, name: str, version: str, content: str, at: datetime) -> None:
        """Keep an edition; who keeps the same one at the same moment collides, and is run again."""
        told = {"kind": kind, "name": name, "version": version, "content": content, "kept_at": at}
        self._session.execute(_ADD, told | {"digest": digest_of(content)})
