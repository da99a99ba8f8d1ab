"""A mail each working day says what waits for somebody, once, and names nobody (4.5)."""

from datetime import timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.errors import InvalidInputError, NotFoundError
from engine.services.accounts import accounts, daily_mail, delegation, keys
from engine.services.upkeep import daily_digest, jobs
from engine.services.upkeep.daily_digest import Digest
from engine.services.upkeep.what_waits import PLACES as NUMBERED
from engine.services.upkeep.what_waits import waiting_for
from engine.store.daily_mails import DailyMails
from tests.integration.calendar_ways import RITA
from tests.integration.crowd import at_once
from tests.integration.daily_ways import ADDRESS, wanted
from tests.integration.identity_ways import hire_at
from tests.integration.office import rows
from tests.integration.routine_ways import policy_of
from ui.place import PLACES

WRITTEN = "SELECT recipient, subject, body FROM outbox WHERE case_id IS NULL ORDER BY id"


@pytest.fixture
def pat(office):
    """Somebody with an account."""
    return hire_at(office)


def send(office):
    return daily_digest.send_daily_mails(office.platform)


def written(office):
    return rows(office.platform.database, WRITTEN)


@pytest.mark.iso("4.5")
def test_it_says_how_much_waits_and_names_no_complaint(office, pat):
    reference = wanted(office, pat)
    summary = office.view(reference).case.complaint.summary

    assert send(office) == Digest(sent=1, quiet=0, failed=0)

    ((recipient, subject, body),) = written(office)
    assert recipient == ADDRESS
    assert "what waits for you today" in subject
    assert body.startswith("Good morning, Pat.")
    assert "1 step that is yours" in body
    assert reference not in body
    assert summary not in body


def test_it_goes_out_once_a_day_however_often_the_job_runs(office, clock, pat):
    wanted(office, pat)

    at_once(6, lambda _: send(office))
    assert len(written(office)) == 1
    clock.advance(hours=3)
    assert send(office) == Digest(sent=0, quiet=0, failed=0)
    clock.advance(days=1)
    assert send(office).sent == 1


def test_a_store_that_forgets_the_day_is_caught(office, pat, monkeypatch):
    """Planted: a day that is never settled."""
    monkeypatch.setattr(DailyMails, "settle", lambda *_: True)
    wanted(office, pat)

    send(office)
    send(office)

    assert len(written(office)) == 2


def test_where_nothing_waits_nothing_is_sent(office, pat):
    daily_mail.choose_daily_mail(office.platform, actor=pat, address=ADDRESS)

    assert send(office) == Digest(sent=0, quiet=1, failed=0)
    assert send(office) == Digest(sent=0, quiet=0, failed=0)
    assert written(office) == []


def test_an_address_is_kept_changed_and_given_up(office, pat):
    platform = office.platform
    for address in (ADDRESS, "other@example.org", ""):
        daily_mail.choose_daily_mail(platform, actor=pat, address=f" {address} ")

        assert daily_mail.daily_mail_of(platform, actor=pat) == address
    assert send(office) == Digest(sent=0, quiet=0, failed=0)


@pytest.mark.parametrize("address", ["pat", "a@b@c", "x" * 255 + "@a.org", "a\nb@a.org"])
def test_what_is_no_address_is_refused_in_words(office, pat, address):
    with pytest.raises(InvalidInputError) as refusal:
        daily_mail.choose_daily_mail(office.platform, actor=pat, address=address)

    assert refusal.value.problems.keys() == {"Address"}
    assert daily_mail.daily_mail_of(office.platform, actor=pat) == ""


def test_whoever_left_is_told_nothing_and_their_address_is_forgotten(office, pat):
    wanted(office, pat)

    accounts.close(office.platform, actor=SYSTEM, username="pat", reason="Left the office.")

    assert send(office) == Digest(sent=0, quiet=0, failed=0)
    assert rows(office.platform.database, "SELECT count(*) FROM daily_mail") == [(0,)]
    with pytest.raises(NotFoundError):
        daily_mail.choose_daily_mail(office.platform, actor=pat, address=ADDRESS)


def test_what_of_a_person_ends_within_a_week_is_said(office, clock, pat):
    platform, kim = office.platform, hire_at(office, "kim")
    daily_mail.choose_daily_mail(platform, actor=pat, address=ADDRESS)
    keys.create(platform, actor=pat, name="Website", scopes=["read"], days=9)
    delegation.delegate(
        platform,
        actor=kim,
        absent="kim",
        to="pat",
        from_at=clock.now,
        until_at=clock.now + timedelta(days=5),
        reason="On leave",
    )
    send(office)
    assert "Website" not in written(office)[0][2]
    assert "You stand in for somebody until" in written(office)[0][2]

    clock.advance(days=3)
    send(office)

    assert "Your key “Website” ends on" in written(office)[1][2]


def test_what_stops_one_person_stops_nobody_else(office, pat, monkeypatch):
    wanted(office, pat)
    kim = hire_at(office, "kim")
    daily_mail.choose_daily_mail(office.platform, actor=kim, address="kim@example.org")
    counted = daily_digest.waiting_for

    def fails(platform, *, actor):
        if actor.username == "kim":
            raise NotFoundError("circle", "gone")
        return counted(platform, actor=actor)

    monkeypatch.setattr(daily_digest, "waiting_for", fails)

    assert send(office) == Digest(sent=1, quiet=0, failed=1)


def test_the_job_tells_it_on_working_days(office, pat):
    wanted(office, pat)

    result = jobs.run(office.platform, name="daily_digest")

    assert (result.state, result.summary["sent"]) == ("done", 1)


def test_every_number_of_the_navigation_belongs_to_a_page_and_waits_for_who_may_see_it(office):
    deeds = {place.path: place.deed for place in PLACES}

    assert deeds.keys() >= NUMBERED
    for actor in office.staff.values():
        for each, number in waiting_for(office.platform, actor=actor):
            assert actor.may(each.deed)
            assert number > 0


def test_entries_of_the_register_that_are_due_within_a_week_are_told_to_whom_they_belong(
    office, clock
):
    number = policy_of(office, due_on=office.platform.now().date() + timedelta(days=8))
    daily_mail.choose_daily_mail(office.platform, actor=RITA, address=ADDRESS)

    send(office)
    clock.advance(days=1)
    send(office)
    clock.advance(days=8)
    send(office)

    said = f"Record {number} of the register, for which you answer, is due on 13 January 2026."
    assert [said in body for _to, _subject, body in written(office)].count(True) == 1
