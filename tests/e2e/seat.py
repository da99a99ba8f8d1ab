"""The real application with a demonstration office, and people who sit down at it in a browser."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, Request, expect

from engine.bootstrap import Platform, open_platform
from engine.domain.actor import SYSTEM, Actor
from engine.services.accounts import accounts, signing_in
from engine.services.demo import demo
from engine.services.process import processes
from engine.services.upkeep import jobs
from tests.application import served
from tests.e2e.wire import Wire
from ui.identity import COOKIE

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
CASES = 20
"""Complaints of the demonstration: enough for every page to show something."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running application, and the same database from behind.

    Attributes:
        password: Of every member of staff.
        log: What the application said.
    """

    address: str
    platform: Platform
    password: str
    log: Path


def prepare(template: Path, home: Path) -> str:
    """Put a demonstration office into an empty folder, and return everybody's password."""
    shutil.copyfile(template, home / "redress.db")
    platform = open_platform(home=home, database_url=f"sqlite:///{home / 'redress.db'}")
    with closing(platform.database):
        processes.install_shipped(platform)
        return demo.install(platform, cases=CASES) or ""


@contextmanager
def serving(
    prepared: Path, password: str, home: Path, *, before: Sequence[str] = (), **settings: str
) -> Iterator[Site]:
    """Serve a copy of a prepared folder on a free port until the block ends; see ``served``."""
    for name in ("redress.db", "keys.json"):  # the keys that its texts are sealed with
        shutil.copy2(prepared / name, home / name)
    platform = open_platform(home=home, database_url=f"sqlite:///{home / 'redress.db'}")
    jobs.run(platform, name="sla_sweep")
    with closing(platform.database), served(home, before=before, **settings) as running:
        yield Site(running.address, platform, password, running.log)


_ENDED_WHILE_THE_NEXT_BEGAN = re.compile(
    r"Exception in thread ScriptRunner\.scriptThread:\nTraceback[^\n]*\n"
    r"(?:  File \"[^\"\n]*(?:/threading|/streamlit/runtime/[a-z_/]+)\.py\"[^\n]*\n"
    r"(?: {4}[^\n]*\n)+)+"
    r"RuntimeError: dictionary changed size during iteration\n"
)
"""Two scripts of one window each lock the state of the session for themselves alone (Streamlit)."""


