"""The real application in a process of its own, for every test that asks it over the network."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import supervise
from tests.postgres import free_port
from tests.processes import eventually, launch

_WITHIN = 60.0


@dataclass(frozen=True)
class Application:
    """A running application.

    Attributes:
        address: ``http://127.0.0.1:port``.
        process: Its process, for looking at; the end is not a test's business.
        log: What it said.
    """

    address: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def served(home: Path, *, before: Sequence[str] = (), **settings: str) -> Iterator[Application]:
    """Serve the folder of an installation on a free port until the block ends.

    Args:
        home: With the database; whatever the application leaves stays there.
        before: A command that runs the application, such as a tracer; none for none.
        settings: By their names without ``REDRESS_``, in lower case.
    """
    given = {f"REDRESS_{name.upper()}": value for name, value in settings.items()}
    usual = {"REDRESS_HOME": str(home), "REDRESS_DATABASE_URL": ""}
    port, log = free_port(), home / "web.log"
    command = [*before, sys.executable, "-m", "ui.serve", "--port", str(port)]
    process = launch(command, log, cwd=home, env={**os.environ, **usual, **given})
    address = f"http://127.0.0.1:{port}"
    try:
        up = eventually(lambda: process.poll() is not None or answers(address), within=_WITHIN)
        assert up, f"the application did not come up within {_WITHIN:.0f} seconds"
        assert process.poll() is None, log.read_text()
        yield Application(address, process, log)
    finally:
        process.terminate()
        process.wait(20)


def answers(address: str) -> bool:
    """Tell whether an application answers there."""
    return supervise.answers(f"{address}/healthz")
