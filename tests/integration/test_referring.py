"""A complaint at a body outside: its file and its award in time, also once it is closed here."""

import io
import zipfile
from datetime import timedelta

import pytest

from engine.domain.deadline import ClockState
from engine.domain.referral import COMPLY_CLOCK, FILE_CLOCK
from engine.domain.remedy import RemedyState
from engine.errors import CourseError, InvalidInputError, KeptError
from engine.services.handling import inbox
from engine.services.post import referring
from engine.services.privacy import erasure, subject_access
from engine.services.running import monitoring
from tests.integration.agreement import contradictions
from tests.integration.office import rows
from tests.integration.people import DORA, erase
from tests.integration.referral_ways import DECIDED, REFERRAL, paid, referred

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOTHING = {"award": "", "award_amount": "0", "owner": None, "comply_by": None}


def _clock(office, reference, code=FILE_CLOCK):
    return next(each for each in office.view(reference).clocks if each.code == code)


def _closed(office):
    reference = office.reach("closing_check")
    office.do(reference, "closing_check")
    return reference


def _decide(office, known, **said):
    referring.keep_decision(office.platform, number=1, answers=DECIDED | said, **known)


def _referral(office, reference):
    known = {"actor": office.staff["hanna"], "reference": reference}
    return referring.of_case(office.platform, **known)[-1]


@pytest.mark.iso("7.9")
def test_a_closed_complaint_is_referred_and_everything_has_its_clock(office, clock):
    reference = _closed(office)
    known = referred(office, reference)
    file_clock = _clock(office, reference)

    referring.send_file(office.platform, number=1, **known)
    _decide(office, known)
    paid(office, reference)
    referring.comply(office.platform, number=1, **known)

    assert timedelta(days=13) <= file_clock.due_at - file_clock.started_at <= timedelta(days=15)
    states = [_clock(office, reference, code).state for code in (FILE_CLOCK, COMPLY_CLOCK)]
    assert states == [ClockState.MET, ClockState.MET]
    comply = _clock(office, reference, COMPLY_CLOCK)
    assert f"{comply.due_at:%Y-%m-%d}" == DECIDED["comply_by"]
    reason = office.view(reference).reasons[COMPLY_CLOCK]
    assert reason.passages[-1].title == "On the day that the body outside has named."
    assert not _referral(office, reference).is_open
    said = [entry.what for entry in office.view(reference).timeline]
    assert "The body outside decided: external decision upheld" in said
    assert contradictions(office.platform, reference) == []


@ON_SQLITE
def test_a_file_that_is_late_is_a_missed_time_limit_of_a_closed_complaint(office, clock):
    reference = _closed(office)
    referred(office, reference)
    clock.advance(days=30)

    monitoring.sweep(office.platform)

    assert _clock(office, reference).state is ClockState.BREACHED
    said = [entry.what for entry in office.view(reference).timeline]
    assert "Time limit missed: external file" in said


@pytest.mark.iso("7.9")
def test_an_award_is_owed_and_the_complaint_is_not_closed_before_it_is_done(office):
    reference = office.reach("closing_check")
    paid(office, reference)
    known = referred(office, reference)
    _decide(office, known)

    owed = office.view(reference).remedies[-1]
    token = office.token(reference, "closing_check")

    assert (owed.state, owed.amount, owed.text) == (RemedyState.ACCEPTED, 50, DECIDED["award"])
    with pytest.raises(InvalidInputError, match="Not carried out yet"):
        _close(office, reference, token)
    with pytest.raises(CourseError, match="not carried out"):
        referring.comply(office.platform, number=1, **known)
    paid(office, reference)
    _close(office, reference, token)
    assert _clock(office, reference, COMPLY_CLOCK).state is ClockState.RUNNING
    referring.comply(office.platform, number=1, **known)
    assert not _referral(office, reference).is_open


def _close(office, reference, token):
    where = {"actor": office.staff["tom"], "reference": reference, "token": token}
    inbox.complete_step(office.platform, answers={}, **where)


@ON_SQLITE
def test_a_clock_that_ends_with_the_complaint_is_noticed(office, monkeypatch):
    """Plant the bug: nothing is promised any more once the complaint is closed."""
    reference = office.reach("closing_check")
    paid(office, reference)
    referred(office, reference)
    monkeypatch.setattr("engine.services.clocks.promises.CLOCKS", frozenset())

    _close(office, reference, office.token(reference, "closing_check"))

    assert _clock(office, reference).state is not ClockState.RUNNING


@ON_SQLITE
def test_what_cannot_be_is_refused_in_a_sentence(office, clock):
    early = office.reach("assess")
    known = {"actor": office.staff["hanna"], "reference": early}
    with pytest.raises(CourseError, match="not decided, and no time limit"):
        referring.refer(office.platform, answers=REFERRAL, **known)
    clock.advance(days=70)
    monitoring.sweep(office.platform)
    referring.refer(office.platform, answers=REFERRAL, **known)
    for answers, said in (
        (REFERRAL, "already"),
        (REFERRAL | {"referred_on": "2030-01-01"}, "ahead"),
        (REFERRAL | {"referred_on": "2025-01-01"}, "before"),
    ):
        with pytest.raises((CourseError, InvalidInputError), match=said):
            referring.refer(office.platform, answers=answers, **known)
    for answers, said in (
        ({"decision": "not_upheld"}, "awards nothing"),
        ({"award": ""}, "what is awarded"),
        ({"comply_by": None}, "by when"),
        ({"owner": "nobody"}, "nobody who works here"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            _decide(office, known, **answers)
    with pytest.raises(CourseError, match="has not decided"):
        referring.comply(office.platform, number=1, **known)
    referring.send_file(office.platform, number=1, **known)
    with pytest.raises(CourseError, match="sent already"):
        referring.send_file(office.platform, number=1, **known)
    _decide(office, known, decision="not_upheld", **NOTHING)
    with pytest.raises(CourseError, match="is over"):
        _decide(office, known)
    with pytest.raises(InvalidInputError, match="no referral 9"):
        referring.send_file(office.platform, number=9, **known)


@ON_SQLITE
def test_the_file_holds_this_complaint_alone_and_is_an_event(office):
    reference, other = _closed(office), office.lodge(summary="Another matter")
    known = {"actor": office.staff["hanna"], "reference": reference}
    with pytest.raises(CourseError, match="at no body outside"):
        referring.case_file(office.platform, **known)
    referred(office, reference)

    packed = referring.case_file(office.platform, **known)

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told = archive.read("data.json").decode()
    assert reference in told
    assert other not in told
    assert "Hanna" not in told
    said = [entry.what for entry in office.view(reference).timeline]
    assert "The file of the complaint was handed out" in said


@ON_SQLITE
def test_what_is_written_of_it_is_sealed_handed_out_and_erased_once_it_is_over(office):
    reference = _closed(office)
    known = referred(office, reference)
    why = {"reason": "She asked for it."}
    with pytest.raises(KeptError, match="body outside"):
        erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **why)
    _decide(office, known, decision="settled", summary="The Okapi is theirs.", **NOTHING)
    ((stored, number),) = rows(
        office.platform.database, "SELECT summary, their_reference FROM external_referral"
    )

    packed = subject_access.export(office.platform, actor=DORA, reference=reference, **why)
    erase(office, reference)

    assert "Okapi" not in stored
    assert "OMB" not in number
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "The Okapi is theirs." in archive.read("data.json").decode()
    left = rows(office.platform.database, "SELECT summary, their_reference FROM external_referral")
    assert left == [("", "")]