def tracebacks(log: str) -> list[str]:
    """Return the lines of a log that begin a traceback, but for Streamlit's own race."""
    return re.findall(r".*Traceback.*", _ENDED_WHILE_THE_NEXT_BEGAN.sub("", log))


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in front of a browser window.

    Whatever they do, they do on a page that stands still: before, it may hold what was there once.

    Attributes:
        wire: What the window asks of the application.
        trouble: What must never happen: requests to other hosts, dialogs, errors of scripts.
    """

    tab: Page
    address: str
    wire: Wire
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address as if it were typed, and wait until the page stands still."""
        self.tab.goto(f"{self.address}{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn and nothing more is being worked out."""
        self.rest()
        self.tab.locator("[data-testid=stMain] h1").first.wait_for()
        expect(self.tab.locator("[data-testid=stSkeleton]")).to_have_count(0)

    def rest(self) -> None:
        """Wait until all that was asked for is worked out, and nothing of before is left."""
        self.wire.wait()
        self.tab.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.tab.locator("[data-stale=true]")).to_have_count(0)

    def type(self, label: str, text: str) -> None:
        """Fill in a text or number, and leave the field."""
        self.rest()
        box = self.tab.get_by_label(label, exact=True)
        box.fill(text)
        box.press("Tab")

    def pick(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.rest()
        box = self.tab.get_by_role("combobox", name=label, exact=True)
        box.scroll_into_view_if_needed()
        # A list that is open closes when the page below it is scrolled, also by the click itself.
        self.tab.evaluate("() => new Promise(done => setTimeout(done, 200))")
        box.click()
        self.tab.get_by_role("option", name=option, exact=True).click()

    def choose(self, option: str, *, of: str = "") -> None:
        """Choose one of the few that stand side by side, where needed by what they are of."""
        self.rest()
        among = self.tab.get_by_role("radiogroup", name=of) if of else self.tab
        among.get_by_role("radio", name=option, exact=True).click()

    def appoint(self, person: str) -> None:
        """Choose who owns a complaint: few stand side by side, many in a list."""
        self.rest()
        beside = self.tab.get_by_role("radio", name=person, exact=True)
        listed = self.tab.get_by_role("combobox", name="Owner", exact=True)
        expect(beside.or_(listed)).to_be_visible()
        if beside.count():
            beside.click()
        else:
            self.pick("Owner", person)

    def turn_on(self, label: str) -> None:
        """Turn a switch on."""
        self.rest()
        self.tab.locator("label").filter(has_text=label).click()

    def press(self, name: str) -> None:
        """Press a button; the letter of its shortcut, if it has one, is part of its name."""
        self.rest()
        named = re.compile(rf"^{re.escape(name)}( Shortcut [A-Z])?$")
        button = self.tab.get_by_role("button", name=named)
        expect(button).to_have_count(1)
        button.click()

    def sees(self, text: str) -> Locator:
        """Wait for a text and return where it stands."""
        found = self.tab.get_by_text(text).first
        expect(found).to_be_visible()
        return found

    def show(self, tab: str) -> None:
        """Open a tab and wait until what it holds is drawn."""
        self.rest()
        self.tab.get_by_role("tab", name=tab, exact=True).click()
        panel = self.tab.get_by_role("tabpanel", name=tab)
        expect(panel.get_by_test_id("stElementContainer")).not_to_have_count(0)
        self.settle()

    def show_all(self, tab: str) -> Iterator[str]:
        """Open a tab, and then each of the views that it offers; tell the name of each."""
        self.show(tab)
        yield tab
        views = self.tab.get_by_role("tabpanel", name=tab).get_by_role("radiogroup", name="Show")
        for name in views.get_by_role("radio").all_inner_texts()[1:]:
            views.get_by_role("radio", name=name, exact=True).click()
            self.settle()
            yield f"{tab}, {name}"

    def record(self) -> None:
        """Send the form of a complaint, all the same where it may have come before."""
        self.press("Record the complaint")
        done = self.tab.get_by_text("is recorded and on its way.").first
        again = self.tab.get_by_role("button", name="Record it all the same")
        expect(done.or_(again)).to_be_visible()
        if again.is_visible():
            again.click()
        expect(done).to_be_visible()

    def complete(self, title: str, button: str = "Complete this step") -> None:
        """Send the form of a step and wait until it is done."""
        expect(self.tab.get_by_role("heading", name=title, level=2)).to_be_visible()
        self.settle()  # Until the page is drawn, the button of the step before is still there.
        self.press(button)
        self.sees(f"{title}: done.")


Sit = Callable[..., Seat]


def sit_down(browser: Browser, site: Site, who: str = "", **window: object) -> Seat:
    """Open a window of its own for somebody who has signed in; for nobody without a name.

    The way through the form is ``sign_in``.

    Args:
        browser: Any.
        site: Where to sit down.
        who: User name.
        window: Options of the browser context besides the usual ones.
    """
    return sit_at(open_window(browser, **window), site, who)


def open_window(browser: Browser, **window: object) -> BrowserContext:
    """Open a window that nobody has sat at; ``window`` are options besides the usual ones."""
    usual = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Europe/London"}
    context = browser.new_context(**(usual | window))
    context.set_default_timeout(15_000)
    return context


def sit_at(context: BrowserContext, site: Site, who: str = "") -> Seat:
    """Let somebody who has signed in sit at a window; nobody without a name."""
    if who:
        known = {"username": who, "password": site.password, "address": "127.0.0.1"}
        token = signing_in.sign_in(site.platform, **known)
        context.add_cookies([{"name": COOKIE, "value": token, "url": site.address}])
    seat = another_tab(context, site)
    if who:
        seat.open("/")
    return seat


def leave(seat: Seat) -> None:
    """Close every tab of a window and forget who sat there, but not the program it has loaded."""
    context = seat.tab.context
    page = context.new_page()
    what = {"origin": seat.address, "storageTypes": "cookies,local_storage,indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", what)
    context.clear_cookies()
    for tab in context.pages:
        tab.close()


def another_tab(context: BrowserContext, site: Site) -> Seat:
    """Open one more tab of the same window."""
    page = context.new_page()
    seat = Seat(page, site.address, Wire(page))

    def refuse_dialog(dialog: Dialog) -> None:
        seat.trouble.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def note_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname != "127.0.0.1":
            seat.trouble.append(f"a request to {request.url}")

    seat.tab.on("dialog", refuse_dialog)
    seat.tab.on("request", note_request)
    seat.tab.on("pageerror", lambda error: seat.trouble.append(f"a script failed: {error}"))
    return seat


def sign_in(seat: Seat, who: str, password: str, *, path: str = "/") -> None:
    """Fill in the sign-in form and wait for the first page."""
    seat.tab.goto(f"{seat.address}{path}")
    seat.tab.get_by_label("User name").fill(who)
    seat.tab.get_by_label("Password").fill(password)
    seat.tab.get_by_role("button", name="Sign in").click()
    seat.settle()


def staffed(site: Site, *people: Actor) -> None:
    """Give people an account, unless they have one."""
    known = accounts.colleagues(site.platform, actor=SYSTEM)
    for person in people:
        if person.username not in known:
            accounts.add(
                site.platform,
                actor=SYSTEM,
                username=person.username,
                name=person.name,
                roles=person.roles,
                password=site.password,
            )


def step_address(reference: str, token: str = "") -> str:
    """Return the address of a case, or of one of its steps."""
    return f"/case?ref={reference}" + (f"&step={token}" if token else "")


def local_parts(at: datetime) -> str:
    """Return day, month, year, hour and minute as they are typed one after the other."""
    return at.strftime("%d%m%Y%H%M")
