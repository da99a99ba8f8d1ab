"""Letters that did not arrive as mail, or to which nobody sees: until somebody acts."""

from datetime import timedelta

import pytest

from engine.domain.incident import IncidentKind
from engine.domain.posting import PostingState
from engine.services.handling import inbox
from engine.services.links import merging
from engine.services.post import dispatch, post_chasing, postings
from engine.services.running import operations
from engine.services.upkeep import incidents
from tests.integration.agreement import contradictions
from tests.integration.kin_ways import into
from tests.integration.office import rows
from tests.integration.people import closed, erase
from tests.integration.posting_ways import (
    ADDRESS,
    clock_of,
    come_back,
    failed,
    give,
    newest,
    on_paper,
    one,
    told,
)

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.iso("7.4")
def test_a_letter_that_came_back_is_sent_to_the_right_address(office):
    reference, number = failed(office)
    assert one(office, reference).why == "5.1.1 550 No such user"
    assert postings.counts(office.platform, actor=office.staff["hanna"]) == (0, 1)
    before = rows(office.platform.database, "SELECT message_id FROM outbox")

    give(office, "send_again", reference, number)

    file = office.view(reference)
    assert file.case.complaint.email == "jane@right.example"
    assert one(office, reference).state is PostingState.SENT_AGAIN
    after = rows(office.platform.database, "SELECT message_id, bounced_at FROM outbox")
    assert len(after) == 1
    assert after != [(before[0][0], None)]
    assert not incidents.page(office.platform, actor=office.staff["mara"])
    assert contradictions(office.platform, reference) == []
    found, _ = inbox.page(
        office.platform, actor=office.staff["hanna"], view="all", search="jane@right.example"
    )
    assert {row.reference for row in found} == {reference}
    come_back(office, reference, number)
    assert one(office, reference).state is PostingState.FAILED


@pytest.mark.iso("7.4")
def test_a_letter_that_came_back_is_posted_instead(office, clock):
    reference, number = failed(office)
    met = clock_of(office, reference).met_at
    clock.advance(hours=3)

    give(office, "post_instead", reference, number)
    give(office, "mark_posted", reference, number)

    assert office.view(reference).case.complaint.postal_address == ADDRESS
    assert one(office, reference).state is PostingState.POSTED
    assert clock_of(office, reference).met_at == met
    assert dispatch.send_outbox(office.platform).given_up == 0
    assert contradictions(office.platform, reference) == []


@ON_SQLITE
def test_a_mail_that_no_server_takes_waits_for_somebody(office, clock):
    reference = office.reach("acknowledge")
    office.do(reference, "acknowledge")
    mail = office.platform.database.write(lambda tx: _taken(tx, clock.now))

    dispatch._keep_failure(office.platform, mail, OSError("550 No"), next_try=None)

    posting = one(office, reference)
    assert (posting.state, posting.why) == (PostingState.FAILED, "550 No")
    assert "No mail server took a letter: 550 No" in told(office, reference)
    assert contradictions(office.platform, reference) == []


def _taken(tx, now):
    return tx.outbox.take(now, lease_until=now + timedelta(minutes=5))


@ON_SQLITE
def test_whoever_tries_an_incident_again_has_the_letter_off_the_list(office):
    reference, _number = failed(office)
    mara = office.staff["mara"]
    (incident,) = incidents.page(office.platform, actor=mara)

    incidents.retry(office.platform, actor=mara, incident_id=incident.id, reason="Full box.")

    assert one(office, reference).state is PostingState.SENT_AGAIN
    assert contradictions(office.platform, reference) == []


