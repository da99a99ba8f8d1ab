"""Stored files and what the database says of them: compared, tidied up, and looked into later."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from engine.bootstrap import Platform
from engine.clock import utc_now
from engine.depot import NAME, Stored
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.document import FileState, NewFile
from engine.errors import CaseErasedError, FileLostError, FileRefusedError, UnavailableError
from engine.services.documents.arrival import Arrival
from engine.services.documents.document_reading import content_of
from engine.services.documents.storing import look_into_and_store
from engine.services.journal.jotting import jot, jot_organisation
from engine.store.documents import Expected, Unseen
from engine.store.transaction import Transaction

GRACE = timedelta(days=1)
"""For so long, a file without a row may be one whose row is about to be written."""
_MOST_AT_ONCE = 100
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Compared:
    """Stored files beside their rows.

    Attributes:
        files: How many rows speak of a file.
        lost: Complaint and document of each row whose file is not there.
        damaged: The same of each whose file is not the one that was stored.
        strays: Names of files older than a day of which no row speaks.
    """

    files: int
    lost: tuple[tuple[str, int], ...]
    damaged: tuple[tuple[str, int], ...]
    strays: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything is there, as it was stored, and nothing besides."""
        return not (self.lost or self.damaged or self.strays)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was tidied up.

    Attributes:
        removed: Files of which no row spoke.
        seen: Files that were looked into.
    """

    removed: int
    seen: int


def compare(platform: Platform, *, actor: Actor = SYSTEM, reads_all: bool = False) -> Compared:
    """Compare stored files with what the database says of them; nothing is changed.

    Args:
        platform: Where both are.
        actor: Who asks.
        reads_all: Whether every file is read, and not only its size compared.

    Raises:
        NotAllowedError: The actor may not look after stored files.
        UnavailableError: Database or store do not answer.
    """
    actor.require(Deed.TEND_FILES)
    stored = {each.name: each for each in platform.depot.stored()}
    lost, damaged, files = [], [], 0
    with platform.database.read() as tx:
        for expected in tx.documents.expected():
            files += 1
            of = (expected.reference, expected.number)
            found = stored.pop(expected.storage, None)
            if found is None and not _is_there(platform, expected.storage):
                lost.append(of)
            elif _is_damaged(platform, expected, found, reads_all=reads_all):
                damaged.append(of)
    before = utc_now() - GRACE
    # What was erased meanwhile was listed before, and is gone by now.
    old = sorted(each.name for each in stored.values() if each.at < before)
    strays = tuple(name for name in old if _is_there(platform, name))
    return Compared(files, tuple(lost), tuple(damaged), strays)


def tidy(platform: Platform, *, actor: Actor = SYSTEM) -> Tidied:
    """Remove what no row speaks of, and look into files that nothing could look into before.

    Raises:
        NotAllowedError: The actor may not look after stored files.
        UnavailableError: Database or store do not answer.
    """
    actor.require(Deed.TEND_FILES)
    removed = _remove_strays(platform, utc_now() - GRACE)
    seen = sum(_look_again(platform, actor, each) for each in _unseen(platform))

    def work(tx: Transaction) -> None:
        jot_organisation(platform, tx, actor=actor, kind="files.tidied", removed=removed)

    if removed:
        platform.database.write(work)
    return Tidied(removed, seen)


def remove_files(platform: Platform, *, places: Iterable[str]) -> int:
    """Remove files whose rows are erased; return how many were there.

    Their keys are gone already. What cannot be removed now is a stray, and removed within days.
    """
    removed = 0
    for storage in places:
        try:
            removed += platform.depot.remove(storage)
        except UnavailableError:
            _log.warning("file.not-removed", storage=storage)
    return removed


def _remove_strays(platform: Platform, before: datetime) -> int:
    old = [each.name for each in platform.depot.stored() if each.at < before]
    removed = 0
    for name in old:
        with platform.database.read() as tx:
            is_known = tx.documents.is_known(name)
        if not is_known and (NAME.fullmatch(name) or name.endswith(".part")):
            removed += platform.depot.remove(name)
    for left in platform.arriving.glob("*"):
        if left.stat().st_mtime < before.timestamp():
            left.unlink(missing_ok=True)
            removed += 1
    return removed


def _unseen(platform: Platform) -> tuple[Unseen, ...]:
    with platform.database.read() as tx:
        return tx.documents.unseen(_MOST_AT_ONCE)


def _look_again(platform: Platform, actor: Actor, unseen: Unseen) -> bool:
    """Look into a file that waits for it; tell whether that was possible."""
    with platform.database.read() as tx:
        case = tx.cases.get(unseen.reference)
        key = tx.documents.key_of(case.id, unseen.id, unseen.storage)
    with Arrival(platform.arriving, largest=platform.policy.documents.largest) as arrival:
        try:
            for piece in content_of(platform, storage=unseen.storage, key=key):
                arrival.write(piece)
            found: NewFile | str = look_into_and_store(platform, arrival=arrival, name="")
        except FileRefusedError as refusal:
            found = refusal.why
        except UnavailableError:
            return False
    if isinstance(found, NewFile) and found.state is FileState.UNSEEN:
        platform.depot.remove(found.storage)
        return False
    _keep_what_was_found(platform, actor, unseen, found)
    return True


def _keep_what_was_found(
    platform: Platform, actor: Actor, unseen: Unseen, found: NewFile | str
) -> None:
    """Let the row say what was found; a file that would have been refused stays, and is held."""
    state = FileState.HELD if isinstance(found, str) else found.state

    def work(tx: Transaction) -> None:
        case = tx.cases.take(unseen.reference)
        if isinstance(found, str):
            tx.documents.hold(unseen.id, found)
        else:
            tx.documents.put_in_place(case.id, unseen.id, found)
        told = {"document": unseen.number, "state": state.value}
        jot(platform, tx, case=case, actor=actor, kind="document.inspected", **told)

    if isinstance(found, str):
        platform.database.write(work)
        return
    try:
        platform.database.write(work)
    except CaseErasedError:
        remove_files(platform, places=[found.storage])
    else:
        remove_files(platform, places=[unseen.storage])


def _is_damaged(
    platform: Platform, expected: Expected, found: Stored | None, *, reads_all: bool
) -> bool:
    if found is not None and found.size != expected.size:
        return True
    return reads_all and not _is_as_stored(platform, expected)


def _is_there(platform: Platform, storage: str) -> bool:
    try:
        platform.depot.open(storage).close()
    except FileLostError:
        return False
    return True


def _is_as_stored(platform: Platform, expected: Expected) -> bool:
    digest = hashlib.sha256()
    with platform.depot.open(expected.storage) as file:
        while piece := file.read(2**20):
            digest.update(piece)
    return digest.hexdigest() == expected.sha256
