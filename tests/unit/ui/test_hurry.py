"""A connection on which no request comes to be is ended."""

import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from tests.postgres import free_port
from tests.processes import eventually
from ui import hurry

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n"


async def _answer(scope, receive, send):
    await PlainTextResponse("here")(scope, receive, send)


@contextmanager
def _serving(protocol):
    port = free_port()
    options = uvicorn.Config(
        _answer, port=port, http=protocol, log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(options)
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=server.run)
    thread.start()
    assert eventually(lambda: server.started)
    try:
        yield lambda: socket.create_connection(("127.0.0.1", port), timeout=5)
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def connect(monkeypatch):
    monkeypatch.setattr(hurry, "HEAD_SECONDS", 0.2)
    with _serving(hurry.HurriedProtocol) as connecting:
        yield connecting


@pytest.mark.parametrize("sent", [b"", b"GET / HT", REQUEST, REQUEST + b"x-slow: "])
def test_a_request_that_is_never_finished_is_not_waited_for(connect, sent):
    with connect() as line:
        line.sendall(sent)

        assert line.recv(100) == b""


def test_a_second_request_on_the_same_connection_is_not_waited_for_either(connect):
    with connect() as line:
        line.sendall(REQUEST + b"\r\n")
        first = line.recv(1_000)
        line.sendall(REQUEST)
        rest = line.recv(1_000)

    assert first.endswith(b"here")
    assert rest == b""


def test_whoever_sends_a_whole_request_is_answered(connect):
    with connect() as line:
        for _ in range(3):
            line.sendall(REQUEST + b"\r\n")
            assert line.recv(1_000).endswith(b"here")


def test_headers_that_are_too_long_are_refused(connect):
    with connect() as line:
        line.sendall(REQUEST + b"x-long: " + b"x" * (hurry.HEAD_LIMIT + 1))

        assert line.recv(1_000).startswith(b"HTTP/1.1 400")


def test_a_server_that_waits_for_ever_is_caught(monkeypatch):
    monkeypatch.setattr(hurry.HurriedProtocol, "_give_up", lambda _self: None)
    monkeypatch.setattr(hurry, "HEAD_SECONDS", 0.05)
    with _serving(hurry.HurriedProtocol) as connect, connect() as line:
        line.settimeout(0.3)
        line.sendall(REQUEST)

        with pytest.raises(TimeoutError):
            line.recv(100)
