"""Documents on the page of a case: sent and changed by keyboard, downloaded, on a phone as well."""

import re

import pytest
from playwright.sync_api import expect

from engine.services.demo import demo
from engine.services.documents import document_reading
from tests.e2e.seat import PHONE, Seat, Sit, Site, step_address
from tests.e2e.test_accessibility import faults, in_every_light
from tests.integration.document_ways import HELD, TEXT, add, add_redacted, add_version
from tests.integration.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

LONG = "A very long name of a picture from a telephone, as people give them " * 2
PROGRAM = {"name": "setup.exe", "mimeType": "image/png", "buffer": b"MZ" + b"\0" * 600}
BILL = {"name": "bill.txt", "mimeType": "text/plain", "buffer": TEXT}


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site.platform, {person.username: person for person in demo.staff()})


def _documents(seat: Seat, reference: str) -> None:
    seat.open(step_address(reference))
    seat.show("Documents")


def test_files_are_sent_by_keyboard_and_a_bad_one_is_refused_in_a_sentence(
    sit: Sit, site: Site, office: Office
):
    reference = office.lodge()
    seat = sit("hanna")
    _documents(seat, reference)

    seat.tab.locator("summary").filter(has_text="Add documents").focus()
    seat.tab.keyboard.press("Enter")
    seat.tab.locator("input[type=file]").set_input_files([PROGRAM, BILL])
    expect(seat.tab.get_by_role("button", name="Add", exact=True)).to_be_focused()
    seat.tab.keyboard.press("Enter")

    seat.sees("1 document added.")
    seat.sees("The file was not kept. Files of this kind are not taken.")
    with seat.tab.expect_download() as awaited:
        seat.tab.get_by_role("link", name="bill.txt").press("Enter")
    assert awaited.value.path().read_bytes() == TEXT
    assert awaited.value.suggested_filename == "bill.txt"
    known = {"actor": office.staff["hanna"], "reference": reference}
    (kept,) = document_reading.of_case(site.platform, **known).documents
    assert (kept.newest.name, kept.by) == ("bill.txt", "hanna")


def test_a_document_gets_a_version_a_copy_and_an_end(sit: Sit, site: Site, office: Office):
    reference, hanna = office.lodge(), office.staff["hanna"]
    add(site.platform, hanna, reference)
    seat = sit("hanna")
    _documents(seat, reference)

    for what, button, said in (
        ("New version", "Add the version", "The version is added."),
        ("Redacted copy", "Add the copy", "The redacted copy is added."),
    ):
        seat.press("Change bill.txt")
        seat.tab.locator("label").filter(has_text=re.compile(f"^{what}$")).click()
        dialog = seat.tab.get_by_role("dialog")
        dialog.locator("input[type=file]").set_input_files([BILL])
        dialog.get_by_role("button", name=button).click()
        seat.sees(said)
    seat.press("Change bill.txt")
    seat.tab.locator("label").filter(has_text=re.compile("^Withdraw$")).click()
    seat.type("Reason", "It belongs to another complaint.")
    seat.press("Withdraw it")

    seat.sees("The document is withdrawn.")
    seat.sees("Original closed to others")
    expect(seat.tab.get_by_role("button", name="Change bill.txt")).to_have_count(0)


def test_documents_are_there_for_everybody_on_a_phone_too(sit: Sit, site: Site, office: Office):
    reference, hanna = office.lodge(), office.staff["hanna"]
    add(site.platform, hanna, reference, name=f"{LONG}.txt", description="x" * 300)
    add_version(site.platform, hanna, reference)
    add_redacted(site.platform, hanna, reference)
    add(site.platform, hanna, reference, HELD, "form.pdf")
    seat = sit("hanna")
    _documents(seat, reference)
    seat.tab.get_by_text("Add documents").click()
    seat.tab.get_by_text("2 other files").click()

    found = in_every_light(seat, "documents")
    seat.tab.set_viewport_size(PHONE)
    wide = seat.tab.evaluate("document.documentElement.scrollWidth")
    seat.press("Change form.pdf")
    expect(seat.tab.get_by_role("dialog")).to_be_visible()

    assert [*found, *faults(seat, "a dialog")] == []
    assert wide <= PHONE["width"]


def test_an_auditor_sees_the_copy_and_sends_nothing(sit: Sit, site: Site, office: Office):
    reference, hanna = office.lodge(), office.staff["hanna"]
    add(site.platform, hanna, reference, name="diary.txt")
    add_redacted(site.platform, hanna, reference)
    auditor = next(p.username for p in demo.staff() if "auditor" in p.roles)
    seat = sit(auditor)
    _documents(seat, reference)

    seat.sees("blackened.txt")
    seat.sees("You may read documents here, and not add any.")
    expect(seat.tab.get_by_text("diary.txt")).to_have_count(0)
    expect(seat.tab.locator("input[type=file]")).to_have_count(0)
