"""Proof that nothing was altered (ISO 10002:2018, 4.9 and 8.5)."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.checkpoint import CHUNK
from engine.domain.verification import (
    Against,
    Chain,
    CheckpointChain,
    Head,
    ending,
    follow,
    personal_problem,
)
from engine.errors import InvalidInputError
from engine.services import checkpoints, reach, signed
from engine.services.checkpoint_file import CheckpointFile
from engine.services.examination import Examination, Progress, Verification
from engine.signing import is_signed
from engine.store.journal_stream import legible
from engine.store.transaction import Transaction

_EVERY = 20_000
"""Events between two words of progress."""


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
            return check_all(platform, tx, copy=copy, progress=progress)
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
) -> Verification:
    """Check everything that one transaction sees; see ``verify_journal``."""
    search = Examination(tx, progress)
    chain = CheckpointChain(is_signed)
    tracked: list[Against] = []
    with _legible(search, "(checkpoints)"):
        chain, states = signed.check_checkpoints(search, signed.old_number(search, copy))
        tracked = [Against(checkpoint, ends) for checkpoint, ends in states]
    with _legible(search, "(journal)"):
        _check_cases(search, tracked)
    if chain.last and tracked:
        with _legible(search, "(checkpoints)"):
            signed.check_memory(search, tracked[-1])
    with _legible(search, "(organisation)"):
        signed.check_organisation(search, [against.checkpoint for against in tracked])
    signed.check_key(search, checkpoints.signing_key(platform), chain.last)
    file = CheckpointFile(copy) if copy else checkpoints.file_of(platform)
    with _legible(search, "(file)"):
        signed.check_file(search, file, chain.last)
    return search.told()


@contextmanager
def _legible(search: Examination, where: str) -> Generator[None]:
    """Take for a finding what Redress would never have written, and so cannot read."""
    try:
        with legible():
            yield
    except (ValueError, TypeError, AttributeError, LookupError) as damage:
        search.found(where, f"something stands there that cannot be read ({type(damage).__name__})")


def _check_cases(search: Examination, tracked: list[Against]) -> None:
    """Follow the chain of every case, and compare it with what was signed."""
    if tracked:
        tracked[-1].keeps_ends = True
    stream = search.tx.journal.stream
    present = set[int]()
    search.read_values()
    with closing(stream.rows()) as rows, closing(stream.heads()) as heads:
        chains = _counted(search, follow(rows, _wanted(tracked), stream.spelled))
        for head, chain in _joined(heads, chains):
            _check_case(search, head, chain, tracked)
            if head:
                present.add(head.case_id)
    for against in tracked:
        search.findings += against.finish(present.__contains__)


def _wanted(tracked: Iterable[Against]) -> dict[int, tuple[int, ...]]:
    wanted: dict[int, tuple[int, ...]] = {}
    for against in tracked:
        for case_id, seq in against.ends.items():
            wanted[case_id] = (*wanted.get(case_id, ()), seq)
    return wanted


def _counted(search: Examination, chains: Iterator[Chain]) -> Iterator[Chain]:
    """Count events, and tell of progress now and then."""
    expected, told = search.tx.journal.stream.expected(), 0
    for chain in chains:
        search.events += chain.length
        if search.progress and search.events - told >= _EVERY:
            told = search.events
            search.progress(told, expected)
        yield chain
    if search.progress:
        search.progress(search.events, max(expected, search.events))


def _joined(
    heads: Iterator[Head], chains: Iterator[Chain]
) -> Iterator[tuple[Head | None, Chain | None]]:
    """Yield each case with its chain; both come in order of the cases."""
    head, chain = next(heads, None), next(chains, None)
    while head or chain:
        if chain and type(chain.case_id) is not int:
            yield None, chain
            chain = next(chains, None)
        elif head and (chain is None or head.case_id < chain.case_id):
            yield head, None
            head = next(heads, None)
        elif chain and (head is None or chain.case_id < head.case_id):
            yield None, chain
            chain = next(chains, None)
        else:
            yield head, chain
            head, chain = next(heads, None), next(chains, None)


def _check_case(
    search: Examination, head: Head | None, chain: Chain | None, tracked: list[Against]
) -> None:
    problems = []
    if head is None:
        if chain:
            search.found("(no case)", f"{chain.length} events belong to no case")
    else:
        search.cases += 1
        problems.append(ending(chain, head) or _personal_problem(search, head, chain))
    if chain and type(chain.case_id) is int:
        problems += [against.take(chain) for against in tracked]
    for problem in dict.fromkeys(filter(None, problems)):
        search.found(head.reference if head else "(no case)", problem)


def _personal_problem(search: Examination, head: Head, chain: Chain | None) -> str:
    """Return what is wrong with what is personal in a case; empty for nothing."""
    if search.values is None or search.values.is_lost:
        return ""
    values = search.values.of(head.case_id)
    has_no_key = head.case_id in search.values.keyless and not head.is_erased
    if has_no_key or search.values.has_ended_early():
        return ""
    return personal_problem(chain, values, is_erased=bool(head.is_erased))


# Some cases


def _check_some(search: Examination, case_ids: Iterable[int]) -> None:
    """Check cases one by one, with what the last checkpoint says of them."""
    for case_id in case_ids:
        head = next(search.tx.journal.stream.heads(case_id))
        chunk = search.tx.checkpoints.kept_ends(case_id // CHUNK)
        kept = chunk.get(case_id)
        wanted = {case_id: (kept.seq,)} if kept else {}
        stream = search.tx.journal.stream
        chain = next(follow(stream.rows(case_id), wanted, stream.spelled), None)
        search.read_values(case_id)
        search.cases += 1
        search.events += chain.length if chain else 0
        if problem := ending(chain, head) or _personal_problem(search, head, chain):
            search.found(head.reference, problem)
        elif kept and chain and not (chain.at.get(kept.seq) or "").startswith(kept.mark):
            search.found(
                head.reference,
                f"it was rewritten: event {kept.seq} is not the one that was signed",
            )
