"""What is sent to the programming interface to break it is refused in a sentence."""

import json

import pytest

from engine.domain.actor import Role
from engine.errors import UnavailableError
from engine.services.handling import casefile
from tests.integration.caller import Interface
from ui.api.guard import BODY_LIMIT

NEW = {"summary": "Charged twice", "complainant_name": "Jane Canary", "email": "jane@example.org"}
LODGE = "/complaints"


@pytest.fixture
def database_url(sqlite_url):
    """On one kind of database: the interface knows services only; the search uses both."""
    return sqlite_url


@pytest.fixture
def interface(office):
    """The interface of an office."""
    return Interface(office.platform)


@pytest.fixture
def reference(interface):
    return interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW).json()["reference"]


DEEP = "[" * 100_000 + "]" * 100_000
HOSTILE = {
    "nothing": b"",
    "no json": b"summary=x",
    "half": b'{"summary": "x',
    "deep list": DEEP.encode(),
    "deep value": b'{"summary": ' + DEEP.encode() + b"}",
    "no number": b'{"amount": NaN}',
    "endless number": b'{"amount": ' + b"9" * 100_000 + b"}",
    "exponent": b'{"amount": 1e999999}',
    "half a character": b'{"summary": "\\ud800 and more"}',
    "no text": b'{"summary": "\xff\xfe and more"}',
    "text for truth": b'{"vulnerable": "maybe"}',
    "a list": b"[]",
    "a word": b'"x"',
    "more than asked for": b'{"role": "administrator", "__proto__": {}}',
    "late": b'{"received_at": "9999-12-31T23:59:59-12:00"}',
    "early": b'{"received_at": "0001-01-01T00:00:00+12:00"}',
    "number for a date": b'{"received_at": 1e18}',
}


def _with_the_rest(name):
    """Return a hostile body in which nothing else is wrong."""
    body = HOSTILE[name]
    if not body.startswith(b'{"') or name == "half":
        return body
    rest = {key: value for key, value in NEW.items() if key.encode() not in body}
    return body[:-1] + b", " + json.dumps(rest).encode()[1:]


def test_a_hostile_body_is_refused_in_a_sentence(interface):
    for name in HOSTILE:
        answer = interface.ask(
            "POST",
            LODGE,
            by=Role.INTAKE,
            content=_with_the_rest(name),
            headers={"content-type": "application/json"},
        )

        assert answer.status_code in {400, 422}, (name, answer.text)
        assert answer.json()["detail"], name


def test_control_characters_never_reach_a_record(interface):
    sent = NEW | {"summary": "Null \x00 and bell \x07", "description": "\x1b[31mred\x00"}

    reference = interface.ask("POST", LODGE, by=Role.INTAKE, json=sent).json()["reference"]

    kept = interface.ask("GET", f"/complaints/{reference}", by=Role.HANDLER).json()["complaint"]
    assert (kept["summary"], kept["description"]) == ("Null  and bell", "[31mred")


def test_a_body_of_50_mb_is_refused_before_it_is_read(interface):
    sent = []

    def parts():
        for _ in range(50):
            sent.append(1)
            yield b"x" * 2**20

    announced = interface.ask(
        "POST",
        LODGE,
        by=Role.INTAKE,
        content=b"x" * (BODY_LIMIT + 1),
        headers={"content-type": "application/json"},
    )
    unannounced = interface.ask("POST", LODGE, by=Role.INTAKE, content=parts())

    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert announced.json()["title"] == "Too large"


def test_a_defect_is_answered_without_what_was_sent(interface, reference, monkeypatch, capsys):
    def fails(*_args, **_kwargs):
        raise ValueError("canary-4711")

    monkeypatch.setattr(casefile, "view", fails)

    answer = interface.ask("GET", f"/complaints/{reference}", by=Role.HANDLER)

    assert (answer.status_code, answer.json()["title"]) == (500, "Redress itself failed")
    said = capsys.readouterr()
    assert "canary-4711" not in answer.text + said.out + said.err


def test_an_unavailable_database_is_said_to_be_one(interface, reference, monkeypatch):
    def is_down(*_args, **_kwargs):
        raise UnavailableError("The database does not answer.")

    monkeypatch.setattr(casefile, "view", is_down)

    answer = interface.ask("GET", f"/complaints/{reference}", by=Role.HANDLER)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_nothing_of_what_is_asked_is_sent_to_a_collector(interface, monkeypatch):
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")

    assert not any(Interface(interface.platform).app._telemetry.values())
