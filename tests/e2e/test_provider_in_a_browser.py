"""Coming, being tied and leaving by way of the organisation's own sign-in, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from engine.clock import utc_now
from tests.e2e.seat import Seat, Site, another_tab, open_window, serving, sign_in
from tests.integration.issuer import SECRET, Issuer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

NAME = "Northwind ID"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    opened = Issuer(utc_now)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def office(
    demonstration: tuple[Path, str], issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The demonstration office with a sign-in of its own."""
    prepared, password = demonstration
    policy = "policy__accounts__provider__"
    settings = {"issuer": issuer.url, "client_id": "redress", "name": NAME}
    given = {f"{policy}{name}": value for name, value in settings.items()}
    home = tmp_path_factory.mktemp("with-a-provider")
    with serving(prepared, password, home, provider_secret=SECRET, **given) as running:
        yield running


def _come_in(seat: Seat) -> None:
    seat.tab.goto(f"{seat.address}/login")
    seat.tab.get_by_role("link", name=f"Sign in with {NAME}").click()
    seat.settle()


def _untie(seat: Seat, password: str) -> None:
    seat.open("/account")
    seat.press("Untie")
    seat.type("Password", password)
    seat.press("Untie it")


def test_somebody_ties_an_identity_comes_in_by_it_leaves_and_unties_it(
    browser: Browser, office: Site, issuer: Issuer
) -> None:
    context = open_window(browser)
    seat = another_tab(context, office)
    sign_in(seat, "hanna", office.password, path="/account")
    seat.press("Tie an identity")
    seat.type("Password", office.password)
    seat.press("Go on")
    seat.sees("The way is open once")
    with context.expect_page() as opened:
        seat.tab.get_by_role("link", name=f"Sign in with {NAME}").click()
    expect(opened.value.get_by_text("s-1")).to_be_visible()
    assert opened.value.url == f"{office.address}/account"
    opened.value.close()

    _leave(seat)
    expect(seat.tab).to_have_url(re.compile(r"/login"))
    _come_in(seat)
    _leave(seat)
    expect(seat.tab.get_by_role("heading", name="You are signed out here")).to_be_visible()
    seat.tab.get_by_role("button", name=f"Sign out at {NAME} as well").click()
    expect(seat.tab.get_by_role("heading", name="You are signed out")).to_be_visible()

    assert len(issuer.left) == 1
    assert issuer.trouble == []
    _come_in(seat)
    word = {"logout_token": issuer.logout_token()}
    assert httpx.post(f"{office.address}/login/provider/logout", data=word).status_code == 200
    expect(seat.tab).to_have_url(re.compile(r"/login"))

    sign_in(seat, "hanna", office.password)
    _untie(seat, office.password)
    seat.sees("It is untied")
    seat.sees("not tied to an identity")
    assert seat.trouble == []
    context.close()


def _leave(seat: Seat) -> None:
    seat.tab.goto(f"{seat.address}/logout")
    seat.tab.get_by_role("button", name="Sign out").click()
