"""One examination of the journal while it runs: what it has seen and found so far."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.domain.verification import Finding, Value
from engine.errors import KeyLostError
from engine.store.journal_stream import ALL, Cases, legible
from engine.store.transaction import Transaction

ILLEGIBLE = (ValueError, TypeError, AttributeError, LookupError)
"""What reading raises where something stands that Redress would never have written."""

Progress = Callable[[int, int], object]
"""Is told how many events were looked at, and how many there are."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the journal found.

    Attributes:
        broken: Reference of each case whose chain does not hold, and why; ``(organisation)``
            for the chain of what belongs to no case, ``(no case)`` for events of a case that is
            not there, ``(checkpoints)`` and ``(file)`` for what was signed.
        notes: What is no fault and must be known: a restore that was accepted, a lost key.
        checkpoint: Number of the last one; 0 when nothing was signed yet.
    """

    cases: int
    events: int
    broken: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    checkpoint: int = 0


@dataclass
class Examination:
    """One verification while it runs."""

    tx: Transaction
    progress: Progress | None
    cases: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: "Values | None" = None

    def told(self) -> Verification:
        """Return what was found."""
        number = 0
        with self.reading("(checkpoints)"):
            last = self.tx.checkpoints.last()
            number = last[0].number if last else 0
        self.let_go()
        found = tuple(self.findings)
        return Verification(self.cases, self.events, found, tuple(self.notes), number)

    def read_values(self, cases: Cases = ALL) -> None:
        """Begin to read what is personal."""
        self.let_go()
        self.values = Values(self, cases)

    def note(self, what: str) -> None:
        """Note what is no fault, once."""
        if what not in self.notes:
            self.notes.append(what)

    def let_go(self) -> None:
        """Close what is read from the database; it must not outlive the transaction."""
        if self.values is not None:
            self.values.close()

    @contextmanager
    def reading(self, where: str) -> Generator[None]:
        """Take for a finding what Redress would never have written, and so cannot read."""
        try:
            with legible():
                yield
        except ILLEGIBLE as damage:
            self.found(
                where, f"something stands there that cannot be read ({type(damage).__name__})"
            )

    def found(self, where: str, what: str) -> None:
        """Note something that is wrong."""
        self.findings.append(Finding(where, what))


class Values:
    """Hands out what is personal, case by case in their order; nothing where the key is lost."""

    def __init__(self, search: Examination, cases: Cases = ALL) -> None:
        self._search = search
        self._values = search.tx.journal.all_values(cases)
        self.is_lost = False
        self.keyless = set[int]()
        self._next = self._read()

    def of(self, case_id: int) -> dict[int, str | None]:
        """Return commitments to what lies beside the journal of a case, by number of the event."""
        found: dict[int, str | None] = {}
        while self._next and self._next.case_id <= case_id:
            if self._next.case_id == case_id and not self._next.has_key:
                self._note_keyless(case_id)
            if self._next.case_id == case_id:
                found[self._next.seq] = self._next.commitment
            self._next = self._read()
        return found

    def close(self) -> None:
        """Read no more."""
        self._values.close()

    def has_ended_early(self) -> bool:
        """Tell whether the key file was found missing."""
        return self.is_lost

    def _note_keyless(self, case_id: int) -> None:
        self._search.note(
            "What is personal could not be compared where the key of its subject is not there, "
            "as after a restore without the keys."
        )
        self.keyless.add(case_id)

    def _read(self) -> Value | None:
        try:
            return next(self._values, None)
        except KeyLostError as lost:
            self.is_lost = True
            self._search.note(f"What is personal could not be compared. {lost}")
            return None
