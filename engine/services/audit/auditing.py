"""Proof that nothing was altered (ISO 10002:2018, 4.9 and 8.5)."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.checkpoint import CHUNK
from engine.domain.verification import Against, CheckpointChain, ending, follow
from engine.errors import InvalidInputError
from engine.services.accounts import reach
from engine.services.journal import chains, checkpoints, signed
from engine.services.journal.chains import personal_problem_in
from engine.services.journal.checkpoint_file import CheckpointFile
from engine.services.journal.examination import Examination, Progress, Verification
from engine.signing import is_signed
from engine.store.database import Database
from engine.store.journal_stream import only
from engine.store.transaction import Transaction


def verify_journal(
    platform: Platform,
    *,
    actor: Actor,
    reference: str | None = None,
    period: tuple[datetime, datetime] | None = None,
    copy: Path | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Check the chains of events and what was signed of them: of every case, or of some.

    Args:
        platform: Where the journal is.
        actor: Who asks.
        reference: One case alone.
        period: Only cases that have an event from the first moment on and before the second.
        copy: A copy of the file of checkpoints that was kept elsewhere; None for our own.
        progress: Is told how far it is.

    Raises:
        NotAllowedError: The actor may not verify the journal.
        NotFoundError: No complaint has this reference.
        InvalidInputError: The copy cannot be read.
    """
    actor.require(Deed.VERIFY)
    if copy is not None and not copy.is_file():
        raise InvalidInputError({"": f"There is no file {copy}."})
    with platform.database.read() as tx:
        if reference is None and period is None:
            beside = platform.database
            return check_all(platform, tx, copy=copy, progress=progress, beside=beside)
        search = Examination(tx, progress)
        if reference is not None:
            case = reach.case_of(platform, tx, actor=actor, deed=Deed.VERIFY, reference=reference)
            _check_some(search, [case.id])
        elif period is not None:
            _check_some(search, tx.journal.cases_between(*period))
        return search.told()


# Everything


def check_all(
    platform: Platform,
    tx: Transaction,
    *,
    copy: Path | None = None,
    progress: Progress | None = None,
    beside: Database | None = None,
) -> Verification:
    """Check everything that one transaction sees; see ``verify_journal``.

    Args:
        platform: Where the journal is.
        tx: Sees it.
        copy: A copy of the file of checkpoints.
        progress: Is told how far it is.
        beside: Where a second process may read what is stored; None where the transaction sees
            what is not.
    """
    search = Examination(tx, progress)
    chain = CheckpointChain(is_signed)
    tracked: list[Against] = []
    with search.reading("(checkpoints)"):
        chain, states = signed.check_checkpoints(search, signed.old_number(search, copy))
        tracked = [Against(checkpoint, ends) for checkpoint, ends in states]
    with search.reading("(journal)"):
        chains.check(search, tracked, beside)
    if chain.last and tracked:
        with search.reading("(checkpoints)"):
            signed.check_memory(search, tracked[-1])
    with search.reading("(organisation)"):
        signed.check_organisation(search, [against.checkpoint for against in tracked])
    signed.check_key(search, checkpoints.signing_key(platform), chain.last)
    file = CheckpointFile(copy) if copy else checkpoints.file_of(platform)
    with search.reading("(file)"):
        signed.check_file(search, file, chain.last)
    return search.told()


# Some cases


def _check_some(search: Examination, case_ids: Iterable[int]) -> None:
    """Check cases one by one, with what the last checkpoint says of them."""
    for case_id in case_ids:
        head = next(search.tx.journal.stream.heads(only(case_id)))
        chunk = search.tx.checkpoints.kept_ends(case_id // CHUNK)
        kept = chunk.get(case_id)
        wanted = {case_id: (kept.seq,)} if kept else {}
        stream = search.tx.journal.stream
        chain = next(follow(stream.rows(only(case_id)), wanted, stream.spelled), None)
        search.read_values(only(case_id))
        search.cases += 1
        search.events += chain.length if chain else 0
        if problem := ending(chain, head) or personal_problem_in(search, head, chain):
            search.found(head.reference, problem)
        elif kept and chain and not (chain.at.get(kept.seq) or "").startswith(kept.mark):
            search.found(
                head.reference,
                f"it was rewritten: event {kept.seq} is not the one that was signed",
            )
