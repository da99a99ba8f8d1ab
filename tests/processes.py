"""Real processes in tests: starting them, waiting for what they do, counting who is left."""

import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import psutil

WITHIN = 20.0
_LOOK_EVERY = 0.02


def eventually(condition: Callable[[], object], *, within: float = WITHIN) -> bool:
    """Return whether a condition came true in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EVERY)
    return True


def launch(command: Sequence[str | Path], log: Path, **more: Any) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own; what it says goes to the end of ``log``."""
    with log.open("ab") as target:
        return subprocess.Popen(
            command, stdout=target, stderr=subprocess.STDOUT, start_new_session=True, **more
        )


def offspring(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return every descendant of a process."""
    return psutil.Process(process.pid).children(recursive=True)


def living(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run; one that only waits to be buried does not."""
    return [
        process
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
