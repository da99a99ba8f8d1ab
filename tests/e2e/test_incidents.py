"""An operator at work in a real browser: what came to a halt, and a case that is led elsewhere."""

import re

import pytest
from playwright.sync_api import expect

from engine.domain.actor import SYSTEM
from engine.domain.incident import IncidentKind
from engine.services.demo import demo
from engine.services.running import operations
from engine.services.upkeep import incidents
from tests.e2e.seat import Sit, Site, step_address
from tests.e2e.test_accessibility import faults, in_every_light
from tests.integration.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CAUSES = {
    IncidentKind.CASE: "No condition holds and there is no default flow.",
    IncidentKind.LETTER: "The mail server did not take “Your complaint C-2026-000001”. It last "
    "said: 550 mailbox unavailable",
    IncidentKind.MESSAGE: "“answer” for POLICY-7: No case waited for it in the time for which it "
    "was kept.",
}


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site.platform, {person.username: person for person in demo.staff()})


@pytest.fixture
def halted(site: Site, office: Office) -> str:
    """A case that stands still, a letter and a message; return the reference of the case."""
    reference = office.lodge()

    def note(tx):
        case_id = tx.cases.get(reference).id
        for kind, cause in CAUSES.items():
            is_stray = kind is IncidentKind.MESSAGE
            tx.incidents.note(
                kind,
                str(case_id) if kind is IncidentKind.CASE else f"{kind} of {reference}",
                case_id=None if is_stray else case_id,
                element="Which route?" if kind is IncidentKind.CASE else "",
                cause=cause,
                at=site.platform.now(),
                attempts=1 if is_stray else 12,
            )

    site.platform.database.write(note)
    return reference


def _open(site: Site) -> int:
    return sum(incidents.counts(site.platform, actor=SYSTEM).values())


def test_an_incident_is_found_in_the_navigation_read_and_resolved(
    sit: Sit, site: Site, halted: str
):
    before = _open(site)
    seat = sit("mara")
    seat.tab.get_by_role("link", name=f"Incidents ({before})").click()
    seat.settle()
    seat.sees(CAUSES[IncidentKind.CASE])
    seat.tab.get_by_role("button", name=re.compile("^Message that nobody awaits")).click()
    expect(seat.tab.get_by_text(CAUSES[IncidentKind.CASE])).to_have_count(0)

    seat.tab.get_by_role("button", name="Resolve").first.click()
    dialog = seat.tab.get_by_role("dialog")
    dialog.get_by_label("What was done about it").fill("The sender was told.")
    dialog.get_by_label("What was done about it").press("Tab")
    dialog.get_by_role("button", name="Resolve").click()
    seat.sees("The incident is resolved.")

    expect(seat.tab.get_by_role("link", name=f"Incidents ({before - 1})")).to_be_visible()
    assert _open(site) == before - 1


def test_a_case_is_suspended_and_resumed_on_its_page(sit: Sit, site: Site, office: Office):
    reference = office.reach("assess")
    seat = sit("mara")
    seat.open(step_address(reference))

    for act, button, word in (
        ("Suspend", "Suspend it", "The case is suspended."),
        ("Resume", "Resume it", "The case goes on."),
    ):
        seat.press("Actions")
        seat.tab.get_by_role("button", name=act, exact=True).click()
        dialog = seat.tab.get_by_role("dialog")
        dialog.get_by_label("Reason").fill("Waiting for the court.")
        dialog.get_by_label("Reason").press("Tab")
        dialog.get_by_role("button", name=button).click()
        seat.sees(word)
        expect(dialog).to_have_count(0)

    seat.show("History")
    seat.sees("Case resumed: Waiting for the court.")


def test_incidents_and_a_suspended_case_are_for_everybody(
    sit: Sit, site: Site, office: Office, halted: str
):
    mara = office.staff["mara"]
    operations.suspend(site.platform, actor=mara, reference=halted, reason="The court decides.")
    seat = sit("mara")

    seat.open("/incidents")
    found = in_every_light(seat, "incidents")
    seat.tab.get_by_role("button", name="Try again").first.click()
    expect(seat.tab.get_by_role("dialog")).to_be_visible()
    found += in_every_light(seat, "try again")
    seat.tab.keyboard.press("Escape")
    seat.open(step_address(halted))
    seat.sees("The court decides.")
    found += in_every_light(seat, "suspended")

    assert found == []


def test_an_operators_dialogs_are_for_everybody(sit: Sit, office: Office):
    reference = office.reach("draft_decision")
    seat = sit("mara")
    seat.open(step_address(reference))
    found = []

    for act in ("Lead to another step", "Skip a step", "Move a due date", "Suspend"):
        seat.press("Actions")
        seat.tab.get_by_role("button", name=act, exact=True).click()
        dialog = seat.tab.get_by_role("dialog")
        expect(dialog).to_be_visible()
        found += faults(seat, act)
        seat.tab.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    assert found == []
