"""Runs the processes of one installation as one: starts, watches, restarts and ends them.

Children are named by module, never imported: the engine knows neither Streamlit nor Prefect.
The web application comes first, and everything else waits until its page answers, so that people
can sign in while the scheduler still starts.

The runner looks after what is overdue. When its sign does not come, a process of its own does so
once, again and again: a deadline is swept even when nothing else is left. This process itself opens
nothing and imports little, because it is there all the time.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from engine import heartbeat
from engine.errors import UnavailableError
from engine.lineage import Ancestor, Register, end

LOG_BYTES = 5_000_000
"""Size at which the log of a child is put aside; two older ones are kept."""

_FEW_ARENAS = {"MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2")}
"""Else the C library keeps a heap of its own for each thread: 70 MB more, for nothing."""
_LINE_BYTES = 1 << 20
_ANSWER_WITHIN = 2.0
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep alive."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of this process."""
    ready_url: str = ""
    """Answers with 200 once the child serves; empty for a child that serves nobody."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    first_pause: float = 1.0
    """Before the first restart; doubles with each one that follows."""
    longest_pause: float = 30.0
    steady_after: float = 60.0
    """A child that lived this long starts again after the first pause."""
    tries: int = 5
    """Starts without a single answer after which the first child is given up."""
    stages: tuple[float, float, float] = (8.0, 4.0, 2.0)
    """After an interrupt, a termination and a kill."""
    without_watch: float = 75.0
    """Since the last sign of the watch, before it is stood in for; and then between two times."""


def redress_children(*, home: Path, port: int, host: str = _HOST) -> tuple[Child, ...]:
    """Return the processes of ``redress up``, the web application first.

    Args:
        home: Folder of this installation; the children find it by ``REDRESS_HOME``.
        port: Where people reach the pages.
        host: Address to listen on.

    """
    home = home.absolute()
    own = _own(home)
    web = Child(
        "web",
        (sys.executable, "-m", "ui.serve", "--host", host, "--port", str(port)),
        own,
        ready_url=f"http://{host}:{port}/healthz",
    )
    api = _free_port()
    where = ("--home", str(home), "--port", str(api))
    scheduler = Child(
        "scheduler",
        (sys.executable, "-m", "workflows.server", *where),
        own,
        ready_url=f"http://127.0.0.1:{api}/api/health",
    )
    runner = Child("runner", (sys.executable, "-m", "workflows.runner", *where), own)
    return (web, scheduler, runner)


def stand_in(home: Path) -> Child:
    """Return the process that does what is overdue once, and ends."""
    command = (sys.executable, "-m", "engine.cli", "job", "overdue")
    return Child("watch", command, _own(home.absolute()))


def _own(home: Path) -> Mapping[str, str]:
    return {"REDRESS_HOME": str(home), **_FEW_ARENAS}


def prepare(*, home: Path, port: int, host: str = _HOST) -> None:
    """Become the one that runs this folder, and make sure that its port can be used.

    What a broken-off start left behind is ended first: it would still hold the port.

    Raises:
        UnavailableError: Redress runs on the folder already, or somebody else has the port.
    """
    home.mkdir(parents=True, exist_ok=True)
    Register(home).take_over(stages=Patience().stages)
    require_free_port(host, port)


def require_free_port(host: str, port: int) -> None:
    """Refuse a port on which somebody listens.

    Raises:
        UnavailableError: It is taken, or not ours to use.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UnavailableError(
                f"Port {port} of {host} cannot be used: {error.strerror}. Choose one with --port."
            ) from error


def run(
    children: Sequence[Child],
    *,
    home: Path,
    announce: Callable[[str], object],
    watch: Child | None = None,
    patience: Patience | None = None,
) -> int:
    """Keep the children alive until Ctrl-C or a termination, then end all of them.

    Args:
        children: The first is started at once, the others when its ``ready_url`` answers.
        home: Folder for ``logs/<name>.log`` and the list of what runs.
        announce: Receives one sentence for each event that a person should read.
        watch: Does what is overdue once; started while none of the children leaves a sign of it.
        patience: Waiting times; the default suits people.

    Returns:
        0 when it was asked to stop; 1 when the first child never answered.

    Raises:
        UnavailableError: Another ``redress up`` runs on the same folder.
    """
    patience = patience or Patience()
    (home / "logs").mkdir(parents=True, exist_ok=True)
    register = Register(home)
    if left := register.take_over(stages=patience.stages):
        announce(f"A former start had broken off; {left} of its processes still ran and ended now.")
    try:
        supervisor = _Supervisor(children, home, register, announce, patience)
        return asyncio.run(supervisor.run(watch))
    finally:
        register.release()


