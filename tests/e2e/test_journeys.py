"""Short ways through the application, each by somebody with one thing in mind."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from engine.domain.actor import Actor, Role
from engine.services.accounts import sessions
from engine.services.demo import demo
from tests.e2e.seat import PHONE, Seat, Sit, Site, another_tab, sign_in, staffed, step_address
from tests.integration.office import Office
from tests.processes import eventually
from ui.identity import COOKIE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

STAFF = {person.username: person for person in demo.staff()}
GRAVE = {"severity": 4, "complexity": "complex", "amount": "600"}
"""An assessment that leads through an investigation and an approval."""
TYPED = "Was the meter read in January, and by whom?"


def _tab_to(seat: Seat, target: Locator) -> None:
    """Press Tab until something has the focus; at most once around the page."""
    target.wait_for()
    for _ in range(60):
        if target.evaluate("(node) => node === node.getRootNode().activeElement"):
            return
        seat.tab.keyboard.press("Tab")
    pytest.fail("the focus never came there")


Reach = Callable[..., str]


@pytest.fixture
def reach(site: Site) -> Reach:
    """Lodge a complaint and work it until a step waits; the drafter does what handlers do."""

    def reached(element: str, summary: str, *, drafter: Actor = STAFF["hanna"]) -> str:
        office = Office(site.platform, STAFF | {"hanna": drafter})
        answers = {"assess": GRAVE, "assign": {"owner": drafter.username}}
        return office.reach(element, reference=office.lodge(summary=summary), **answers)

    return reached


def test_half_a_form_is_there_again_after_a_reload(sit: Sit, reach: Reach):
    handler = sit("hanna")
    handler.open(step_address(reach("plan", "Half a form")))
    box = handler.tab.get_by_label("Questions to answer", exact=True)
    box.press_sequentially(TYPED)

    handler.sees("Saved")
    handler.tab.reload()

    expect(box).to_have_value(TYPED)


def test_a_link_leads_there_through_the_sign_in(sit: Sit, site: Site, reach: Reach):
    stranger = sit()
    address = step_address(reach("register", "Reached by a link"))

    sign_in(stranger, "hanna", site.password, path=address)

    expect(stranger.tab).to_have_url(f"{site.address}{address}")
    stranger.sees("Reached by a link")


@pytest.mark.iso("5.4")
def test_whoever_drafted_reads_why_somebody_else_decides(sit: Sit, site: Site, reach: Reach):
    roles = frozenset({Role.INTAKE, Role.HANDLER, Role.APPROVER})
    rita = Actor(username="rita", name="Rita Blom", roles=roles)
    staffed(site, rita)
    reference = reach("approve_decision", "Drafted by Rita", drafter=rita)
    drafter = sit("rita")

    drafter.open("/approvals")
    drafter.tab.get_by_role("row").filter(has_text=reference).click()

    drafter.sees("You drafted this, so somebody else decides it.")
    expect(drafter.tab.get_by_role("button", name="Record your decision")).to_have_count(0)
    expect(drafter.tab.get_by_role("button", name="Claim")).to_have_count(0)


def test_the_way_from_the_inbox_to_a_claimed_step_needs_no_mouse(sit: Sit, reach: Reach):
    reference = reach("register", "Without a mouse")
    handler = sit("hanna")
    keys = handler.tab.keyboard
    handler.choose("Unclaimed")

    _tab_to(handler, handler.tab.get_by_role("searchbox", name="Search"))
    keys.type("Without a mouse", delay=30)
    expect(handler.tab.get_by_role("row")).to_have_count(2)
    _tab_to(handler, handler.tab.get_by_role("link", name="Without a mouse"))
    keys.press("Enter")
    _tab_to(handler, handler.tab.get_by_role("button", name="Claim", exact=True))
    keys.press("Enter")

    handler.sees("This step is yours.")
    assert reference in handler.tab.url


def test_a_step_that_was_completed_in_another_tab_is_refused_in_one_sentence(
    sit: Sit, site: Site, reach: Reach
):
    address = step_address(reach("plan", "Two tabs"))
    first = sit("hanna")
    second = another_tab(first.tab.context, site)
    for seat in (first, second):
        seat.open(address)
        seat.type("Questions to answer", TYPED)
        seat.sees("Saved")

    first.complete("Plan the investigation")
    second.press("Complete this step")

    alert = second.tab.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("is not open")
    expect(second.tab.get_by_label("Questions to answer", exact=True)).to_have_value(TYPED)


def test_signing_out_in_one_tab_ends_the_other(sit: Sit, site: Site, reach: Reach):
    address = step_address(reach("register", "Signed out elsewhere"))
    first = sit("hanna")
    second = another_tab(first.tab.context, site)
    second.open(address)

    first.press("Sign out")
    expect(first.tab.get_by_role("button", name="Sign in")).to_be_visible()

    expect(second.tab.get_by_role("button", name="Sign in")).to_be_visible()
    expect(second.tab.get_by_text("Signed out elsewhere")).to_have_count(0)
    assert "/login?next=" in second.tab.url


def test_half_a_form_outlives_the_session(sit: Sit, site: Site, reach: Reach):
    address = step_address(reach("plan", "Over before it was sent"))
    handler = sit("hanna")
    handler.open(address)
    handler.type("Questions to answer", TYPED)
    handler.sees("Saved")
    cookies = handler.tab.context.cookies()
    token = next(cookie["value"] for cookie in cookies if cookie["name"] == COOKIE)

    sessions.sign_out(site.platform, token=token)
    asked = handler.tab.request
    assert eventually(lambda: asked.get(f"{site.address}/session").status == 401)
    handler.tab.wait_for_url("**/login?next=*")  # the page closes by itself
    sign_in(handler, "hanna", site.password, path=address)

    expect(handler.tab.get_by_label("Questions to answer", exact=True)).to_have_value(TYPED)


def test_a_handler_completes_a_step_on_a_phone(sit: Sit, reach: Reach):
    reference = reach("register", "On a phone")
    handler = sit("hanna", viewport=PHONE, has_touch=True, is_mobile=True)

    handler.choose("Unclaimed")
    handler.tab.get_by_role("link", name="On a phone").tap()
    handler.complete("Register the complaint")

    handler.sees(reference)
    assert handler.tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_page_that_is_not_there_leads_back(sit: Sit):
    handler = sit("hanna")

    handler.open("/case?ref=C-1999-000001")

    handler.sees("C-1999-000001")
    expect(handler.tab.get_by_role("alert")).to_have_count(1)
    handler.tab.get_by_role("main").get_by_role("link", name="Inbox").click()
    handler.tab.get_by_role("heading", name="Inbox", level=1).wait_for()


@pytest.mark.parametrize("place", ["/performance", "/approvals", "/process"])
def test_the_back_button_leads_back(sit: Sit, place: str):
    manager = sit("mara")
    manager.open("/inbox")
    listed = re.compile(rf"^{place.removeprefix('/')}( \(\d+\))?$", re.IGNORECASE)
    manager.tab.get_by_role("link", name=listed).click()
    manager.tab.wait_for_url(f"**{place}*")
    manager.settle()

    manager.tab.go_back()

    expect(manager.tab.get_by_role("heading", name="Inbox", level=1)).to_be_visible()


def test_a_seat_notices_what_must_never_happen(sit: Sit):
    victim = sit("hanna")

    victim.tab.evaluate("alert('owned')")
    victim.tab.evaluate("new Image().src = 'http://collector.test/stolen'")

    assert victim.trouble == ["a dialog: owned", "a request to http://collector.test/stolen"]
    victim.trouble.clear()


def test_what_is_wrong_is_said_beside_its_field_and_stays_there(sit: Sit):
    handler = sit("hanna")
    handler.open("/new")
    handler.type("In one sentence", "x" * 300)
    handler.type("E-mail", "jane at home")
    handler.type("Amount at stake", "-5")
    handler.tab.get_by_role("spinbutton", name="day, Received").click()
    handler.tab.keyboard.type("010121001200")

    handler.press("Record the complaint")

    handler.sees("In one sentence may have at most 200 characters.")
    handler.sees("Complainant is needed.")
    handler.sees("'jane at home' is no e-mail address")
    handler.sees("Amount at stake must be 0 or more.")
    for label, kept in (("In one sentence", "x" * 300), ("Amount at stake", "-5.00")):
        expect(handler.tab.get_by_label(label, exact=True)).to_have_value(kept)
    handler.type("In one sentence", "Too early")
    handler.type("Complainant", "Zoë Ångström-Öztürk \N{SLIGHTLY SMILING FACE}")
    handler.type("E-mail", "")
    handler.type("Amount at stake", "5")
    handler.press("Record the complaint")
    handler.sees("must not lie in the future.")
    year = handler.tab.get_by_role("spinbutton", name="year, Received")
    expect(year).to_have_text("2100")


def test_a_double_click_records_one_complaint(sit: Sit):
    handler = sit("hanna")
    handler.open("/new")
    handler.type("In one sentence", "Recorded exactly once")
    handler.type("Complainant", "Jane Canary")

    handler.tab.get_by_role("button", name="Record the complaint").dblclick()
    handler.sees("is recorded and on its way.")

    handler.open("/inbox")
    handler.choose("All")
    handler.tab.get_by_role("searchbox", name="Search").fill("Recorded exactly once")
    expect(handler.tab.get_by_role("row").filter(has_text="Recorded exactly")).to_have_count(1)


ODD = {
    "/case": "the address names none",
    "/case?ref=%00%F0%9F%98%80": "There is no complaint",
    f"/case?ref={'A' * 6_000}": "There is no complaint AAAA",
    "/performance?days=-1": "The last 90 days are shown.",
    "/performance?from=1500-01-01&to=9999-01-01": "The last 90 days are shown.",
    "/nowhere": "There is no page “nowhere”, or it is not open to you.",
}


def test_an_odd_address_is_answered_with_a_sentence(sit: Sit):
    manager = sit("mara")

    for path, sentence in ODD.items():
        manager.open(path)
        manager.sees(sentence)
        assert manager.tab.get_by_test_id("stMain").inner_text().count("AAAA") < 30


@pytest.mark.parametrize("path", ["/inbox/below", "/_stcore/metrics"])
def test_a_path_below_a_page_leads_nowhere(sit: Sit, path: str):
    handler = sit("hanna")

    answer = handler.tab.goto(f"{handler.address}{path}")

    assert answer is not None
    assert answer.status == 404
    handler.sees("There is no such page.")
