"""The real application in a process of its own, asked by strangers and by those not meant."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.application import Application, served
from tests.integration.visitor import STREAM, cookies, furnish, listen, run_page, sign_in, tab_of
from ui.headers import inline_script_hashes
from ui.hurry import HEAD_LIMIT

MEGABYTE = 2**20
NEEDED = {
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/_stcore/upload_file/{session_id}/{file_id}",
    "/_stcore/bidi-components/{path:path}",
    "/media/{file_id:path}",
}
"""What pages need of Streamlit."""

ROUTES = """
import json
from ui.asgi import desk_app
app = desk_app()
app._runtime = app._create_runtime()
routes = app._build_starlette_app().routes
print(json.dumps([route.path for route in routes if getattr(route, "path", "")]))
"""


@pytest.fixture(scope="module")
def application(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """The running application; Hanna and Mara may sign in."""
    home = tmp_path_factory.mktemp("home")
    furnish(home, sqlite_template)
    with served(home, hosts="127.0.0.1, localhost") as running:
        yield running


@pytest.fixture(scope="module")
def routes() -> list[str]:
    """Every path that this release of Streamlit answers, as it says itself."""
    told = subprocess.run([sys.executable, "-c", ROUTES], check=True, capture_output=True)
    return sorted(set(json.loads(told.stdout.splitlines()[-1])))


@pytest.fixture
def visitor(application: Application) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=application.address) as client:
        yield client


@pytest.fixture
def hanna(visitor: httpx.Client) -> httpx.Client:
    sign_in(visitor)
    return visitor


@pytest.fixture
def mara(application: Application) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=application.address) as client:
        sign_in(client, "mara")
        yield client


def _path(template: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "x", template)


def test_no_path_of_this_release_of_streamlit_answers_a_stranger(visitor, routes):
    assert len(routes) > 10
    for path in map(_path, routes):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH"):
            answer = visitor.request(method, path)
            is_page = method in {"GET", "HEAD"} and answer.status_code == 303

            assert is_page or answer.status_code == 401, (method, path)
            assert answer.headers["x-frame-options"] == "DENY"


def test_only_what_pages_need_of_streamlit_answers_those_who_are_signed_in(hanna, routes):
    answers = {path: hanna.get(_path(path)) for path in routes}

    unneeded = {path for path, answer in answers.items() if answer.text != "There is no such page."}
    assert unneeded <= NEEDED, "decide in ui/gate.py whether pages need it"
    assert routes
    assert set(routes) >= NEEDED


def test_no_websocket_opens_for_a_stranger(application):
    with pytest.raises(InvalidStatus) as refusal:
        connect(application.address.replace("http", "ws") + STREAM)

    assert refusal.value.response.status_code == 403


def test_a_wrong_password_opens_nothing(visitor):
    answer = sign_in(visitor, password="wrong")

    assert answer.status_code == 401
    assert visitor.get("/").headers["location"] == "/login"


def test_the_page_runs_under_its_policy(hanna):
    page = hanna.get("/inbox")

    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert [digest in policy for digest in inline_script_hashes(page.text)] == [True]
    assert "unsafe-eval" not in policy


def test_a_live_socket_ends_with_the_sign_out_in_every_tab(hanna):
    form = re.search(r'name="token" value="(\w+)"', hanna.get("/logout").text)
    cookie = cookies(hanna)
    ends = []

    with listen(hanna) as one, listen(hanna) as other:
        hanna.post("/logout", data={"token": form[1]})
        for live in (one, other):
            with pytest.raises(ConnectionClosed) as end:
                live.recv(timeout=10)
            ends.append(end.value.rcvd.code)

    assert ends == [4401, 4401]
    hanna.cookies.clear()
    hanna.headers["cookie"] = cookie
    assert hanna.get("/inbox").status_code == 303


def test_the_tab_of_somebody_else_is_not_taken_over(hanna, mara):
    with listen(hanna) as live:
        theirs = tab_of(run_page(live, "inbox"))
        with listen(mara, resume=theirs) as tried:
            got = tab_of(run_page(tried, "performance"))

        still = tab_of(run_page(live, "inbox"))

    assert got != theirs
    assert still == theirs


def test_nobody_sends_a_file_into_the_tab_of_somebody_else(hanna, mara):
    with listen(hanna) as live:
        tab = tab_of(run_page(live, "inbox"))
        path = f"/_stcore/upload_file/{tab}/some-file"
        statuses = []
        for client in (hanna, mara):
            client.get("/_stcore/host-config")
            proof = client.cookies.get("_streamlit_xsrf") or _xsrf(client)
            files = {"file": ("a.txt", b"hello")}
            statuses.append(
                client.put(path, files=files, headers={"x-xsrftoken": proof}).status_code
            )

    assert statuses == [204, 404]


def _xsrf(client):
    client.get("/_stcore/health")
    return client.cookies.get("_streamlit_xsrf", "")


def test_a_tab_cannot_have_a_file_made_that_was_promised_to_another(hanna):
    with listen(hanna) as live:
        run_page(live, "inbox")
        ask = BackMsg()
        ask.backend_operation_request.request_id = "1"
        ask.backend_operation_request.deferred_file.file_id = "0" * 32
        live.send(ask.SerializeToString())

        told = run_page(live, "inbox")

    assert "backend_operation_response" not in {message.WhichOneof("type") for message in told}


def test_an_unknown_host_is_refused_and_a_forwarded_one_is_not_believed(visitor):
    other = visitor.get("/login", headers={"host": "evil.example"})
    forwarded = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    page = visitor.get("/login", headers=forwarded)

    assert other.status_code == 421
    assert "evil.example" not in page.text
    assert "secure" not in page.headers["set-cookie"].lower()
    assert "strict-transport-security" not in page.headers


def _rss(application):
    process = psutil.Process(application.process.pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


def _pour(application, head, size):
    """Send a head and then ``size`` bytes, as long as the other end takes them."""
    where = urlsplit(application.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        line.sendall(head.encode())
        with suppress(OSError):
            for _ in range(size // 65_536):
                line.sendall(b"x" * 65_536)
        with suppress(OSError):
            return line.recv(200).decode()
    return ""


def test_fifty_megabytes_are_refused_without_being_held(application, hanna):
    before = _rss(application)
    answers = [
        _pour(
            application,
            f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookies(hanna)}\r\n"
            f"content-type: application/json\r\ncontent-length: {50 * MEGABYTE}\r\n\r\n",
            50 * MEGABYTE,
        )
        for method, path in (
            ("POST", "/login"),
            ("POST", "/api/v1/complaints"),
            ("PUT", "/_stcore/upload_file/a/b"),
            ("POST", "/inbox"),
        )
        for _ in range(2)
    ]

    grown = _rss(application) - before
    assert grown < 16 * MEGABYTE, f"{grown / MEGABYTE:.0f} MB more are held"
    refused = [answer.split(" ", 2)[1] for answer in answers if answer]
    assert set(refused) <= {"413", "404", "401", "403"}


def test_headers_without_end_are_cut_off(application):
    head = "GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: "

    answer = _pour(application, head, 40 * HEAD_LIMIT)

    assert answer == "" or answer.startswith("HTTP/1.1 400")


def test_connections_that_never_come_to_the_point_do_not_keep_others_out(application, visitor):
    where = urlsplit(application.address)
    lines = [socket.create_connection((where.hostname, where.port)) for _ in range(200)]
    for line in lines:
        line.sendall(b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ")
    begin = time.monotonic()

    answer = visitor.get("/login")

    took = time.monotonic() - begin
    for line in lines:
        line.close()
    assert answer.status_code == 200
    assert took < 5
