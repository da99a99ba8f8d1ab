"""Pictures of the pages for the documentation: the same data, the same moment, every time.

Run as ``python -m tests.e2e.pictures`` by ``make pictures``; writes to ``docs/pictures``.
"""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.services.demo import demo
from engine.services.handling import inbox
from engine.services.process import processes
from engine.services.upkeep import jobs
from tests.application import answers
from tests.browser import find_browser
from tests.e2e.guide_pictures import NAMES, SCHEMES, take_guide
from tests.e2e.letter_pictures import CODES, KINDS, write_letters
from tests.e2e.seat import PHONE, Seat, Site, sit_down, step_address
from tests.postgres import free_port
from tests.processes import eventually
from ui.asgi import create_app, serve
from ui.identity import AccountSessions

NOW = datetime(2026, 3, 11, 10, 24, tzinfo=UTC)
"""A Wednesday morning, far from a change of clocks."""
CASES, SEED = 170, 11
"""As many as a small office has in half a year."""
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 250 * 1024
"""Bytes of one picture."""
_COLOURS = 192
_DESKTOP = {"width": 1280, "height": 860}
_PERSON = "hanna"
PAGES = (
    *("sign-in", "inbox", "case", "new-complaint", "approvals", "performance", "process"),
    *("signals", "what-if", "reviews", "evidence"),
)
ON_A_PHONE = ("inbox", "case")


def made() -> set[str]:
    """Return the names of all pictures that are made here."""
    both = {f"{name}-{scheme}" for name in PAGES for scheme in SCHEMES}
    letters = {f"letter-{kind.value.replace('_', '-')}-{code}" for kind in KINDS for code in CODES}
    guide = {f"guide-{name}-{scheme}" for name in NAMES for scheme in SCHEMES}
    return both | letters | guide | {f"{name}-phone" for name in ON_A_PHONE}


@contextmanager
def still_site(home: Path) -> Iterator[Site]:
    """Serve a demonstration office in which time stands still; it ends with this process."""
    platform = replace(open_platform(Settings(home=home)), now=lambda: NOW)
    platform.database.migrate()
    processes.install_shipped(platform)
    password = demo.install(platform, cases=CASES, seed=SEED, is_long=True) or ""
    for name in ("sla_sweep", "monthly_pack"):
        jobs.run(platform, name=name)
    app, port = create_app(platform, AccountSessions(platform)), free_port()
    served = {"host": "127.0.0.1", "port": port}
    threading.Thread(target=serve, args=(app,), kwargs=served, daemon=True).start()
    address = f"http://127.0.0.1:{port}"
    if not eventually(lambda: answers(address), within=60):
        raise SystemExit("The application did not come up within a minute.")
    yield Site(address, platform, password, home / "web.log")


def pages(site: Site) -> dict[str, tuple[str, str]]:
    """Return the user name and the address for each picture."""
    staff = {person.username: person for person in demo.staff()}
    mine, _total = inbox.page(site.platform, actor=staff[_PERSON], view="mine")
    step = next(row.step for row in mine if row.step.form in {"decision", "finding", "plan"})
    row = next(row for row in mine if row.step == step)
    return {
        "sign-in": ("", "/login"),
        "inbox": (_PERSON, "/inbox"),
        "case": (_PERSON, step_address(row.reference, step.token)),
        "new-complaint": (_PERSON, "/new"),
        "approvals": ("ada", "/approvals"),
        "performance": ("mara", "/performance"),
        "process": ("otto", "/process"),
        "signals": ("mara", "/signals"),
        "what-if": ("mara", "/ahead"),
        "reviews": ("mara", "/reviews"),
        "evidence": ("vera", "/evidence"),
    }


def take(seat: Seat, name: str) -> None:
    """Write what the window shows, in few colours."""
    shot = Image.open(BytesIO(seat.tab.screenshot(animations="disabled", caret="hide")))
    method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE  # keeps small marks
    few = shot.convert("RGB").quantize(_COLOURS, method=method, dither=dither)
    target = FOLDER / f"{name}.png"
    few.save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        raise SystemExit(f"{target.name} is larger than {LARGEST // 1024} KB.")
    sys.stdout.write(f"{target.name}: {target.stat().st_size // 1024} KB\n")


def take_all(browser: Browser, site: Site) -> None:
    """Write every picture: both schemes at a desk, and two pages on a telephone."""
    for name, (who, path) in pages(site).items():
        for scheme in SCHEMES:
            seat = sit_down(browser, site, who, color_scheme=scheme, viewport=_DESKTOP)
            _show(seat, path)
            take(seat, f"{name}-{scheme}")
            seat.tab.context.close()
    for name in ON_A_PHONE:
        who, path = pages(site)[name]
        phone = sit_down(browser, site, who, viewport=PHONE, is_mobile=True, has_touch=True)
        _show(phone, path)
        take(phone, f"{name}-phone")
        phone.tab.context.close()


def _show(seat: Seat, path: str) -> None:
    if path == "/login":
        seat.tab.goto(f"{seat.address}{path}")
    else:
        seat.open(path)
        seat.tab.wait_for_load_state("networkidle")
    if path == "/inbox":
        seat.choose("All")
    seat.tab.evaluate("document.fonts.ready")
    seat.tab.wait_for_timeout(1_500)  # Charts and diagrams are drawn after the page says it is.


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for written in write_letters(FOLDER):
        sys.stdout.write(f"{written.name}: {written.stat().st_size // 1024} KB\n")
    with (
        tempfile.TemporaryDirectory() as home,
        still_site(Path(home)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--hide-scrollbars"]
        )
        take_all(browser, site)
        take_guide(browser, site, take)
        browser.close()


if __name__ == "__main__":
    main()
