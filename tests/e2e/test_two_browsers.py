"""Two people, two browsers: what the one has open is nothing the other reaches."""

import re
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Error, Page, Request, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from engine.clock import utc_now
from engine.domain.actor import SYSTEM, Actor, Role
from engine.services.accounts import roles
from tests.e2e.seat import Seat, Sit, Site, another_tab, sign_in, staffed, step_address
from tests.e2e.test_journeys import GRAVE, STAFF
from tests.integration.office import Office, execute
from tests.processes import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


TYPED = "Who read the meter, and when exactly was that?"


class Overheard:
    """What a page asked for."""

    def __init__(self, page: Page) -> None:
        self.promised: list[str] = []
        self.files: list[str] = []
        page.on("websocket", lambda line: line.on("framesent", self._note))
        page.on("request", self._asked)

    def _note(self, frame: bytes | str) -> None:
        said = BackMsg.FromString(frame) if isinstance(frame, bytes) else BackMsg()
        if said.WhichOneof("type") == "backend_operation_request":
            self.promised.append(said.backend_operation_request.deferred_file.file_id)

    def _asked(self, request: Request) -> None:
        if "/media/" in request.url and request.url.endswith(".csv"):
            self.files.append(request.url)


@pytest.fixture(scope="module")
def manager(site: Site) -> str:
    """Somebody who sees the figures, besides those of the demonstration."""
    staffed(site, Actor(username="rosa", name="Rosa", roles=frozenset({Role.MANAGER})))
    return "rosa"


@pytest.fixture
def handler(site: Site, request: pytest.FixtureRequest) -> str:
    """Somebody who handles complaints, of each test's own."""
    name = f"hugo-{len(request.node.name)}"
    staffed(site, Actor(username=name, name="Hugo", roles=frozenset({Role.HANDLER, Role.INTAKE})))
    return name


def _cookies(seat: Seat) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in seat.tab.context.cookies()}


def _open_list(seat: Seat) -> None:
    """Open the list behind a figure, with its button for a table."""
    seat.open("/performance")
    seat.tab.locator(".st-key-performance-open-received button").click()
    expect(seat.tab.get_by_role("dialog").get_by_role("row")).not_to_have_count(0)


def test_a_table_of_one_person_is_nothing_another_can_fetch_or_have_made(
    sit: Sit, site: Site, manager: str, handler: str
):
    hugo, rosa = sit(handler), sit(manager)
    hugo.open("/account")  # nothing there runs by itself and tidies up
    overheard = Overheard(rosa.tab)
    _open_list(rosa)
    with rosa.tab.expect_download() as coming:
        rosa.tab.get_by_role("button", name="Download as CSV").click()
    table = coming.value.path().read_text("utf-8-sig")
    (address,) = set(overheard.files)

    by_rosa = httpx.get(address, cookies=_cookies(rosa))
    by_hugo = httpx.get(address, cookies=_cookies(hugo))
    by_nobody = httpx.get(address)

    assert table.startswith("Reference,")
    assert (by_rosa.status_code, by_hugo.status_code, by_nobody.status_code) == (200, 404, 401)
    assert by_rosa.text.lstrip("\ufeff").startswith("Reference,")
    assert not _has_made(site, _cookies(hugo), overheard.promised[-1])
    assert _has_made(site, _cookies(rosa), overheard.promised[-1])


