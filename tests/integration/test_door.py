"""People without an account: a code that leads back, words, the survey, forms to go on with."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import tracking as codes
from engine.domain.actor import COMPLAINANT
from engine.domain.complaint import ContactBy, Need
from engine.domain.kpi import Period
from engine.domain.survey import Item
from engine.errors import (
    CommandReusedError,
    ConflictError,
    CourseError,
    InvalidInputError,
    NotFoundError,
    SignInError,
)
from engine.services.door import entrance, following, survey
from engine.services.figures import facts
from engine.services.handling import tracking, unfinished
from engine.services.intake import reception
from engine.services.privacy import subject_access
from engine.services.staffing import restriction
from tests.integration.crowd import at_once
from tests.integration.door_ways import CODE, FORM, MORE, SCORES, TYPED, closed, complaint, received
from tests.integration.killing import contents
from tests.integration.office import execute, rows
from tests.integration.people import DORA, erase, named_in

HERE = {"actor": COMPLAINANT, "address": "10.0.0.1"}
TOLD = {
    "phone": "+44 20 7946 0000",
    "postal_address": "1 Canary Row\nLondon",
    "contact_by": ContactBy.PHONE,
    "language": "de",
    "needs": (Need.LARGE_PRINT, Need.MORE_TIME),
    "adjustments": "Okapi print, please.",
    "representative_name": "Ruth Canary",
    "representative_contact": "ruth.canary@example.org",
    "representative_relation": "daughter of Mrs Canary",
}


def _receive(office, **told):
    known = {"actor": COMPLAINANT, "complaint": complaint(office.platform), "command_id": FORM}
    return reception.receive(office.platform, **(known | told))


@given(secret=st.binary(min_size=13, max_size=40))
def test_a_code_has_a_hundred_bits_and_is_read_back_however_it_is_typed(secret):
    code = codes.code_of(secret)
    typed = codes.shown(code).lower().replace("0", "o").replace("1", "l")

    assert codes.BITS == 100
    assert len(set(codes.ALPHABET)) == 32
    assert codes.read(f" {typed} ") == code
    assert codes.code_of(bytes([secret[0] ^ 1]) + secret[1:]) != code or len(secret) > 13


@given(typed=st.text(max_size=60))
def test_what_is_read_is_a_code_or_nothing(typed):
    found = codes.read(typed)

    assert found == "" or (len(found) == codes.LENGTH and set(found) <= set(codes.ALPHABET))


@pytest.mark.iso("4.4")
def test_a_code_leads_to_its_case_and_is_stored_nowhere(office):
    receipt = received(office.platform)

    found = _enter(office, codes.shown(receipt.code).lower())

    assert found == receipt.reference
    stored = repr(contents(office.platform.database))
    assert receipt.code not in stored
    assert codes.shown(receipt.code) not in stored


def test_a_code_that_is_stored_in_plain_is_noticed(office):
    """Plant the bug: the code itself is kept."""
    receipt = received(office.platform)
    execute(office.platform.database, "UPDATE tracking_code SET mark = :code", code=receipt.code)

    assert receipt.code in repr(contents(office.platform.database))


def test_a_form_that_is_sent_twice_is_one_complaint_with_one_code(office):
    first, again = (_receive(office, more=MORE) for _ in range(2))

    assert first == again
    assert len(office.view(first.reference).issues) == 2
    with pytest.raises(CommandReusedError):
        _receive(office, complaint=complaint(office.platform, summary="Something else"))


def test_a_form_that_is_sent_sixteen_times_at_once_is_one_complaint(office):
    ends = at_once(16, lambda _: _receive(office))

    assert len(set(ends)) == 1
    assert isinstance(ends[0], reception.Receipt)
    assert rows(office.platform.database, "SELECT count(*) FROM complaint_case") == [(1,)]


def test_a_new_code_takes_the_place_of_the_one_before(office):
    receipt = _receive(office)
    hanna = {"actor": office.staff["hanna"], "reference": receipt.reference}

    new = tracking.renew(office.platform, **hanna)

    assert _enter(office, new) == receipt.reference
    with pytest.raises(NotFoundError):
        _enter(office, receipt.code)
    assert _receive(office).code == ""


def _enter(office, code, **where):
    return entrance.enter(office.platform, code=code, **(HERE | where)).reference


def _refusal(office, code):
    with pytest.raises(NotFoundError) as refusal:
        _enter(office, code, address=repr(code)[:9])
    return type(refusal.value), str(refusal.value)


def test_every_wrong_code_is_refused_alike(office):
    reference = closed(office)
    erased = tracking.renew(office.platform, actor=office.staff["hanna"], reference=reference)
    replaced = received(office.platform, email="joe@example.org")
    tracking.renew(office.platform, actor=office.staff["hanna"], reference=replaced.reference)
    erase(office, reference)

    wrong = ["", "x" * 5_000, "Ü", CODE, replaced.code, erased, replaced.reference]

    assert len({_refusal(office, code) for code in wrong}) == 1


def test_whoever_tries_codes_is_held_up_and_others_are_not(office, clock):
    receipt, policy = received(office.platform), office.platform.policy.accounts
    for _ in range(policy.tries * 4):
        with pytest.raises(NotFoundError):
            _enter(office, CODE)

    with pytest.raises(SignInError):
        _enter(office, receipt.code)
    assert _enter(office, receipt.code, address="10.0.0.2") == receipt.reference
    clock.advance(minutes=policy.lock_minutes + 1)
    assert _enter(office, receipt.code) == receipt.reference


@pytest.mark.iso("7.3")
def test_the_complainant_sees_where_it_stands_and_what_is_promised(office):
    receipt = received(office.platform)
    who = {"actor": COMPLAINANT, "reference": receipt.reference}
    before = following.look(office.platform, **who)
    office.reach("assign", reference=receipt.reference, assess={"complexity": "complex"})

    after = following.look(office.platform, **who)

    assert before.status == "received"
    assert before.hints == ("We have your complaint and are checking that we understood it.",)
    assert [promise.code for promise in before.promises] == ["acknowledgement", "final_response"]
    assert after.promises[0].kept_at is not None
    assert after.status != "received"
    assert [letter.kind for letter in after.letters] == ["acknowledgement"]
    assert "closed" in [status for status, _hint in after.way]
    assert after.may_withdraw
    assert not after.awaits_answer


def test_expected_dates_come_from_decided_complaints_and_from_no_few(office, clock):
    reference = received(office.platform).reference
    who = {"actor": COMPLAINANT, "reference": reference}
    few = following.look(office.platform, **who)
    for number in range(20):
        other = office.lodge(email=f"{number}@example.org")
        execute(
            office.platform.database,
            "UPDATE complaint_case SET decided_at = :at WHERE reference = :of",
            at=office.platform.now() + timedelta(days=number + 1),
            of=other,
        )

    enough = following.look(office.platform, **who)

    assert (few.usual, few.expected_by) == (None, None)
    assert (enough.usual.count, enough.usual.half.days, enough.usual.most.days) == (20, 10, 18)
    assert enough.expected_by == enough.received_at + timedelta(days=18)


def test_words_of_the_complainant_stand_with_the_letters(office):
    reference = received(office.platform).reference

    following.hear(office.platform, actor=COMPLAINANT, reference=reference, text=" More. ")

    told = office.view(reference)
    assert [(each.direction, each.body) for each in told.communications] == [("in", "More.")]
    assert told.timeline[0].what == "The complainant wrote to us"
    assert told.timeline[0].who == "The complainant"


@pytest.mark.iso("4.11", "8.3")
def test_the_survey_is_answered_once_and_only_of_a_closed_case(office):
    open_case, reference = received(office.platform).reference, closed(office)
    who = {"actor": COMPLAINANT, "scores": SCORES}
    period = Period.last_days(2, office.platform.now(), "UTC")

    with pytest.raises(CourseError):
        survey.respond(office.platform, reference=open_case, **who)
    with pytest.raises(InvalidInputError):
        survey.respond(office.platform, reference=reference, **(who | {"scores": {"overall": 6}}))
    survey.respond(office.platform, reference=reference, unresolved="The bill.", **who)
    with pytest.raises(ConflictError):
        survey.respond(office.platform, reference=reference, **who)

    facts.keep_up(office.platform)
    found = survey.figures(office.platform, actor=office.staff["mara"], period=period)
    assert (found.sent, found.answered, found.responses, found.rate) == (0, 0, 1, None)
    assert {(each.item, each.outcome, each.count, each.mean) for each in found.items} == {
        (item, outcome, 1, None)
        for item in (Item.OVERALL, Item.RESPECT)
        for outcome in (None, "upheld")
    }
    assert office.view(reference).communications[-1].body == "The bill."


def test_answers_of_a_restricted_or_foreign_complaint_count_for_nobody_else(office):
    mara, tom = office.staff["mara"], office.staff["tom"]
    period = Period.last_days(2, office.platform.now(), "UTC")
    reference = closed(office)
    survey.respond(office.platform, actor=COMPLAINANT, reference=reference, scores=SCORES)

    def counted(actor):
        found = survey.figures(office.platform, actor=actor, period=period)
        return sum(each.count for each in found.items if each.outcome is None)

    everybody = counted(tom), counted(mara)
    known = {"actor": mara, "reference": reference, "reason": "It names a colleague."}
    restriction.restrict(office.platform, people=["mara"], **known)

    assert everybody == (2, 2)
    assert (counted(tom), counted(mara)) == (0, 2)


def test_what_is_told_beside_the_complaint_is_sealed_handed_out_and_erased(office):
    reference = office.lodge(email="jane.canary@example.org", **TOLD)
    before = office.view(reference).case.complaint
    seen = named_in(office.platform.database)
    office.reach("closing_check", reference=reference)
    office.do(reference, "closing_check")
    said = {"unresolved": "The Quetzal.", "comment": "An Okapi."}
    survey.respond(office.platform, actor=COMPLAINANT, reference=reference, scores=SCORES, **said)
    held = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="Mrs Canary asked for it."
    )
    marks = rows(office.platform.database, "SELECT count(*) FROM tracking_code")

    erase(office, reference)

    assert {name: getattr(before, name) for name in TOLD} == TOLD
    assert seen <= {"case", "events"}
    assert _in_zip(held, "Okapi print", "daughter of", "The Quetzal.", "An Okapi.", '"respect": 5')
    assert named_in(office.platform.database) == set()
    assert marks == [(0,)]
    assert rows(office.platform.database, "SELECT score FROM survey_score ORDER BY 1") == [
        (4,),
        (5,),
    ]


def _in_zip(packed, *texts):
    import io  # noqa: PLC0415 - for this alone
    import zipfile  # noqa: PLC0415 - for this alone

    told = zipfile.ZipFile(io.BytesIO(packed)).read("data.json").decode()
    return all(text in told for text in texts)


def test_a_form_is_gone_on_with_by_its_code_and_nobody_else_can_read_it(office, clock):
    code, until = unfinished.keep(office.platform, actor=COMPLAINANT, content=TYPED)
    again, _until = unfinished.keep(
        office.platform, actor=COMPLAINANT, content=TYPED | {"wish": "A refund"}, code=code
    )

    found = entrance.enter(office.platform, code=codes.shown(code), **HERE).form

    assert again == code
    assert found == TYPED | {"wish": "A refund"}
    stored = repr(contents(office.platform.database)["unfinished_form"])
    assert "Canary" not in stored
    assert code not in stored
    clock.advance(days=office.platform.policy.portal.unfinished_days)
    assert clock.now >= until
    with pytest.raises(NotFoundError):
        _enter(office, code)
    assert unfinished.tidy(office.platform) == 1


def test_a_code_of_somebodys_own_choice_is_not_taken(office):
    code, _until = unfinished.keep(office.platform, actor=COMPLAINANT, content=TYPED, code=CODE)

    assert code != CODE


def test_a_form_that_was_sent_is_kept_no_longer(office):
    code, _until = unfinished.keep(office.platform, actor=COMPLAINANT, content=TYPED)

    _receive(office, unfinished=code)

    assert contents(office.platform.database)["unfinished_form"] == []
