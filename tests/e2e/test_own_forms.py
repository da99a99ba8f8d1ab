"""A process owner makes a form in a real browser, and tries out what handlers will be asked."""

import pytest
from playwright.sync_api import expect

from engine.domain.form_file import examine
from engine.domain.process_draft import FileKind
from engine.services.studio import process_drafts
from tests.e2e.seat import PHONE
from tests.integration.process_ways import OTTO

pytestmark = pytest.mark.e2e


def test_a_form_is_made_tried_out_and_kept(sit, site):
    draft = process_drafts.open_process_draft(site.platform, actor=OTTO, title="Meters")
    owner = sit("otto")
    owner.open(f"/studio?draft={draft.number}&view=forms")

    owner.press("New form")
    owner.type("Title", "Meter reading")
    expect(owner.tab.get_by_role("heading", name="Meter reading")).to_have_count(2)
    owner.press("New question")
    owner.type("Question", "Which meter")
    owner.settle()
    expect(owner.tab.get_by_role("button", name="Which meter")).to_be_visible()
    owner.pick("Kind of answer", "One of a list")
    owner.tab.get_by_role("textbox", name="Answers to choose from").fill("Gas\nElectricity")
    owner.tab.get_by_role("textbox", name="Answers to choose from").press("Control+Enter")
    owner.settle()
    owner.press("Add a question")
    owner.settle()
    expect(owner.tab.get_by_role("button", name="New question")).to_be_visible()
    owner.type("Question", "Volume")
    expect(owner.tab.get_by_role("button", name="Volume", exact=True)).to_be_visible()
    owner.settle()
    owner.pick("Kind of answer", "Number")
    expect(owner.tab.get_by_label("At least", exact=True)).to_be_visible()
    owner.settle()
    owner.pick("Asked", "If “Which meter” is Gas")
    owner.settle()
    expect(owner.tab.get_by_role("spinbutton", name="Volume")).to_have_count(0)
    owner.choose("Gas", of="Which meter")
    expect(owner.tab.get_by_role("spinbutton", name="Volume")).to_be_visible()
    owner.press("Complete this step")
    owner.sees("These answers would be taken.")

    kept = process_drafts.process_draft(site.platform, actor=OTTO, number=draft.number)
    form, faults = examine(kept.contents(FileKind.FORM)[0])
    assert not faults
    assert [field.shown_when for field in form.fields] == ["", "which_meter == 'gas'"]
    phone = sit("otto", viewport=PHONE)
    phone.open(f"/studio?draft={draft.number}&view=forms")
    width = phone.tab.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
