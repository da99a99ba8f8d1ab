"""A process owner uploads a diagram of another tool, and makes it runnable."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.seat import Sit
from tests.integration.process_ways import FOREIGN

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CAME = FilePayload(name=FOREIGN.name, mimeType="application/xml", buffer=FOREIGN.content)
PICTURE = FilePayload(name="plan.bpmn", mimeType="application/xml", buffer=b"\x89PNG\r\n")


def _upload(owner, *files):
    owner.open("/studio")
    owner.press("Upload a diagram")
    owner.tab.get_by_test_id("stFileUploader").locator("input").set_input_files(files)
    for file in files:
        owner.sees(file["name"])


def test_a_foreign_diagram_is_made_runnable_and_its_original_stays(sit: Sit):
    owner = sit("otto", viewport={"width": 1280, "height": 1100})
    _upload(owner, PICTURE, CAME)
    owner.press("Make it runnable")
    owner.sees("is a picture (PNG).")
    _upload(owner, CAME)

    owner.press("Make it runnable")

    owner.sees("A person does it now.")
    owner.sees("3 things stand in the way; they need you.")
    picture = owner.tab.locator(".redress-viewer")
    expect(picture.locator(".redress-sign-open")).to_have_count(2)
    before = picture.locator(".viewport").get_attribute("transform")
    owner.tab.get_by_role("button", name="Ja", exact=True).click()
    expect(picture.locator(".viewport")).not_to_have_attribute("transform", str(before))
    with owner.tab.expect_download() as loading:
        owner.press("Download")
    assert loading.value.path().read_bytes() == FOREIGN.content
    owner.press("Change it in Draw")
    chosen = owner.tab.locator(".redress-editor .djs-element.selected")
    expect(chosen).to_have_attribute("data-element-id", re.compile("^ja$"))
