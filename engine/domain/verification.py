"""Verifying a journal: following chains, and comparing them with what was signed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from engine.domain.checkpoint import (
    CHUNK,
    SIGNED_AS,
    Checkpoint,
    Chunk,
    End,
    chunk_of,
    top_root,
)
from engine.domain.commitment import problem_of
from engine.domain.journal import commitment_in, digest_of

Row = tuple[int, int, Any, str, str, str, str, str]
"""An event as it is stored: case, number, moment, actor, type, detail, the two hashes."""


class Finding(NamedTuple):
    """Something that is wrong.

    Attributes:
        where: Reference of a case, or what else in parentheses.
        what: A sentence.
    """

    where: str
    what: str


class Head(NamedTuple):
    """What the row of a case says of its chain."""

    case_id: int
    reference: str
    seq: int
    hash: str
    is_erased: bool


class Value(NamedTuple):
    """What is personal in one event, as it lies beside the journal.

    Attributes:
        commitment: To what is there; None where the seal is broken.
        has_key: Whether the key of its subject is there.
    """

    case_id: int
    seq: int
    commitment: str | None
    has_key: bool = True


class Chain(NamedTuple):
    """One chain that was followed to its end.

    Attributes:
        length: Events that are there.
        last: Hash of the last one.
        problem: The first thing that is wrong inside; empty for nothing.
        at: Hashes of the events that were asked for, by number.
        commitments: To what is personal, by number of the event.
    """

    case_id: int
    length: int
    last: str
    problem: str
    at: Mapping[int, str]
    commitments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class VerificationRun:
    """One run.

    Attributes:
        scope: What was verified; empty for everything.
        seen_at: When it was last heard of.
        expected: Events that there were to look at when it began.
        findings: Where and what, for everything that is wrong.
        notes: What is no fault and must be known.
    """

    id: int
    scope: str
    by: str
    started_at: datetime
    seen_at: datetime
    finished_at: datetime | None
    cases: int
    events: int
    expected: int
    findings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def follow(
    rows: Iterable[Row], wanted: Mapping[int, tuple[int, ...]], spelled: Callable[[Any], str]
) -> Iterator[Chain]:
    """Yield each chain, computing every hash anew.

    Args:
        rows: Events by case and number; all of each case.
        wanted: By case, of which events the hash is to be told.
        spelled: Spells a moment of a row as it was hashed.
    """
    check = _Check(spelled)
    case_id, seq, prev, problem = -1, 0, "", ""
    asked: tuple[int, ...] = ()
    found: dict[int, str] = {}
    personal: dict[int, str] = {}
    for row in rows:
        if row[0] != case_id:
            if seq:
                yield Chain(case_id, seq, prev, problem, found, personal)
            case_id, seq, prev, problem = row[0], 0, "", ""
            asked, found, personal = wanted.get(case_id, ()), {}, {}
        seq += 1
        if not problem:
            problem = check.problem_of(row, seq, prev)
            if not problem and (commitment := commitment_in(row[5])):
                personal[seq] = commitment
        prev = row[7]
        if row[1] in asked:
            found[row[1]] = prev
    if seq:
        yield Chain(case_id, seq, prev, problem, found, personal)


class _Check:
    """Computes hashes; who did what is spelled once for all, and a moment once for a command."""

    def __init__(self, spelled: Callable[[Any], str]) -> None:
        self._spelled = spelled
        self._quoted: dict[str, str] = {}
        self._at: Any = None
        self._moment = ""

    def problem_of(self, row: Row, seq: int, prev: str) -> str:
        """Return what is wrong with an event; empty for nothing."""
        case_id, number, at, actor, kind, detail, prev_hash, digest = row
        if number != seq:
            return f"event {seq} is missing"
        quoted = self._quoted
        try:
            if at != self._at:
                self._at, self._moment = at, self._spelled(at)
            who = quoted.get(actor) or quoted.setdefault(actor, encode_basestring(actor))
            what = quoted.get(kind) or quoted.setdefault(kind, encode_basestring(kind))
            computed = digest_of(case_id, seq, self._moment, who, what, detail, prev)
        except (TypeError, UnicodeEncodeError):  # something stands there that is no text
            return f"event {seq} was changed"
        return "" if prev_hash == prev and digest == computed else f"event {seq} was changed"


def ending(chain: Chain | None, head: Head) -> str:
    """Return what is wrong with a chain in the light of what its case says; empty for nothing."""
    if chain is None:
        return f"{head.seq} events are missing at the end" if head.seq else ""
    if chain.problem:
        return chain.problem
    if chain.length < head.seq:
        return f"{head.seq - chain.length} events are missing at the end"
    if chain.length > head.seq:
        return f"{chain.length - head.seq} events were added at the end"
    return "" if chain.last == head.hash else "the last event is not the one that the case knows"


def personal_problem(
    chain: Chain | None, values: Mapping[int, str | None], *, is_erased: bool
) -> str:
    """Return what is wrong with what is personal in a case; empty for nothing.

    Args:
        chain: Without a problem inside.
        values: Commitments to what lies beside the journal, by number of the event; None for a
            broken seal.
        is_erased: Whether nothing is to be there, since it was erased.
    """
    commitments = chain.commitments if chain else {}
    if values == commitments and not (values and is_erased):
        return ""
    for seq in sorted(commitments.keys() | values.keys()):
        value = values.get(seq)
        if seq in values and value is None:
            return f"event {seq} has personal facts that were altered, or moved here"
        if problem := problem_of(commitments.get(seq), value, is_erased=is_erased):
            return f"event {seq} {problem}"
    return ""


@dataclass
class Against:
    """Compares chains with one checkpoint, chunk by chunk in order of the cases.

    Attributes:
        checkpoint: What was signed.
        ends: How many events each case had then.
        chunks: What was computed, by number.
        texts: The ends in each chunk, where they are kept.
        seen: How many of the cases were there.
    """

    checkpoint: Checkpoint
    ends: Mapping[int, int]
    chunks: dict[int, Chunk] = field(default_factory=dict)
    texts: dict[int, list[End]] = field(default_factory=dict)
    _open: list[End] = field(default_factory=list)
    _number: int = -1
    seen: int = 0
    keeps_ends: bool = False

    def take(self, chain: Chain) -> str:
        """Take the next chain, and return what is wrong with it; empty for nothing."""
        seq = self.ends.get(chain.case_id)
        if seq is None:
            return ""
        self.seen += 1
        head = chain.at.get(seq)
        if head is None:
            return (
                f"it had {seq} events when checkpoint {self.checkpoint.number} was signed, and "
                f"event {seq} is not there"
            )
        number = chain.case_id // CHUNK
        if number != self._number:
            self.close()
            self._number = number
        self._open.append(End(chain.case_id, seq, head))
        return ""

    def part(self, first: int) -> "Against":
        """Return what compares the cases from one on; what it computes is joined again."""
        behind = {case_id: seq for case_id, seq in self.ends.items() if case_id >= first}
        return Against(self.checkpoint, behind, keeps_ends=self.keeps_ends)

    def join(self, other: "Against") -> None:
        """Take over what a part has computed; its chunks are others than ours."""
        self.chunks |= other.chunks
        self.texts |= other.texts
        self.seen += other.seen

    def finish(self, present: Callable[[int], bool]) -> Iterator[Finding]:
        """Yield what is wrong on the whole.

        Args:
            present: Tells whether a case is there.
        """
        self.close()
        number = self.checkpoint.number
        gone = [] if self.seen == len(self.ends) else [c for c in self.ends if not present(c)]
        for case_id in gone:
            yield Finding(
                f"(complaint number {case_id})",
                f"it is gone; it had {self.ends[case_id]} events when checkpoint {number} was "
                "signed",
            )
        if not self.agrees:
            yield Finding(
                "(checkpoints)",
                f"the journal is not the one that checkpoint {number} was signed for",
            )

    @property
    def agrees(self) -> bool:
        """Tell whether everything together gives the root that was signed."""
        ordered = [chunk for _, chunk in sorted(self.chunks.items())]
        return top_root(ordered) == str(self.checkpoint.fields["root"])

    def close(self) -> None:
        """Compute the hash over the chunk that is open."""
        if self._open:
            self.chunks[self._number] = chunk_of(self._number, self._open)
            if self.keeps_ends:
                self.texts[self._number] = self._open
        self._open = []


class Signed(NamedTuple):
    """A checkpoint as its row has it; see ``engine.store.checkpoints``."""

    number: int
    checkpoint: Checkpoint
    changes_hash: str


@dataclass
class CheckpointChain:
    """Follows checkpoints from the first to the last.

    Attributes:
        is_signed: Tells whether a signature is good: key, what was signed, signature.
        findings: What is wrong.
        notes: What somebody accepted, and why.
    """

    is_signed: Callable[[str, bytes, str], bool]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: Checkpoint | None = None

    def take(self, row: Signed) -> bool:
        """Take the next one; tell whether it is sound."""
        expected = (self.last.number if self.last else 0) + 1
        try:
            problem = self._problem(row, expected)
        except (ValueError, KeyError, TypeError, AttributeError):
            problem = f"checkpoint {row.number} was changed"
        if problem:
            self.findings.append(Finding("(checkpoints)", problem))
            return False
        self._note(row.checkpoint)
        self.last = row.checkpoint
        return True

    def _problem(self, row: Signed, expected: int) -> str:
        fields, checkpoint = row.checkpoint.fields, row.checkpoint
        if row.number != expected:
            return f"checkpoint {expected} is missing"
        if fields["number"] != expected or fields["changes"] != row.changes_hash:
            return f"checkpoint {expected} was changed"
        if fields["previous"] != (self.last.digest if self.last else ""):
            return f"checkpoint {expected} does not follow the one before it"
        is_special = not {"next_key", "lost_key", "accepts"}.isdisjoint(fields)
        announced = self.last.next_key if self.last else fields["key"]
        if fields["key"] != announced and fields.get("lost_key") != announced:
            return f"checkpoint {expected} is signed by a key that nobody announced"
        if (is_special or self.last is None) and not is_good(checkpoint, self.is_signed):
            return f"the signature of checkpoint {expected} is not good"
        return ""

    def _note(self, checkpoint: Checkpoint) -> None:
        fields = checkpoint.fields
        when = f"on {checkpoint.at:%d %b %Y at %H:%M} UTC (checkpoint {checkpoint.number})"
        if accepted := fields.get("accepts"):
            self.notes.append(
                f"{accepted['by']} accepted {when} that the journal is not the one that was "
                f"signed before: {' '.join(accepted['findings'][:3])} Reason: {accepted['reason']}"
            )
        if "lost_key" in fields:
            self.notes.append(
                f"Another key signs since {when}; {fields['by']} said that the one before was "
                f"lost: {fields['reason']}"
            )


def is_good(checkpoint: Checkpoint, is_signed: Callable[[str, bytes, str], bool]) -> bool:
    """Tell whether the signature of a checkpoint is good."""
    key: Any = checkpoint.fields["key"]
    return is_signed(str(key), SIGNED_AS + checkpoint.body.encode(), checkpoint.signature)
