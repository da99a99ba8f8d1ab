"""Persons complained about: walled off, told, heard before a finding; and conflicts of interest."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.kpi import Period
from engine.errors import (
    CourseError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OutOfReachError,
    SeparationOfDutiesError,
)
from engine.services.accounts import delegation, legal_hold
from engine.services.figures import facts, reporting
from engine.services.handling import casefile, casework, inbox, remedies
from engine.services.investigation import issues
from engine.services.privacy import erasure, subject_access
from engine.services.running import glass
from engine.services.staffing import kept_out, respondents, restriction
from engine.store.respondents import KeptOuts
from tests.integration.issue_ways import FOUND
from tests.integration.office import execute, rows
from tests.integration.people import DORA, REX, closed, erase
from tests.integration.reach_ways import hire, make_team
from tests.integration.remedy_ways import REMEDY
from tests.integration.respondent_ways import PERSON, REPLY, TIE, TOLD

IVAN = Actor(username="ivan", name="Ivan", roles=frozenset({Role.HANDLER, Role.TEAM_LEADER}))
WHY = "It was another Ivan."


def _on(office, who, reference):
    actor = office.staff.get(who, IVAN)
    return {"platform": office.platform, "actor": actor, "reference": reference}


def _name(office, reference, by="hanna", **said):
    respondents.name(**_on(office, by, reference), answers=PERSON | said)


def _of(office, reference, who="tom"):
    return respondents.of_case(**_on(office, who, reference))


def _tell(office, reference, **said):
    respondents.inform(**_on(office, "hanna", reference), number=1, answers=TOLD | said)


def _find(office, reference, **said):
    issues.find(**_on(office, "hanna", reference), answers=FOUND | said)


@pytest.fixture
def ivan(office):
    return hire(office.platform, IVAN)


def _seen(office, actor):
    found, n = inbox.page(office.platform, actor=actor, view="all")
    searched, _n = inbox.page(office.platform, actor=actor, view="all", search="Charged")
    numbers = inbox.counts(office.platform, actor=actor)
    assert numbers["all"] == n
    return {row.reference for row in (*found, *searched)}


@pytest.mark.iso("4.7")
def test_whoever_is_complained_about_sees_nothing_of_it_from_then_on(office, ivan):
    reference, other = office.reach("assess"), office.reach("assess")
    before = _seen(office, ivan)
    period = Period.last_days(30, office.platform.now(), office.platform.policy.calendar.zone)

    _name(office, reference, username="ivan")

    assert before == {reference, other}
    assert _seen(office, ivan) == {other}
    facts.keep_up(office.platform)
    report = reporting.report(office.platform, actor=ivan, period=period)
    assert report.figures[0].figure.n == 1
    for ask in (casefile.view, respondents.of_case, restriction.named):
        with pytest.raises(NotFoundError, match=f"There is no complaint {reference}"):
            ask(**_on(office, "ivan", reference))
    with pytest.raises(NotFoundError):
        glass.break_glass(**_on(office, "ivan", reference), reason="I want to see it.")
    assert reference in _seen(office, office.staff["hanna"])


def test_a_list_that_forgets_whom_a_complaint_is_about_is_caught(office, ivan, monkeypatch):
    reference = office.reach("assess")
    _name(office, reference, username="ivan")
    monkeypatch.setattr(KeptOuts, "hidden_from", lambda *_given: ())

    assert _seen(office, ivan) == {reference}


def test_what_the_person_had_in_hand_goes_back(office):
    reference = office.reach("investigate")
    assert office.steps(reference)["investigate"].assignee == "hanna"

    _name(office, reference, by="tom", username="hanna")

    file = casefile.view(**_on(office, "tom", reference))
    assert file.case.owner is None
    assert {item.step.assignee for item in file.steps} == {None}


@pytest.mark.iso("5.4")
def test_nobody_gives_it_to_them_again(office, ivan):
    reference = office.reach("assess")
    _name(office, reference, username="ivan")
    step = {"token": office.token(reference, "assess"), "to": "ivan"}
    offer = REMEDY | {"owner": "ivan"}

    with pytest.raises(SeparationOfDutiesError, match="Ivan is complained about"):
        inbox.reassign(**_on(office, "tom", reference), **step)
    with pytest.raises(InvalidInputError, match="is complained about"):
        remedies.propose(**_on(office, "hanna", reference), answers=offer)
    with pytest.raises(InvalidInputError, match="is complained about"):
        restriction.restrict(**_on(office, "tom", reference), people=["ivan"], reason=WHY)
    office.reach("assign", reference=reference)
    with pytest.raises(InvalidInputError, match="is complained about"):
        office.do(reference, "assign", owner="ivan")


def test_whoever_stands_in_for_them_gains_nothing_and_they_gain_nothing_by_standing_in(
    office, ivan
):
    reference = office.reach("assess")
    now = office.platform.now()
    for absent, delegate in (("hanna", "ivan"), ("ivan", "ada")):
        delegation.delegate(
            office.platform,
            actor=office.staff["mara"],
            absent=absent,
            to=delegate,
            from_at=now,
            until_at=now.replace(year=now.year + 1),
            reason="Leave",
        )

    step = {"token": office.token(reference, "assess")}
    inbox.claim(**_on(office, "ada", reference), **step)
    inbox.release(**_on(office, "ada", reference), **step)

    _name(office, reference, username="ivan")

    with pytest.raises(NotFoundError):
        casefile.view(**_on(office, "ivan", reference))
    with pytest.raises(NotAllowedError, match="needs the role"):
        inbox.claim(**_on(office, "ada", reference), **step)


@pytest.mark.iso("4.7")
def test_the_wall_comes_down_by_a_leader_with_a_reason_alone(office, ivan):
    reference = office.reach("assess")
    _name(office, reference, username="ivan")

    with pytest.raises(InvalidInputError, match="Reason"):
        respondents.remove(**_on(office, "tom", reference), number=1, reason=" ")
    with pytest.raises(NotFoundError):
        respondents.remove(**_on(office, "ivan", reference), number=1, reason=WHY)
    respondents.remove(**_on(office, "tom", reference), number=1, reason=WHY)

    assert _seen(office, ivan) == {reference}
    assert office.view(reference).timeline[0].what == f"Person 1 is not meant after all: {WHY}"
    assert not _of(office, reference).respondents[0].is_meant


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"username": "nobody"}, "nobody has the user name nobody"),
        ({"username": None}, "Choose somebody who works here"),
        ({"name": "Jo"}, "Choose somebody who works here"),
        ({"issue": 7}, "no issue 7"),
    ],
)
def test_who_is_named_is_one_person_there_is(office, said, problem):
    reference = office.reach("assess")

    with pytest.raises(InvalidInputError, match=problem):
        _name(office, reference, **said)


def test_nobody_is_named_twice(office):
    reference = office.reach("assess")
    _name(office, reference)

    with pytest.raises(InvalidInputError, match="named already"):
        _name(office, reference)


@pytest.mark.iso("4.7")
def test_a_finding_against_somebody_waits_for_their_reply_or_says_why_not(office):
    reference = office.reach("investigate")
    _name(office, reference)

    with pytest.raises(InvalidInputError, match="Why without a reply"):
        _find(office, reference)
    with pytest.raises(InvalidInputError, match="Why without a reply"):
        office.do(reference, "investigate")
    _find(office, reference, conclusion="not_upheld")
    _find(office, reference, without_reply="He is ill for half a year.")

    assert office.view(reference).issues[0].result == "upheld"


def test_a_reply_opens_the_way_to_a_finding(office):
    reference = office.reach("investigate")
    _name(office, reference, username=None, name="Joe Outside")
    _tell(office, reference)

    with pytest.raises(InvalidInputError):
        _find(office, reference)
    respondents.take_reply(**_on(office, "hanna", reference), number=1, answers=REPLY)
    _find(office, reference)

    told, reply = _of(office, reference).statements
    assert (told.content["told"], reply.content["reply"]) == (TOLD["told"], REPLY["reply"])


def test_a_finding_on_another_issue_waits_for_nobody(office):
    reference = office.reach("investigate")
    more = {"text": "Nobody called back", "category": "Conduct of staff"}
    issues.add(**_on(office, "hanna", reference), answers=more)
    _name(office, reference, issue=2)

    _find(office, reference, issue=1)

    with pytest.raises(InvalidInputError, match="Why without a reply"):
        _find(office, reference, issue=2)


@pytest.mark.iso("4.7")
def test_who_does_not_reply_in_ten_working_days_is_waited_for_no_longer(office, clock):
    reference = office.reach("investigate")
    _name(office, reference)
    _tell(office, reference)
    (person,) = _of(office, reference).respondents
    silent = {**_on(office, "hanna", reference), "number": 1}
    with pytest.raises(CourseError, match="when their time for it is over"):
        respondents.note_silence(**silent)

    clock.advance(days=13)
    with pytest.raises(InvalidInputError):
        _find(office, reference)
    clock.advance(days=3)
    _find(office, reference)
    respondents.note_silence(**silent)

    assert (person.reply_by - person.told_at.date()).days == 14
    assert _of(office, reference).respondents[0].silent_at is not None


def test_a_day_to_reply_that_is_over_is_refused(office):
    reference = office.reach("investigate")
    _name(office, reference)

    with pytest.raises(InvalidInputError, match="is over already"):
        _tell(office, reference, reply_by="2020-01-01")


def test_a_reply_names_documents_that_there_are(office):
    reference = office.reach("investigate")
    _name(office, reference)

    answers = REPLY | {"documents": (4,)}
    with pytest.raises(InvalidInputError, match="no document 4"):
        respondents.take_reply(**_on(office, "hanna", reference), number=1, answers=answers)


def test_who_leads_the_person_is_flagged_and_not_refused(office):
    make_team(office.platform, "billing", "sam", "tom")
    reference = office.reach("assess")

    _name(office, reference)

    assert _of(office, reference).leaders == {"sam": ("Tom",)}


@pytest.mark.iso("5.4")
def test_whoever_declares_a_conflict_reads_and_decides_nothing(office):
    reference = office.reach("investigate")

    kept_out.declare_conflict(**_on(office, "hanna", reference), answers=TIE)

    file = casefile.view(**_on(office, "hanna", reference))
    assert (file.case.owner, file.steps[0].may_take) == (None, False)
    step = {"token": file.steps[0].step.token}
    with pytest.raises(OutOfReachError, match="declared a conflict of interest"):
        inbox.claim(**_on(office, "hanna", reference), **step)
    with pytest.raises(OutOfReachError, match="declared a conflict of interest"):
        _find(office, reference)
    with pytest.raises(SeparationOfDutiesError, match="declared a conflict of interest"):
        inbox.reassign(**_on(office, "tom", reference), **step, to="hanna")
    casework.add_note(**_on(office, "hanna", reference), text="Ask my colleague.")


def test_a_conflict_is_lifted_by_somebody_else_with_a_reason(office):
    reference = office.reach("investigate")
    kept_out.declare_conflict(**_on(office, "tom", reference), answers=TIE)
    lifted = {"username": "tom", "reason": "They moved away."}

    with pytest.raises(OutOfReachError):
        kept_out.lift_conflict(**_on(office, "tom", reference), **lifted)
    kept_out.lift_conflict(**_on(office, "mara", reference), **lifted)

    assert _of(office, reference).conflicts == ()
    assert not office.view(reference).case.keeps_out


def test_what_is_held_on_people_is_not_theirs_to_handle_who_are_complained_about(office):
    for person in (DORA, REX):
        hire(office.platform, person)
    reference = closed(office)
    for person in (DORA, REX):
        about = {"username": person.username, "about": "They kept my data."}
        respondents.name(**_on(office, "tom", reference), answers=about)
    platform, of_case = office.platform, {"actor": DORA, "reference": reference, "reason": WHY}

    for command in (erasure.propose_erasure, legal_hold.place, subject_access.export):
        with pytest.raises(NotFoundError):
            command(platform, **of_case)
    old = "UPDATE complaint_case SET closed_at = '2001-01-01 00:00:00.000000'"
    execute(platform.database, old)

    assert subject_access.find(platform, actor=DORA, who="Jane") == ()
    assert erasure.overview(platform, actor=REX).due == ()
    assert erasure.count_due(platform, actor=DORA) == 0


def test_names_and_words_are_sealed_handed_out_and_erased(office):
    hire(office.platform, DORA)
    reference = closed(office)
    names = {"username": None, "name": "Joe Outside", "unit": "Depot", "about": "Joe swore."}
    _name(office, reference, by="tom", **names)
    _name(office, reference, by="tom")
    stored = "SELECT username, name, unit, about FROM respondent ORDER BY number"

    raw = rows(office.platform.database, stored)
    bundle = subject_access.export(
        office.platform, actor=DORA, reference=reference, reason="She asked for it."
    )
    erase(office, reference)

    assert "Joe" not in str(raw)
    assert len(bundle) > 0
    assert rows(office.platform.database, stored) == [("", "", "", "")] * 2
    assert rows(office.platform.database, "SELECT * FROM case_kept_out") == []
