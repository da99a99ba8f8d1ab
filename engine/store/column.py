"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite would otherwise lose the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC.

        Raises:
            ValueError: The moment is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("only aware moments are stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is given
        """Hand out in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
        """Return what stores a moment; the one for SQLite runs many times a command."""
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401 - as above
        """Return what hands out a moment."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)


def _to_text(value: datetime | None) -> str | None:
    """Spell a moment as SQLAlchemy spells it for SQLite.

    Raises:
        ValueError: The moment is naive.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("only aware moments are stored")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def json_type() -> Any:  # noqa: ANN401 - SQLModel takes any type for ``sa_type``
    """Return the JSON type of each database."""
    return JSON().with_variant(JSONB(), "postgresql")


def plain_order() -> Any:  # noqa: ANN401 - as above
    """Return a text type that is ordered by its bytes on each database, whatever its language."""
    return String().with_variant(String(collation="C"), "postgresql")


class Word(TypeDecorator[StrEnum]):
    """A word of a fixed list, stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the signature is given
        """Store the text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 - the signature is given
        """Hand out the word."""
        return None if value is None else self.words(value)
