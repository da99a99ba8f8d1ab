"""Every page, light and dark, at a desk and on a telephone, asked by axe: WCAG 2.2 AA."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files

import pytest
from playwright.sync_api import expect

from engine.domain.actor import Actor, Role
from engine.services.demo import demo
from engine.services.people import authorities
from tests.e2e.seat import DESKTOP, PHONE, Seat, Sit, Site, staffed, step_address
from tests.integration.authority_ways import SIGNED
from tests.integration.office import Office
from tests.integration.signal_ways import shown
from ui import place
from ui.pages import case

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
ASK = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
PLACES = (
    *(f"/{place.path}" for place in place.PLACES if place.path not in {"case", "users"}),
    "/performance?view=assurance",
    "/performance?view=time",
)
ADMINISTRATION = ("/users", "/organisation")
ELEMENTS = (
    "approve_decision",
    "register",
    "acknowledge",
    "assess",
    "assign",
    "plan",
    "investigate",
    "draft_decision",
    "closing_check",
)
"""Steps whose forms have every kind of field between them."""
DRAWN = """(scheme) => {
    const page = document.querySelector("[data-testid=stApp]") ?? document.body;
    const [red, green, blue] = getComputedStyle(page).backgroundColor.match(/[0-9]+/g).map(Number);
    return (red + green + blue < 384) === (scheme === "dark");
}"""
"""Whether the page has the colours of a scheme already."""
TABS = tuple(case._TABS)
JUDGE = Actor(
    username="alva", name="Alva Rossi", roles=frozenset(Role) - {Role.SYSTEM, Role.ADMINISTRATOR}
)
"""Sees every page and every form."""

KNOWN: Mapping[str, str] = {}
"""What Streamlit brings and cannot be told otherwise: rule and reason. Nothing, at present."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What axe holds against an element.

    Attributes:
        where: Page or tab on which it stands.
        rule: Name of axe's rule.
        markup: Of the element.
    """

    where: str
    rule: str
    markup: str


def faults(seat: Seat, where: str) -> list[Fault]:
    """Return what axe finds on the page as it stands, without what is known."""
    seat.tab.evaluate(f"{AXE};0")
    found = seat.tab.evaluate(ASK)
    return [
        Fault(where, violation["id"], node["html"][:200])
        for violation in found
        if violation["id"] not in KNOWN
        for node in violation["nodes"]
    ]


def in_every_light(seat: Seat, where: str) -> list[Fault]:
    """Return what axe finds at a desk by day, and on a telephone by night."""
    found = []
    for scheme, window in (("dark", PHONE), ("light", DESKTOP)):
        seat.tab.emulate_media(color_scheme=scheme)
        seat.tab.set_viewport_size(window)
        seat.tab.wait_for_function(DRAWN, arg=scheme)
        found += faults(seat, f"{where}, {scheme}")
    return found


@pytest.fixture
def judge(site: Site) -> Actor:
    """Somebody with an account and nearly every role."""
    staffed(site, JUDGE)
    return JUDGE


def _waiting(site: Site) -> dict[str, str]:
    """Return, by element of the diagram, the address of a step that waits there."""
    office = Office(site.platform, {person.username: person for person in demo.staff()})
    grave = {"assess": {"severity": 4, "complexity": "complex"}}
    cases = {element: office.reach(element, **grave) for element in ELEMENTS}
    where = {"actor": office.staff["hanna"], "reference": cases[ELEMENTS[-1]]}
    authorities.record_authority(site.platform, answers=SIGNED, **where)
    return {
        element: step_address(reference, office.token(reference, element))
        for element, reference in cases.items()
    }


@contextmanager
def _dialog(seat: Seat, opener: str) -> Iterator[None]:
    """Open a dialog by a button, and close it at the end."""
    seat.tab.locator(opener).click()
    dialog = seat.tab.get_by_role("dialog")
    expect(dialog).to_be_visible()
    yield
    seat.tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_every_page_is_for_everybody(sit: Sit, site: Site, judge: Actor):
    shown(site.platform)
    found: list[Fault] = []
    stranger = sit()
    stranger.tab.goto(f"{stranger.address}/login")
    found += in_every_light(stranger, "/login")
    for person, places in ((judge.username, PLACES), ("vera", ADMINISTRATION)):
        seat = sit(person)
        for path in places:
            seat.open(path)
            found += in_every_light(seat, path)

    assert found == []


def test_every_form_and_every_tab_of_a_case_is_for_everybody(sit: Sit, site: Site, judge: Actor):
    seat, found = sit(judge.username, color_scheme="dark"), list[Fault]()
    waiting = _waiting(site)

    for element in ELEMENTS:  # contrast fails in the dark
        seat.open(waiting[element])
        found += faults(seat, element)
    for tab in TABS:
        for name in seat.show_all(tab):
            found += in_every_light(seat, name)

    assert found == []


def test_what_opens_above_a_page_is_for_everybody(sit: Sit, judge: Actor):
    seat, found = sit(judge.username), list[Fault]()

    seat.open("/performance")
    with _dialog(seat, ".st-key-performance-open-received button"):
        found += in_every_light(seat, "the cases behind a number")
    seat.open("/inbox")
    with _dialog(seat, ".st-key-inbox-filter button"):
        found += in_every_light(seat, "the filter")

    assert found == []


def test_a_refusal_is_for_everybody(sit: Sit, judge: Actor):
    seat = sit(judge.username)
    seat.open("/new")

    seat.press("Record the complaint")
    seat.sees("need your attention")

    assert faults(seat, "a refused form") == []


def test_a_button_without_a_name_is_noticed(sit: Sit):
    stranger = sit()
    stranger.tab.goto(f"{stranger.address}/login")

    stranger.tab.evaluate("document.querySelector('button').textContent = ''")

    assert [fault.rule for fault in faults(stranger, "/login")] == ["button-name"]
