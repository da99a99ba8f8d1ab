"""Checkpoints: every ten minutes it is signed where the journal stands (ISO 10002:2018, 8.5).

What was signed cannot be taken away, set back or rewritten without being found, as long as the key
file or a copy of the file of checkpoints is out of reach of whoever did it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.checkpoint import (
    SIGNED_AS,
    Checkpoint,
    Chunk,
    Draft,
    End,
    changes_text,
    chunk_of,
)
from engine.errors import ConflictError, JournalAlteredError
from engine.services.bulk.reason import needed
from engine.services.journal.checkpoint_file import CheckpointFile
from engine.services.journal.jotting import jot_organisation
from engine.signing import SigningKey
from engine.store.checkpoints import KeptEnd, Stored, ends_text
from engine.store.transaction import Transaction

KEY_FILE = "journal-key.pem"
FILE = ("journal", "checkpoints.jsonl")


@dataclass
class _Look:
    """What a look at the ends of all chains has found.

    Attributes:
        last: The checkpoint before; None for the first.
        chunks: All chunks as they are now, by number.
        moved: The chunks that are not as they were, with their ends as they are kept.
        changes: How many events each case has whose end moved, 0 for one that is gone.
        wrong: Sentences on cases that could not have come to where they are.
    """

    last: Stored | None
    chunks: dict[int, Chunk]
    last_event: int
    organisation: tuple[int, str]
    moved: dict[int, tuple[Chunk, str]] = field(default_factory=dict)
    changes: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of the checkpoint that comes next."""
        return self.last.number + 1 if self.last else 1

    @property
    def has_news(self) -> bool:
        """Tell whether anything happened since the checkpoint before."""
        known = self.last.checkpoint.fields["organisation"] if self.last else None
        return bool(self.changes) or list(self.organisation) != known

    def note(self, number: int, ends: list[End], kept: Mapping[int, KeptEnd]) -> None:
        """Compare the ends of a chunk with those of the checkpoint before."""
        chunk = chunk_of(number, ends)
        if chunk == self.chunks.get(number):
            return
        now = {end.case_id: end for end in ends}
        for case_id, was in kept.items():
            if case_id not in now:
                self.changes[case_id] = 0
                self.wrong.append(
                    f"Complaint number {case_id} is gone; it had {was.seq} events at the last "
                    "checkpoint."
                )
            elif not was.fits(now[case_id]):
                self.wrong.append(
                    f"Complaint number {case_id} was rewritten or cut short since the last "
                    f"checkpoint, when it had {was.seq} events; it has {now[case_id].seq}."
                )
        self.changes |= {end.case_id: end.seq for end in ends if not _is_same(kept, end)}
        self.chunks[number] = chunk
        self.moved[number] = (chunk, ends_text(ends))


def _is_same(kept: Mapping[int, KeptEnd], end: End) -> bool:
    was = kept.get(end.case_id)
    return was is not None and was.is_end(end)


def make(
    platform: Platform, *, actor: Actor = SYSTEM, looks_at_all: bool = False
) -> Checkpoint | None:
    """Sign where every chain ends now, if anything happened since the last checkpoint.

    Args:
        platform: Where the journal is.
        actor: Who asks.
        looks_at_all: Look at every case, not only at those with new events, and sign in any case.

    Returns:
        The checkpoint; None when nothing happened, or somebody else signed at the same moment.

    Raises:
        NotAllowedError: The actor may not run jobs.
        JournalAlteredError: Nothing is signed, because the journal is not the one that was.
        KeyLostError: The key that signed the last one is not there.
    """
    actor.require(Deed.RUN_JOBS)
    look = _looked(platform, looks_at_all=looks_at_all)
    if wrong := [*_set_back(platform, look), *look.wrong]:
        raise JournalAlteredError(wrong)
    if not look.has_news and not looks_at_all:
        _catch_up(platform)
        return None
    return _sign(platform, actor, look, {})


def accept(platform: Platform, *, actor: Actor, reason: str) -> Checkpoint | None:
    """Sign the journal as it is, although it is not the one that was signed: after a restore.

    What was signed before and is not there any more stays in the file of checkpoints, and every
    verification tells of it, who accepted it and why.

    Raises:
        NotAllowedError: The actor may not verify the journal.
        InvalidInputError: There is no reason.
        ConflictError: There is nothing to accept.
        KeyLostError: The key that signed the last one is not there.
    """
    actor.require(Deed.VERIFY)
    why = needed("Reason", reason)
    look = _looked(platform, looks_at_all=True)
    wrong = [*_set_back(platform, look), *look.wrong]
    if not wrong:
        raise ConflictError("The journal is the one that was signed; there is nothing to accept.")
    told = {"accepts": {"by": actor.username, "reason": why, "findings": wrong[:20]}}
    return _sign(platform, actor, look, told)


