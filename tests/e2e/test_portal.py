"""The public pages in a browser: without scripts, on a telephone, asked by axe, hostile text."""

import re
from itertools import islice

import pytest
from playwright.sync_api import Browser, expect

from engine.services.demo import demo
from tests.e2e.hostile import PAYLOADS
from tests.e2e.seat import DESKTOP, PHONE, Seat, Site, another_tab, open_window, tracebacks
from tests.e2e.test_accessibility import faults, in_every_light
from tests.integration.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

OVERFLOWS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def complainant(browser: Browser, site: Site):
    """Somebody with a telephone whose browser runs no script."""
    context = open_window(browser, viewport=PHONE, java_script_enabled=False, locale="de-DE")
    seat = another_tab(context, site)
    yield seat
    context.close()
    assert seat.trouble == []


def _fours(texts):
    """Yield texts, four at a time."""
    left = iter(texts)
    while four := tuple(islice(left, 4)):
        yield four


def _press(seat: Seat, name: str) -> None:
    seat.tab.get_by_role("button", name=name, exact=True).click()


def _complain(seat: Seat, *said: str) -> str:
    """Make a complaint, with a text of its own in each of four fields, and return its code."""
    texts = said or ("Der März wurde zweimal berechnet",)
    seat.tab.goto(f"{seat.address}/public/de/complain")
    fields = ("#summary", "#name", "#wish", "#product")
    for number, field in enumerate(fields):
        seat.tab.locator(field).fill(f"Text: {texts[number % len(texts)]}"[:200])
    seat.tab.locator("#description").fill("\n".join(texts))
    seat.tab.locator("#email").fill("portal@example.org")
    _press(seat, "Beschwerde absenden")
    return seat.tab.locator("strong.code").inner_text()


@pytest.mark.iso("4.5", "7.3")
def test_a_complaint_is_made_and_answered_on_a_telephone_without_scripts(site, complainant):
    office = Office(site.platform, {person.username: person for person in demo.staff()})
    tab = complainant.tab
    tab.goto(f"{site.address}/public")
    expect(tab.locator("h1")).to_have_text("Sich beschweren")
    tab.get_by_role("link", name="Beschwerde beginnen").click()
    _press(complainant, "Beschwerde absenden")
    expect(tab.get_by_role("alert")).to_contain_text("Es gibt ein Problem")
    tab.get_by_role("link", name="Sagen Sie in einem Satz").click()
    assert tab.url.endswith("#summary")
    code = _complain(complainant)
    reference = tab.locator(".reference").inner_text()
    tab.get_by_role("link", name="Beschwerde verfolgen", exact=True).click()
    tab.get_by_label("Ihr Code").fill(code)
    _press(complainant, "Weiter")
    tab.get_by_label("Ihre Nachricht").fill("Der Zähler ist auch kaputt.")
    file = {"name": "foto.txt", "mimeType": "text/plain", "buffer": "Zähler 471".encode()}
    tab.set_input_files("#files", [file])
    _press(complainant, "Absenden")
    expect(tab.get_by_role("status")).to_contain_text("Danke")
    expect(tab.get_by_text("foto.txt")).to_be_visible()
    office.reach("approve_decision", reference=reference)
    office.do(reference, "approve_decision")
    tab.goto(f"{site.address}/public/de/status")
    tab.get_by_label("Ich nehme die Entscheidung an").check()
    _press(complainant, "Antwort absenden")
    expect(tab.get_by_role("status")).to_contain_text("Wir haben Ihre Antwort")
    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")
    tab.goto(f"{site.address}/public/de/status")
    tab.get_by_role("link", name="Sagen Sie uns, wie es war").click()
    tab.get_by_role("group", name="Alles in allem").get_by_label("5").check()
    _press(complainant, "Antworten absenden")
    expect(tab.get_by_role("status")).to_contain_text("Danke")
    _press(complainant, "Verlassen")
    tab.goto(f"{site.address}/public/de/status")
    assert tab.url.endswith("/public/de/code")


def test_every_public_page_is_found_accessible_and_fits_a_small_screen(browser, site):
    context = open_window(browser, locale="en-GB")
    seat = another_tab(context, site)
    found, wide = [], []

    def ask(where: str) -> None:
        found.extend(in_every_light(seat, where))
        seat.tab.set_viewport_size({"width": 320, "height": 640})
        if seat.tab.evaluate(OVERFLOWS):
            wide.append(where)
        seat.tab.set_viewport_size(DESKTOP)

    for path in ("/public/de/", "/public/en/code"):
        seat.tab.goto(f"{site.address}{path}")
        ask(path)
    seat.tab.goto(f"{site.address}/public/en/complain")
    seat.tab.get_by_text("I complain for somebody else").click()
    seat.tab.get_by_label("Your name").fill("Ruth")
    _press(seat, "Send the complaint")
    ask("problems")
    code = _complain(seat)
    ask("receipt")
    seat.tab.goto(f"{site.address}/public/en/code")
    seat.tab.get_by_label("Your code").fill(code)
    _press(seat, "Continue")
    expect(seat.tab.locator("h1")).to_contain_text("Complaint")
    ask("status")
    context.close()

    assert found == []
    assert wide == []
    assert seat.trouble == []


def test_a_page_with_a_fault_is_noticed(browser, site):
    """Plant the bug: a field without a name."""
    context = open_window(browser)
    seat = another_tab(context, site)
    seat.tab.goto(f"{site.address}/public/en/code")
    seat.tab.evaluate("document.querySelector('label').remove()")

    found = {fault.rule for fault in faults(seat, "code")}
    context.close()

    assert "label" in found


def test_hostile_text_on_a_public_page_runs_and_loads_nothing(browser, site):
    context = open_window(browser)
    seat = another_tab(context, site)
    foreign = "main :is(script, iframe, img, svg, style, a[href^=http])"
    for group in _fours(PAYLOADS.values()):
        code = _complain(seat, *group)
        seat.tab.goto(f"{site.address}/public/en/code")
        seat.tab.get_by_label("Your code").fill(code)
        _press(seat, "Continue")
        seat.tab.get_by_label("Your message").fill("\n".join(group))
        _press(seat, "Send")
        expect(seat.tab.get_by_role("status")).to_be_visible()
        seat.tab.locator("details").first.evaluate("each => each.open = true")

        assert seat.tab.evaluate("window.owned") is None
        assert seat.tab.locator(foreign).count() == 0
        assert not seat.tab.evaluate(OVERFLOWS)
    context.close()

    assert seat.trouble == []


def test_nothing_that_was_typed_stands_in_the_log(site, complainant):
    code = _complain(complainant, "Kanarienvogel im Zähler")

    log = site.log.read_text()

    assert not re.search(f"Kanarienvogel|portal@example|{code}|{code.replace('-', '')}", log)
    assert tracebacks(log) == []
