"""Requests of people about their own data: recorded, extended, answered, exported and erased."""

import json
import zipfile
from datetime import date
from io import BytesIO

import pytest

from engine.domain.complaint import Channel
from engine.domain.disposal import ERASED, DisposalState
from engine.domain.subject_request import RequestAct, Right, Stage
from engine.errors import (
    CaseErasedError,
    ConflictError,
    InvalidInputError,
    KeptError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from engine.services.privacy import erasure, subject_access, subject_requests
from engine.services.staffing import respondents
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.people import BOTH, DORA, REX, WHY, closed, erase, lodge, named_in
from tests.integration.request_ways import STRANGER, act, events, recorded, request

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EXTEND, CARRY_OUT, REFUSE = RequestAct.EXTEND, RequestAct.CARRY_OUT, RequestAct.REFUSE


@pytest.mark.iso("4.10")
def test_a_request_is_recorded_with_its_last_day_and_sealed(office):
    reference = lodge(office)
    number = recorded(office, reference=reference, text="All about the xylophone.")
    other = recorded(office, name="Ann Quetzal", email="ann@okapi.example", channel=Channel.LETTER)

    told, stranger = request(office, number), request(office, other)

    assert (told.reference, told.name) == (reference, "Jane Canary")
    assert told.text == "All about the xylophone."
    assert (told.received_on, told.due_on) == (date(2026, 1, 5), date(2026, 2, 5))
    assert (told.owner, told.stage, told.right) == ("dora", Stage.OPEN, Right.ACCESS)
    assert (stranger.name, stranger.email) == ("Ann Quetzal", "ann@okapi.example")
    assert stranger.reference == ""
    assert "subject_request" not in named_in(office.platform.database)
    assert events(office, "recorded") == [
        {"request": number, "right": "access", "due_on": "2026-02-05"},
        {"request": other, "right": "access", "due_on": "2026-02-05"},
    ]


@ON_SQLITE
def test_who_writes_from_a_known_address_is_known(office):
    reference = lodge(office)

    told = request(office, recorded(office, email="JANE.Canary@example.org"))

    assert (told.reference, told.name, told.email) == (reference, "Jane Canary", "")


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"name": " "}, InvalidInputError),
        ({"name": "x" * 201}, InvalidInputError),
        ({"email": "no address"}, InvalidInputError),
        ({"text": "x" * 10_001}, InvalidInputError),
        ({"received_on": date(2026, 1, 6)}, InvalidInputError),
        ({"received_on": date(2018, 5, 24)}, InvalidInputError),
        ({"reference": "C-2026-999999"}, NotFoundError),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_recorded_is_refused(office, other, error):
    with pytest.raises(error):
        recorded(office, **other)

    assert rows(office.platform.database, "SELECT count(*) FROM subject_request") == [(0,)]
    assert events(office, "recorded") == []


def test_the_same_is_recorded_once_even_by_two_at_once(office):
    reference = office.lodge()

    ends = at_once(2, lambda _: recorded(office, reference=reference))

    assert sum(isinstance(end, ConflictError) for end in ends) == 1
    recorded(office)
    with pytest.raises(ConflictError, match="asks for the same"):
        recorded(office, email=STRANGER["email"].upper())
    assert recorded(office, reference=reference, right=Right.ERASURE)
    assert recorded(office, name="Another Okapi")


@pytest.mark.iso("4.10")
def test_a_request_is_given_more_time_and_refused_with_the_rights(office, clock):
    number = recorded(office)
    with pytest.raises(InvalidInputError, match="must not be after 7 April 2026"):
        act(office, number, EXTEND, said="Much to read.", until=date(2026, 4, 8))

    act(office, number, RequestAct.ASK_IDENTITY)
    act(office, number, EXTEND, said="Much to read.")
    clock.advance(days=40)
    with pytest.raises(InvalidInputError, match="Rights"):
        act(office, number, REFUSE, said="It is the fifth this month.")
    act(office, number, REFUSE, said="It is the fifth this month.", rights_told=True)

    told = request(office, number)
    assert (told.stage, told.answered_by) == (Stage.REFUSED, "dora")
    assert told.answer == "It is the fifth this month."
    assert (told.due_on, told.extended_on) == (date(2026, 4, 7), date(2026, 1, 5))
    assert (told.extension_reason, told.was_late()) == ("Much to read.", False)
    assert [each["act"] for each in events(office, "moved")] == ["ask_identity", "extend", "refuse"]
    with pytest.raises(ConflictError, match="refused by now"):
        act(office, number, CARRY_OUT)


@ON_SQLITE
def test_more_time_comes_too_late_after_the_first_month(office, clock):
    number = recorded(office)
    clock.advance(days=32)

    with pytest.raises(ConflictError, match="before the first month is over"):
        act(office, number, EXTEND, said="Much to read.")
    with pytest.raises(NotFoundError):
        act(office, number + 1, EXTEND, said="Much to read.")


@ON_SQLITE
def test_whoever_does_not_protect_sees_and_does_nothing(office):
    number = recorded(office)

    for actor in (REX, *office.staff.values()):
        with pytest.raises(NotAllowedError):
            subject_requests.requests_of_subjects(office.platform, actor=actor)
        with pytest.raises(NotAllowedError):
            act(office, number, CARRY_OUT, actor=actor)


