"""Two people with two keys in a real browser: found, handed out, kept on hold, erased."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.domain.disposal import ERASED
from engine.services.accounts import legal_hold
from engine.services.demo import demo
from engine.services.privacy import erasure, subject_requests
from tests.e2e.seat import Seat, Sit, Site, staffed
from tests.e2e.test_accessibility import in_every_light
from tests.integration.office import Office, execute
from tests.integration.privacy_ways import DORA, REX

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    staffed(site, DORA, REX)
    return Office(site.platform, {person.username: person for person in demo.staff()})


def _closed(office: Office, name: str, *, is_mailed: bool = True) -> str:
    email = f"{name.lower().replace(' ', '.')}@example.org" if is_mailed else None
    reference = office.lodge(complainant_name=name, email=email)
    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")
    return reference


def _find(seat: Seat, who: str) -> None:
    seat.open("/privacy")
    seat.type("Complaint, whole e-mail address, or name", who)
    seat.press("Find")
    seat.settle()


def _fill(seat: Seat, opens: str, button: str) -> None:
    seat.press(opens)
    dialog = seat.tab.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("She asked for it.")
    dialog.get_by_label("Reason").press("Tab")
    dialog.get_by_role("button", name=button).click()


def test_a_person_is_found_handed_out_and_erased_by_two_people(
    sit: Sit, site: Site, office: Office
):
    reference = _closed(office, "Petra Quetzal")
    dora, rex = sit("dora"), sit("rex")

    _find(dora, "petra quetzal")
    _fill(dora, "Hand out", "Make the file")
    with dora.tab.expect_download() as download:
        dora.press("Save the file")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        held = json.loads(archive.read("data.json"))
    dora.tab.keyboard.press("Escape")
    _fill(dora, "Erase", "Propose")
    dora.sees("It waits for a second person.")
    rex.open("/privacy")
    rex.sees(reference)
    rex.press("Erase")
    rex.tab.get_by_role("dialog").get_by_role("button", name="Erase for good").click()
    rex.sees("It is erased.")

    assert held["person"]["name"] == "Petra Quetzal"
    assert office.view(reference).case.complaint.complainant_name == ERASED
    expect(dora.tab.get_by_role("button", name="Erase for good")).to_have_count(0)


def test_a_request_is_recorded_and_answered_with_what_is_held(sit: Sit, site: Site, office: Office):
    reference = _closed(office, "Rita Request")
    dora = sit("dora")

    dora.open("/privacy")
    dora.press("Record a request")
    dora.type("A complaint of theirs", reference)
    dora.press("Record it")
    dora.sees("The request is recorded.")
    dora.open("/privacy")
    found = in_every_light(dora, "personal data, with a request")
    dora.tab.get_by_role("link", name="Rita Request").click()
    dialog = dora.tab.get_by_role("dialog")
    expect(dialog.get_by_text("Access (Article 15)")).to_be_visible()
    found += in_every_light(dora, "a request")
    dialog.get_by_text("That answers the request").click()
    with dora.tab.expect_download() as download:
        dora.press("Make the file")
        dora.press("Save the file")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        held = json.loads(archive.read("data.json"))
    dora.open("/privacy")

    assert found == []
    assert [each["state"] for each in held["own_requests"]] == ["Done"]
    assert subject_requests.count_requests(site.platform, actor=DORA) == 0
    expect(dora.tab.get_by_text("Nobody waits for an answer about their data.")).to_be_visible()


def test_a_legal_hold_is_placed_and_lifted(sit: Sit, site: Site, office: Office):
    reference = _closed(office, "Hugo Held")
    dora = sit("dora")

    _find(dora, reference)
    _fill(dora, "Legal hold", "Put on hold")
    dora.sees(f"{reference} is on legal hold.")
    _fill(dora, "Lift", "Lift")
    dora.sees(f"The legal hold on {reference} is lifted.")

    assert reference not in {
        hold.reference for hold in erasure.overview(site.platform, actor=DORA).holds
    }


def test_why_a_complaint_is_kept_is_said(sit: Sit, site: Site, office: Office):
    reference = _closed(office, "Paula Paper", is_mailed=False)
    long_ago = "UPDATE complaint_case SET closed_at = :at WHERE reference = :of"
    execute(site.platform.database, long_ago, at="2010-01-05 00:00:00.000000", of=reference)
    dora = sit("dora")

    _find(dora, reference)
    dora.sees("until somebody has seen to a letter that waits or came back.")
    _fill(dora, "Erase", "Propose")

    dora.sees(f"The personal data of {reference} must be kept: a letter of it waits to be posted.")
    dora.tab.keyboard.press("Escape")
    assert in_every_light(dora, "personal data, kept for a letter") == []


def test_the_page_is_for_everybody(sit: Sit, site: Site, office: Office):
    held, proposed = _closed(office, "Hanne Hold"), _closed(office, "Paul Propose")
    known = {"actor": DORA, "reason": "The court of appeal has asked for it."}
    legal_hold.place(site.platform, reference=held, **known)
    erasure.propose_erasure(site.platform, reference=proposed, **known)
    found = []

    for who in ("dora", "rex"):
        seat = sit(who)
        seat.open("/privacy")
        if who == "dora":
            _find(seat, held)
        found += in_every_light(seat, f"personal data, {who}")

    legal_hold.lift(site.platform, reference=held, **known)
    assert found == []
