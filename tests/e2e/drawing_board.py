"""The built editor alone in a browser: no server, no network, as fast as a page can be."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route

from tests.processes import eventually
from ui.asset import FOLDER, asset_address

ORIGIN = "http://editor.test"

_HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Editor</title>
<meta name="viewport" content="width=device-width">
<style>body { margin: 0 } </style>
<main id="host"></main>
<script type="module">
  import mount from "%s";
  const parentElement = document.querySelector("#host").attachShadow({ mode: "open" });
  window.told = [];
  const setStateValue = (name, value) => { window.told.push(value); };
  window.show = (data) => { window.leave = mount({ parentElement, data, setStateValue }); };
</script>"""

_AFRESH = """async () => {
    await window.leave?.();
    window.told.length = 0;
    sessionStorage.clear();
}"""


@dataclass
class Board:
    """One page with one editor."""

    page: Page
    asset: str
    root: str
    outside: list[str] = field(default_factory=list)
    """Addresses that were asked for besides the page and its assets."""

    def open(self, xml: str, **data: Any) -> Locator:
        """Open a file in a fresh editor and return it when it is ready."""
        if self.page.url != f"{ORIGIN}/":
            self.page.goto(f"{ORIGIN}/")
            self.page.wait_for_function("() => Boolean(window.show)")
        self.page.evaluate(_AFRESH)
        return self.show(xml, **data)

    def show(self, xml: str, *, rev: str = "1", **data: Any) -> Locator:
        """Hand data to the editor as a rerun does."""
        digest = hashlib.sha256(xml.encode()).hexdigest()
        known: Mapping[str, Any] = {"name": digest, "digest": digest, "saved": 0, "height": 680}
        self.page.evaluate("(data) => window.show(data)", {**known, "xml": xml, "rev": rev, **data})
        editor = self.page.locator(self.root)
        self.page.locator(f"{self.root}[data-rev='{rev}'], {self.root}[data-error]").wait_for(
            state="attached"
        )
        return editor

    def saved(self) -> str:
        """Return what the editor sends next, or has sent and nobody took."""
        self.page.wait_for_function("() => window.told.length > 0")
        told: dict[str, str] = self.page.evaluate("() => window.told.splice(0).at(-1)")
        return told["xml"]


def box_of(part: Locator) -> dict[str, float]:
    """Return where a part stands; one that is just being drawn anew is waited for."""
    found: list[Any] = []
    assert eventually(lambda: found.append(part.bounding_box()) or found[-1] is not None)
    return dict(found[-1])


def board(browser: Browser, asset: str, root: str, **context: Any) -> Iterator[Board]:
    """Yield a page that serves an asset from disk, and nothing else."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, **context).new_page()
    made = Board(page, asset, root)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/":
            route.fulfill(body=_HOST % asset_address(asset), content_type="text/html")
        elif path.startswith("/assets/"):
            script = FOLDER / path.removeprefix("/assets/")
            route.fulfill(path=script, content_type="text/javascript")
        else:
            made.outside.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    yield made
    page.context.close()
