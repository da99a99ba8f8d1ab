"""The way to the organisation's own sign-in and back, as a browser goes it."""

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.websockets import WebSocketDisconnect

from engine.domain.actor import SYSTEM, Actor, Role
from engine.services.accounts import accounts, ties
from engine.services.accounts.leaving import Leaving
from tests.integration.identity_ways import PASSWORD, VERA, at_provider
from tests.integration.issuer import SECRET
from tests.unit.ui.door import RulesInMemory, TestClient, desk
from ui.gate import Gate
from ui.identity import AccountSessions, RecentSessions
from ui.leaf import Leaf
from ui.seal import FormSeal
from ui.signin import SignInPages
from ui.signin_provider import ProviderPages
from ui.sockets import SIGNED_OUT, Sockets

PAT = Actor(username="pat", name="Pat", roles=frozenset({Role.HANDLER}))


@pytest.fixture
def house(platform, issuer):
    """An organisation in which Pat comes in by the provider, or by a password."""
    house = replace(at_provider(platform, issuer.url, name="Northwind"), provider_secret=SECRET)
    given = {"username": "pat", "name": "Pat", "roles": ["handler"], "password": PASSWORD}
    accounts.add(house, actor=SYSTEM, **given)
    ties.tie(house, actor=VERA, username="pat", subject="s-1")
    return house


@pytest.fixture
def gate(house):
    recent, seal = RecentSessions(AccountSessions(house)), FormSeal()
    sockets = Sockets(over=recent.over, pause=0.01)
    pages = SignInPages(
        sessions=recent,
        sockets=sockets,
        seal=seal,
        organisation="N",
        provider="Northwind",
        leaving=Leaving(house),
    )
    routes = ProviderPages(house, Leaf(seal=seal, organisation="N")).routes()
    return Gate(
        desk=desk(),
        door=Starlette(routes=[*pages.routes(), *routes]),
        api=desk(),
        sessions=recent,
        sockets=sockets,
        policy="default-src 'self'",
        rules=RulesInMemory(),
    )


def _browser(gate):
    return TestClient(gate, base_url="http://testserver", follow_redirects=False)


def _there_and_back(browser, target="/inbox"):
    """Go to the provider, and return the address with which it sends the browser back."""
    away = browser.get(f"/login/provider?next={target}")
    back = httpx.get(away.headers["location"]).headers["location"]
    assert parse_qs(urlsplit(away.headers["location"]).query)["code_challenge_method"] == ["S256"]
    return back.removeprefix("http://testserver")


def test_the_sign_in_page_leads_there_and_back_to_where_the_person_wanted_to_go(gate):
    browser = _browser(gate)
    page = browser.get("/login?next=/case%3Fref%3DC-1").text
    assert "Sign in with Northwind" in page
    assert "/login/provider?next=/case%3Fref%3DC-1" in page

    answer = browser.get(_there_and_back(browser, "/case%3Fref%3DC-1"))

    assert answer.headers["location"] == "/case?ref=C-1"
    assert browser.get("/inbox").status_code == 200
    assert "redress_state" not in browser.cookies


def test_an_answer_that_another_browser_brings_opens_nothing(gate):
    """Somebody could else be signed in as the one who sent the link."""
    back = _there_and_back(_browser(gate))
    other = _browser(gate)

    answer = other.get(back)

    assert answer.status_code == 403
    assert other.get("/inbox").status_code == 303


def test_an_answer_is_worth_nothing_the_second_time(gate):
    browser = _browser(gate)
    back = _there_and_back(browser)
    state = parse_qs(urlsplit(back).query)["state"][0]
    browser.get(back)
    browser.cookies.clear()
    browser.cookies.set("redress_state", state)

    answer = browser.get(back)

    assert answer.status_code == 401
    assert "done before" in answer.text


def test_the_way_leads_to_no_other_site(gate):
    browser = _browser(gate)

    answer = browser.get(_there_and_back(browser, "//evil.example"))

    assert answer.headers["location"] == "/"


def test_a_sign_in_that_was_broken_off_there_is_said(gate):
    browser = _browser(gate)
    _there_and_back(browser)

    answer = browser.get("/login/provider/answer?error=access_denied&error_description=<b>x</b>")

    assert "broken off" in answer.text
    assert "<b>x" not in answer.text


def _come_in(gate):
    browser = _browser(gate)
    browser.get(_there_and_back(browser))
    return browser


def _leave(browser):
    page = browser.get("/logout").text
    return browser.post("/logout", data={"token": _fields(page)["token"]})


