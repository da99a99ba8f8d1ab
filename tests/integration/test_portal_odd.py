"""Whatever is sent to the public pages, the answer is a page and never a failure."""

import random
import re

import pytest

from tests.integration.test_portal import TOLD, Visitor, _code, _Fields
from ui.portal.answers import LONG, ONE_LINE

PLACES = (
    "/complain",
    "/code",
    "/status/word",
    "/status/answer",
    "/status/withdrawal",
    "/status/survey",
)
NAMES = (
    *(*ONE_LINE, *LONG, "more_1", "more_2", "needs", "contact_by", "rep_agreed", "key", "saved"),
    *("action", "code", "text", "answer", "sure", "overall", "unresolved", "token", "f\x00oo"),
)
ODD = (
    *("", "x", "\x00\x01\x02", "\x1b[31m", "é" * 300, "W" * 60_000, "=1+1", "{{ 7*7 }}", "%(a)s"),
    *("send", "save", "more", "accept", "6", "-1", "yes", "email", "large_print", "\u202eabc"),
    *("00000000-0000-0000-0000-000000000000", "not-a-key", "a@b.c", "\ufffd"),
)  # fmt: skip


@pytest.fixture
def database_url(sqlite_url):
    """What the pages make of a form depends on no database."""
    return sqlite_url


def _odd_form(chance):
    return {chance.choice(NAMES): chance.choice(ODD) for _ in range(chance.randint(0, 9))}


def _answers(office, seed, times=50):
    """Send odd forms to every place and return the statuses, with what had to be there."""
    chance = random.Random(seed)
    visitor = Visitor(office.platform, requests_per_minute=10_000, all_requests_per_minute=10_000)
    code = _code(visitor.complain().text)
    found = []
    for number in range(times):
        if number % 25 == 0:
            visitor.enter(code)
        visitor.open("/public/de/complain")
        token = _Fields(visitor.html).hidden["token"]
        form = {"token": token} | (TOLD if chance.random() < 0.4 else {}) | _odd_form(chance)
        path = f"/public/{chance.choice(('en', 'de', 'xx'))}{chance.choice(PLACES)}"
        files = [("files", (chance.choice(ODD)[:90], b"x", "a/b"))] if chance.random() < 0.3 else []
        answer = visitor.client.post(path, data=form, files=files or None)
        found.append((path, answer.status_code, "<!doctype html>" in answer.text))
    return found


@pytest.mark.parametrize("seed", range(2))
def test_odd_forms_are_answered_with_a_page(office, seed):
    found = _answers(office, seed)

    assert [each for each in found if each[1] >= 500 or not each[2]] == []
    assert len({status for _path, status, _page in found}) > 3


@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_very_many_odd_forms_are_answered_with_a_page(office):
    found = [each for seed in range(40) for each in _answers(office, seed, times=100)]

    assert [each for each in found if each[1] >= 500 or not each[2]] == []


def test_a_failure_is_noticed_and_tells_nothing(office, monkeypatch):
    """Plant the bug: something breaks behind the pages."""
    from ui.portal import complain  # noqa: PLC0415 - what is broken here

    def broken(*_args, **_how):
        raise ValueError("Jane Canary")

    monkeypatch.setattr(complain.reception, "receive", broken)
    answer = Visitor(office.platform).complain()

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "Canary" not in answer.text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a" * 10_000 + b": b\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n"),
        ("multipart/form-data; boundary=" + "y" * 500, b"--y"),
        ("application/x-www-form-urlencoded", b"token=%ED%A0%80&summary=%FF%00"),
        ("application/json", b'{"summary": 1}'),
        ("", b"\x00"),
    ],
)
def test_bodies_that_are_no_forms_are_answered_with_a_page(office, head, body):
    visitor = Visitor(office.platform)

    answer = visitor.client.post(
        "/public/en/complain", content=body, headers={"content-type": head}
    )

    assert 400 <= answer.status_code < 500
    assert re.search("<h1>.+</h1>", answer.text)
