"""The other pages of the door: codes, devices, links; and how sessions end that others end."""

import asyncio
import re

import pyotp
import pytest
from starlette.applications import Starlette
from starlette.websockets import WebSocketDisconnect

from engine.domain.actor import SYSTEM
from engine.services.accounts import accounts, links, second_factor, sessions
from tests.integration.identity_ways import NEW_PASSWORD, PASSWORD, code_of, strict
from tests.unit.ui.door import RulesInMemory, TestClient, desk
from ui.gate import Gate
from ui.identity import AccountSessions, RecentSessions
from ui.leaf import Leaf
from ui.seal import FormSeal
from ui.signin import SignInPages
from ui.signin_code import CodePages
from ui.signin_link import LinkPages
from ui.sockets import SIGNED_OUT, Sockets

SECRET = re.compile(r"<code>([A-Z2-7 ]+)</code>")


class House:
    """The door and the gate in front of a tiny desk, with accounts in a real database."""

    def __init__(self, platform):
        self.platform = platform
        recent, seal = RecentSessions(AccountSessions(platform)), FormSeal()
        leaf = Leaf(seal=seal, organisation="Northwind <b>")
        self.sockets = Sockets(over=recent.over, pause=0.02)
        pages = SignInPages(
            sessions=recent, sockets=self.sockets, seal=seal, organisation="Northwind"
        )
        routes = [*pages.routes(), *CodePages(platform, leaf).routes()]
        self.gate = Gate(
            desk=desk(),
            door=Starlette(routes=[*routes, *LinkPages(platform, leaf).routes()]),
            api=desk(),
            sessions=recent,
            sockets=self.sockets,
            policy="default-src 'self'",
            rules=RulesInMemory(),
        )
        self.client = self.browser()

    def browser(self):
        return TestClient(self.gate, base_url="http://testserver", follow_redirects=False)

    def send(self, path, **fields):
        """Open a page and send its form back."""
        page = self.client.get(path)
        token = page.text.split('name="token" value="')[1].split('"')[0]
        return self.client.post(path, data={"token": token} | fields)

    def enter(self, password=PASSWORD, username="pat", **more):
        return self.send("/login", username=username, password=password, **more)


@pytest.fixture
def house(platform):
    given = {"username": "pat", "name": "Pat", "roles": ["handler"], "password": PASSWORD}
    accounts.add(platform, actor=SYSTEM, **given)
    return House(platform)


@pytest.fixture
def pat(house):
    return accounts.person(house.platform, actor=SYSTEM, username="pat")


@pytest.fixture
def device(house, pat, clock):
    begun = second_factor.begin(house.platform, actor=pat)
    codes = second_factor.confirm(house.platform, actor=pat, code=code_of(house.platform, begun))
    clock.advance(minutes=2)
    return begun, codes


def test_a_code_is_asked_for_and_leads_to_where_the_person_wanted_to_go(house, device):
    asked = house.enter(next="/case?ref=C-1")
    before = house.client.get("/inbox").status_code

    answer = house.send(
        asked.headers["location"].split("?")[0],
        code=code_of(house.platform, device[0]),
        next="/case?ref=C-1",
    )

    assert asked.headers["location"] == "/login/code?next=%2Fcase%3Fref%3DC-1"
    assert before == 303
    assert (answer.status_code, answer.headers["location"]) == (303, "/case?ref=C-1")
    assert house.client.get("/inbox").status_code == 200
    assert "redress_challenge" not in house.client.cookies


def test_a_wrong_code_is_an_alert_and_a_recovery_code_opens(house, device):
    house.enter()

    wrong = house.send("/login/code", code="000000")
    right = house.send("/login/code", code=device[1][0])

    assert wrong.status_code == 401
    assert "The code is wrong" in wrong.text
    assert right.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/login/code", "/login/device"])
def test_a_page_for_codes_is_nothing_for_whoever_shows_no_password(house, path):
    assert house.client.get(path).headers["location"] == "/login"


