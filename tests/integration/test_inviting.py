"""Complainants are asked how it was: once, reminded once, and some not at all."""

import pytest

from engine.domain.actor import COMPLAINANT
from engine.domain.complaint import ContactBy
from engine.domain.invitation import LeftOut
from engine.domain.kpi import Period
from engine.errors import ConflictError, InvalidInputError, NotFoundError, SignInError
from engine.services.door import inviting, survey
from engine.services.figures import facts, reporting
from engine.services.handling.casework import withdraw
from engine.services.people import authorities
from engine.services.staffing import restriction
from engine.services.upkeep import jobs
from engine.store.invitations import Invitations
from tests.integration import mail_ways
from tests.integration.authority_ways import SEEN, SIGNED
from tests.integration.crowd import at_once
from tests.integration.door_ways import SCORES
from tests.integration.office import execute, opened, rows
from tests.integration.people import erase
from tests.integration.posting_ways import come_back, give, newest
from tests.integration.survey_ways import WHY, asking, code_in, invite

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = {"actor": COMPLAINANT, "address": "10.0.0.1"}


def _closed(office, **facts):
    reference = office.reach("closing_check", reference=office.lodge(**facts))
    office.do(reference, "closing_check")
    return reference


def _mails(office):
    """Return recipient, subject and text of every mail about the survey, oldest first."""
    fields = ("recipient", "subject", "body")
    read = zip(*(opened(office.platform.database, "outbox", each) for each in fields), strict=True)
    mails = [dict(zip(fields, each, strict=True)) for each in read]
    return [mail for mail in mails if "/opinion/" in mail["body"]]


def _led_to(office, code, **where):
    return survey.led_to(office.platform, code=code, **(HERE | where))


def _why(office, reference):
    found = office.view(reference).invitation
    return found.left_out if found else None


@pytest.mark.iso("4.11", "8.3")
def test_whoever_complained_is_invited_some_days_after_closing_and_reminded_once(office, clock):
    reference = _closed(office)
    early = invite(office.platform)
    clock.advance(days=8)
    first, again = invite(office.platform), invite(office.platform)
    clock.advance(days=8)
    reminded, once = invite(office.platform), invite(office.platform)

    assert (early.invited, first.invited, again.invited) == (0, 1, 0)
    assert (reminded.reminded, once.reminded) == (1, 0)
    invitation, reminder = _mails(office)
    assert invitation["recipient"] == reminder["recipient"] == "jane@example.org"
    assert reference in invitation["subject"]
    assert "Charged twice" not in invitation["body"] + reminder["body"]
    assert code_in(invitation["body"]) == code_in(reminder["body"])
    assert _led_to(office, code_in(reminder["body"])) == reference
    said = [entry.what for entry in office.view(reference).timeline]
    assert "Reminded of the survey" in said


def test_the_invitation_is_written_in_the_language_of_the_complainant(office, clock):
    _closed(office, language="de")
    clock.advance(days=8)

    invite(office.platform)

    (mail,) = _mails(office)
    assert mail["subject"].startswith("Wie war es?")
    assert "/public/de/opinion/" in mail["body"]
    assert "$" not in mail["body"]


def test_a_link_works_once_and_ends(office, clock):
    answered, late = _closed(office), _closed(office, email="joe@example.org")
    clock.advance(days=8)
    invite(office.platform)
    first, second = (code_in(mail["body"]) for mail in _mails(office))

    survey.respond(office.platform, actor=COMPLAINANT, reference=answered, scores=SCORES)
    clock.advance(days=8)
    reminded = invite(office.platform).reminded

    with pytest.raises(NotFoundError):
        _led_to(office, first)
    assert reminded == 1
    assert _led_to(office, second) == late
    clock.advance(days=30)
    with pytest.raises(NotFoundError):
        _led_to(office, second)


def test_wrong_links_are_counted_like_wrong_codes(office):
    for _ in range(office.platform.policy.accounts.tries * 4):
        with pytest.raises(NotFoundError):
            _led_to(office, "0" * 20)

    with pytest.raises(SignInError):
        _led_to(office, "0" * 20)


def test_somebody_with_two_complaints_is_asked_about_one_until_the_pause_is_over(office, clock):
    first, second = _closed(office), _closed(office, email="JANE@example.org")
    clock.advance(days=8)
    told = invite(office.platform)
    clock.advance(days=60)
    third = _closed(office)
    clock.advance(days=8)
    soon = invite(office.platform)
    clock.advance(days=30)
    fourth = _closed(office)
    clock.advance(days=8)
    later = invite(office.platform)

    assert (told.invited, told.left_out) == (1, 1)
    assert {_why(office, first), _why(office, second)} == {None, LeftOut.LATELY}
    assert (soon.invited, _why(office, third)) == (0, LeftOut.LATELY)
    assert (later.invited, _why(office, fourth)) == (1, None)


