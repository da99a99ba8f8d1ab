"""What a backup says of itself: enough to check it and to restore it without its old program."""

import re
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["plain", "flag", "instant", "day", "bytes", "data", "data_or_none"]
"""How the values of a column are written down; ``data`` is JSON inside JSON."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Part):
    """One column of a table."""

    name: str = Field(pattern=_NAME.pattern)
    kind: Kind


class Table(_Part):
    """One table.

    Attributes:
        rows: How many it holds.
        sha256: Of its file, hex.
    """

    name: str = Field(pattern=_NAME.pattern)
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: int = Field(ge=0)
    sha256: str = Field(pattern="[0-9a-f]{64}")

    @property
    def file(self) -> str:
        """Return the name of its file inside the backup: one row a line, as JSON."""
        return f"tables/{self.name}.jsonl"


class Manifest(_Part):
    """What is in a backup.

    Attributes:
        release: Version of Redress that made it.
        revision: Of the schema; restoring begins there and then migrates.
        tables: In an order in which a row comes after those it refers to.
        cases: How many complaints.
        events: How many events, those of the organisation among them.
        files: How many files of documents.
        lost: How many files were not where they were stored.
        heads: SHA-256 over the end of every chain of events, hex.
    """

    format: Literal[1] = 1
    release: str
    made_at: datetime
    revision: str = Field(pattern=r"\d{4}")
    tables: tuple[Table, ...]
    cases: int = Field(ge=0)
    events: int = Field(ge=0)
    files: int = Field(default=0, ge=0)
    lost: int = Field(default=0, ge=0)
    heads: str = Field(pattern="[0-9a-f]{64}")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [table.name for table in self.tables]
        if len(set(names)) != len(names):
            raise ValueError("a table stands twice")
        return self
