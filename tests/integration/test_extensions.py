"""A time limit is made longer as its rule allows, by a second person, and never in silence."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from engine.domain.actor import Actor, Role
from engine.domain.extension import RequestState
from engine.domain.regime import Ground
from engine.errors import (
    ConflictError,
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.accounts import delegation
from engine.services.handling import extensions
from engine.services.privacy import subject_access
from engine.services.running.change import CaseChange
from engine.services.staffing import ownership, restriction
from engine.store.erasing import erase
from tests.integration.agreement import contradictions
from tests.integration.crowd import at_once
from tests.integration.extension_ways import asked, extended
from tests.integration.office import execute, forge, opened, rows
from tests.integration.operator_ways import owned
from tests.integration.test_timing import clocks, on_sqlite

DORA = Actor(username="dora", name="Dora", roles=frozenset({Role.DATA_PROTECTION}))
WHY = {"ground": Ground.EVIDENCE, "reason": "The laboratory needs until then."}


@pytest.fixture
def housed(office):
    """A complaint under the Housing Ombudsman's Code that Hanna owns; its response is due."""
    return owned(office, office.platform)


def _extend(office, reference, by="tom", code="final_response", **more):
    extended(office, reference, by=by, code=code, **(WHY | more))


@pytest.mark.iso("4.15")
def test_a_limit_is_extended_and_the_complainant_is_told_why_and_until_when(office, housed):
    before = clocks(office, housed)["final_response"].due_at

    _extend(office, housed)

    told = office.view(housed)
    after = clocks(office, housed)["final_response"].due_at
    letter = told.communications[-1]
    assert (before.day, after.day, after.month) == (19, 2, 2)
    assert "by 19 January 2026" in letter.body
    assert "by 2 February 2026" in letter.body
    assert WHY["reason"] in letter.body
    assert "the Housing Ombudsman Service" in letter.body
    assert told.reasons["final_response"].is_whole
    assert opened(office.platform.database, "clock_extension", "reason") == [WHY["reason"]]


@on_sqlite
def test_an_extension_to_an_earlier_day_is_granted_and_explained(office, housed):
    _extend(office, housed, until=date(2026, 1, 23))

    told = office.view(housed)
    assert clocks(office, housed)["final_response"].due_at == datetime(2026, 1, 23, 17, tzinfo=UTC)
    assert told.reasons["final_response"].is_whole


@on_sqlite
def test_whoever_owns_a_case_does_not_extend_its_limit(office, housed):
    office.staff["hanna"] = office.staff["hanna"].model_copy(
        update={"roles": office.staff["tom"].roles}
    )

    with pytest.raises(SeparationOfDutiesError, match="owns the case"):
        _extend(office, housed, by="hanna")


@on_sqlite
def test_whoever_stands_in_for_the_owner_does_not_extend_its_limit(office, housed):
    now = office.platform.now()
    delegation.delegate(
        office.platform,
        actor=office.staff["mara"],
        absent="hanna",
        to="tom",
        from_at=now,
        until_at=now + timedelta(days=3),
        reason="She is away.",
    )

    with pytest.raises(SeparationOfDutiesError, match="owns the case"):
        _extend(office, housed)


@on_sqlite
def test_an_extension_is_refused_without_owner_reason_role_clock_or_time(office, clock, housed):
    with pytest.raises(InvalidInputError, match="Reason"):
        _extend(office, housed, reason=" ")
    with pytest.raises(NotAllowedError):
        _extend(office, housed, by="ada")
    with pytest.raises(NotFoundError, match="time limit answer"):
        _extend(office, housed, code="answer")
    clock.advance(days=60)
    with pytest.raises(CourseError, match="too late"):
        _extend(office, housed)
    clock.advance(days=-60)
    execute(office.platform.database, "UPDATE complaint_case SET owner = NULL")
    tom = {"actor": office.staff["tom"], "reference": housed}
    with pytest.raises(CourseError, match="Nobody owns the case"):
        extensions.grant_extension(office.platform, number=1, **tom)
    assert rows(office.platform.database, "SELECT 1 FROM clock_extension") == []


@on_sqlite
def test_whoever_asked_or_stands_in_for_them_does_not_grant_it(office, housed):
    number = asked(office, housed, by="tom")
    known = {"reference": housed, "number": number}

    with pytest.raises(SeparationOfDutiesError, match="asked for it"):
        extensions.grant_extension(office.platform, actor=office.staff["tom"], **known)
    with pytest.raises(SeparationOfDutiesError, match="asked for it"):
        extensions.decline_extension(
            office.platform, actor=office.staff["tom"], reason="No.", **known
        )
    extensions.grant_extension(office.platform, actor=office.staff["mara"], **known)

    (request,) = office.view(housed).extensions
    assert (request.state, request.decided_by) == (RequestState.GRANTED, "mara")


@on_sqlite
def test_whoever_owned_the_case_when_it_was_asked_does_not_grant_it(office, housed):
    execute(office.platform.database, "UPDATE complaint_case SET owner = 'tom'")
    number = asked(office, housed)
    known = {"actor": office.staff["tom"], "reference": housed}
    ownership.give(office.platform, to="hanna", reason="For a minute.", **known)

    with pytest.raises(SeparationOfDutiesError, match="owned the case"):
        extensions.grant_extension(office.platform, number=number, **known)


