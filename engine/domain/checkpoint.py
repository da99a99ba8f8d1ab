"""Checkpoints: signed statements of where every chain of events ended (ISO 10002:2018, 8.5).

The chain of a case shows that no event inside it was changed. It cannot show that its end, or the
whole case, was taken away together with what the case row says. A checkpoint does: it holds one
hash over the ends of all chains, and is signed by a key that the database does not have.

The ends of 256 neighbouring cases form a chunk with a Merkle tree of its own, and the roots of all
chunks form the tree above, so that a checkpoint costs what has happened since the one before.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from engine.domain.journal import canonical
from engine.domain.merkle import leaf_hash, path_to, root_by, root_of

CHUNK = 256
"""Cases whose ends form one tree."""
FORMAT = 1
SIGNED_AS = b"redress checkpoint\n"
"""Precedes what is signed, so that no signature of something else fits."""


class End(NamedTuple):
    """Where the chain of a case ends: number and hash of its last event."""

    case_id: int
    seq: int
    head: str


class Chunk(NamedTuple):
    """The ends of neighbouring cases, as one hash.

    Attributes:
        root: Of the Merkle tree over the ends, hex.
        events: Sum of the numbers of events.
    """

    number: int
    cases: int
    events: int
    root: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement.

    Attributes:
        body: Canonical JSON: exactly what was signed.
        signature: Hex.
    """

    body: str
    signature: str

    @property
    def fields(self) -> dict[str, Any]:
        """The body as data."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def number(self) -> int:
        """From 1 without a gap."""
        return int(self.fields["number"])

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.fields["at"])

    @property
    def digest(self) -> str:
        """Hash by which the next one refers to it, hex."""
        return hashlib.sha256(f"{self.body}\n{self.signature}".encode()).hexdigest()

    @property
    def next_key(self) -> str:
        """Public key that signs the next one."""
        fields = self.fields
        return str(fields.get("next_key") or fields["key"])

    @property
    def line(self) -> str:
        """The line of the file of checkpoints, without its end."""
        return canonical({"body": self.body, "signature": self.signature})


def from_line(line: str) -> Checkpoint:
    """Read a line of the file of checkpoints.

    Raises:
        ValueError: It holds no checkpoint.
    """
    try:
        found = json.loads(line)
        checkpoint = Checkpoint(found["body"], found["signature"])
        is_good = checkpoint.line == line and checkpoint.number > 0 and checkpoint.at is not None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the line holds no checkpoint") from error
    if not is_good:
        raise ValueError("the line is not spelled as it was written")
    return checkpoint


@dataclass(frozen=True, slots=True)
class Draft:
    """What a checkpoint states, before it is signed.

    Attributes:
        chunks: All chunks, by number.
        changes: Cases whose end moved since the checkpoint before, as ``changes_text`` spells them.
        last_event: Number of the last row of the journal that was looked at.
        organisation: Number and hash of the last event that belongs to no case.
        why: What else is stated, such as a new key.
    """

    number: int
    at: datetime
    chunks: Sequence[Chunk]
    changes: str
    last_event: int
    organisation: tuple[int, str]
    previous: str
    key: str
    why: Mapping[str, Any]

    @property
    def body(self) -> str:
        """Canonical JSON."""
        return canonical(
            {
                "format": FORMAT,
                "number": self.number,
                "at": self.at.isoformat(),
                "cases": sum(chunk.cases for chunk in self.chunks),
                "events": sum(chunk.events for chunk in self.chunks),
                "chunks": len(self.chunks),
                "root": top_root(self.chunks),
                "changes": hashlib.sha256(self.changes.encode()).hexdigest(),
                "last_event": self.last_event,
                "organisation": list(self.organisation),
                "previous": self.previous,
                "key": self.key,
                **self.why,
            }
        )


def chunk_of(number: int, ends: Sequence[End]) -> Chunk:
    """Return the chunk of some ends, which are in order of their cases."""
    root = root_of([end_hash(end) for end in ends]).hex()
    return Chunk(number, len(ends), sum(end.seq for end in ends), root)


def end_hash(end: End) -> bytes:
    """Return the leaf of an end in the tree of its chunk."""
    return leaf_hash(f'[{end.case_id},{end.seq},"{end.head}"]'.encode())


def top_root(chunks: Sequence[Chunk]) -> str:
    """Return the root over all chunks, which are in order of their numbers; hex."""
    return root_of([_chunk_hash(chunk) for chunk in chunks]).hex()


def _chunk_hash(chunk: Chunk) -> bytes:
    return leaf_hash(f'[{chunk.number},{chunk.cases},"{chunk.root}"]'.encode())


@dataclass(frozen=True, slots=True)
class Proof:
    """That an end is among those that a checkpoint states.

    Attributes:
        index: Place of the end in its chunk; ``path`` leads from there to the root of the chunk.
        above: Place of the chunk among all; ``path_above`` leads from there to the root.
    """

    end: End
    chunk: int
    index: int
    cases: int
    path: tuple[str, ...]
    above: int
    chunks: int
    path_above: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "case_id": self.end.case_id,
            "seq": self.end.seq,
            "head": self.end.head,
            "chunk": self.chunk,
            "index": self.index,
            "cases": self.cases,
            "path": list(self.path),
            "above": self.above,
            "chunks": self.chunks,
            "path_above": list(self.path_above),
        }


def prove(end: End, *, among: Sequence[End], chunks: Sequence[Chunk]) -> Proof | None:
    """Return how an end leads to the root; None when it is not among the ends of its chunk.

    Args:
        end: Of a case.
        among: All ends of its chunk, in order.
        chunks: All chunks, in order.
    """
    number = end.case_id // CHUNK
    numbers = [chunk.number for chunk in chunks]
    if end not in among or number not in numbers:
        return None
    index, above = among.index(end), numbers.index(number)
    path = path_to([end_hash(each) for each in among], index)
    path_above = path_to([_chunk_hash(chunk) for chunk in chunks], above)
    return Proof(
        end=end,
        chunk=number,
        index=index,
        cases=len(among),
        path=tuple(step.hex() for step in path),
        above=above,
        chunks=len(chunks),
        path_above=tuple(step.hex() for step in path_above),
    )


def proven_root(proof: Proof) -> str:
    """Return the root to which a proof leads, hex; empty when it leads nowhere."""
    root = root_by(
        end_hash(proof.end),
        index=proof.index,
        size=proof.cases,
        path=[bytes.fromhex(step) for step in proof.path],
    )
    if root is None:
        return ""
    top = root_by(
        _chunk_hash(Chunk(proof.chunk, proof.cases, 0, root.hex())),
        index=proof.above,
        size=proof.chunks,
        path=[bytes.fromhex(step) for step in proof.path_above],
    )
    return top.hex() if top else ""


def changes_text(changes: Mapping[int, int]) -> str:
    """Spell the ends that moved: pairs of case and number of events, 0 for a case that is gone."""
    flat = [number for pair in sorted(changes.items()) for number in pair]
    return json.dumps(flat, separators=(",", ":"))


def read_changes(text: str) -> dict[int, int]:
    """Read what ``changes_text`` has spelled.

    Raises:
        ValueError: It was spelled by something else.
    """
    flat = json.loads(text)
    if not isinstance(flat, list) or len(flat) % 2 or not all(type(n) is int for n in flat):
        raise ValueError("these are no pairs of numbers")
    return dict(zip(flat[::2], flat[1::2], strict=True))


def ends_at(changes: Iterable[str]) -> dict[int, int]:
    """Return the number of events of each case, after all changes in their order.

    Raises:
        ValueError: One of them is not spelled as it was written.
    """
    known: dict[int, int] = {}
    for text in changes:
        known |= read_changes(text)
    return {case_id: seq for case_id, seq in known.items() if seq}
