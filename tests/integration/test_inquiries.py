"""Requests for information: who sees what of them, how they are answered, and who is reminded."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.document import Origin, Purpose
from engine.domain.inquiry import InquiryState
from engine.errors import (
    ConflictError,
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from engine.services.door import asked
from engine.services.handling import casefile
from engine.services.investigation import chasing, inquiries
from engine.services.privacy import subject_access
from engine.services.staffing import restriction
from tests.integration import document_ways
from tests.integration.crowd import at_once
from tests.integration.inquiry_ways import (
    ANSWER,
    OUTSIDE,
    QUESTION,
    WHY,
    ask,
    attach,
)
from tests.integration.mail_ways import PICTURE, receive, written
from tests.integration.office import opened, rows
from tests.integration.reach_ways import hire, make_team

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNA = Actor(
    username="una",
    name="Una",
    roles=frozenset({Role.RESPONDER}),
    teams=frozenset({"billing"}),
)


@pytest.fixture
def una(office):
    hire(office.platform, UNA)
    make_team(office.platform, "billing", "una")
    return UNA


def _one(office, reference, number=1):
    return office.view(reference).inquiries[number - 1]


def _types(office, reference):
    case_id = office.view(reference).case.id
    found = rows(
        office.platform.database,
        "SELECT type FROM journal WHERE case_id = :of ORDER BY seq",
        of=case_id,
    )
    return [kind for (kind,) in found if kind.startswith("inquiry.")]


@pytest.mark.iso("7.6")
def test_several_people_are_asked_at_once_and_each_answer_is_kept_with_its_source(office, una):
    reference = office.reach("investigate")
    first = ask(office, reference, to="una")
    ask(office, reference)
    known = {"actor": office.staff["hanna"], "reference": reference}

    asked.respond(office.platform, actor=una, inquiry_id=first, answer="Twice, in error.")
    inquiries.answer(office.platform, number=2, answers=ANSWER, **known)

    one, two = office.view(reference).inquiries
    assert (one.answer, one.source, one.answered_by) == ("Twice, in error.", "Una", "una")
    assert (two.answer, two.source, two.answered_by) == (*ANSWER.values(), "hanna")
    assert (one.state, two.state) == (InquiryState.ANSWERED, InquiryState.ANSWERED)
    assert _types(office, reference) == ["inquiry.asked"] * 2 + ["inquiry.answered"] * 2


def test_whoever_is_asked_sees_the_question_and_what_was_attached_and_nothing_else(office, una):
    reference = office.lodge()
    document_ways.add(office.platform, office.staff["hanna"], reference)
    document_ways.add(office.platform, office.staff["hanna"], reference, b"Another thing.")
    number = ask(office, reference, to="una", documents=[1])

    (question,) = asked.mine(office.platform, actor=una)
    read = asked.open_file(office.platform, actor=una, inquiry_id=number, number=1)

    assert (question.question, question.asker) == (QUESTION["question"], "Hanna")
    assert reference not in repr(question)
    assert "Jane" not in repr(question)
    assert b"".join(read.content) == document_ways.TEXT
    with pytest.raises(NotFoundError):
        asked.open_file(office.platform, actor=una, inquiry_id=number, number=2)
    with pytest.raises(NotAllowedError):
        casefile.view(office.platform, actor=una, reference=reference)
    assert "document.read" in {
        kind for (kind,) in rows(office.platform.database, "SELECT type FROM journal")
    }


@ON_SQLITE
def test_a_question_to_a_team_is_answered_by_one_of_its_people_and_once(office, una):
    reference = office.lodge()
    number = ask(office, reference, asked="team", to="billing")
    tom = office.staff["tom"]

    assert asked.waiting(office.platform, actor=una) == 1
    with pytest.raises(NotFoundError):
        asked.respond(office.platform, actor=tom, inquiry_id=number, answer="No.")
    asked.respond(office.platform, actor=una, inquiry_id=number, answer="Yes.")
    with pytest.raises(ConflictError, match="answered already"):
        asked.respond(office.platform, actor=una, inquiry_id=number, answer="Or no.")

    assert asked.mine(office.platform, actor=una) == ()
    assert _one(office, reference).answer == "Yes."


@ON_SQLITE
def test_a_question_on_a_restricted_complaint_is_answered_by_who_does_not_know_of_it(office, una):
    reference = office.lodge()
    number = ask(office, reference, to="una")
    restricted = {"people": ["hanna"], "reason": "A colleague is complained about."}
    restriction.restrict(
        office.platform, actor=office.staff["mara"], reference=reference, **restricted
    )

    asked.respond(office.platform, actor=una, inquiry_id=number, answer="Twice.")

    assert _one(office, reference).answer == "Twice."


@ON_SQLITE
def test_nobody_is_asked_who_is_not_there_and_nothing_is_shown_that_may_not_be(office):
    reference = office.lodge()
    hanna = office.staff["hanna"]
    document_ways.add(office.platform, hanna, reference, is_closed=True)
    wrong = [
        {"to": "nobody"},
        {"to": "hanna"},
        {"asked": "team", "to": "none"},
        {"due_on": "2020-01-01"},
        {"documents": [9]},
        {"documents": [1]},
    ]

    for said in wrong:
        with pytest.raises(InvalidInputError):
            ask(office, reference, **said)
    with pytest.raises(NotAllowedError):
        inquiries.ask(
            office.platform, actor=office.staff["vera"], reference=reference, answers=QUESTION
        )

    assert office.view(reference).inquiries == ()


@ON_SQLITE
def test_a_request_is_withdrawn_with_its_reason_and_no_answer_is_taken_then(office, una):
    reference = office.lodge()
    number = ask(office, reference, to="una")
    known = {"actor": office.staff["hanna"], "reference": reference, "number": 1}

    inquiries.withdraw(office.platform, reason=WHY, **known)

    assert (_one(office, reference).state, _one(office, reference).reason) == (
        InquiryState.WITHDRAWN,
        WHY,
    )
    for late in (
        lambda: inquiries.answer(office.platform, answers=ANSWER, **known),
        lambda: asked.respond(office.platform, actor=una, inquiry_id=number, answer="Yes."),
    ):
        with pytest.raises(ConflictError, match="withdrawn already"):
            late()


@ON_SQLITE
def test_what_is_open_when_the_complaint_closes_is_withdrawn(office, una):
    reference = office.reach("closing_check")
    number = ask(office, reference, to="una")

    office.do(reference, "closing_check")

    assert _one(office, reference).state is InquiryState.WITHDRAWN
    assert asked.waiting(office.platform, actor=una) == 0
    with pytest.raises(NotFoundError):
        asked.respond(office.platform, actor=una, inquiry_id=number, answer="Yes.")
    with pytest.raises(CourseError, match="closed"):
        ask(office, reference)


def test_everybody_is_reminded_as_often_as_the_policy_says_and_then_the_owner_is_told(
    office, clock
):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    begun = clock.now

    days = []
    for _ in range(40):
        clock.advance(days=1)
        done = chasing.chase(office.platform)
        again = chasing.chase(office.platform)
        assert (again.reminded, again.told) == (0, 0)
        days += [(clock.now - begun).days] * (done.reminded + done.told)

    # Asked on a Monday; wanted until the Monday after: reminded on Friday, Tuesday, Friday; the
    # owner is told on Wednesday. The clock stands at the same hour each day.
    assert days == [4, 8, 11, 16]
    one, notes = _one(office, reference), office.view(reference).notes
    assert (one.chased, one.next_at is None, one.is_open) == (3, True, True)
    assert "Request 1 to Max Meter was not answered in spite of 3 reminders" in notes[-1].text
    mails = opened(office.platform.database, "outbox", "recipient")
    assert mails.count("max@meters.example") == 4
    assert _types(office, reference).count("inquiry.chased") == 3
    assert _types(office, reference)[-1] == "inquiry.unanswered"


@ON_SQLITE
def test_after_an_outage_one_reminder_is_sent_and_not_all_that_were_missed(office, clock):
    reference = office.lodge()
    ask(office, reference)
    clock.advance(days=60)

    done = [chasing.chase(office.platform).reminded for _ in range(3)]

    assert done == [1, 0, 0]
    assert _one(office, reference).chased == 1


def test_many_workers_send_each_reminder_once(office, clock):
    references = [office.lodge() for _ in range(3)]
    for reference in references:
        ask(office, reference, **OUTSIDE, to="")
    clock.advance(days=9)

    ends = at_once(4, lambda _n: chasing.chase(office.platform))

    assert sum(end.reminded for end in ends) == 3
    assert [_one(office, reference).chased for reference in references] == [1, 1, 1]
    assert opened(office.platform.database, "outbox", "recipient").count("max@meters.example") == 6


@ON_SQLITE
def test_a_reminder_that_forgets_that_it_was_sent_is_noticed(office, clock, monkeypatch):
    """Plant the bug: the moment of the next look is not moved on."""
    ask(office, office.lodge())
    clock.advance(days=9)
    monkeypatch.setattr(chasing, "next_look", lambda *_a, **_k: clock.now)

    done = [chasing.chase(office.platform).reminded for _ in range(3)]

    assert done != [1, 0, 0]


@ON_SQLITE
def test_a_reply_by_mail_is_the_answer_with_its_files(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    (mail_id,) = _one(office, reference).mails
    before = office.view(reference).communications

    came = receive(
        office.platform,
        written(
            "On the 3rd.\n\n> When did you read the meter?",
            {"reading.pdf": PICTURE},
            From="Max Meter <max@meters.example>",
            Subject="AW: A question",
            In_Reply_To=mail_id,
            Message_ID="<max@meters.example>",
        ),
    )

    file = office.view(reference)
    one = file.inquiries[0]
    assert came.reference == reference
    assert (one.state, one.answer) == (InquiryState.ANSWERED, "On the 3rd.")
    assert one.source == "Max Meter <max@meters.example>, by mail"
    assert file.communications == before
    assert not [note for note in file.notes if "address" in note.text]


@ON_SQLITE
def test_whoever_answers_from_another_address_is_kept_and_noted_and_an_absence_is_no_answer(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    (mail_id,) = _one(office, reference).mails
    said = {"In_Reply_To": mail_id, "Subject": "AW: A question"}
    away = {"Auto_Submitted": "auto-replied", "Message_ID": "<away@meters.example>"}

    receive(office.platform, written("I am away.", From="Max <max@meters.example>", **said, **away))
    is_open = _one(office, reference).is_open
    receive(
        office.platform,
        written("On the 3rd.", From="Eve <eve@example.net>", Message_ID="<e@x.org>", **said),
    )

    notes = [note.text for note in office.view(reference).notes]
    assert is_open
    assert notes[0] == "An automatic reply came to request 1: I am away."
    assert "eve@example.net, and not from the address that was asked" in notes[1]
    assert _one(office, reference).source == "Eve <eve@example.net>, by mail"


@ON_SQLITE
def test_a_mail_with_an_id_that_is_not_ours_answers_no_request(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    (mail_id,) = _one(office, reference).mails
    forged = mail_id.replace("<c1.", "<c1.a")

    receive(
        office.platform,
        written("On the 3rd.", From="Max <max@meters.example>", In_Reply_To=forged, Subject="AW"),
    )

    assert _one(office, reference).is_open


@ON_SQLITE
def test_the_mail_holds_the_question_and_nothing_of_the_complaint(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")

    body, subject = (
        opened(office.platform.database, "outbox", name)[-1] for name in ("body", "subject")
    )

    assert OUTSIDE["question"] in body
    assert "Max Meter" in body
    for word in ("Jane", "Charged twice", reference):
        assert word not in body + subject


@ON_SQLITE
def test_what_was_asked_is_sealed_and_handed_out_to_the_complainant_without_names(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    dora = Actor(username="dora", name="Dora", roles=frozenset({Role.DATA_PROTECTION}))

    stored = repr(rows(office.platform.database, "SELECT * FROM inquiry"))
    handed_out = subject_access.export(
        office.platform, actor=dora, reference=reference, reason="She asks for it."
    )

    assert OUTSIDE["question"] not in stored
    assert "meters.example" not in stored
    assert b"data.json" in handed_out


@ON_SQLITE
def test_documents_that_came_with_an_answer_are_evidence_of_somebody_else(office):
    reference = office.lodge()
    ask(office, reference, **OUTSIDE, to="")
    (mail_id,) = _one(office, reference).mails
    said = {"From": "Max <max@meters.example>", "In_Reply_To": mail_id, "Subject": "AW"}
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"

    receive(office.platform, written("Here.", {"reading.pdf": pdf}, **said))

    one = _one(office, reference)
    with office.platform.database.read() as tx:
        found = tx.documents.of(office.view(reference).case.id)
    assert one.answer_documents == tuple(each.number for each in found) == (1,)
    assert [(each.purpose, each.origin) for each in found] == [
        (Purpose.EVIDENCE, Origin.THIRD_PARTY)
    ]


@ON_SQLITE
def test_whoever_is_asked_sends_files_with_the_answer(office, una):
    reference = office.lodge()
    number = ask(office, reference, to="una")

    attach(office.platform, una, number)
    (seen,) = asked.mine(office.platform, actor=una)
    asked.respond(office.platform, actor=una, inquiry_id=number, answer="See the sheet.")

    assert seen.sent == ("sheet.txt",)
    assert _one(office, reference).answer_documents == (1,)
    with office.platform.database.read() as tx:
        (document,) = tx.documents.of(office.view(reference).case.id)
    assert (document.purpose, document.origin) == (Purpose.EVIDENCE, Origin.ORGANISATION)
    with pytest.raises(ConflictError, match="answered already"):
        attach(office.platform, una, number, b"One more sheet.")
    with pytest.raises(NotFoundError):
        attach(office.platform, office.staff["tom"], number, b"Of another hand.")
