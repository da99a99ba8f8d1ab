"""One running application and one browser for all journeys; a fresh window for each person.

The tests of all modules share its complaints, accounts and figures, as people do.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser import find_browser
from tests.e2e.seat import Seat, Sit, Site, leave, open_window, prepare, serving, sit_at, tracebacks

expect.set_options(timeout=15_000)  # two cores, two browsers, two servers


@pytest.fixture(scope="session")
def demonstration(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A folder with a demonstration office, only ever copied, and everybody's password."""
    home = tmp_path_factory.mktemp("demonstration")
    return home, prepare(sqlite_template, home)


@pytest.fixture(scope="session")
def site(
    demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The application."""
    prepared, password = demonstration
    with serving(prepared, password, tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def left() -> dict[str, list[BrowserContext]]:
    """Windows that somebody has left, by their options: they know nobody, and load faster."""
    return defaultdict(list)


@pytest.fixture
def sit(browser: Browser, site: Site, left: dict[str, list[BrowserContext]]) -> Iterator[Sit]:
    """Sit down under a user name; what must never happen fails the test at its end."""
    seats: list[tuple[str, Seat]] = []
    said = site.log.stat().st_size

    def sat(who: str = "", **window: object) -> Seat:
        kind = repr(sorted(window.items()))
        context = left[kind].pop() if left[kind] else open_window(browser, **window)
        seats.append((kind, sit_at(context, site, who)))
        return seats[-1][1]

    yield sat
    for kind, seat in seats:
        leave(seat)
        left[kind].append(seat.tab.context)
    assert [what for _, seat in seats for what in seat.trouble] == []
    written = site.log.read_bytes()[said:].decode()
    assert tracebacks(written) == [], written
