"""Every text of every command holds such a text, and every page that shows it shows text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.domain.actor import SYSTEM
from engine.services.audit import verifying
from tests.e2e.hostile import PAYLOADS, ROLF, WANDA, hostile_office, said, wrongs
from tests.e2e.hostile_services import (
    ELSEWHERE,
    OSKAR,
    Pen,
    texts_of_commands,
    write_everything,
)
from tests.e2e.seat import Seat, Site, serving, sit_down, step_address
from tests.integration.journal_ways import unguard
from tests.integration.office import execute
from ui.pages import case

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

WORST = PAYLOADS["handler"] + " " + PAYLOADS["picture"]
SHOWN = "<imgsrc=xonerror="
"""How the worst text begins, without its spaces, where it is shown as text."""
OTHERS = sorted(set(PAYLOADS) - {"handler", "picture", "controls", "reversed"})
"""The others of which a name can be made: one with signs that nobody sees is refused."""
PAGES = {
    ROLF.username: {
        "/inbox": (),
        "/approvals": (),
        "/incidents": (),
        "/mail": (),
        "/privacy": (),
        "/journal": (),
        "/samples": (),
        "/signals": (),
        "/governance": (),
        "/improvement": (),
        "/reviews": (),
        "/evidence?clause=7.4": (),
        "/process": (),
        "/migration?plan=1": (),
        "/account": (),
        "/organisation": ("Teams", "Competences", "Absence", "Limits", "Broken glass"),
    },
    OSKAR.username: {"/users": ()},
}
"""By person: the pages to look at, with their tabs."""

CASE_TABS = tuple(case._TABS)

QUIET = frozenset({"/approvals", "/inbox", "/incidents", "/journal"})
"""Pages that open with none of these words; what they show is looked at all the same."""

Written = tuple[Pen, list[str]]


@pytest.fixture(scope="module")
def own_site(
    demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """An application of its own: what is altered in its journal is found in no other test."""
    prepared, password = demonstration
    with serving(prepared, password, tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture(scope="module")
def written(own_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Everything written in the worst words, and a journal that was altered in them."""
    office = hostile_office(own_site)
    done = write_everything(own_site, office, WORST, tmp_path_factory.mktemp("files"))
    _alter_the_journal(own_site, WORST)
    return done


def _alter_the_journal(site: Site, text: str) -> None:
    """Let a verification find something that quotes ``text``."""
    unguard(site.platform.database, "journal", "UPDATE")
    execute(site.platform.database, "UPDATE journal SET actor = :to WHERE id = 3", to=text)
    verifying.run(site.platform, actor=SYSTEM)


def _look_at(seat: Seat, path: str, tabs: tuple[str, ...] = (), *, word: str = "") -> list[str]:
    """Open a page and each tab of it; return what a text did there, or that ``word`` is missing."""
    seat.open(path)
    found = [f"{path}: {what}" for what in wrongs(seat)]
    told = said(seat)
    for tab in tabs:
        for name in seat.show_all(tab):
            found += [f"{path}, {name}: {what}" for what in wrongs(seat)]
            told += said(seat)
    return found if word in told else [*found, f"{path}: shows none of what was written"]


def test_no_text_of_a_command_is_forgotten(written: Written):
    """A new text of a new command is in these tests, or says why not, or fails this one."""
    pen, _references = written

    forgotten = sorted(set(texts_of_commands()) - pen.written - set(ELSEWHERE))

    assert forgotten == [], "Write these in tests/e2e/hostile_services.py."
    assert sorted(set(ELSEWHERE) - set(texts_of_commands())) == []


def test_a_text_that_nobody_writes_is_noticed(written: Written):
    """Plant the bug: one command is left out."""
    pen, _references = written

    left_out = pen.written - {"limits.propose.reason"}

    assert set(texts_of_commands()) - left_out - set(ELSEWHERE) == {"limits.propose.reason"}


@pytest.mark.parametrize("who", PAGES)
def test_every_page_of_those_who_administer_shows_them_as_text(
    browser: Browser, own_site: Site, written: Written, who: str
):
    seat = sit_down(browser, own_site, who)

    found = []
    for path, tabs in PAGES[who].items():
        found += _look_at(seat, path, tabs, word="" if path in QUIET else SHOWN)

    seat.tab.context.close()
    assert found == []


def test_why_an_incident_was_put_away_is_shown_as_text(
    browser: Browser, own_site: Site, written: Written
):
    seat = sit_down(browser, own_site, ROLF.username)
    seat.open("/incidents")

    seat.choose("Resolved")

    seat.sees("This is a long enough beginning")
    assert SHOWN in said(seat)
    assert list(wrongs(seat)) == []
    seat.tab.context.close()


def test_every_case_they_are_about_shows_them_as_text(
    browser: Browser, own_site: Site, written: Written
):
    _pen, references = written
    seat = sit_down(browser, own_site, WANDA.username)

    found = [
        what
        for reference in references
        for what in _look_at(seat, step_address(reference), CASE_TABS, word=SHOWN)
    ]

    seat.tab.context.close()
    assert found == []


def test_a_page_that_reads_one_of_them_as_markup_is_noticed(
    browser: Browser, own_site: Site, written: Written
):
    """Plant the bug: the page of limits takes a reason for markup."""
    seat = sit_down(browser, own_site, ROLF.username)
    seat.open("/organisation")

    seat.tab.evaluate(
        "text => document.querySelector('[data-testid=stMarkdownContainer]').innerHTML = text",
        WORST,
    )

    assert list(wrongs(seat)) != []
    seat.tab.context.close()


@pytest.mark.fuzz
@pytest.mark.parametrize("payload", OTHERS)
def test_every_other_text_is_shown_as_text_there_too(
    browser: Browser,
    demonstration: tuple[Path, str],
    tmp_path: Path,
    payload: str,
):
    prepared, password = demonstration
    (tmp_path / "home").mkdir()
    with serving(prepared, password, tmp_path / "home") as site:
        _pen, references = write_everything(site, hostile_office(site), PAYLOADS[payload], tmp_path)
        found = []
        for who, pages in PAGES.items():
            seat = sit_down(browser, site, who)
            found += [what for path, tabs in pages.items() for what in _look_at(seat, path, tabs)]
            if who == ROLF.username:
                found += [what for of in references for what in _look_at(seat, step_address(of))]
            seat.tab.context.close()
    assert found == []