def test_of_many_runs_at_once_each_person_gets_one_invitation(office, clock):
    for name in ("a", "b"):
        _closed(office, email=f"{name}@example.org")
        _closed(office, email=f"{name}@example.org")
    clock.advance(days=8)

    ends = at_once(4, lambda _n: invite(office.platform))

    assert [each.failed for each in ends] == [0, 0, 0, 0]
    assert sorted(mail["recipient"] for mail in _mails(office)) == [
        "a@example.org",
        "b@example.org",
    ]


@ON_SQLITE
def test_an_invitation_without_a_pause_is_noticed(office, clock, monkeypatch):
    """Plant the bug: nobody asks when somebody was asked last."""
    monkeypatch.setattr(Invitations, "claim", lambda *_a, **_k: True)
    _closed(office)
    _closed(office)
    clock.advance(days=8)

    invite(office.platform)

    assert len(_mails(office)) == 2


@ON_SQLITE
def test_some_are_left_out_and_why_is_kept(office, clock):
    told = (
        {"email": "a@example.org"},
        {"email": "b@example.org"},
        {"email": "c@example.org"},
        {"email": "d@example.org", "contact_by": ContactBy.LETTER},
        {"email": None},
    )
    hidden, safety, spared, paper, mute = (_closed(office, **facts) for facts in told)
    gone = office.lodge(email="e@example.org")
    office.reach("assess", reference=gone)
    withdraw(office.platform, actor=office.staff["hanna"], reference=gone, reason="Paid.")
    office.do(gone, "confirm_withdrawal")
    known = {"actor": office.staff["mara"], "reference": hidden, "reason": WHY}
    restriction.restrict(office.platform, people=["hanna", "mara"], **known)
    change = "UPDATE complaint_case SET {} WHERE reference = :of"
    execute(office.platform.database, change.format("safety = 'potential'"), of=safety)
    execute(office.platform.database, change.format("vulnerable = true"), of=spared)
    clock.advance(days=8)

    told = invite(office.platform)

    assert (told.failed, [mail["recipient"] for mail in _mails(office)]) == (0, [])
    assert (told.invited, told.left_out) == (0, 6)
    assert [_why(office, each) for each in (hidden, safety, spared, paper, mute, gone)] == [
        LeftOut.CONFIDENTIAL,
        LeftOut.SAFETY,
        LeftOut.VULNERABLE,
        LeftOut.OTHER_WAY,
        LeftOut.NO_ADDRESS,
        LeftOut.WITHDRAWN,
    ]


@ON_SQLITE
def test_nobody_is_asked_about_what_was_closed_long_ago_or_erased_or_without_pages(office, clock):
    erased = _closed(office)
    _closed(office, email="joe@example.org")
    clock.advance(days=8)
    without = inviting.invite(office.platform)
    off = invite(office.platform, sends=False)
    erase(office, erased)
    clock.advance(days=60)

    late = invite(office.platform)

    assert (without.invited, off.invited, late.invited, _mails(office)) == (0, 0, 0, [])


@ON_SQLITE
def test_who_does_not_want_to_be_asked_is_not_and_can_change_their_mind(office, clock):
    before, after = _closed(office), _closed(office, email="joe@example.org")
    said = {"actor": office.staff["hanna"], "reason": WHY}
    inviting.wish(office.platform, reference=before, may_be_asked=False, **said)
    clock.advance(days=8)
    first = invite(office.platform)
    (mail,) = _mails(office)
    inviting.wish(office.platform, reference=after, may_be_asked=False, **said)
    with pytest.raises(ConflictError):
        inviting.wish(office.platform, reference=after, may_be_asked=False, **said)
    with pytest.raises(NotFoundError):
        _led_to(office, code_in(mail["body"]))
    clock.advance(days=8)
    none = invite(office.platform)

    assert (first.invited, none.reminded) == (1, 0)
    assert _why(office, after) is LeftOut.WISH
    inviting.wish(office.platform, reference=after, may_be_asked=True, **said)
    assert _led_to(office, code_in(mail["body"])) == after
    inviting.wish(office.platform, reference=before, may_be_asked=True, **said)
    assert invite(office.platform).invited == 1
    with pytest.raises(ConflictError):
        inviting.wish(office.platform, reference=before, may_be_asked=True, **said)
    with pytest.raises(InvalidInputError):
        inviting.wish(
            office.platform, reference=before, may_be_asked=False, **said | {"reason": " "}
        )


