"""A name goes through the application, and stands in no log, no address and no file.

What was typed is read back on the pages; beyond them nothing is left of it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Error

from engine.errors import RedressError
from engine.services.demo import demo
from engine.services.handling import casework
from engine.services.intake import intake
from engine.services.post import dispatch
from engine.services.upkeep import jobs
from tests.e2e.seat import Seat, Sit, Site, step_address
from tests.integration.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

WORDS = ("zebulon", "quokka", "yttrium")
NAME, MAIL, TEXT = "Zebulon Quokka", "zebulon.quokka@example.org", "An yttrium bill came twice."


def _told(text: str) -> list[str]:
    return [word for word in WORDS if word in unquote(text).lower()]


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file of the installation: database, its log, and what was printed."""
    yield from (path for path in folder.rglob("*") if path.is_file())


def _leaks(folder: Path) -> set[str]:
    return {
        path.name
        for path in _files(folder)
        if _told(path.read_bytes().decode("utf-8", errors="ignore"))
    }


def _listen(seat: Seat) -> list[str]:
    """Collect every address that the window asks for, and what leads there."""
    asked: list[str] = []
    seat.tab.on("request", lambda request: asked.append(request.url))
    seat.tab.on("websocket", lambda socket: asked.append(socket.url))
    seat.tab.on("framenavigated", lambda frame: asked.append(frame.url))
    return asked


def _lodge(seat: Seat) -> None:
    seat.open("/new")
    seat.type("In one sentence", TEXT)
    seat.type("What happened", f"{NAME} was charged for yttrium.")
    seat.type("Complainant", NAME)
    seat.type("E-mail", MAIL)
    seat.record()


def _fail_to_sign_in(seat: Seat) -> None:
    seat.tab.goto(f"{seat.address}/login")
    seat.tab.get_by_label("User name").fill(MAIL)
    seat.tab.get_by_label("Password").fill(NAME)
    seat.tab.get_by_role("button", name="Sign in").click()
    seat.sees("User name or password is wrong")


def test_a_name_stands_in_no_log_no_address_and_no_file(sit: Sit, site: Site):
    office = Office(site.platform, {person.username: person for person in demo.staff()})
    nobody, hanna = sit(), sit("hanna")
    asked = [_listen(nobody), _listen(hanna)]

    _lodge(hanna)
    reference = hanna.tab.url.partition("ref=")[2][:13]
    hanna.sees(NAME)
    hanna.open("/inbox")
    hanna.choose("All")
    hanna.tab.get_by_role("searchbox", name="Search").fill("zebulon quokka")
    hanna.sees("An yttrium bill came twice.")
    _fail_to_sign_in(nobody)
    with suppress(Error):
        hanna.tab.goto(f"{hanna.address}{step_address('C-9999-000001')}")
    casework.add_note(site.platform, actor=office.staff["hanna"], reference=reference, text=NAME)
    office.reach("closing_check", reference=reference, acknowledge={"text": f"Dear {NAME}, hi."})
    _refuse(office)
    dispatch.send_outbox(site.platform)
    jobs.run(site.platform, name="sla_sweep")

    assert office.view(reference).case.complaint.complainant_name == NAME
    assert [address for each in asked for address in each if _told(address)] == []
    assert _leaks(site.log.parent) == set()
    assert len(asked[1]) > 20


def _refuse(office: Office) -> None:
    """Give commands that are refused, each with the name in it."""
    hanna, heard = office.staff["hanna"], office.heard(complainant_name=NAME, email=MAIL)
    late = heard.model_copy(update={"received_at": heard.received_at.replace(year=2090)})
    for attempt in (
        lambda: intake.lodge(office.platform, actor=hanna, complaint=late),
        lambda: casework.add_note(office.platform, actor=hanna, reference=NAME, text=NAME),
        lambda: casework.add_note(office.platform, actor=hanna, reference="C-1", text=NAME * 900),
    ):
        with suppress(RedressError):
            attempt()


def test_a_line_with_the_name_is_found(site: Site):
    """Plant the bug: somebody logs what was typed."""
    with site.log.open("a", encoding="utf-8") as log:
        log.write(f"lodged for {NAME}\n")

    assert _leaks(site.log.parent) >= {site.log.name}
