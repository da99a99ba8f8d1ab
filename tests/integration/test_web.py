"""The real application in a process of its own, asked by somebody who is not signed in."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from engine.bootstrap import open_platform
from engine.domain.actor import SYSTEM
from engine.services import accounts
from ui.headers import inline_script_hashes

PASSWORD = "correct horse battery"
STREAMLIT = (
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/upload_file/a/b",
    "/media/abc",
    "/component/x/y",
    "/static/index.html",
)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        assert process.poll() is None, "the application ended by itself"
        try:
            httpx.get(f"{address}/healthz", timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the application did not come up within a minute")


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application answers; Hanna may sign in."""
    home = tmp_path_factory.mktemp("home")
    (home / "redress.db").write_bytes(sqlite_template.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDRESS_HOME", str(home))
        patch.delenv("REDRESS_DATABASE_URL", raising=False)
        platform = open_platform()
        accounts.add(
            platform,
            actor=SYSTEM,
            username="hanna",
            name="Hanna",
            roles=["handler"],
            password=PASSWORD,
        )
        platform.database.close()
        port = _free_port()
        command = [sys.executable, "-m", "ui.serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=home, env=dict(os.environ))
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def visitor(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


def _sign_in(visitor: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    token = re.search(r'name="token" value="(\w+)"', visitor.get("/login").text)
    form = {"username": "hanna", "password": password, "token": token[1] if token else ""}
    return visitor.post("/login", data=form)


@pytest.mark.parametrize("path", STREAMLIT)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_nothing_of_streamlit_answers_a_stranger(visitor, method, path):
    assert visitor.request(method, path).status_code == 401


def test_no_websocket_opens_for_a_stranger(address):
    with pytest.raises(InvalidStatus) as refusal:
        connect(address.replace("http", "ws") + "/_stcore/stream")

    assert refusal.value.response.status_code == 403


def test_a_wrong_password_opens_nothing(visitor):
    answer = _sign_in(visitor, "wrong")

    assert answer.status_code == 401
    assert visitor.get("/").headers["location"] == "/login"


def test_the_page_runs_under_its_policy(visitor):
    _sign_in(visitor)

    page = visitor.get("/inbox")

    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert [digest in policy for digest in inline_script_hashes(page.text)] == [True]
    assert "unsafe-eval" not in policy


def test_a_live_socket_ends_with_the_sign_out(visitor, address):
    _sign_in(visitor)
    cookie = f"redress_session={visitor.cookies['redress_session']}"
    form = re.search(r'name="token" value="(\w+)"', visitor.get("/logout").text)
    socket_address = address.replace("http", "ws") + "/_stcore/stream"

    with connect(socket_address, additional_headers={"cookie": cookie}) as live:
        visitor.post("/logout", data={"token": form[1]})
        with pytest.raises(ConnectionClosed) as end:
            live.recv(timeout=10)

    assert end.value.rcvd.code == 4401
    with pytest.raises(InvalidStatus):
        connect(socket_address, additional_headers={"cookie": cookie})
