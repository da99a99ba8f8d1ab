"""Those who answer for the organisation are told what a verification finds: once, and nothing of
anybody."""

import re
from dataclasses import replace

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.incident import IncidentKind
from engine.services.audit import verifying
from engine.services.post import dispatch, held
from engine.services.upkeep import incidents
from tests.integration.office import execute, rows
from tests.integration.postbox import PostBox
from tests.integration.test_journal import unguard

THEM = ("rita@example.org", "board@example.org")


@pytest.fixture
def box():
    opened = PostBox()
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def house(office, box):
    """An office in which two people answer for the organisation, with a mail server."""
    access = office.platform.policy.access.model_copy(update={"alert_to": THEM})
    policy = office.platform.policy.model_copy(update={"access": access})
    office.lodge()
    unguard(office.platform.database)
    return replace(office.platform, policy=policy, smtp_url=box.url)


def _alter(house):
    execute(house.database, "UPDATE journal SET actor = 'nobody' WHERE seq = 1")


def _mend(house, before):
    execute(house.database, "UPDATE journal SET actor = :before WHERE seq = 1", before=before)


def _first_actor(house):
    return rows(house.database, "SELECT actor FROM journal WHERE seq = 1")[0][0]


def _sent(house, box):
    dispatch.send_outbox(house)
    told = [(to, mail["Subject"]) for (to,), mail in zip(box.recipients, box.mails, strict=True)]
    box.mails.clear()
    box.recipients.clear()
    return told


def _subjects(house, box):
    """Return what was sent, and see that everybody has it once."""
    told = _sent(house, box)
    found = [subject.rpartition(": ")[2] for to, subject in told if to == THEM[0]]
    assert sorted(to for to, _ in told) == sorted(THEM * len(found))
    return found


def test_what_is_found_is_told_once_and_so_is_that_it_is_whole_again(house, box):
    before = _first_actor(house)
    verifying.run(house)
    assert _subjects(house, box) == []

    _alter(house)
    verifying.run(house)
    verifying.run(house)
    found = _subjects(house, box)
    _mend(house, before)
    verifying.run(house)
    verifying.run(house)

    assert found == ["a verification found something altered"]
    assert _subjects(house, box) == ["what was found is settled"]


def test_a_look_at_one_case_tells_nobody(house, box):
    _alter(house)

    verifying.run(house, reference="C-2026-000001")

    assert _subjects(house, box) == []


def test_who_puts_it_away_by_hand_is_told_of_and_the_next_finding_is_told_anew(house, box, office):
    _alter(house)
    verifying.run(house)
    _subjects(house, box)
    (found,) = incidents.page(house, actor=SYSTEM, kinds=[IncidentKind.JOURNAL])
    incidents.resolve(house, actor=office.staff["mara"], incident_id=found.id, reason="I know.")
    put_away = _subjects(house, box)

    verifying.run(house)

    assert put_away == ["what was found is settled"]
    assert _subjects(house, box) == ["a verification found something altered"]


def test_nothing_in_it_is_about_a_person_or_a_complaint(house, box, office):
    _alter(house)
    verifying.run(house)

    dispatch.send_outbox(house)
    text = "".join(re.sub("Message-ID: .*", "", mail.as_string()) for mail in box.mails)

    names = [person.name for person in office.staff.values()]
    assert not [
        word for word in (*names, *office.staff, "C-2026", "nobody", "Jane") if word in text
    ]


def test_a_mail_of_the_organisation_is_listed_where_it_is_held_and_let_go(house, box):
    _alter(house)
    verifying.run(house)
    ids = [each for (each,) in rows(house.database, "SELECT message_id FROM outbox")]
    house.database.write(lambda tx: tx.outbox.hold(ids, house.now()))
    assert _subjects(house, box) == []

    kept = held.mails(house, actor=SYSTEM)
    held.release(house, actor=SYSTEM, message_ids=(), reason="It has not left.")

    assert [mail.reference for mail in kept] == [None, None]
    assert len(_subjects(house, box)) == 1


def test_a_refused_one_is_an_incident_of_no_case(house, box, clock):
    box.refuses = dict.fromkeys(THEM, "550 No such person")
    _alter(house)
    verifying.run(house)

    while dispatch.send_outbox(house).held:
        clock.advance(hours=13)

    letters = incidents.page(house, actor=SYSTEM, kinds=[IncidentKind.LETTER])
    assert [each.reference for each in letters] == [None, None]


def test_telling_it_each_time_is_noticed(house, box, monkeypatch):
    """Plant the bug: nobody asks whether it was found before."""
    monkeypatch.setattr("engine.store.incidents.Incidents.note", lambda *_, **__: 1)
    _alter(house)

    verifying.run(house)
    verifying.run(house)

    assert len(_subjects(house, box)) == 2
