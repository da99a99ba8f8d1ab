"""Following the chains of cases: all in their order, or two halves at once.

Hashing and unsealing take all of a processor, and no thread of ours can help. So a large journal
is followed from both its start and its middle, the second half in a process of its own, with its
own view of the database. Both views are sound: events are only ever added, and what a case and
its chain say of each other is read in one view.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from engine.domain.checkpoint import CHUNK
from engine.domain.verification import (
    Against,
    Chain,
    Finding,
    Head,
    ending,
    follow,
    personal_problem,
)
from engine.keyring import Keyring
from engine.services.journal.examination import ILLEGIBLE, Examination
from engine.store.database import Database
from engine.store.journal_stream import ALL, Cases, legible

_EVERY = 20_000
"""Events between two words of progress."""
WORTH = 100_000
"""Events from which on a second process is faster than one: it takes a second to start."""
_START = multiprocessing.get_context("spawn")


class Followed(NamedTuple):
    """What following some cases has shown.

    Attributes:
        present: Numbers of the cases that are there.
        tracked: What was computed for each checkpoint.
    """

    cases: int
    events: int
    present: set[int]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    tracked: tuple[Against, ...]


def check(search: Examination, tracked: Sequence[Against], beside: Database | None = None) -> None:
    """Follow the chain of every case, and compare it with what was signed.

    Args:
        search: Gets the findings.
        tracked: One for each checkpoint that the journal must lead back to.
        beside: Where a second process reads; None for one process.
    """
    if tracked:
        tracked[-1].keeps_ends = True
    stream = search.tx.journal.stream
    expected = stream.expected()
    middle = stream.middle() // CHUNK * CHUNK
    if beside is None or expected < WORTH or not middle or (os.cpu_count() or 1) < 2:
        present = _follow(search, tracked, ALL, _telling(search, expected))
    else:
        present = _follow_halves(search, tracked, middle, beside, expected)
    for against in tracked:
        search.findings += against.finish(present.__contains__)
    if search.progress:
        search.progress(search.events, max(expected, search.events))


def _follow_halves(
    search: Examination, tracked: Sequence[Against], middle: int, beside: Database, expected: int
) -> set[int]:
    """Follow the first half here and the second in another process; return the cases there."""
    behind = Cases(middle, None)
    helper = _Helper(beside, behind, [each.part(middle) for each in tracked])
    with ExitStack() as opened:
        opened.callback(helper.end)
        tell = _telling(search, expected, helper)
        present = _follow(search, tracked, Cases(None, middle), tell)
        followed = helper.wait(lambda: tell(0))
    if followed is None:  # it could not, or was ended: nothing was taken over from it
        return present | _follow(search, tracked, behind, _telling(search, expected))
    search.cases += followed.cases
    search.events += followed.events
    search.findings += followed.findings
    for note in followed.notes:
        search.note(note)
    for against, part in zip(tracked, followed.tracked, strict=True):
        against.join(part)
    return present | followed.present


def _telling(
    search: Examination, expected: int, helper: "_Helper | None" = None
) -> Callable[[int], None]:
    """Return what counts events, and tells of progress now and then."""
    told = 0

    def tell(events: int) -> None:
        nonlocal told
        search.events += events
        if search.progress is None or (search.events - told < _EVERY and events):
            return
        told = search.events
        if helper:
            helper.listen()
        seen = search.events + (helper.seen if helper else 0)
        search.progress(seen, max(expected, seen))

    return tell


# One process


def _follow(
    search: Examination, tracked: Sequence[Against], cases: Cases, tell: Callable[[int], None]
) -> set[int]:
    """Follow the chains of some cases; return the numbers of those that are there."""
    stream = search.tx.journal.stream
    present = set[int]()
    search.read_values(cases)
    with closing(stream.rows(cases)) as rows, closing(stream.heads(cases)) as heads:
        chains = follow(rows, _wanted(tracked), stream.spelled)
        for head, chain in _joined(heads, chains):
            if chain:
                tell(chain.length)
            _check_case(search, head, chain, tracked)
            if head:
                present.add(head.case_id)
    for against in tracked:
        against.close()
    return present


def _wanted(tracked: Iterable[Against]) -> dict[int, tuple[int, ...]]:
    wanted: dict[int, tuple[int, ...]] = {}
    for against in tracked:
        for case_id, seq in against.ends.items():
            wanted[case_id] = (*wanted.get(case_id, ()), seq)
    return wanted


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
    search: Examination, head: Head | None, chain: Chain | None, tracked: Sequence[Against]
) -> None:
    problems = []
    if head is None:
        if chain:
            search.found("(no case)", f"{chain.length} events belong to no case")
    else:
        search.cases += 1
        problems.append(ending(chain, head) or personal_problem_in(search, head, chain))
    if chain and type(chain.case_id) is int:
        problems += [against.take(chain) for against in tracked]
    for problem in dict.fromkeys(filter(None, problems)):
        search.found(head.reference if head else "(no case)", problem)


def personal_problem_in(search: Examination, head: Head, chain: Chain | None) -> str:
    """Return what is wrong with what is personal in a case; empty for nothing."""
    if search.values is None or search.values.is_lost:
        return ""
    values = search.values.of(head.case_id)
    has_no_key = head.case_id in search.values.keyless and not head.is_erased
    if has_no_key or search.values.has_ended_early():
        return ""
    return personal_problem(chain, values, is_erased=bool(head.is_erased))


# Another process


class _Helper:
    """Follows some cases in a process of its own, and tells how far it is.

    Attributes:
        seen: Events that it has followed, as it has told.
    """

    def __init__(self, database: Database, cases: Cases, tracked: Sequence[Against]) -> None:
        self.seen = 0
        self._pipe, theirs = _START.Pipe(duplex=False)
        url = database.engine.url.render_as_string(hide_password=False)
        given = (theirs, url, database.keyring.path, cases, tuple(tracked))
        self._process = _START.Process(target=_follow_there, args=given, daemon=True)
        self._process.start()
        theirs.close()
        self._followed: Followed | None = None
        self._is_over = False

    def listen(self) -> None:
        """Hear what it has told by now, if anything."""
        while not self._is_over and self._pipe.poll():
            self._hear()

    def wait(self, tell: Callable[[], None]) -> Followed | None:
        """Return what it found; None when it ended without that.

        Args:
            tell: Is called whenever it has told how far it is.
        """
        while not self._is_over:
            self._hear()
            tell()
        return self._followed

    def end(self) -> None:
        """Let no process be left behind."""
        self._process.terminate()
        self._process.join()
        self._process.close()
        self._pipe.close()

    def _hear(self) -> None:
        try:
            told = self._pipe.recv()
        except EOFError:
            self._is_over = True
            return
        if isinstance(told, Followed):
            self._followed, self._is_over = told, True
            self.seen = 0  # they are counted with what it found
        else:
            self.seen = told


def _follow_there(
    pipe: Connection, url: str, key_file: Path, cases: Cases, tracked: tuple[Against, ...]
) -> None:
    """Follow some cases, and send what was found, unless something there cannot be read."""
    database = Database(url, Keyring(key_file))
    with closing(pipe), closing(database), database.read() as tx:
        search = Examination(tx, lambda seen, _: pipe.send(seen))
        with suppress(*ILLEGIBLE), legible():
            present = _follow(search, tracked, cases, _telling(search, 0))
            found, notes = tuple(search.findings), tuple(search.notes)
            followed = Followed(search.cases, search.events, present, found, notes, tracked)
            search.let_go()
            pipe.send(followed)
