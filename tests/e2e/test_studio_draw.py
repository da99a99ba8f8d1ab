"""A process owner draws in the studio: what is typed is saved, checked, and still there later."""

import re

import pytest
from playwright.sync_api import Locator, expect

from engine.domain.actor import Actor, Role
from engine.services.studio import process_drafts
from tests.e2e.seat import Seat, Sit, Site
from tests.e2e.test_accessibility import Fault, in_every_light

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))


def _content(site: Site, number: int) -> str:
    draft = process_drafts.process_draft(site.platform, actor=OTTO, number=number)
    return draft.files[0].content


def _editor(owner: Seat) -> Locator:
    editor = owner.tab.locator(".redress-editor")
    expect(editor).to_have_attribute("data-rev", re.compile(r"\d"))
    return editor


def _choose(editor: Locator, id_: str) -> None:
    """Select an element, however small it is drawn."""
    editor.get_by_role("button", name="Show all").click()
    editor.locator(f"[data-element-id={id_}] .djs-hit").first.click()


def test_what_is_drawn_is_saved_and_checked_while_one_draws(site: Site, sit: Sit):
    draft = process_drafts.open_process_draft(site.platform, actor=OTTO, title="Kinder words")
    owner = sit("otto")
    owner.open(f"/studio?draft={draft.number}")
    editor = _editor(owner)

    _choose(editor, "assess")
    editor.get_by_label("Due within").fill("soon")
    editor.get_by_label("Instructions").click()
    expect(editor.get_by_role("status")).to_have_text("Saved")
    expect(editor.locator(".redress-finding-blocking")).to_have_count(1)
    owner.tab.get_by_role("button", name="Show", exact=True).first.click()
    expect(editor.locator("[data-element-id=assess].selected")).to_have_count(1)
    editor.get_by_label("Due within").fill("3 working days")
    editor.get_by_label("Instructions").click()
    expect(editor.locator(".redress-finding-blocking")).to_have_count(0)
    owner.open(f"/studio?draft={draft.number}")

    editor = _editor(owner)
    _choose(editor, "assess")
    expect(editor.get_by_label("Due within")).to_have_value("3 working days")
    assert 'due="3 working days"' in _content(site, draft.number)
    assert owner.trouble == []


def test_nothing_is_lost_when_the_page_is_left_at_once(site: Site, sit: Sit):
    draft = process_drafts.open_process_draft(site.platform, actor=OTTO, title="In a hurry")
    owner = sit("otto")
    owner.open(f"/studio?draft={draft.number}")
    editor = _editor(owner)

    _choose(editor, "assess")
    editor.get_by_label("Due within").fill("4 working days")
    owner.choose("Files")
    expect(editor).to_have_count(0)
    owner.choose("Draw")

    expect(_editor(owner).get_by_role("status")).to_have_text("Saved")
    assert 'due="4 working days"' in _content(site, draft.number)


def test_drawing_and_tables_are_for_everybody(site: Site, sit: Sit):
    draft = process_drafts.open_process_draft(site.platform, actor=OTTO, title="For everybody")
    owner = sit("otto")
    found: list[Fault] = []

    for view in ("draw", "tables"):
        owner.open(f"/studio?draft={draft.number}&view={view}")
        _editor(owner)
        found += in_every_light(owner, view)

    assert found == []
