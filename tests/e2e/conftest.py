"""One running application and one browser for all journeys; a fresh window for each person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import find_browser
from tests.e2e.seat import Seat, Sit, Site, prepare, serving, sit_down

expect.set_options(timeout=15_000)  # two cores, two browsers, two servers


@pytest.fixture(scope="session")
def demonstration(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A folder with a demonstration office, only ever copied, and everybody's password."""
    home = tmp_path_factory.mktemp("demonstration")
    return home, prepare(sqlite_template, home)


@pytest.fixture(scope="module")
def site(
    demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The application; the tests of a module share its complaints."""
    prepared, password = demonstration
    with serving(prepared, password, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def sit(browser: Browser, site: Site) -> Iterator[Sit]:
    """Sit down under a user name; what must never happen fails the test at its end."""
    seats: list[Seat] = []

    def sat(who: str = "", **window: object) -> Seat:
        seats.append(sit_down(browser, site, who, **window))
        return seats[-1]

    yield sat
    for seat in seats:
        seat.tab.context.close()
    assert [what for seat in seats for what in seat.trouble] == []
    assert "Traceback" not in site.log.read_text(encoding="utf-8")
