"""A process owner changes the process, has it approved, and moves the running complaints over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from engine.domain.complaint import Scope
from engine.services.demo import demo
from tests.e2e.seat import Seat, Site, leave, serving, sit_down, step_address
from tests.integration.agreement import contradictions_anywhere
from tests.integration.office import Office, rows

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

STAFF = {person.username: person for person in demo.staff()}
MANY = 200
"""Complaints that run when the process is changed, besides those of the demonstration."""
STEP = "Check the refusal"
NOT_OURS = {"register": {"scope": Scope.NOT_OURS}}
WIDE = {"width": 1600, "height": 1200}
WHERE = "SELECT element, count(*) FROM open_step GROUP BY element"


@pytest.fixture(scope="module")
def own_site(
    demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """An application of its own: what is published here would change the other tests."""
    prepared, password = demonstration
    with serving(prepared, password, tmp_path_factory.mktemp("owner")) as running:
        office = Office(running.platform, STAFF)
        for number in range(MANY):
            office.lodge(summary=f"Complaint {number}")
        office.reach("approve_refusal", **NOT_OURS)
        yield running


def _editor(owner: Seat) -> Locator:
    editor = owner.tab.locator(".redress-editor")
    expect(editor).to_have_attribute("data-rev", re.compile(r"\d"))
    return editor


def _hit(editor: Locator, id_: str) -> Locator:
    return editor.locator(f"[data-element-id={id_}] .djs-hit").first


def _draw_the_step(owner: Seat) -> None:
    """Put a step in the place of the approval of refusals, between two others."""
    editor = _editor(owner)
    _hit(editor, "approve_refusal").click()
    box = _hit(editor, "approve_refusal").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    editor.locator(".djs-context-pad [data-action=delete]").click()
    editor.locator("[data-action='create.task']").click()
    owner.tab.mouse.move(middle[0] - 5, middle[1] + 2, steps=4)
    owner.tab.mouse.click(*middle)


def _describe_the_step(owner: Seat) -> None:
    """Mend what is found, and say in the panel what the step is."""
    owner.sees("It has no type.")
    owner.press("Let a person do it")
    expect(owner.tab.get_by_text("It has no type.")).to_have_count(0)
    owner.settle()
    editor = _editor(owner)
    editor.locator("[data-element-id^=Activity_] .djs-hit").first.click()
    for label, value in (("Name", STEP), ("Due within", "2 working days")):
        editor.get_by_label(label, exact=True).fill(value)
        editor.get_by_label(label, exact=True).press("Tab")
    editor.get_by_role("button", name=re.compile("Remove.*Handler")).click()
    editor.get_by_label("Roles").select_option("approver")
    editor.get_by_label("Form", exact=True).select_option("approval")
    editor.get_by_label("This step is an approval").check()
    expect(editor.get_by_role("status")).to_have_text("Saved")


def _play_the_scenarios(owner: Seat) -> None:
    """See which scenario differs, put it right, and see that all are green."""
    owner.choose("Try out")
    owner.sees("1 differs")
    owner.tab.get_by_role("button", name="Open", exact=True).first.click()
    text = owner.tab.get_by_label("Scenario", exact=True)
    expect(text).to_have_value(re.compile("approve_refusal"))
    told = text.input_value().replace('"Approve the refusal" (approve_refusal)', f'"{STEP}"')
    text.fill(told.replace("team leader does", "approver does"))
    owner.press("Keep")
    owner.sees("All green")


def _propose(owner: Seat) -> None:
    owner.choose("Propose")
    owner.type("Reason", "Refusals are checked by an approver.")
    owner.type("Risk", "Refusals may take a day longer.")
    owner.press("Propose")
    owner.sees("It is proposed.")


def _approve(approver: Seat) -> None:
    """Read what differs in words, and approve it."""
    approver.open("/proposals")
    approver.tab.get_by_role("link", name="Proposal 1").click()
    approver.sees("“Approve the refusal” was removed")
    approver.sees(f"“{STEP}” was added: user task, role approver")
    approver.settle()
    approver.press("Approve")
    approver.tab.get_by_role("dialog").get_by_role("button", name="Approve").click()
    approver.sees("The change is approved.")


def _meet_the_step(office: Office, handler: Seat) -> None:
    """Lodge a complaint that is not for us, and work it until the new step waits."""
    reference = office.lodge(summary="Whose tree is it?")
    for element, answers in (("register", NOT_OURS["register"]), ("decline", {})):
        waiting = office._waiting(reference)
        office._take(waiting.case, waiting.steps[element], "", answers)
    handler.open(step_address(reference))
    handler.sees(STEP)


def _move_all(owner: Seat, mapped: str) -> None:
    owner.open("/migration")
    owner.press("Make a plan")
    owner.sees("Version 1 to version 2")
    owner.press("Try it out")
    owner.sees("Needs mapping")
    owner.pick(f"“{mapped}”, a step for a person", STEP)
    owner.press("Save")
    owner.sees("The plan was changed since")
    owner.press("Try it out")
    expect(owner.tab.get_by_text("The plan was changed since")).to_have_count(0)
    owner.tab.get_by_role("button", name=re.compile(r"^Move \d+ complaints?$")).click()
    owner.type("Why running complaints are moved", "All refusals are checked from now on.")
    owner.press("Move them")
    owner.sees("Each complaint")


def test_a_process_is_changed_and_approved_and_running_complaints_are_moved(
    own_site: Site, browser: Browser
):
    database = own_site.platform.database
    owner = sit_down(browser, own_site, "otto", viewport=WIDE)
    owner.open("/studio")
    owner.press("New draft from the live version")
    owner.settle()
    _draw_the_step(owner)
    _describe_the_step(owner)
    owner.settle()
    _play_the_scenarios(owner)
    _propose(owner)

    approver = sit_down(browser, own_site, "mara")
    _approve(approver)
    handler = sit_down(browser, own_site, "hanna")
    _meet_the_step(Office(own_site.platform, STAFF), handler)
    before = dict(rows(database, WHERE))
    _move_all(owner, "Approve the refusal")
    moved = dict(rows(database, WHERE))
    owner.press("Move all back")
    owner.type("Why they are moved back", "It was only a story.")
    owner.press("Move them back")
    owner.sees("Undone by")

    assert moved["register"] == MANY
    assert "approve_refusal" not in moved
    assert sum(moved.values()) == sum(before.values())
    assert dict(rows(database, WHERE)) == before
    assert contradictions_anywhere(own_site.platform) == {}
    seats = (owner, approver, handler)
    assert [seat.trouble for seat in seats] == [[], [], []]
    for seat in seats:
        leave(seat)
