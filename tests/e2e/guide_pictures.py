"""Pictures of the guide for process owners: its story is played in a browser, step by step."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.e2e.seat import Seat, Site, sit_down
from tests.e2e.test_accessibility import DRAWN
from tests.e2e.test_process_owner import (
    STEP,
    _approve,
    _describe_the_step,
    _draw_the_step,
    _editor,
    _hit,
    _play_the_scenarios,
)

SCHEMES = ("light", "dark")
NAMES = (
    *("process", "studio", "draw", "finding", "properties", "table", "form", "tryout", "compare"),
    *("propose", "approve", "versions", "plan", "moved"),
)
"""One picture for each step, in the order of the guide."""
_WINDOW = {"width": 1280, "height": 860}
Take = Callable[[Seat, str], None]


class Camera:
    """Takes the pictures of the guide, each by day and by night.

    Attributes:
        taken: Names of the steps that have a picture.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self.taken: list[str] = []

    def shoot(self, seat: Seat, name: str, *, at: str = "h1") -> None:
        """Write what the window shows of a step, scrolled to where the step is."""
        self.taken.append(name)
        seat.settle()
        for scheme in reversed(SCHEMES):
            seat.tab.emulate_media(color_scheme=scheme)
            seat.tab.wait_for_function(DRAWN, arg=scheme)
            seat.tab.locator(at).first.evaluate("(node) => node.scrollIntoView({block: 'end'})")
            if at == "h1":
                seat.tab.locator("[data-testid=stMain]").evaluate("(node) => node.scrollTo(0, 0)")
            seat.tab.mouse.move(1, 1)
            seat.tab.wait_for_timeout(1_200)  # Diagrams are drawn after the page says it is.
            self._take(seat, f"guide-{name}-{scheme}")


def take_guide(browser: Browser, site: Site, take: Take) -> None:
    """Play the story and write a picture of every step of it.

    Raises:
        SystemExit: A step has no picture, or one has none in the guide.
    """
    camera = Camera(take)
    owner = sit_down(browser, site, "otto", viewport=_WINDOW)
    owner.open("/process")
    owner.choose("Median time")
    camera.shoot(owner, "process")
    owner.open("/studio")
    camera.shoot(owner, "studio")
    _draw(owner, camera)
    _ask(owner, camera)
    _play_the_scenarios(owner)
    owner.choose("Compare")
    camera.shoot(owner, "compare")
    _propose(owner, camera)
    approver = sit_down(browser, site, "mara", viewport=_WINDOW)
    approver.open("/proposals")
    approver.tab.get_by_role("link", name="Proposal 1").click()
    approver.sees("What changes")
    camera.shoot(approver, "approve")
    _approve(approver)
    _move(owner, camera)
    if tuple(camera.taken) != NAMES:
        raise SystemExit(f"The guide has other steps: {set(camera.taken) ^ set(NAMES)}")


def _draw(owner: Seat, camera: Camera) -> None:
    """Put a step between two others, mend what is found, and say who does it by when."""
    owner.press("New draft from the live version")
    owner.settle()
    _hit(_editor(owner), "register").click()
    camera.shoot(owner, "draw")
    _draw_the_step(owner)
    owner.sees("It has no type.")
    camera.shoot(owner, "finding", at="text=It has no type.")
    _describe_the_step(owner)
    camera.shoot(owner, "properties")


def _ask(owner: Seat, camera: Camera) -> None:
    """Look at the tables, make a form, and see what the scenarios say."""
    owner.choose("Tables")
    expect(owner.tab.locator(".decision-table-name")).to_be_visible()
    camera.shoot(owner, "table")
    owner.choose("Forms")
    owner.press("New form")
    owner.type("Title", "Meter reading")
    owner.press("New question")
    owner.type("Question", "Which meter")
    expect(owner.tab.get_by_role("button", name="Which meter")).to_be_visible()
    camera.shoot(owner, "form")
    owner.choose("Try out")
    owner.sees("1 differs")
    camera.shoot(owner, "tryout")


def _propose(owner: Seat, camera: Camera) -> None:
    owner.choose("Propose")
    owner.type("Reason", "Refusals are checked by an approver.")
    owner.type("Risk", "Refusals may take a day longer.")
    camera.shoot(owner, "propose")
    owner.press("Propose")
    owner.sees("It is proposed.")


def _move(owner: Seat, camera: Camera) -> None:
    """Move the complaints that run on the earlier version."""
    owner.open("/studio")
    owner.sees("Move them")
    camera.shoot(owner, "versions")
    owner.tab.get_by_role("link", name="Move them").click()
    owner.press("Make a plan")
    owner.sees("Version 1 to version 2")
    owner.pick("“Approve the refusal”, a step for a person", STEP)
    owner.press("Save")
    owner.settle()
    owner.press("Try it out")
    owner.sees("looked at,")
    camera.shoot(owner, "plan", at="text=looked at,")
    owner.tab.get_by_role("button", name=re.compile(r"^Move \d+ complaints?$")).click()
    owner.type("Why running complaints are moved", "All refusals are checked from now on.")
    owner.press("Move them")
    owner.sees("Each complaint")
    camera.shoot(owner, "moved")
