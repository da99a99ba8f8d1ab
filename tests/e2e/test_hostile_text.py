"""What somebody writes into a complaint is shown as they wrote it, and does nothing."""

import pytest
from playwright.sync_api import Browser, expect

from engine.domain.text import without_controls
from engine.services.handling import casework
from tests.e2e.hostile import (
    HARMLESS,
    HOST,
    PAYLOADS,
    ROLF,
    WANDA,
    hostile_office,
    lodged,
    said,
    wrongs,
)
from tests.e2e.seat import Seat, Sit, Site, sit_down, step_address
from tests.integration.office import Office
from tests.processes import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


ALWAYS = {"handler", "picture", "link", "style", "endless", "controls"}
"""One of each kind, in every run; the others in the long form, and as texts of commands too."""


def _everywhere(text: str) -> dict[str, dict[str, object]]:
    """Return, by element of the diagram, answers that hold ``text`` wherever there is room."""
    short, long = text[:200], (HARMLESS + text)[:1_900]
    return {
        "register": {"product": short, "desired_outcome": long},
        "acknowledge": {"text": long},
        "assess": {"severity": 4, "complexity": "complex", "immediate_action": long},
        "assign": {"owner": WANDA.username, "instruction": long},
        "plan": {"questions": long, "sources": long},
        "investigate": {"facts": HARMLESS + text, "standard": long, "root_cause": long},
        "draft_decision": {"reasons": long, "remedy": long, "letter": HARMLESS + text},
        "respond_to_escalation": {"action": long},
    }


def _write(office: Office, text: str) -> str:
    """Lodge a complaint and work it to its second approval, with ``text`` everywhere."""
    platform, answers = office.platform, _everywhere(text)
    reference = office.lodge(**lodged(text))
    office.reach("plan", reference=reference, **answers)
    casework.escalate(platform, actor=WANDA, reference=reference, reason=text)
    casework.add_note(platform, actor=ROLF, reference=reference, text=text)
    office.reach("approve_decision", reference=reference, **answers)
    comment = (HARMLESS + text)[:1_900]
    office.do(reference, "approve_decision", approval="returned", comment=comment)
    return office.reach("approve_decision", reference=reference, **answers)


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    """Two people with names that are no names, who do everything between them."""
    return hostile_office(site)


def _check(seat: Seat) -> None:
    """Refuse a page on which a text did something."""
    assert list(wrongs(seat)) == []


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site, office: Office) -> Seat:
    """Rolf, who reads everything; each test looks for trouble itself."""
    return sit_down(browser, site, ROLF.username)


@pytest.mark.parametrize(
    "name",
    [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.fuzz) for name in PAYLOADS],
)
def test_a_text_is_shown_as_it_was_written_and_does_nothing(
    reader: Seat, office: Office, name: str
):
    text = PAYLOADS[name]
    reference = _write(office, text)

    reader.open(step_address(reference))
    _check(reader)
    assert "".join(without_controls(text).split()) in said(reader)
    for tab in ("Letters", "History"):
        for _ in reader.show_all(tab):
            _check(reader)


def test_lists_and_figures_show_such_complaints_too(reader: Seat, office: Office):
    for text in PAYLOADS.values():
        last = office.lodge(summary=text[:200], complainant_name=text[:200], product=text[:200])

    reader.open(step_address(last))
    for _ in reader.show_all("History"):
        _check(reader)
    reader.open("/inbox")
    reader.choose("All")
    reader.tab.get_by_role("searchbox", name="Search").fill("window.owned")
    expect(reader.tab.get_by_role("row").filter(has_text="<script>")).not_to_have_count(0)
    _check(reader)
    for place in ("/approvals", "/process", "/account", "/performance"):
        reader.open(place)
        _check(reader)
    reader.tab.locator(".st-key-performance-open-received button").click()
    expect(reader.tab.get_by_role("dialog").get_by_role("row")).not_to_have_count(0)
    _check(reader)


def test_such_a_text_can_be_typed_into_every_field(sit: Sit, office: Office):
    text = PAYLOADS["handler"] + PAYLOADS["picture"]
    writer = sit("wanda")

    writer.open("/new")
    for label in ("In one sentence", "What happened", "Complainant", "What the complainant wants"):
        writer.type(label, text)
    writer.type("Product or service", PAYLOADS["link"])
    writer.record()
    writer.type("New note", text)
    writer.press("Add note")
    writer.sees("The note is kept.")
    expect(writer.tab.locator(".st-key-case-notes")).to_contain_text("window.owned")

    _check(writer)
    assert eventually(lambda: said(writer).count("".join(text.split())) >= 5)


def test_a_page_that_shows_a_picture_of_another_host_is_noticed(reader: Seat):
    main = "document.querySelector('[data-testid=stMain]')"
    reader.tab.evaluate(f"{main}.append(Object.assign(new Image(), {{src: '{HOST}/pixel.png'}}))")

    with pytest.raises(AssertionError, match="collector"):
        _check(reader)
    reader.trouble.clear()
