"""The processes of Redress speak with this machine only, whatever the libraries in them would like.

Every call of the system that opens a connection or sends a datagram is written down by ``strace``;
the tests are skipped where it is not installed. Python's own sockets are blocked in every test.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from engine import lineage
from engine.bootstrap import open_platform
from engine.lineage import Ancestor
from engine.services.upkeep import jobs
from tests.application import answers, served
from tests.integration.visitor import furnish, listen, run_page, sign_in
from tests.postgres import free_port
from tests.processes import WITHIN, eventually, launch

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
COLLECTOR = "FASTAPI_OTEL_AUTO_CONFIGURE=true"
"""By which FastAPI would look for somebody to send what it sees to."""
PAGES = ("inbox", "approvals", "performance", "incidents", "process", "account")


def _watched(log: Path) -> list[str]:
    """Return a command that runs another one and writes down with whom it speaks."""
    # The tracer runs beside what it watches, so that what is ended by its number is that.
    return ["strace", "-D", "-f", "-qq", "--seccomp-bpf", "-e", CALLS, "-o", str(log)]


def _strangers(log: Path) -> Iterator[str]:
    """Yield each call that names an address which is not this machine's."""
    for line in log.read_text("utf-8", errors="replace").splitlines():
        found = [one or other for one, other in _ADDRESS.findall(line)]
        if any(not _is_here(address) for address in found):
            yield line


def _is_here(address: str) -> bool:
    return address.startswith(("127.", "::ffff:127.")) or address == "::1"


def _knows_itself(log: Path) -> bool:
    """Tell whether anything was written down at all."""
    return "connect(" in log.read_text("utf-8", errors="replace")


def test_the_application_speaks_with_nobody_else(sqlite_template: Path, tmp_path: Path):
    furnish(tmp_path, sqlite_template)
    log = tmp_path / "calls.log"
    with (
        served(tmp_path, before=["env", COLLECTOR, *_watched(log)]) as running,
        httpx.Client(base_url=running.address) as visitor,
    ):
        sign_in(visitor, "mara")
        with listen(visitor) as live:
            for page in PAGES:
                run_page(live, page)
        visitor.get("/api/v1/figures")

    assert list(_strangers(log)) == []


def test_a_process_that_speaks_with_a_stranger_is_caught(tmp_path: Path):
    log = tmp_path / "calls.log"
    # Nothing leaves: the address is kept for examples, and a datagram socket only notes it.
    says = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect_ex(('192.0.2.1', 9))"

    subprocess.run([*_watched(log), sys.executable, "-c", says], check=True, timeout=60)

    assert eventually(lambda: log.exists() and any("192.0.2.1" in call for call in _strangers(log)))


@pytest.mark.fuzz
def test_all_that_one_command_starts_speaks_with_nobody_else(tmp_path: Path):
    log, port = tmp_path / "calls.log", free_port()
    command = [*_watched(log), sys.executable, "-m", "engine.cli", "up", "--demo", "--port"]
    home = tmp_path / "home"
    environment = {"REDRESS_HOME": str(home), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    process = launch([*command, str(port)], tmp_path / "up.log", cwd=tmp_path, env=environment)
    try:
        assert eventually(lambda: answers(f"http://127.0.0.1:{port}"), within=180)
        platform = open_platform(home=home)
        with closing(platform.database):
            assert eventually(lambda: jobs.last_run(platform, name="sla_sweep"), within=180)
    finally:
        lineage.end(Ancestor.of(process.pid), stages=(10, 5, 5))
        process.wait(WITHIN)

    assert _knows_itself(log)
    assert list(_strangers(log)) == []
    assert not psutil.pid_exists(process.pid)
