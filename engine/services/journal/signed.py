"""Comparing checkpoints with each other, with their file and with what is remembered of them."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from engine.domain import journal
from engine.domain.checkpoint import CHUNK, Checkpoint, End, from_line, read_changes
from engine.domain.verification import Against, CheckpointChain, Signed, is_good
from engine.services.journal.checkpoint_file import CheckpointFile
from engine.services.journal.examination import Examination
from engine.signing import SigningKey, is_signed
from engine.store.checkpoints import KeptEnd, ends_text


def check_checkpoints(
    search: Examination, old: int
) -> tuple[CheckpointChain, list[tuple[Checkpoint, Mapping[int, int]]]]:
    """Follow the checkpoints; return the last sound one, and an old one, with their ends."""
    chain, ends = CheckpointChain(is_signed), dict[int, int]()
    states: list[tuple[Checkpoint, Mapping[int, int]]] = []
    for row in search.tx.checkpoints.behind(0):
        changes = hashlib.sha256(row.changes.encode()).hexdigest()
        if not chain.take(Signed(row.number, row.checkpoint, changes)):
            break
        if "accepts" in row.checkpoint.fields:
            states.clear()  # what was signed before is not there any more, and that was accepted
        with suppress(ValueError):
            ends |= read_changes(row.changes)
        if row.number == old:
            states.append((row.checkpoint, {c: seq for c, seq in ends.items() if seq}))
    search.findings += chain.findings
    search.notes += chain.notes
    if chain.last is None:
        return chain, states
    if not is_good(chain.last, is_signed):
        search.found(
            "(checkpoints)", f"the signature of checkpoint {chain.last.number} is not good"
        )
    if chain.last.number != old:
        states.append((chain.last, {c: seq for c, seq in ends.items() if seq}))
    return chain, states


def old_number(search: Examination, copy: Path | None) -> int:
    """Return the number of the last checkpoint in a copy, to which the journal must lead back."""
    if copy is None:
        return 0
    numbers = []
    for line in CheckpointFile(copy).lines():
        with suppress(ValueError):
            numbers.append(from_line(line).number)
    if not numbers:
        search.found("(file)", f"{copy} holds no checkpoint")
    return numbers[-1] if numbers else 0


def check_memory(search: Examination, against: Against) -> None:
    """Compare what is remembered of the last checkpoint; it tells which case was rewritten."""
    stored = search.tx.checkpoints
    remembered = stored.chunks()
    for number in sorted(remembered.keys() | against.chunks.keys()):
        ends = against.texts.get(number, [])
        same = remembered.get(number) == against.chunks.get(number)
        if not (same and stored.kept_text(number) == ends_text(ends)):
            _tell_of_chunk(search, number, {end.case_id: end for end in ends}, against)


def _tell_of_chunk(
    search: Examination, number: int, ends: Mapping[int, End], against: Against
) -> None:
    """Say which case of a chunk was rewritten, or that what is remembered was changed."""
    kept = dict[int, KeptEnd]()
    with suppress(ValueError, TypeError, IndexError):
        kept = search.tx.checkpoints.kept_ends(number)
    if against.agrees:
        first, last = number * CHUNK, (number + 1) * CHUNK - 1
        search.found(
            "(checkpoints)",
            f"what is remembered of complaints number {first} to {last} was changed",
        )
        return
    for case_id in kept.keys() & ends.keys():
        if not kept[case_id].is_end(ends[case_id]):
            name = search.tx.cases.get_by_id(case_id).reference
            what = f"it was rewritten: event {kept[case_id].seq} is not the one that was signed"
            search.found(name, what)


def check_organisation(search: Examination, signed: Iterable[Checkpoint]) -> None:
    """Check the chain of what belongs to no case."""
    own = tuple(search.tx.organisation.events())
    search.events += len(own)
    last_seq, head = search.tx.organisation.end()
    if problem := journal.verify(own, head=head, last_seq=last_seq):
        search.found("(organisation)", problem)
    hashes = {event.seq: event.hash for event in own}
    for checkpoint in signed:
        seq, known = checkpoint.fields["organisation"]
        if seq and hashes.get(seq) != known:
            search.found(
                "(organisation)",
                f"event {seq} is not the one that checkpoint {checkpoint.number} was signed for",
            )


def check_key(search: Examination, key: SigningKey, last: Checkpoint | None) -> None:
    """Compare the key of the last checkpoint with ours."""
    if last is None or not key.exists():
        return
    if not key.knows(last.next_key):
        search.found("(checkpoints)", "they were signed by a key that is not ours")


def check_file(search: Examination, file: CheckpointFile, last: Checkpoint | None) -> None:
    """Compare the file of checkpoints with those of the database."""
    if not file.exists():
        if last:
            search.found("(file)", f"the file of checkpoints {file.path} is missing")
        return
    stored = {row.number: row.checkpoint for row in search.tx.checkpoints.behind(0)}
    accepted = {number for number, each in stored.items() if _accepts(each)}
    before = 0
    for place, line in enumerate(file.lines(), 1):
        try:
            found = from_line(line)
        except ValueError:
            search.found("(file)", f"line {place} of {file.path} is no checkpoint")
            continue
        if found.number != before + 1 and not (place > 1 and _accepts(found)):
            search.found("(file)", f"line {place} of {file.path} does not follow the one before it")
        before = found.number
        if stored.get(found.number) != found and not any(n <= found.number for n in accepted):
            search.found("(file)", _missing(found, len(stored)))
    if before < len(stored) and last:
        search.notes.append(
            f"{file.path} ends with checkpoint {before}, and the database with {len(stored)}."
        )


def _accepts(checkpoint: Checkpoint) -> bool:
    with suppress(ValueError, TypeError, AttributeError):
        return "accepts" in checkpoint.fields
    return False


def _missing(found: Checkpoint, last: int) -> str:
    if found.number > last:
        return (
            f"checkpoint {found.number}, signed on {found.at:%d %b %Y at %H:%M} UTC, is not in the "
            "database: it was set back to an older state"
        )
    return f"checkpoint {found.number} is not the one in the database"
