"""The processes that descend from one of ours: finds them, ends them, and nothing else.

A process is known by its number and the moment it was started, because numbers are used again.
The moment is counted from the start of the machine: the time of day may be set meanwhile, and
then the very same process seems to have been started at another time.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from engine.errors import UnavailableError

_LIST = "running.json"
_LOOK_EVERY = 0.02
_START_OF_THE_MACHINE = Path("/proc/sys/kernel/random/boot_id")
_SAME = 3.0
"""Seconds by which two looks at one process may differ: both clocks are read in whole seconds."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A process that leads a session of its own, and so all of its descendants."""

    pid: int
    created: float
    """Seconds after the start of the machine."""

    @classmethod
    def of(cls, pid: int) -> "Ancestor":
        """Identify a process; one that is gone already gets a moment that nobody else has."""
        try:
            return cls(pid, _created(psutil.Process(pid)))
        except psutil.NoSuchProcess:
            return cls(pid, float("inf"))


def is_alive(ancestor: Ancestor) -> bool:
    """Tell whether this very process still runs."""
    process = _find(ancestor)
    return process is not None and _runs(process)


def family(ancestor: Ancestor) -> list[psutil.Process]:
    """Return the living members: the process, its descendants, and those whose parents died.

    The latter are found by their session, which outlives the process that leads it. A number is
    not given away while a session has it; so a stranger under it means that nobody is left.
    """
    leader = _find(ancestor)
    if leader is None and psutil.pid_exists(ancestor.pid):
        return []
    members = {process for process in psutil.process_iter() if _is_led(process, ancestor)}
    if leader is not None:
        members.add(leader)
        with contextlib.suppress(psutil.NoSuchProcess):
            members.update(leader.children(recursive=True))
    return [process for process in members if _runs(process)]


def end(ancestor: Ancestor, *, stages: tuple[float, float, float]) -> bool:
    """End a family: ask its first member to stop, then tell all, then kill.

    Args:
        ancestor: Whom to end; nothing happens when the family is gone.
        stages: Seconds to wait after the interrupt, the termination and the kill.

    Returns:
        Whether nobody is left.
    """
    known = family(ancestor)
    leaders = [process for process in known if process.pid == ancestor.pid]
    _send(signal.SIGINT, leaders)
    _all_end(leaders, within=stages[0])
    for number, patience in ((signal.SIGTERM, stages[1]), (signal.SIGKILL, stages[2])):
        # Whoever was seen before stays known, even if it left the session since.
        known += [process for process in family(ancestor) if process not in known]
        _send(number, known)
        if _all_end(known, within=patience) and not family(ancestor):
            return True
    return False


class Register:
    """The list of what runs on one folder, by which a start ends what a crash left behind."""

    def __init__(self, home: Path) -> None:
        """Use the folder's list; it need not exist."""
        self._path = home / _LIST

    def take_over(self, *, stages: tuple[float, float, float]) -> int:
        """Become the one that runs this folder, after ending what a former life left behind.

        Returns:
            How many families were ended.

        Raises:
            UnavailableError: Another process runs on the folder.
        """
        owner, left = self._read()
        if owner is not None and owner.pid != os.getpid() and is_alive(owner):
            raise UnavailableError(
                f"Redress runs on {self._path.parent} already, as process {owner.pid}."
            )
        living = [ancestor for ancestor in left if family(ancestor)]
        for ancestor in living:
            end(ancestor, stages=stages)
        self.write(())
        return len(living)

    def write(self, ancestors: Iterable[Ancestor]) -> None:
        """Note which families run now; the file is whole at every moment."""
        entries = {
            "machine": _start_of_the_machine(),
            "owner": asdict(Ancestor.of(os.getpid())),
            "children": [asdict(ancestor) for ancestor in ancestors],
        }
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(entries))
        draft.replace(self._path)

    def release(self) -> None:
        """Forget everything: nothing runs on the folder any more."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[Ancestor | None, list[Ancestor]]:
        try:
            entries = json.loads(self._path.read_text())
            if entries["machine"] != _start_of_the_machine():
                return None, []  # Nothing outlives the machine; the numbers are others' by now.
            children = [Ancestor(**entry) for entry in entries["children"]]
            return Ancestor(**entries["owner"]), children
        except (OSError, ValueError, KeyError, TypeError):
            # No list, or one that was never finished: then there is nothing we may end.
            return None, []


def _find(ancestor: Ancestor) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(ancestor.pid)
        if abs(_created(process) - ancestor.created) < _SAME:
            return process
    return None


def _start_of_the_machine() -> str:
    """Return what is another after each start of the machine; empty where nothing tells."""
    with contextlib.suppress(OSError):
        return _START_OF_THE_MACHINE.read_text().strip()
    return ""


def _created(process: psutil.Process) -> float:
    """Return how long after the start of the machine a process was started, in seconds."""
    return process.create_time() - psutil.boot_time()


def _is_led(process: psutil.Process, ancestor: Ancestor) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
        is_younger = _created(process) >= ancestor.created - _SAME
        return os.getsid(process.pid) == ancestor.pid and is_younger
    return False


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _send(number: signal.Signals, processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _all_end(processes: Iterable[psutil.Process], *, within: float) -> bool:
    waiting = list(processes)
    deadline = time.monotonic() + within
    while waiting := [process for process in waiting if _runs(process)]:
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EVERY)
    return True
