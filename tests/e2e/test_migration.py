"""Whoever owns the process moves running complaints to a new version, in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from engine.domain.actor import Actor, Role
from tests.e2e.seat import Seat, Site, leave, serving, sit_down, staffed
from tests.e2e.test_accessibility import in_every_light
from tests.integration.agreement import contradictions_anywhere
from tests.integration.migration_ways import RENAMED, publish
from tests.integration.office import Office, rows

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

OLGA = Actor(username="olga", name="Olga Ortiz", roles=frozenset({Role.PROCESS_OWNER}))
REFERENCE = re.compile(r"^C-\d{4}-\d{6}$")
WHERE = "SELECT element, count(*) FROM open_step GROUP BY element"


@pytest.fixture
def own_site(
    demonstration: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """An application of its own: its complaints are moved in no other test."""
    prepared, password = demonstration
    with serving(prepared, password, tmp_path_factory.mktemp("moves")) as running:
        yield running


def _look_at_one(owner: Seat) -> None:
    """Open what became of one complaint from the table, which tells its reference."""
    line = owner.tab.get_by_role("row").filter(has_text="Moved").first
    reference = (line.get_by_role("link").text_content() or "").strip()
    line.click()
    told = owner.tab.get_by_role("dialog", name="What became of it")
    expect(told.get_by_text(reference, exact=True)).to_be_visible()
    owner.tab.keyboard.press("Escape")


def test_a_plan_is_made_mapped_tried_out_carried_out_and_undone(
    own_site: Site, browser: Browser, hanna: Actor, tom: Actor
) -> None:
    office = Office(own_site.platform, {"hanna": hanna, "tom": tom})
    office.reach("investigate")
    publish(office, *RENAMED)
    staffed(own_site, OLGA)
    before = dict(rows(own_site.platform.database, WHERE))
    owner = sit_down(browser, own_site, OLGA.username)

    owner.open("/studio")
    owner.tab.get_by_role("link", name="Move them").click()
    owner.sees("Move the complaints of")
    owner.press("Make a plan")
    owner.sees("Version 1 to version 2")
    owner.press("Try it out")
    owner.sees("Needs mapping")
    faults = in_every_light(owner, "a plan")
    owner.tab.get_by_role("link", name="It waits at “Investigate”").click()
    owner.tab.get_by_role("dialog").get_by_text(REFERENCE).first.wait_for()
    owner.tab.keyboard.press("Escape")
    owner.pick("“Investigate”, a step for a person", "Look into it")
    owner.press("Save")
    owner.sees("The plan was changed since")
    owner.press("Try it out")
    expect(owner.tab.get_by_text("The plan was changed since")).to_have_count(0)
    owner.tab.get_by_role("button", name=re.compile(r"^Move \d+ complaints?$")).click()
    owner.type("Why running complaints are moved", "The new diagram is clearer.")
    owner.press("Move them")
    owner.sees("Each complaint")
    after = dict(rows(own_site.platform.database, WHERE))
    _look_at_one(owner)
    owner.press("Move all back")
    owner.type("Why they are moved back", "It was not.")
    owner.press("Move them back")
    owner.sees("Undone by")
    owner.open("/migration?plan=1")
    faults += in_every_light(owner, "what became of each")

    assert after.get("examine", 0) == before.get("investigate", 0) > 0
    assert dict(rows(own_site.platform.database, WHERE)) == before
    assert contradictions_anywhere(own_site.platform) == {}
    assert (owner.trouble, faults) == ([], [])
    leave(owner)
