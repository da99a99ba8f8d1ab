"""The way to the organisation's own sign-in and back, as a browser goes it."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from engine.domain.actor import SYSTEM
from engine.services import accounts, provider
from tests.integration.identity_ways import VERA, at_provider
from tests.integration.issuer import SECRET, Issuer
from tests.unit.ui.door import RulesInMemory, TestClient, desk
from ui.gate import Gate
from ui.identity import AccountSessions, RecentSessions
from ui.leaf import Leaf
from ui.seal import FormSeal
from ui.signin import SignInPages
from ui.signin_provider import ProviderPages
from ui.sockets import Sockets


@pytest.fixture
def gate(platform, clock):
    issuer = Issuer(clock)
    house = replace(at_provider(platform, issuer.url, name="Northwind"), provider_secret=SECRET)
    accounts.add(house, actor=SYSTEM, username="pat", name="Pat", roles=["handler"])
    provider.tie(house, actor=VERA, username="pat", subject="s-1")
    recent, seal, sockets = RecentSessions(AccountSessions(house)), FormSeal(), Sockets()
    pages = SignInPages(
        sessions=recent, sockets=sockets, seal=seal, organisation="N", provider="Northwind"
    )
    routes = ProviderPages(house, Leaf(seal=seal, organisation="N")).routes()
    yield Gate(
        desk=desk(),
        door=Starlette(routes=[*pages.routes(), *routes]),
        api=desk(),
        sessions=recent,
        sockets=sockets,
        policy="default-src 'self'",
        rules=RulesInMemory(),
    )
    issuer.close()


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