def test_a_wish_is_sealed_and_erased(office):
    reference = _closed(office)

    inviting.wish(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        may_be_asked=False,
        reason="Jane Canary is tired of it.",
    )

    ((stored,),) = rows(office.platform.database, "SELECT reason FROM survey_invitation")
    assert "Canary" not in stored
    assert office.view(reference).invitation.reason == "Jane Canary is tired of it."
    erase(office, reference)
    assert rows(office.platform.database, "SELECT reason, mark FROM survey_invitation") == [
        ("", None)
    ]


def test_an_invitation_that_comes_back_is_not_chased(office, clock):
    reference = _closed(office)
    clock.advance(days=8)
    invite(office.platform)
    (message_id,) = office.view(reference).invitation.mails
    execute(office.platform.database, "UPDATE outbox SET sent_at = created_at, next_try_at = NULL")

    mail_ways.receive(office.platform, mail_ways.report(message_id))
    clock.advance(days=8)
    told = invite(office.platform)

    assert told.reminded == 0
    assert office.view(reference).invitation.returned_at is not None
    assert rows(office.platform.database, "SELECT count(*) FROM incident") == [(0,)]
    assert _why(office, reference) is None


@ON_SQLITE
def test_nobody_is_asked_or_reminded_while_a_letter_waits_for_another_way(office, clock):
    unasked = _closed(office)
    come_back(office, unasked, newest(office))
    asked = _closed(office, email="joe@example.org")
    letter = newest(office)
    clock.advance(days=8)
    first = invite(office.platform)
    come_back(office, asked, letter)
    clock.advance(days=8)
    second = invite(office.platform)

    assert (first.invited, first.left_out, second.reminded) == (1, 1, 0)
    assert [mail["recipient"] for mail in _mails(office)] == ["joe@example.org"]
    assert _why(office, unasked) is LeftOut.UNREACHED
    said = [entry.what for entry in office.view(asked).timeline]
    assert f"Not reminded of the survey: {LeftOut.UNREACHED.words}" in said


@ON_SQLITE
def test_who_got_the_letter_in_the_end_is_asked(office, clock):
    reference = _closed(office)
    number = newest(office)
    come_back(office, reference, number)
    give(office, "send_again", reference, number)
    clock.advance(days=8)

    told = invite(office.platform)

    assert (told.invited, _why(office, reference)) == (1, None)
    assert [mail["recipient"] for mail in _mails(office)] == ["jane@right.example"]


def test_the_job_asks_and_tells_how_many(office, clock):
    _closed(office)
    clock.advance(days=8)

    told = jobs.run(asking(office.platform), name="survey", scheduled_for=clock.now)
    again = jobs.run(asking(office.platform), name="survey", scheduled_for=clock.now)

    assert (told.state, told.summary["invited"]) == ("done", 1)
    assert again.state == "known"


def test_the_figures_count_who_was_asked_and_open_the_complaints_behind(office, clock):
    one, other = _closed(office), _closed(office, email="joe@example.org")
    _closed(office, email=None)
    clock.advance(days=8)
    invite(office.platform)
    survey.respond(office.platform, actor=COMPLAINANT, reference=one, scores=SCORES)
    period = Period.last_days(30, office.platform.now(), "UTC")
    mara = office.staff["mara"]

    facts.keep_up(office.platform)
    told = survey.figures(office.platform, actor=mara, period=period)

    assert (told.sent, told.answered, told.rate, told.returned) == (2, 1, 0.5, 0)
    assert told.left_out == {LeftOut.NO_ADDRESS: 1}
    shown = {
        name: {line.reference for line in reporting.cases_behind(
            office.platform, actor=mara, cases=told.cases.but(name=name))[0]}
        for name in ("survey_sent", "survey_answered", "survey_returned", "survey_responses")
    }  # fmt: skip
    assert shown == {
        "survey_sent": {one, other},
        "survey_answered": {one},
        "survey_returned": set(),
        "survey_responses": {one},
    }


@ON_SQLITE
def test_somebody_who_speaks_for_the_complainant_is_asked_by_authority_only(office, clock):
    speaks = {"representative_name": "Ruth Canary", "representative_contact": "ruth@example.org"}
    both = []
    for until in ("2026-12-31", "2026-01-08"):
        reference = office.lodge(email="ruth@example.org", **speaks)
        known = {"actor": office.staff["hanna"], "reference": reference}
        said = SIGNED | {"valid_until": until}
        authorities.record_authority(office.platform, answers=said, **known)
        authorities.check_authority(office.platform, number=1, answers=SEEN, **known)
        office.reach("closing_check", reference=reference)
        office.do(reference, "closing_check")
        both.append(reference)
    clock.advance(days=8)

    told = invite(office.platform)

    (mail,) = _mails(office)
    assert (told.invited, told.left_out) == (1, 1)
    assert (mail["recipient"], "Dear Ruth Canary" in mail["body"]) == ("ruth@example.org", True)
    assert [_why(office, each) for each in both] == [None, LeftOut.NO_AUTHORITY]