class _Supervisor:
    """One run of all children."""

    def __init__(
        self,
        children: Sequence[Child],
        home: Path,
        register: Register,
        announce: Callable[[str], object],
        patience: Patience,
    ) -> None:
        self._children = children
        self._home = home
        self._register = register
        self._announce = announce
        self._patience = patience
        self._stopping = asyncio.Event()
        self._exit_code = 0
        self._answered: set[str] = set()
        self._running: dict[str, Ancestor] = {}

    async def run(self, watch: Child | None) -> int:
        """Start everything, keep it alive, end it; return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)
        first, *others = self._children
        kept = [asyncio.create_task(self._keep(first))]
        if watch is not None:
            kept.append(asyncio.create_task(self._stand_in(watch)))
        greeted = [asyncio.create_task(self._greet(child)) for child in self._children]
        await self._first_of(greeted[0])
        if not self._stopping.is_set():
            kept += [asyncio.create_task(self._keep(child)) for child in others]
        try:
            await asyncio.gather(*kept)
        finally:
            for task in greeted:
                task.cancel()
        return self._exit_code

    async def _keep(self, child: Child) -> None:
        """Start a child again and again until it is time to stop."""
        patience, pause, tries = self._patience, self._patience.first_pause, 0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            code = await self._live(child)
            if self._stopping.is_set():
                return
            if loop.time() - started > patience.steady_after:
                pause, tries = patience.first_pause, 0
            tries += 1
            if self._is_hopeless(child, tries):
                self._give_up(child)
                return
            self._announce(
                f"The {child.name} process ended with code {code} and starts again "
                f"in {pause:g} s; see {self._log_of(child)}."
            )
            await self._stops_within(pause)
            pause = min(2 * pause, patience.longest_pause)

    async def _stand_in(self, watch: Child) -> None:
        """Have done what is overdue as often as it is due, while nobody leaves a sign of it."""
        seen, was_told = heartbeat.latest(self._home), False
        while not await self._stops_within(self._patience.without_watch):
            before, seen = seen, heartbeat.latest(self._home)
            if seen != before:
                was_told = False
                continue
            if not was_told:
                self._announce(
                    "Nobody looks after what is overdue: a process of its own does, from now on; "
                    f"see {self._log_of(watch)}."
                )
                was_told = True
            await self._live(watch)

    async def _stops_within(self, seconds: float) -> bool:
        """Wait so long at most, and tell whether it is time to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    def _is_hopeless(self, child: Child, tries: int) -> bool:
        """Tell whether the first child failed so often without an answer that it never will."""
        is_first = child is self._children[0]
        return is_first and child.name not in self._answered and tries >= self._patience.tries

    def _give_up(self, child: Child) -> None:
        self._announce(f"The {child.name} process does not start; see {self._log_of(child)}.")
        self._exit_code = 1
        self._stopping.set()

    async def _live(self, child: Child) -> int:
        """Run a child once and return its exit code."""
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **child.environment},
            # Its own session: Ctrl-C reaches us alone, and we end the children in good order.
            start_new_session=True,
            limit=_LINE_BYTES,
        )
        ancestor = Ancestor.of(process.pid)
        self._note(child, ancestor)
        copying = asyncio.create_task(_copy_lines(process.stdout, self._log_of(child)))
        await self._first_of(asyncio.create_task(process.wait()))
        await asyncio.to_thread(end, ancestor, stages=self._patience.stages)
        code = await process.wait()
        # A grandchild may have kept the pipe open; by now nobody has anything left to say.
        await asyncio.wait({copying}, timeout=1)
        copying.cancel()
        self._note(child, None)
        return code

    async def _greet(self, child: Child) -> None:
        """Wait until a child answers for the first time and say where it is."""
        if not child.ready_url:
            return
        while not await asyncio.to_thread(answers, child.ready_url):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.1)
        self._answered.add(child.name)
        address = urlsplit(child.ready_url)
        self._announce(f"{child.name.capitalize()} is ready: {address.scheme}://{address.netloc}")

    async def _first_of(self, task: asyncio.Task[int] | asyncio.Task[None]) -> None:
        """Return when a task is done or it is time to stop."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()

    def _note(self, child: Child, ancestor: Ancestor | None) -> None:
        self._running.pop(child.name, None)
        if ancestor is not None:
            self._running[child.name] = ancestor
        self._register.write(self._running.values())

    def _log_of(self, child: Child) -> Path:
        return self._home / "logs" / f"{child.name}.log"


def answers(url: str) -> bool:
    """Tell whether a page of this machine answers with 200."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=_ANSWER_WITHIN)
    try:
        connection.request("GET", address.path or "/")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


async def _copy_lines(source: asyncio.StreamReader | None, target: Path) -> None:
    """Append what a child says to its log until it has nothing left to say."""
    handler = RotatingFileHandler(target, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    with contextlib.closing(handler):
        while source is not None and (line := await _next_line(source)):
            handler.emit(logging.makeLogRecord({"msg": line.rstrip()}))


async def _next_line(source: asyncio.StreamReader) -> str:
    """Return the next line with its end; empty when there is none."""
    try:
        return (await source.readline()).decode("utf-8", "replace")
    except ValueError:
        return f"(a line of more than {_LINE_BYTES} bytes was left out)\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def become(*, home: Path, port: int) -> NoReturn:
    """Replace this process by one that supervises and has imported nothing else.

    Args:
        home: Folder of this installation.
        port: Where people reach the pages.
    """
    command = ("-m", "engine.supervise", "--home", str(home.absolute()), "--port", str(port))
    os.execv(sys.executable, (sys.executable, *command))  # noqa: S606 - the same interpreter


def main() -> None:
    """Run the processes of one installation until Ctrl-C or a termination."""
    parser = argparse.ArgumentParser(prog="python -m engine.supervise")
    parser.add_argument("--home", type=Path, required=True, help="folder of this installation")
    parser.add_argument("--port", type=int, required=True, help="where people reach the pages")
    given = parser.parse_args()

    def announce(sentence: str) -> None:
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()

    children = redress_children(home=given.home, port=given.port)
    try:
        code = run(children, home=given.home, announce=announce, watch=stand_in(given.home))
    except UnavailableError as refusal:
        sys.exit(str(refusal))
    sys.exit(code)


if __name__ == "__main__":
    main()
