"""Runs the processes of one installation as one: starts, watches, restarts and ends them.

Children are named by module, never imported: the engine knows neither Streamlit nor Prefect.
The web application comes first, and everything else waits until its page answers, so that people
can sign in while the scheduler still starts.

The watch runs in a thread of this process. It is the one process that exists exactly once and
outlives both the scheduler and the web application; it has the platform open already, because
``redress up`` migrates the database. So a deadline is swept even when nothing else is left.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from engine.errors import RedressError, UnavailableError
from engine.lineage import Ancestor, Register, end

log = structlog.get_logger()

LOG_BYTES = 5_000_000
"""Size at which the log of a child is put aside; two older ones are kept."""

_FEW_ARENAS = {"MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2")}
"""Else the C library keeps a heap of its own for each thread: 70 MB more, for nothing."""
_LINE_BYTES = 1 << 20
_ANSWER_WITHIN = 2.0
_WATCH_ENDS_WITHIN = 5.0


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
    watch_every: float = 30.0


def redress_children(*, home: Path, port: int, host: str = "127.0.0.1") -> tuple[Child, ...]:
    """Return the processes of ``redress up``, the web application first.

    Args:
        home: Folder of this installation; the children find it by ``REDRESS_HOME``.
        port: Where people reach the pages.
        host: Address to listen on.

    """
    home = home.absolute()
    own = {"REDRESS_HOME": str(home), **_FEW_ARENAS}
    web = Child(
        "web",
        (sys.executable, "-m", "ui.serve", "--host", host, "--port", str(port)),
        own,
        ready_url=f"http://{host}:{port}/healthz",
    )
    if find_spec("prefect") is None:
        return (web,)
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


def prepare(*, home: Path, port: int, host: str = "127.0.0.1") -> None:
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
    watch: Callable[[], object] | None = None,
    patience: Patience | None = None,
) -> int:
    """Keep the children alive until Ctrl-C or a termination, then end all of them.

    Args:
        children: The first is started at once, the others when its ``ready_url`` answers.
        home: Folder for ``logs/<name>.log`` and the list of what runs.
        announce: Receives one sentence for each event that a person should read.
        watch: Called again and again in a thread while the children live; a refusal or a defect
            is logged and does not end it.
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
        with _watching(watch, patience.watch_every):
            return asyncio.run(_Supervisor(children, home, register, announce, patience).run())
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

    async def run(self) -> int:
        """Start everything, keep it alive, end it; return the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)
        first, *others = self._children
        kept = [asyncio.create_task(self._keep(first))]
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
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, patience.longest_pause)

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


@contextlib.contextmanager
def _watching(watch: Callable[[], object] | None, every: float) -> Generator[None]:
    """Call ``watch`` in a thread, again and again, while the block runs."""
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(watch, every, ended), daemon=True)
    if watch is not None:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.is_alive():
            thread.join(timeout=_WATCH_ENDS_WITHIN)


def _watch(watch: Callable[[], object], every: float, ended: threading.Event) -> None:
    while not ended.wait(every):
        try:
            watch()
        except RedressError as refusal:
            log.warning("watch refused", reason=str(refusal))
        except Exception:
            # A defect in one round must not end the last thing that keeps deadlines.
            log.exception("watch failed")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