def _has_made(site: Site, cookies: dict[str, str], promised: str) -> bool:
    """Ask from a tab of one's own for a table that was promised; tell whether it was made."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    run, ask = BackMsg(), BackMsg()
    run.rerun_script.page_name = "account"
    wish = ask.backend_operation_request
    wish.request_id, wish.deferred_file.file_id = "1", promised
    with connect(
        f"{site.address.replace('http', 'ws', 1)}/_stcore/stream",
        additional_headers={"cookie": cookie},
        subprotocols=["streamlit"],
        max_size=2**26,
    ) as line:
        line.send(run.SerializeToString())
        with suppress(TimeoutError):
            while True:
                told = ForwardMsg.FromString(bytes(line.recv(timeout=5)))
                if told.WhichOneof("type") == "new_session":
                    wish.session_id = told.new_session.initialize.session_id
                    line.send(ask.SerializeToString())
                if told.WhichOneof("type") == "backend_operation_response":
                    return bool(told.backend_operation_response.deferred_file.url)
    return False


def test_a_page_that_is_not_meant_for_somebody_shows_nothing_at_its_address(
    sit: Sit, manager: str, handler: str
):
    hugo = sit(handler)

    hugo.open("/performance")

    hugo.sees("No such page")
    assert hugo.tab.locator("[data-testid=stMetric]").count() == 0
    assert hugo.tab.get_by_text("Page not found").count() == 0


def test_signing_out_ends_every_window_of_the_session_and_only_those(
    sit: Sit, site: Site, handler: str, manager: str
):
    first, rosa = sit(handler), sit(manager)
    second = another_tab(first.tab.context, site)
    second.open("/inbox")
    kept = _cookies(first)

    first.tab.get_by_role("button", name="Sign out").click()

    for seat in (first, second):
        seat.tab.wait_for_url(re.compile("/login"))
        expect(seat.tab.get_by_role("heading", name="Sign in")).to_be_visible()
    assert httpx.get(f"{site.address}/inbox", cookies=kept).status_code == 303
    rosa.open("/inbox")


def test_a_role_that_is_taken_away_takes_its_pages_along(sit: Sit, site: Site, handler: str):
    roles.change(
        site.platform,
        actor=SYSTEM,
        username=handler,
        roles=[Role.HANDLER, Role.TEAM_LEADER],
        reason="Covers for Tom.",
    )
    hugo = sit(handler)
    hugo.open("/performance")
    hugo.tab.locator("[data-testid=stMain] h1").get_by_text("Performance").wait_for()

    roles.change(
        site.platform,
        actor=SYSTEM,
        username=handler,
        roles=[Role.HANDLER],
        reason="Tom is back.",
    )
    assert eventually(lambda: hugo.tab.request.get(f"{site.address}/session").status == 401)
    with suppress(Error):  # it may have left by itself already
        hugo.tab.evaluate("dispatchEvent(new Event('focus'))")

    hugo.tab.wait_for_url(re.compile("/login"))
    sign_in(hugo, handler, site.password, path="/performance")
    hugo.sees("No such page")


def test_an_idle_session_ends_in_a_sentence_and_what_was_typed_is_kept(
    sit: Sit, site: Site, handler: str
):
    people = {
        "hanna": Actor(username=handler, name="Hugo", roles=frozenset({Role.HANDLER, Role.INTAKE}))
    }
    office = Office(site.platform, STAFF | people)
    address = step_address(office.reach("plan", assess=GRAVE, assign={"owner": handler}))
    hugo = sit(handler)
    hugo.open(address)
    hugo.type("Questions to answer", TYPED)
    hugo.sees("Saved")

    _sleep_for_an_hour(site, handler)
    assert eventually(lambda: hugo.tab.request.get(f"{site.address}/session").status == 401)

    hugo.tab.wait_for_url("**/login?next=*")
    hugo.sees("Your session has ended.")
    hugo.tab.get_by_label("User name").fill(handler)
    hugo.tab.get_by_label("Password").fill(site.password)
    hugo.tab.get_by_role("button", name="Sign in").click()
    hugo.settle()
    assert address in hugo.tab.url
    expect(hugo.tab.get_by_label("Questions to answer", exact=True)).to_have_value(TYPED)


def _sleep_for_an_hour(site: Site, username: str) -> None:
    """Let the last click of somebody lie an hour back."""
    execute(
        site.platform.database,
        "UPDATE session SET last_seen_at = :at WHERE username = :name",
        at=utc_now() - timedelta(hours=1),
        name=username,
    )
