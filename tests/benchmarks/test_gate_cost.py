"""What the gate costs each request and each message of a page, beside what stands behind it."""

import time

import anyio
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.benchmarks import figures
from tests.benchmarks.figures import Figure
from tests.unit.ui.door import Door
from ui.belongings import Belongings

pytestmark = pytest.mark.benchmark

REQUESTS = 2_000
LIMIT = 1.0
"""Milliseconds of a core that the gate may take for a request."""


async def _nothing(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _scope(cookie):
    headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
    extra = [(f"x-header-{n}".encode(), b"some value") for n in range(12)]
    return {
        "type": "http",
        "scheme": "http",
        "method": "GET",
        "path": "/inbox",
        "query_string": b"view=mine",
        "headers": headers + extra,
        "client": ("127.0.0.1", 1),
    }


def _per_request(app, scope):
    """Return the milliseconds of a core that one request takes."""

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        assert message.get("status", 200) == 200

    async def ask():
        begin = time.process_time()
        for _ in range(REQUESTS):
            await app(dict(scope), receive, send)
        return 1000 * (time.process_time() - begin) / REQUESTS

    return anyio.run(ask)


def test_the_gate_costs_less_than_a_millisecond_a_request():
    door = Door(_nothing)
    door.enter()
    scope = _scope(f"redress_session={door.client.cookies['redress_session']}")

    with_gate, without, _ratio = figures.in_turns(
        lambda: _per_request(door.gate, scope), lambda: _per_request(_nothing, scope), rounds=3
    )

    cost = with_gate - without
    figures.keep([Figure("gate, a request", "ms", cost, None, cost, LIMIT, is_least=False)])
    assert cost < LIMIT


def test_reading_what_a_page_says_costs_less_than_a_millisecond():
    said = BackMsg()
    said.rerun_script.query_string = "view=mine"
    for number in range(200):
        widget = said.rerun_script.widget_states.widgets.add()
        widget.id, widget.string_value = f"$$ID-{number}", "typed " * 20
    message, rules = said.SerializeToString(), Belongings()

    begin = time.process_time()
    for _ in range(REQUESTS):
        assert rules.may_say("token", message)
        assert not rules.is_automatic(message)
    cost = 1000 * (time.process_time() - begin) / REQUESTS

    figures.keep(
        [Figure("gate, a message of a page", "ms", cost, None, cost, LIMIT, is_least=False)]
    )
    assert cost < LIMIT
