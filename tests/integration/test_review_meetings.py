"""The meeting about a pack: recorded once, and what it decides becomes actions in the register."""

from datetime import datetime, timedelta

import pytest

from engine.domain.conformity import Verdict
from engine.domain.governance import RecordAct, RecordKind, RecordState
from engine.errors import ConflictError, InvalidInputError, NotFoundError, SeparationOfDutiesError
from engine.services.evidence import conforming, register
from engine.services.reviews import review_pack
from tests.integration.conformity_ways import THEO, recorded
from tests.integration.office import rows
from tests.integration.review_ways import decided, held, made, meeting

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
APRIL = datetime.fromisoformat("2026-04-03T09:00:00+00:00")


@pytest.fixture
def pack(office, clock):
    clock.now = APRIL
    return made(office)


def records(office):
    found = register.register_of_governance(office.platform, actor=office.staff["mara"])
    return {each.number: each for each in found}


@pytest.mark.iso("8.6")
def test_a_meeting_is_a_review_and_each_decision_an_action_about_it(office, pack):
    mara = office.staff["mara"]

    held(office.platform, mara, pack, meeting=meeting(office.platform, guests="Counsel"))

    view = review_pack.reviews_view(office.platform, actor=mara)
    ((kept,),) = [view.meetings[pack]]
    (action,) = view.decisions[kept.record]
    review = records(office)[kept.record]
    assert (kept.present, kept.guests, kept.recorded_by) == (("mara",), "Counsel", "mara")
    assert (review.kind, review.state) == (RecordKind.REVIEW, RecordState.DONE)
    assert (action.kind, action.state) == (RecordKind.ACTION, RecordState.PROPOSED)
    assert (action.title, action.owner, action.about) == ("Train intake", "mara", review.number)
    assert view.decided(pack) == (1, 1)
    assert len(review.document_hash) == 64


@pytest.mark.iso("8.6")
def test_the_evidence_of_the_clause_sees_the_review_and_what_it_led_to(office, pack):
    known = {"actor": office.staff["vera"], "clauses": ["8.6"]}
    (before,) = conforming.check_clauses(office.platform, **known)

    held(office.platform, office.staff["mara"], pack)

    (after,) = conforming.check_clauses(office.platform, **known)
    assert (before.verdict, after.verdict) == (Verdict.FAIL, Verdict.PASS)


def test_somebody_else_approves_what_was_decided_and_verifies_the_review(office, pack):
    mara = office.staff["mara"]
    held(office.platform, mara, pack)
    review, action = sorted(records(office))
    known = {"platform": office.platform, "said": "Yes."}

    for number, act in ((action, RecordAct.APPROVE), (review, RecordAct.VERIFY)):
        with pytest.raises(SeparationOfDutiesError):
            register.act_on_record(actor=mara, number=number, act=act, **known)
        register.act_on_record(actor=THEO, number=number, act=act, **known)

    states = [each.state for _, each in sorted(records(office).items())]
    assert states == [RecordState.VERIFIED, RecordState.APPROVED]


@ON_SQLITE
def test_a_planned_review_is_carried_out_by_the_meeting(office, pack):
    planned = recorded(office, RecordKind.REVIEW, title="Review of spring")
    register.act_on_record(
        office.platform, actor=THEO, number=planned, act=RecordAct.APPROVE, said=""
    )

    held(office.platform, office.staff["mara"], pack, planned=planned)

    found = records(office)
    assert found[planned].state is RecordState.DONE
    assert "We looked at all of it." in found[planned].result
    assert [each.about for each in found.values() if each.kind is RecordKind.ACTION] == [planned]
    assert sum(each.kind is RecordKind.REVIEW for each in found.values()) == 1


@ON_SQLITE
@pytest.mark.parametrize("kind", [RecordKind.REVIEW, RecordKind.POLICY])
def test_what_is_no_planned_review_is_refused_and_nothing_is_kept(office, pack, kind):
    planned = recorded(office, kind)

    with pytest.raises((ConflictError, NotFoundError)):
        held(office.platform, office.staff["mara"], pack, planned=planned)

    assert rows(office.platform.database, "SELECT count(*) FROM review_meeting") == [(0,)]
    assert list(records(office)) == [planned]


def _wrong(platform):
    """Return what is no meeting, each with a word of the refusal."""
    today = platform.calendar.day_of(platform.now())
    day = timedelta(days=1)
    return [
        ({"meeting": meeting(platform, minutes=" ")}, "What was said"),
        ({"meeting": meeting(platform, present=())}, "Who was there"),
        ({"meeting": meeting(platform, present=("nobody",))}, "no account 'nobody'"),
        ({"meeting": meeting(platform, held_on=today + day)}, "future"),
        ({"meeting": meeting(platform, held_on=today.replace(month=3))}, "after the period"),
        ({"meeting": meeting(platform, guests="x" * 501)}, "500"),
        ({"decisions": (decided(platform, owner="nobody"),)}, "no account 'nobody'"),
        ({"decisions": (decided(platform, title=" "),)}, "Title"),
        ({"decisions": (decided(platform, due_on=today - day),)}, "before the meeting"),
        ({"decisions": (decided(platform),) * 51}, "50 at most"),
    ]


@ON_SQLITE
def test_what_is_no_meeting_is_refused_in_words_and_nothing_is_kept(office, pack):
    for wrong, word in _wrong(office.platform):
        with pytest.raises(InvalidInputError, match=word):
            held(office.platform, office.staff["mara"], pack, **wrong)

    assert records(office) == {}


@ON_SQLITE
def test_a_meeting_is_recorded_once_for_a_day(office, clock, pack):
    mara = office.staff["mara"]
    held(office.platform, mara, pack)

    with pytest.raises(ConflictError, match="on record"):
        held(office.platform, mara, pack, decisions=())
    clock.advance(days=1)
    held(office.platform, mara, pack, decisions=())

    assert rows(office.platform.database, "SELECT count(*) FROM review_meeting") == [(2,)]


@ON_SQLITE
def test_the_next_pack_follows_up_what_was_decided(office, clock, pack):
    held(office.platform, office.staff["mara"], pack)
    clock.now = APRIL.replace(month=6)

    number = made(office)

    told = review_pack.reviews_view(office.platform, actor=office.staff["mara"]).packs
    content = str(next(each for each in told if each.number == number).content)
    assert "Decided in “Management review March 2026, 2026-04-03”" in content
    assert "Train intake: Two days." in content
