"""Checkpoints in the database, and the ends of chains that they are made of."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, select

from engine.domain.checkpoint import CHUNK, Checkpoint, Chunk, End
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.case_tables import CaseRow, JournalRow
from engine.store.tables.chain_tables import CheckpointRow, ChunkRow

_CHECKPOINT, _CHUNK, _CASE, _JOURNAL = (
    table_of(row) for row in (CheckpointRow, ChunkRow, CaseRow, JournalRow)
)
_ADD = _CHECKPOINT.insert()
_LAST = select(_CHECKPOINT).order_by(_CHECKPOINT.c.number.desc()).limit(bindparam("most"))
_BEHIND = (
    select(_CHECKPOINT).where(_CHECKPOINT.c.number > bindparam("of")).order_by(_CHECKPOINT.c.number)
)
_CHUNKS = select(_CHUNK.c.number, _CHUNK.c.cases, _CHUNK.c.events, _CHUNK.c.root).order_by(
    _CHUNK.c.number
)
_ENDS = select(_CHUNK.c.ends).where(_CHUNK.c.number == bindparam("of"))
_DROP = _CHUNK.delete().where(_CHUNK.c.number == bindparam("of"))
_KEEP = _CHUNK.insert()
_TOUCHED = select(_JOURNAL.c.case_id).where(_JOURNAL.c.id > bindparam("of")).distinct()
_LAST_EVENT = select(func.max(_JOURNAL.c.id))
_CASES = (
    select(_CASE.c.id, _CASE.c.journal_seq, _CASE.c.journal_head)
    .where(_CASE.c.id >= bindparam("begin"), _CASE.c.id < bindparam("end"))
    .order_by(_CASE.c.id)
)
_NEXT_CASE = select(func.min(_CASE.c.id)).where(_CASE.c.id >= bindparam("begin"))
_MARK = 16
"""Digits of a hash that are kept to tell which case changed; the whole is in the root."""


class KeptEnd(NamedTuple):
    """An end as it was at the last checkpoint.

    Attributes:
        mark: The first digits of the hash.
    """

    seq: int
    mark: str

    def is_end(self, end: End) -> bool:
        """Tell whether an end is this one."""
        return end.seq == self.seq and end.head[:_MARK] == self.mark

    def fits(self, end: End) -> bool:
        """Tell whether an end may follow this one: further on, or the very same."""
        return self.is_end(end) or end.seq > self.seq


class Stored(NamedTuple):
    """A checkpoint with the changes that it covers.

    Attributes:
        number: Of the row; the one in the body is what was signed.
    """

    number: int
    checkpoint: Checkpoint
    changes: str


class Checkpoints:
    """Adds and finds checkpoints."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last(self, count: int = 1) -> tuple[Stored, ...]:
        """Return the last checkpoints, latest first."""
        return tuple(_to_stored(row) for row in self._session.execute(_LAST, {"most": count}))

    def behind(self, number: int) -> Iterator[Stored]:
        """Yield the checkpoints behind a number, oldest first."""
        for row in self._session.execute(_BEHIND, {"of": number}):
            yield _to_stored(row)

    def add(self, checkpoint: Checkpoint, *, changes: str) -> None:
        """Add the next one; two that come at once collide on its number."""
        values = {"number": checkpoint.number, "body": checkpoint.body, "changes": changes}
        self._session.post(_ADD, values | {"signature": checkpoint.signature})

    def chunks(self) -> dict[int, Chunk]:
        """Return the chunks of the last checkpoint, by number."""
        return {row.number: Chunk(*row) for row in self._session.execute(_CHUNKS)}

    def kept_ends(self, chunk: int) -> dict[int, KeptEnd]:
        """Return the ends of a chunk at the last checkpoint, by case."""
        flat = json.loads(self.kept_text(chunk) or "[]")
        return {flat[at]: KeptEnd(flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3)}

    def kept_text(self, chunk: int) -> str:
        """Return the same as it is spelled; empty for a chunk that is not known."""
        found = self._session.execute(_ENDS, {"of": chunk}).scalar_one_or_none()
        return str(found or "")

    def keep_chunk(self, chunk: Chunk, ends: str) -> None:
        """Remember the ends of a chunk, as ``ends_text`` spells them, in place of those before."""
        self._session.post(_DROP, {"of": chunk.number})
        if chunk.cases:
            self._session.post(_KEEP, chunk._asdict() | {"ends": ends})

    def ends(self, chunk: int) -> list[End]:
        """Return where the chains of a chunk end now, in order of their cases."""
        given = {"begin": chunk * CHUNK, "end": (chunk + 1) * CHUNK}
        return [End(*row) for row in self._session.execute(_CASES, given)]

    def all_ends(self) -> Iterator[tuple[int, list[End]]]:
        """Yield the number of each chunk that has cases, with where their chains end now."""
        begin = 0
        while (first := self._next_case(begin)) is not None:
            chunk = first // CHUNK
            yield chunk, self.ends(chunk)
            begin = (chunk + 1) * CHUNK

    def _next_case(self, begin: int) -> int | None:
        found: int | None = self._session.execute(_NEXT_CASE, {"begin": begin}).scalar_one()
        return found

    def touched_chunks(self, *, after_event: int) -> set[int]:
        """Return the chunks of all cases that have a row in the journal behind a number."""
        found = self._session.execute(_TOUCHED, {"of": after_event}).scalars()
        return {case_id // CHUNK for case_id in found}

    def last_event(self) -> int:
        """Return the number of the last row of the journal; 0 for an empty one."""
        return int(self._session.execute(_LAST_EVENT).scalar_one() or 0)


def ends_text(ends: Sequence[End]) -> str:
    """Spell ends for ``keep_chunk``."""
    flat = [part for end in ends for part in (end.case_id, end.seq, end.head[:_MARK])]
    return json.dumps(flat, separators=(",", ":"))


def _to_stored(row: Row[Any]) -> Stored:
    return Stored(row.number, Checkpoint(row.body, row.signature), row.changes)