@pytest.mark.iso("4.7")
def test_whoever_is_complained_about_learns_nothing_of_the_request(office):
    reference = lodge(office)
    number, other = recorded(office, reference=reference), recorded(office)
    said = {"username": "zoe", "about": "She was rude."}
    office.platform.database.write(
        lambda tx: tx.accounts.add(BOTH, password_hash="", at=office.platform.now())
    )
    hanna = office.staff["hanna"]
    respondents.name(office.platform, actor=hanna, reference=reference, answers=said)

    seen = subject_requests.requests_of_subjects(office.platform, actor=BOTH)

    assert [each.number for each in seen.open] == [other]
    assert subject_requests.count_requests(office.platform, actor=BOTH) == 1
    with pytest.raises(NotFoundError):
        act(office, number, CARRY_OUT, actor=BOTH)
    with pytest.raises(NotFoundError):
        recorded(office, BOTH, reference=reference, right=Right.ERASURE)
    by_address = recorded(office, BOTH, email="jane.canary@example.org")
    assert request(office, by_address, BOTH).reference == ""


@pytest.mark.iso("4.10")
def test_what_is_handed_out_for_a_request_is_linked_and_answers_it(office):
    reference = lodge(office)
    number = recorded(office, reference=reference, text="All about the xylophone.")
    known = {"actor": DORA, "reference": reference, "reason": "Request"}

    subject_access.export(office.platform, **known, request=number)
    between = request(office, number)
    packed = subject_access.export(office.platform, **known, request=number, answers=True)

    assert (between.stage, between.exported_at) == (Stage.OPEN, office.platform.now())
    assert request(office, number).stage is Stage.DONE
    assert len(events(office, "exported")) == 2
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        told = json.loads(archive.read("data.json"))
        page = archive.read("read.html").decode()
    (asked,) = told["own_requests"]
    assert (asked["right"], asked["state"]) == ("Access", "Done")
    assert (asked["said"], asked["due_on"]) == ("All about the xylophone.", "2026-02-05")
    assert "What you asked for about your data" in page
    for wrong, error in ((number, ConflictError), (number + 1, NotFoundError)):
        with pytest.raises(error):
            subject_access.export(office.platform, **known, request=wrong)


@ON_SQLITE
def test_what_is_done_for_a_request_concerns_whoever_made_it(office):
    number = recorded(office, reference=lodge(office))
    known = {"actor": DORA, "reference": closed(office, email="joe@example.org"), **WHY}

    with pytest.raises(NotFoundError):
        subject_access.export(office.platform, request=number, **known)
    with pytest.raises(NotFoundError):
        erasure.propose_erasure(office.platform, request=number, **known)

    assert erasure.overview(office.platform, actor=DORA).waiting == ()
    assert request(office, number).exported_at is None


@pytest.mark.iso("4.10")
def test_a_request_that_is_kept_after_erasing_holds_nothing_of_the_person(office):
    reference = closed(office)
    number = recorded(office, reference=reference, right=Right.ERASURE, text="Forget the okapi.")
    act(office, number, EXTEND, said="Mrs Canary wrote much.")
    known = {"actor": DORA, "reference": reference, "request": number}
    proposal = erasure.propose_erasure(office.platform, **known, **WHY)
    before = request(office, number)

    erasure.confirm(office.platform, actor=REX, number=proposal)

    told = request(office, number)
    assert (before.disposal, before.disposal_state) == (proposal, DisposalState.PROPOSED)
    assert (told.disposal_state, told.reference) == (DisposalState.DONE, reference)
    assert (told.name, told.text, told.extension_reason) == (ERASED, "", "")
    assert named_in(office.platform.database) == set()
    sealed = "SELECT name, email, text, extension_reason, answer FROM subject_request"
    assert rows(office.platform.database, sealed) == [("",) * 5]
    with pytest.raises(UnavailableError):
        act(office, number, CARRY_OUT, said="Mrs Canary was told.")
    act(office, number, CARRY_OUT)
    assert request(office, number).stage is Stage.DONE
    with pytest.raises(CaseErasedError):
        recorded(office, reference=reference)


def test_nobody_is_erased_who_waits_for_an_answer(office, clock):
    reference = closed(office)
    number = recorded(office, reference=reference)

    with pytest.raises(KeptError, match=f"request {number} of the person is not answered"):
        erase(office, reference)
    clock.advance(days=7 * 366)
    assert erasure.count_due(office.platform, actor=DORA) == 0
    assert erasure.overview(office.platform, actor=DORA).due == ()
    act(office, number, CARRY_OUT)

    assert erasure.count_due(office.platform, actor=DORA) == 1
    erase(office, reference)
    assert request(office, number).name == ERASED


@ON_SQLITE
def test_one_who_asks_between_proposal_and_second_key_is_kept(office):
    reference = closed(office)
    proposal = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)
    recorded(office, reference=reference)

    with pytest.raises(KeptError):
        erasure.confirm(office.platform, actor=REX, number=proposal)