def _fields(page):
    """Return the hidden fields of a form, as a browser sends them."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def test_who_signs_out_is_offered_to_sign_out_at_the_provider_as_well(gate, issuer):
    browser = _come_in(gate)

    page = _leave(browser)
    back = httpx.post(f"{issuer.url}/leave", data=_fields(page.text)).headers["location"]
    answer = browser.get(back.removeprefix("http://testserver"))

    assert "Sign out at Northwind as well" in page.text
    assert f'action="{issuer.url}/leave"' in page.text
    policy = page.headers["content-security-policy"]
    assert f"form-action 'self' {issuer.url};" in policy
    assert page.headers["cache-control"] == "no-store"
    assert browser.get("/inbox").status_code == 303
    assert "where you signed in" in answer.text
    assert "redress_state" not in browser.cookies
    assert issuer.trouble == []


def test_who_came_by_a_password_is_not_led_to_the_provider(gate):
    browser = _browser(gate)
    page = browser.get("/login").text
    browser.post("/login", data=_fields(page) | {"username": "pat", "password": PASSWORD})

    assert _leave(browser).headers["location"] == "/login"


def test_a_provider_that_is_away_keeps_nobody_from_signing_out(gate, issuer):
    browser = _come_in(gate)
    issuer.twist = {"issuer": "https://evil.example"}

    assert _leave(browser).headers["location"] == "/login"
    assert browser.get("/inbox").status_code == 303


@pytest.mark.parametrize("query", ["", "?state=made-up", "?state=%E9"])
def test_who_did_not_leave_here_is_not_told_so(gate, query):
    answer = _browser(gate).get(f"/login/provider/left{query}")

    assert answer.headers["location"] == "/login"


def test_the_word_of_the_provider_ends_the_open_page(gate, issuer):
    browser = _come_in(gate)
    with browser.websocket_connect("/_stcore/stream") as socket:
        socket.send_bytes(b"hello")
        socket.receive_text()

        said = {"logout_token": issuer.logout_token()}
        answer = _browser(gate).post("/login/provider/logout", data=said)
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_text()

    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["cache-control"] == "no-store"
    assert end.value.code == SIGNED_OUT
    assert browser.get("/session").status_code == 401


@pytest.mark.parametrize(
    "sent", [{"data": {}}, {"data": {"logout_token": "<b>"}}, {"content": b"\xff\x00"}]
)
def test_a_word_that_is_not_the_providers_is_refused_as_one_expects(gate, sent):
    answer = _browser(gate).post("/login/provider/logout", **sent)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert "<b>" not in answer.text


def test_a_word_too_long_to_be_one_is_not_read(gate):
    answer = _browser(gate).post("/login/provider/logout", data={"logout_token": "x" * 100_000})

    assert answer.status_code == 413


def _tie(gate, house):
    """Sign in by a password, show it again, and go to the provider to be tied."""
    browser = _browser(gate)
    page = browser.get("/login").text
    browser.post("/login", data=_fields(page) | {"username": "pat", "password": PASSWORD})
    begun = ties.begin_own(house, actor=PAT, password=PASSWORD)
    away = browser.get(f"/login/provider/tie?begun={begun}")
    return browser, begun, away


def test_who_shows_a_password_goes_to_the_provider_and_comes_back_tied(gate, house, issuer):
    issuer.person |= {"sub": "s-2"}
    browser, begun, away = _tie(gate, house)
    session = browser.cookies["redress_session"]

    back = httpx.get(away.headers["location"]).headers["location"]
    answer = browser.get(back.removeprefix("http://testserver"))
    again = browser.get(f"/login/provider/tie?begun={begun}")

    assert "prompt=login" in away.headers["location"]
    assert answer.headers["location"] == "/account"
    assert browser.cookies["redress_session"] == session
    assert [tie.subject for tie in ties.of_person(house, actor=PAT)] == ["s-1", "s-2"]
    assert (again.status_code, "done before" in again.text) == (403, True)


def test_an_identity_that_is_somebodys_is_said_to_be(gate, house):
    browser, _begun, away = _tie(gate, house)

    back = httpx.get(away.headers["location"]).headers["location"]
    answer = browser.get(back.removeprefix("http://testserver"))

    assert answer.status_code == 409
    assert "is somebody&#39;s already" in answer.text


def test_nobody_is_tied_by_the_link_of_somebody_else(gate, house):
    begun = ties.begin_own(house, actor=PAT, password=PASSWORD)

    answer = _browser(gate).get(f"/login/provider/tie?begun={begun}")

    assert answer.status_code == 403
    assert "session has ended" in answer.text
