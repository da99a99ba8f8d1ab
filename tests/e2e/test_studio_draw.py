"""A process owner draws in the studio: what is typed is saved, and still there later."""

import re

import pytest
from playwright.sync_api import Locator, expect

from engine.domain.actor import Actor, Role
from engine.services import process_drafts
from tests.e2e.seat import Seat, Sit, Site

pytestmark = pytest.mark.e2e

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))


def _content(site: Site, number: int) -> str:
    draft = process_drafts.process_draft(site.platform, actor=OTTO, number=number)
    return draft.files[0].content


def _editor(owner: Seat) -> Locator:
    editor = owner.tab.locator(".redress-editor")
    expect(editor).to_have_attribute("data-rev", re.compile(r"\d"))
    return editor


def test_what_is_drawn_is_saved_while_one_draws_and_found_again(site: Site, sit: Sit):
    draft = process_drafts.open_process_draft(site.platform, actor=OTTO, title="Kinder words")
    owner = sit("otto")
    owner.open(f"/studio?draft={draft.number}")
    editor = _editor(owner)

    editor.locator("[data-element-id=assess] .djs-hit").first.click()
    editor.get_by_label("Due within").fill("3 working days")
    editor.get_by_label("Roles").press("Tab")
    expect(editor.get_by_role("status")).to_have_text("Saved")
    owner.open(f"/studio?draft={draft.number}")

    editor = _editor(owner)
    editor.locator("[data-element-id=assess] .djs-hit").first.click()
    expect(editor.get_by_label("Due within")).to_have_value("3 working days")
    assert 'due="3 working days"' in _content(site, draft.number)
    assert owner.trouble == []
