"""Every form there is, filled in with texts that try to do something, is shown as text."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.domain.actor import Actor, Role
from engine.domain.form import FORMS
from tests.architecture.house import ROOT
from tests.e2e.hostile import (
    HOST,
    PAYLOADS,
    ROLF,
    every_form,
    hostile_office,
    imported,
    lodged,
    worded,
    wrongs,
)
from tests.e2e.seat import Seat, Site, serving, sit_down, staffed, step_address
from tests.integration.office import Office, rows
from ui.pages import case

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

WORST = PAYLOADS["handler"] + " " + PAYLOADS["picture"]
TABS = tuple(case._TABS)
SEATS = sorted(set(Role) - {Role.SYSTEM})


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    """Two people with names that are no names, who do everything between them."""
    return hostile_office(site)


def _check(seat: Seat) -> None:
    """Refuse a page on which a text did something."""
    assert list(wrongs(seat)) == []


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site, office: Office) -> Seat:
    """Rolf, who reads everything; each test looks for trouble itself."""
    return sit_down(browser, site, ROLF.username)


def _names() -> dict[str, Actor]:
    """Return one person for each role, whose name is hostile too."""
    return {
        role: Actor(username=f"h.{role.value.replace('_', '.')}", name=WORST[:100],
                    roles=frozenset({role}))
        for role in SEATS
    }  # fmt: skip


@pytest.fixture(scope="module")
def everywhere(office: Office, site: Site, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Complaints that hold the worst texts in every form there is, and a person for each role."""
    references = every_form(office, WORST)
    assert imported(office, tmp_path_factory.mktemp("table"), WORST) == 1
    staffed(site, *_names().values())
    return references


def test_every_form_there_is_was_filled_in_with_such_a_text(office: Office, everywhere: list[str]):
    """A new form, or a new field of one, is in these tests without anyone remembering."""
    filled = {form for (form,) in rows(office.platform.database, "SELECT form FROM statement")}

    assert filled == set(FORMS)
    assert sum(len(worded(form, WORST)) for form in FORMS) >= 20
    assert everywhere


def test_every_case_with_every_tab_shows_them_as_text(reader: Seat, everywhere: list[str]):
    for reference in everywhere:
        reader.open(step_address(reference))
        _check(reader)
        for tab in TABS if reference == everywhere[0] else ("History", "Letters"):
            for _ in reader.show_all(tab):
                _check(reader)


def test_pages_that_read_a_text_as_markdown_are_noticed(
    browser: Browser, demonstration: tuple[Path, str], tmp_path: Path
):
    """Plant the bug: the whole application, in which nobody escapes anything."""
    prepared, password = demonstration
    careless = [sys.executable, str(ROOT / "tests" / "e2e" / "careless.py")]
    with serving(prepared, password, tmp_path, before=careless) as site:
        staff = dict.fromkeys(("hanna", "ada", "mara", "tom", "sam"), ROLF)
        staffed(site, ROLF)
        reference = Office(site.platform, staff).lodge(**lodged(PAYLOADS["picture"]))
        seat = sit_down(browser, site, "rolf")

        seat.open(step_address(reference))

        found = list(wrongs(seat))
        seat.tab.context.close()
    assert any("another host" in what or HOST in what for what in found)
