"""What a log is written from: complaints and their events, a page at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.event_log import LoggedCase, LoggedEvent, Pseudonyms, Selection, logged
from engine.store.case_stream import CaseStream
from engine.store.transaction import Transaction

Progress = Callable[[int, int], object]
"""Is told how many of how many complaints are done."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Reads a selection once, or several times, in one transaction.

    Attributes:
        total: How many complaints there are.
        staff: What people who work here are called.
    """

    platform: Platform
    tx: Transaction
    stream: CaseStream
    chosen: Selection
    total: int
    staff: Pseudonyms
    progress: Progress | None = None

    def pages(self) -> Iterator[tuple[LoggedCase, ...]]:
        """Yield the complaints, by their numbers."""
        yield from self.stream.pages(self.chosen)

    def told(self) -> Iterator[tuple[LoggedCase, tuple[LoggedEvent, ...]]]:
        """Yield each complaint with the events that are handed on, and say how far it is."""
        done = 0
        for page in self.pages():
            events = self.stream.events(page)
            for case in page:
                yield case, tuple(logged(events[case.id]))
            done += len(page)
            if self.progress is not None:
                self.progress(done, self.total)