def renew_key(
    platform: Platform, *, actor: Actor, reason: str, is_lost: bool = False
) -> Checkpoint | None:
    """Let another key sign from now on; both stand in the chain of checkpoints.

    Args:
        platform: Where the journal is.
        actor: Who asks.
        reason: Why.
        is_lost: The key before is not there to sign for the new one, which every verification
            will tell.

    Raises:
        NotAllowedError: The actor may not administer.
        InvalidInputError: There is no reason.
        JournalAlteredError: The journal is not the one that was signed.
        KeyLostError: The key is not there, and was not said to be lost.
    """
    actor.require(Deed.ADMINISTER)
    told: dict[str, Any] = {"reason": needed("Reason", reason), "by": actor.username}
    look = _looked(platform, looks_at_all=False)
    if wrong := [*_set_back(platform, look), *look.wrong]:
        raise JournalAlteredError(wrong)
    key = signing_key(platform)
    public = key.prepare_next()
    if is_lost:
        key.become(public)
        return _sign(platform, actor, look, {"lost_key": _expected_key(look), **told})
    signed = _sign(platform, actor, look, {"next_key": public, **told})
    if signed:
        key.become(public)
    return signed


def signing_key(platform: Platform) -> SigningKey:
    """Return the key that signs; its file lies beside that of the other keys."""
    return SigningKey(platform.keyring.path.with_name(KEY_FILE))


def file_of(platform: Platform) -> CheckpointFile:
    """Return the file of checkpoints of this installation."""
    return CheckpointFile(platform.home.joinpath(*FILE))


def _looked(platform: Platform, *, looks_at_all: bool) -> _Look:
    with platform.database.read() as tx:
        stored = tx.checkpoints
        last = stored.last(2)
        look = _Look(
            last=last[0] if last else None,
            chunks=stored.chunks(),
            last_event=stored.last_event(),
            organisation=tx.organisation.end(),
        )
        if look.last and look.organisation[0] < look.last.checkpoint.fields["organisation"][0]:
            look.wrong.append("Events of the organisation are missing at the end of its chain.")
        for number, ends in _ends(tx, look, last, looks_at_all=looks_at_all):
            look.note(number, ends, stored.kept_ends(number))
    return look


def _ends(
    tx: Transaction, look: _Look, last: tuple[Stored, ...], *, looks_at_all: bool
) -> Iterator[tuple[int, list[End]]]:
    """Yield the chunks that may have changed, with their ends.

    A transaction may be given its numbers in the journal early and be stored late. So everything
    is looked at again that came since the checkpoint before the last.
    """
    if not looks_at_all and len(last) > 1:
        after = last[1].checkpoint.fields["last_event"]
        for number in sorted(tx.checkpoints.touched_chunks(after_event=after)):
            yield number, tx.checkpoints.ends(number)
        return
    seen = set()
    for number, ends in tx.checkpoints.all_ends():
        seen.add(number)
        yield number, ends
    for number in sorted(set(look.chunks) - seen):
        yield number, []


def _set_back(platform: Platform, look: _Look) -> Iterator[str]:
    """Yield a sentence if the database is older than the file of checkpoints."""
    in_file = file_of(platform).last()
    if in_file is None:
        return
    last = look.last.number if look.last else 0
    if in_file.number > last:
        yield (
            f"The file of checkpoints ends with number {in_file.number} and the database with "
            f"{last}: the database was set back to an older state."
        )
        return
    with platform.database.read() as tx:
        found = next(tx.checkpoints.behind(in_file.number - 1), None)
    if found is None or found.checkpoint != in_file:
        yield (
            f"Checkpoint {in_file.number} of the database is not the one in the file of "
            "checkpoints: one of them was replaced."
        )


def _expected_key(look: _Look) -> str:
    return look.last.checkpoint.next_key if look.last else ""


def _sign(
    platform: Platform, actor: Actor, look: _Look, why: Mapping[str, Any]
) -> Checkpoint | None:
    key = signing_key(platform)
    if look.last is None:
        key.make()
    elif "lost_key" not in why:
        key.become(_expected_key(look))
    public = key.public

    def store(tx: Transaction) -> Checkpoint | None:
        tx.organisation.take_end()
        if tx.checkpoints.last() != ((look.last,) if look.last else ()):
            return None
        jot_organisation(platform, tx, actor=actor, kind="checkpoint.made", number=look.number)
        changes = changes_text(look.changes)
        body = Draft(
            number=look.number,
            at=platform.now(),
            chunks=[chunk for _, chunk in sorted(look.chunks.items()) if chunk.cases],
            changes=changes,
            last_event=look.last_event,
            organisation=tx.organisation.end(),
            previous=look.last.checkpoint.digest if look.last else "",
            key=public,
            why=why,
        ).body
        checkpoint = Checkpoint(body, key.sign(SIGNED_AS + body.encode()))
        tx.checkpoints.add(checkpoint, changes=changes)
        for chunk, ends in look.moved.values():
            tx.checkpoints.keep_chunk(chunk, ends)
        return checkpoint

    signed = platform.database.write(store)
    if signed is not None and "accepts" in why:
        file_of(platform).add([signed])
    else:
        _catch_up(platform)
    return signed


def _catch_up(platform: Platform) -> None:
    """Add to the file what the database has behind its last line, as after a power cut."""
    file = file_of(platform)
    in_file = file.last()
    with platform.database.read() as tx:
        missing = [each.checkpoint for each in tx.checkpoints.behind(number_of(in_file))]
    if missing:
        file.add(missing)


def number_of(checkpoint: Checkpoint | None) -> int:
    """Return the number of a checkpoint, 0 for none."""
    return checkpoint.number if checkpoint else 0
