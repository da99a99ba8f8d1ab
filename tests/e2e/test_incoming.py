"""Mails that wait for somebody, in a real browser."""

import pytest
from playwright.sync_api import expect

from engine.domain.actor import SYSTEM
from engine.domain.incoming import MailState
from engine.services.demo import demo
from engine.services.mail import mailbox
from tests.e2e.seat import Sit, Site
from tests.e2e.test_accessibility import faults, in_every_light
from tests.integration.mail_ways import receive, written
from tests.integration.office import Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def _waiting(site: Site) -> int:
    return mailbox.counts(site.platform, actor=SYSTEM)[MailState.QUARANTINED]


def test_a_mail_is_read_and_put_where_it_belongs(sit: Sit, site: Site):
    office = Office(site.platform, {person.username: person for person in demo.staff()})
    reference = office.lodge()
    answer = {"Subject": "Re: Your letter", "Message_ID": "<answer@example.org>"}
    receive(site.platform, written("It is still wrong.", **answer))
    news = {"Subject": "Our news", "List_Id": "<news.example.org>", "Message_ID": "<n@example.org>"}
    receive(site.platform, written("Buy solar panels.", **news))
    before = _waiting(site)
    seat = sit("tom")

    seat.tab.get_by_role("link", name=f"Mail ({before})").click()
    seat.settle()
    found = in_every_light(seat, "mail")
    card = seat.tab.locator("[class*='st-key-mail:']").filter(has_text="Your letter").last
    seat.sees("It answers to something, and carries no id of a complaint.")
    seat.tab.get_by_role("button", name="Put into a complaint").nth(1).click()
    dialog = seat.tab.get_by_role("dialog")
    dialog.get_by_label("Reference of the complaint").fill(reference.lower())
    dialog.get_by_label("Reference of the complaint").press("Tab")
    found += faults(seat, "put into a complaint")
    dialog.get_by_role("button", name="Put it there").click()
    seat.sees(f"The mail belongs to {reference} now.")

    expect(card).to_have_count(0)
    assert found == []
    assert _waiting(site) == before - 1
    assert office.view(reference).communications[-1].body == "It is still wrong."