def test_a_request_moves_nothing_until_it_is_granted_and_can_be_declined(office, housed):
    before = clocks(office, housed)["final_response"].due_at
    letters = len(office.view(housed).communications)
    first = asked(office, housed)
    with pytest.raises(CourseError, match="asked for already"):
        asked(office, housed)
    known = {"actor": office.staff["tom"], "reference": housed}
    extensions.decline_extension(office.platform, number=first, reason="It can be done.", **known)
    second = asked(office, housed)
    hanna = known | {"actor": office.staff["hanna"]}
    extensions.withdraw_extension(office.platform, number=second, reason="It is done.", **hanna)

    told = office.view(housed)
    assert [(each.state, each.answer) for each in told.extensions] == [
        (RequestState.DECLINED, "It can be done."),
        (RequestState.WITHDRAWN, "It is done."),
    ]
    assert clocks(office, housed)["final_response"].due_at == before
    assert len(told.communications) == letters
    for number in (first, second):
        with pytest.raises(ConflictError, match="already"):
            extensions.grant_extension(office.platform, number=number, **known)
    assert contradictions(office.platform, housed) == []


def test_requests_of_all_complaints_wait_for_whoever_may_grant_them(office, clock, housed):
    asked(office, housed)
    tom, mara, hanna = (office.staff[name] for name in ("tom", "mara", "hanna"))
    with pytest.raises(NotAllowedError):
        extensions.waiting_extensions(office.platform, actor=hanna)

    (seen,) = extensions.waiting_extensions(office.platform, actor=tom)
    assert (seen.reference, seen.title, seen.is_own) == (housed, "Stage 1 response", False)
    assert seen.request.reason == WHY["reason"]
    restriction.restrict(
        office.platform, actor=mara, reference=housed, people=["hanna"], reason="A colleague."
    )
    assert extensions.waiting_extensions(office.platform, actor=tom) == ()
    restriction.lift(office.platform, actor=mara, reference=housed, reason="It is over.")
    clock.advance(days=60)
    assert extensions.waiting_extensions(office.platform, actor=tom) == (), "it has lapsed"
    with pytest.raises(CourseError, match="too late"):
        extensions.grant_extension(office.platform, actor=tom, reference=housed, number=1)


def test_of_two_who_grant_at_once_one_does(office, housed):
    number = asked(office, housed)

    def grant(who):
        known = {"actor": office.staff[who], "reference": housed, "number": number}
        return extensions.grant_extension(office.platform, **known)

    ends = at_once(2, lambda n: grant(("tom", "mara")[n]))

    assert sorted(isinstance(end, ConflictError) for end in ends) == [False, True]
    assert len(rows(office.platform.database, "SELECT 1 FROM clock_extension")) == 1


def test_the_database_refuses_a_grant_by_whoever_asked(office, housed):
    _extend(office, housed)

    with pytest.raises(IntegrityError):
        execute(office.platform.database, "UPDATE extension_request SET decided_by = asked_by")


@on_sqlite
def test_a_grant_by_whoever_asked_is_caught(office, housed, monkeypatch):
    """Plant the bug: nobody looks who has asked; the database does."""
    monkeypatch.setattr(extensions.ExtendedChange, "require_other", lambda *_: "hanna")
    number = asked(office, housed, by="tom")

    with pytest.raises(IntegrityError):
        extensions.grant_extension(
            office.platform, actor=office.staff["tom"], reference=housed, number=number
        )


def test_the_database_refuses_an_extension_by_the_owner(office, housed):
    _extend(office, housed)

    with pytest.raises(IntegrityError):
        execute(office.platform.database, "UPDATE clock_extension SET approver = owner")


@on_sqlite
def test_an_extension_that_tells_nobody_is_caught(office, housed, monkeypatch):
    """Plant the bug: the letter is lost."""
    monkeypatch.setattr(CaseChange, "post", lambda *_: None)
    before = len(office.view(housed).communications)

    _extend(office, housed)

    assert len(office.view(housed).communications) == before
    forge(office.platform.database, "clock_extension", reason="Another reason.")
    assert opened(office.platform.database, "clock_extension", "reason") == ["Another reason."]


@on_sqlite
def test_the_reason_of_an_extension_is_sealed_handed_out_and_erased(office, housed):
    _extend(office, housed, reason="Jane Canary is in hospital.")
    stored = rows(office.platform.database, "SELECT reason FROM clock_extension")

    packed = subject_access.export(
        office.platform, actor=DORA, reference=housed, reason="She asked for it."
    )
    case_id = office.view(housed).case.id
    office.platform.database.write(lambda tx: erase(tx._session, case_id))

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (told,) = json.loads(archive.read("data.json"))["complaints"]
    assert "hospital" not in str(stored)
    assert told["extensions"][0]["reason"] == "Jane Canary is in hospital."
    assert not {"owner", "approver"} & told["extensions"][0].keys()
    assert rows(office.platform.database, "SELECT reason FROM clock_extension") == [("",)]
