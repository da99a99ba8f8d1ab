"""What a client sends is cut off when it is too large, or comes too slowly."""

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from ui import body
from ui.body import run_limited

SCOPE = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}


async def _reads_all(scope, receive, send):
    size = len(await Request(scope, receive).body())
    await PlainTextResponse(f"{size}")(scope, receive, send)


async def _waits_for_the_end(scope, receive, send):
    await Request(scope, receive).body()
    await receive()
    await PlainTextResponse("gone")(scope, receive, send)


def _answer(app, parts, *, then=anyio.sleep_forever):
    """Return status and text of the answer to parts of a body, after which nothing comes."""
    sent, coming = [], iter(parts)

    async def receive():
        for part in coming:
            return {"type": "http.request", "body": part, "more_body": True}
        return await then()

    async def send(message):
        sent.append(message)

    anyio.run(run_limited, app, SCOPE, receive, send, 10)
    return sent[0]["status"], sent[1]["body"].decode()


async def _end():
    return {"type": "http.request", "body": b"", "more_body": False}


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(body, "_FIRST_MOMENTS", 0.05)


def test_a_body_that_never_ends_is_answered_and_let_go(hurried):
    status, text = _answer(_reads_all, [b"a", b"b"])

    assert status == 408
    assert "did not arrive in time" in text


def test_a_body_that_is_whole_may_be_worked_on_for_as_long_as_it_takes(hurried):
    async def leaves_late():
        if not ended:
            ended.append(True)
            return await _end()
        await anyio.sleep(0.1)
        return {"type": "http.disconnect"}

    ended = []

    assert _answer(_waits_for_the_end, [b"a"], then=leaves_late) == (200, "gone")


def test_a_larger_body_may_take_longer():
    assert body.seconds_for(26 * 2**20) > 10 * body.seconds_for(16 * 2**10)


def test_a_limit_on_slowness_that_is_forgotten_is_caught(hurried, monkeypatch):
    monkeypatch.setattr("ui.body._Body._next", lambda self: self._receive())

    async def give_up():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        _answer(_reads_all, [b"a"], then=give_up)
