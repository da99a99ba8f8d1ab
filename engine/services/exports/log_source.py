"""What a log is written from: complaints and their events, a page at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.event_log import LoggedCase, LoggedEvent, Selection, logged
from engine.store.case_stream import CaseStream
from engine.store.transaction import Transaction

Progress = Callable[[int, int], object]
"""Is told how many of how many complaints are done."""

Told = tuple[LoggedCase, tuple[LoggedEvent, ...]]
"""A complaint with the events that are handed on."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Reads a selection once, or several times, in one transaction.

    Attributes:
        total: How many complaints there are.
        names: Of people who work here, by user name; empty where they are hidden.
    """

    platform: Platform
    tx: Transaction
    stream: CaseStream
    chosen: Selection
    total: int
    names: Mapping[str, str]
    progress: Progress | None = None

    def pages(self) -> Iterator[tuple[LoggedCase, ...]]:
        """Yield the complaints, by their numbers."""
        yield from self.stream.pages(self.chosen)

    def told(self) -> Iterator[Told]:
        """Yield each complaint with the events that are handed on, and say how far it is."""
        for page in self.told_pages():
            yield from page

    def told_pages(self, *, progress: bool = True) -> Iterator[tuple[Told, ...]]:
        """Yield the same a page at a time.

        Args:
            progress: Whether it is said how far it is; not when they are read more than once.
        """
        done = 0
        for page in self.pages():
            events = self.stream.events(page)
            yield tuple((case, tuple(logged(events[case.id]))) for case in page)
            done += len(page)
            if progress and self.progress is not None:
                self.progress(done, self.total)