@pytest.mark.iso("7.4")
def test_a_letter_to_which_nobody_sees_is_told_once_and_then_calls_somebody(office, clock):
    reference, _number = on_paper(office)

    def chase():
        return post_chasing.chase_letters(office.platform).chased

    early = chase()
    clock.now = one(office, reference).late_at
    first, again = chase(), chase()
    clock.now = one(office, reference).next_at
    second = chase()
    clock.advance(days=30)

    assert (early, first, again, second, chase()) == (0, 1, 0, 1, 0)
    assert "Nobody has seen to a letter for 1 working days: acknowledgement" in told(
        office, reference
    )
    (call,) = office.view(reference).escalations
    assert (call.reason, call.detail) == (
        "letter",
        "The letter “acknowledgement” is not posted, and nobody sees to it.",
    )
    assert contradictions(office.platform, reference) == []


@ON_SQLITE
def test_in_a_closed_case_it_is_an_incident_until_somebody_acts(office, clock):
    reference = closed(office)
    mara, number = office.staff["mara"], newest(office)
    come_back(office, reference, number)
    for each in incidents.page(office.platform, actor=mara):
        incidents.resolve(office.platform, actor=mara, incident_id=each.id, reason="Looked at.")
    for _ in range(2):
        clock.advance(days=4)
        post_chasing.chase_letters(office.platform)
    (told,) = incidents.page(office.platform, actor=mara)
    assert (told.kind, told.reference) == (IncidentKind.LETTER, reference)

    give(office, "close_letter", reference, number)

    assert incidents.page(office.platform, actor=mara) == ()


@pytest.mark.iso("7.4")
def test_a_letter_of_a_merged_complaint_calls_those_who_work_on_the_other(office, clock):
    (reference, _number), heir = on_paper(office), office.lodge()
    _merge(office, reference, heir)

    chased = _chase_twice(office, clock)

    said = "A letter of a complaint that was merged into this one is not posted"
    (call,) = office.view(heir).escalations
    assert chased == (1, 1)
    assert call.detail.startswith(said)
    assert [note.text.startswith(said) for note in office.view(heir).notes] == [True]
    assert office.view(reference).escalations == ()
    assert [contradictions(office.platform, each) for each in (reference, heir)] == [[], []]


@ON_SQLITE
def test_where_the_other_complaint_rests_or_is_closed_it_is_an_incident(office, clock):
    (reference, _number), heir = on_paper(office), office.lodge()
    _merge(office, reference, heir)
    mara = office.staff["mara"]
    operations.suspend(office.platform, actor=mara, reference=heir, reason="Strike.")

    chased = _chase_twice(office, clock)

    (noted,) = incidents.page(office.platform, actor=mara)
    assert (chased, noted.kind, noted.reference) == ((1, 1), IncidentKind.LETTER, reference)
    assert office.view(heir).escalations == ()


@ON_SQLITE
def test_a_letter_of_a_suspended_complaint_waits_until_it_goes_on(office, clock):
    reference, _number = on_paper(office)
    known = {"actor": office.staff["mara"], "reference": reference, "reason": "Strike."}
    operations.suspend(office.platform, **known)
    resting = _chase_twice(office, clock)

    operations.resume(office.platform, **known)

    assert (resting, post_chasing.chase_letters(office.platform).chased) == ((0, 0), 1)


def _merge(office, reference, heir):
    answers = into(heir, though="Both are about one meter.")
    known = {"actor": office.staff["tom"], "reference": reference}
    merging.merge(office.platform, answers=answers, **known)


def _chase_twice(office, clock):
    chased = []
    for _ in range(2):
        clock.advance(days=4)
        chased.append(post_chasing.chase_letters(office.platform).chased)
    return tuple(chased)


@ON_SQLITE
def test_of_somebody_erased_no_letter_waits_and_no_word_is_left(office):
    reference = closed(office)
    number = newest(office)
    come_back(office, reference, number)
    give(office, "close_letter", reference, number)
    erase(office, reference)

    assert postings.counts(office.platform, actor=office.staff["mara"]) == (0, 0)
    found = rows(office.platform.database, "SELECT state, why, tracking, reason FROM posting")
    assert found == [("closed", "", "", "")]
