"""A process owner changes the process in the browser, and another person approves it."""

import pytest
from playwright.sync_api import expect

from engine.domain.actor import Actor, Role
from engine.services import process_drafts, process_versions
from tests.e2e.seat import Sit, Site, staffed
from tests.e2e.test_accessibility import in_every_light
from tests.integration.process_ways import kinder

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
OSWALD = Actor(username="oswald", name="Oswald Orr", roles=frozenset({Role.PROCESS_OWNER}))
SAID = "“Write the acknowledgement” is now called “Kindly write the acknowledgement”."


def test_a_change_is_drafted_proposed_and_approved_by_another_person(sit: Sit, site: Site):
    staffed(site, OSWALD)
    owner, found = sit(OSWALD.username), []
    owner.open("/studio")
    owner.press("New draft from the live version")
    owner.sees("Draft from version 1")
    (draft,) = process_drafts.process_drafts(site.platform, actor=OSWALD)
    whole = process_drafts.process_draft(site.platform, actor=OSWALD, number=draft.number)
    process_drafts.save_process_draft(site.platform, actor=OSWALD, **kinder(whole))

    owner.open(f"/studio?draft={draft.number}&view=compare")
    owner.sees(SAID)
    found += in_every_light(owner, "what a draft changes")
    owner.open(f"/studio?draft={draft.number}&view=propose")
    owner.type("Reason", "The letters are cold.")
    owner.type("Risk", "None that we know.")
    owner.press("Propose")
    owner.sees("It is proposed.")
    leader = sit("mara")
    leader.open("/proposals")
    leader.tab.get_by_role("link", name="Proposal 1").click()
    leader.sees(SAID)
    leader.sees("Oswald Orr")
    found += in_every_light(leader, "a proposal")
    leader.settle()
    leader.press("Approve")
    expect(leader.tab.get_by_role("dialog")).to_be_visible()
    leader.tab.get_by_role("dialog").get_by_role("button", name="Approve").click()
    leader.sees("The change is approved.")

    expect(leader.tab.get_by_text("No change of the process waits")).to_be_visible()
    latest, *_ = process_versions.process_versions(site.platform, actor=OSWALD)
    assert (latest.number, latest.is_live, latest.reason) == (2, True, "The letters are cold.")
    assert found == []