@pytest.mark.parametrize("path", ["/login/code", "/login/device"])
def test_a_code_form_of_another_site_is_refused(house, device, path):
    house.enter()

    answer = house.client.post(path, data={"token": "0" * 64, "code": "1"})

    assert answer.status_code == 403


def test_a_challenge_is_worth_nothing_in_another_browser_without_its_cookie(house, device):
    house.enter()
    other = house.browser()

    assert other.get("/login/code").headers["location"] == "/login"


def test_a_role_that_asks_for_a_factor_leads_to_a_device_first(house, clock):
    house = House(strict(house.platform, "handler"))
    asked = house.enter()
    shown = house.send("/login/device")
    secret = SECRET.search(shown.text)[1].replace(" ", "")
    code = pyotp.TOTP(secret).at(house.platform.now())

    done = house.client.post("/login/device", data={"token": _token(shown), "code": code})

    assert asked.headers["location"] == "/login/device"
    assert "<svg" in shown.text
    assert "<script" not in shown.text
    assert len(re.findall(r"<li><code>[a-z2-7]{5}-[a-z2-7]{5}</code>", done.text)) == 10
    assert house.client.get("/inbox").status_code == 200


def _token(page):
    return page.text.split('name="token" value="')[1].split('"')[0]


def test_a_link_sets_a_password_that_opens_the_door(house):
    token = links.make(house.platform, actor=SYSTEM, username="pat")
    looked = [house.client.get(links.PATH + token).status_code for _ in range(3)]

    twice = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    done = house.send(links.PATH + token, **twice)

    assert looked == [200] * 3
    assert done.headers["location"] == "/login?news=password"
    assert "Your password is set" in house.client.get("/login?news=password").text
    assert house.enter(NEW_PASSWORD).headers["location"] == "/"
    assert house.client.get(links.PATH + token).status_code == 404


def test_a_link_says_what_is_wrong_with_a_password_and_stays(house):
    token = links.make(house.platform, actor=SYSTEM, username="pat")

    other = house.send(links.PATH + token, password=NEW_PASSWORD, again="another")
    weak = house.send(links.PATH + token, password="password1234", again="password1234")

    assert "not the same" in other.text
    assert "too easy to guess" in weak.text
    assert "password1234" not in weak.text
    assert house.client.get(links.PATH + token).status_code == 200


def test_the_first_administrator_names_themselves(sqlite_platform):
    house = House(sqlite_platform)
    token = links.make_first(sqlite_platform)

    twice = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    house.send(links.PATH + token, username="ann", name="Ann <b>", **twice)

    assert house.enter(NEW_PASSWORD, "ann").headers["location"] == "/"


@pytest.mark.parametrize("link", ["x", "x" * 4_000, "%00", "..%2f..%2fcase", "%ff"])
def test_a_made_up_link_is_over(house, link):
    answer = house.client.get(links.PATH + link)

    assert answer.status_code == 404
    assert "password" not in answer.text


def test_a_session_that_an_administrator_ends_closes_the_open_page(house):
    house.enter()
    with house.client.websocket_connect("/_stcore/stream") as socket:
        socket.send_bytes(b"hello")
        socket.receive_text()

        sessions.end_all(house.platform, actor=SYSTEM, username="pat")
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_text()

    assert end.value.code == SIGNED_OUT
    assert house.client.get("/session").status_code == 401


def test_a_closed_account_closes_the_open_page(house):
    house.enter()
    with house.client.websocket_connect("/_stcore/stream") as socket:
        accounts.close(house.platform, actor=SYSTEM, username="pat", reason="She left.")

        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_a_watch_that_looks_at_nothing_is_noticed(house):
    """Plant the bug: nobody asks whether sessions are over."""
    asked = []
    sockets = Sockets(over=lambda tokens: asked.append(tokens) or (), pause=0.01)

    class Open:
        is_closed = False

        async def close(self):
            self.is_closed = True

    async def live():
        socket = Open()
        sockets.add("gone", socket)
        await asyncio.sleep(0.1)
        sockets.discard("gone", socket)
        return socket.is_closed

    assert asyncio.run(live()) is False
    assert asked
