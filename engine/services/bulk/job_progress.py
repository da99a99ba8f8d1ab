"""How far a job is: whoever does its work says so, and whoever runs it passes it on."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """How far a run of a job is; written by its work, read by another thread.

    Attributes:
        done: How much is done.
        of: Of how much; None while it does not say.
    """

    done: int = 0
    of: int | None = None


_PROGRESS: ContextVar[Progress | None] = ContextVar("job_progress", default=None)


@contextmanager
def telling() -> Generator[Progress]:
    """Take what the work in the block says of its progress."""
    progress = Progress()
    token = _PROGRESS.set(progress)
    try:
        yield progress
    finally:
        _PROGRESS.reset(token)


def tell(done: int, *, of: int) -> None:
    """Say how far the work is; nobody need listen.

    Args:
        done: How much is done.
        of: Of how much.
    """
    if progress := _PROGRESS.get():
        progress.done, progress.of = done, of
