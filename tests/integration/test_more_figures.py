"""Figures of the second stage, of who complains again, of causes that come again, of remedies."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.case_fact import Trait
from engine.domain.governance import RecordAct
from engine.domain.improvement import Effect
from engine.domain.kinship import LinkKind
from engine.domain.kpi import Period, percentile
from engine.services.figures import breakdown, facts, measuring
from engine.services.figures.measuring import Slice
from engine.services.improvement import improving
from engine.services.links import linking, merging
from engine.store.case_records import CaseRecords
from engine.store.complainants import Complainants
from tests.integration.careers import lived
from tests.integration.case_oracle import FEW, CaseOracle
from tests.integration.conformity_ways import THEO
from tests.integration.improvement_ways import action, carried_out, issue, judge, move
from tests.integration.kin_ways import WHY, into
from tests.integration.office import execute, rows
from tests.integration.people import closed, erase
from tests.integration.reach_ways import hire
from tests.integration.test_case_facts import differences, told_of
from tests.integration.test_migrations import run_one_step

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def figure(office, clock, name, who="mara"):
    """Return a figure of all time, once everything is counted."""
    facts.keep_up(office.platform)
    period = Period(clock.now - timedelta(days=900), clock.now + timedelta(days=1))
    return told_of(office, period, who)[name]


def rejected(office, **answers):
    """Return a complaint that is opened again, and decided with what is answered."""
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    office.do(reference, "review_rejection", review="reopen", reason="There is a new bill.")
    office.reach("approve_decision", reference=reference, **answers)
    office.do(reference, "approve_decision")
    return reference


@pytest.mark.iso("8.2")
def test_a_second_stage_counts_once_it_has_decided_and_whether_it_decided_otherwise(office, clock):
    partly = {"investigate": {"conclusion": "partly_upheld"}}
    rejected(office, **partly, draft_decision={"outcome": "partly_upheld"})
    rejected(office)
    stands = office.reach("approve_decision")
    office.do(stands, "approve_decision")
    before = figure(office, clock, "second_stage_changed")

    office.answer(stands, "rejected")
    office.do(stands, "review_rejection")

    assert before == (0.5, 2)
    assert figure(office, clock, "second_stage_changed") == (1 / 3, 3)


@pytest.mark.iso("8.2")
def test_whoever_complained_in_the_year_before_complains_again_by_the_same_address(office, clock):
    office.lodge(email="jane@example.org")
    clock.advance(days=365)
    office.lodge(email="JANE@example.org")
    office.lodge(email="other@example.org")
    office.lodge(email=None)
    clock.advance(days=366)
    office.lodge(email="jane@example.org")

    assert figure(office, clock, "complained_before") == (1 / 5, 5)


def test_a_complaint_that_is_recorded_late_makes_a_later_one_come_again(office, clock):
    office.lodge()
    early = figure(office, clock, "complained_before")

    office.lodge(received_at=clock.now - timedelta(days=100))

    assert early == (0.0, 1)
    assert figure(office, clock, "complained_before") == (0.5, 2)
    assert facts.remake(office.platform, actor=SYSTEM) == 0


def test_later_complaints_that_are_not_looked_at_again_are_noticed(office, clock, monkeypatch):
    """Plant the bug: nobody makes the facts anew of what an earlier complaint tells of."""
    monkeypatch.setattr(Complainants, "followed_by", lambda *_arguments, **_more: ())
    office.lodge()
    facts.keep_up(office.platform)
    office.lodge(received_at=clock.now - timedelta(days=100))

    assert "complained_before" in {name for _, _, name, *_ in differences(office, clock)}


@pytest.mark.iso("7.2", "8.2")
def test_what_is_one_with_another_complaint_of_the_same_person_counts_once(office, clock):
    first = office.lodge()
    clock.advance(days=1)
    second = office.lodge()
    clock.advance(days=1)
    third = office.lodge(email="john@example.org")
    platform, tom = office.platform, office.staff["tom"]
    known = {"actor": office.staff["hanna"], "reference": second}
    seen = [figure(office, clock, "complained_before")]

    linking.link(platform, other=first, kind=LinkKind.RELATED, reason=WHY, **known)
    seen.append(figure(office, clock, "complained_before"))
    (made,) = linking.of_case(platform, **known)
    linking.unlink(platform, number=made.number, reason=WHY, **known)
    linking.link(platform, other=first, kind=LinkKind.DUPLICATE_OF, reason=WHY, **known)
    seen.append(figure(office, clock, "complained_before"))
    (made,) = linking.of_case(platform, **known)
    linking.unlink(platform, number=made.number, reason=WHY, **known)
    merging.merge(platform, answers=into(first), actor=tom, reference=second)
    seen.append(figure(office, clock, "complained_before"))
    though = into(first, though="They live together.")
    merging.merge(platform, answers=though, actor=tom, reference=third)
    seen.append(figure(office, clock, "complained_before"))
    merging.unmerge(platform, reason=WHY, actor=tom, reference=second)
    seen.append(figure(office, clock, "complained_before"))

    assert seen == [(1 / 3, 3), (1 / 3, 3), (0.0, 2), (0.0, 2), (0.0, 2), (1 / 3, 3)]
    assert differences(office, clock) == []


@pytest.mark.iso("4.11", "8.2")
def test_who_was_erased_stays_counted_and_is_not_known_again(office, clock):
    office.lodge(email="jane.canary@example.org", received_at=clock.now - timedelta(days=9))
    execute(office.platform.database, "UPDATE complaint_case SET closed_at = received_at")
    again = closed(office)
    before = figure(office, clock, "complained_before")

    erase(office, again)
    after = figure(office, clock, "complained_before")
    assert facts.remake(office.platform, actor=SYSTEM) == 0
    office.lodge(email="jane.canary@example.org")

    assert before == after == (0.5, 2)
    assert figure(office, clock, "complained_before") == (1 / 3, 3)


def acted(office, **about):
    """Let something be done about a cause, and return the number of the action."""
    mara = office.staff["mara"]
    number = improving.raise_systemic_issue(office.platform, actor=mara, wanted=issue(**about))
    move(office, number, THEO, RecordAct.APPROVE)
    known = {"actor": mara, "wanted": action(about=number)}
    act = improving.propose_action(office.platform, **known)
    move(office, act, THEO, RecordAct.APPROVE)
    move(office, act, mara, RecordAct.CARRY_OUT)
    return act


@pytest.mark.iso("8.2", "8.7")
def test_a_cause_comes_again_with_a_complaint_after_something_was_done_against_it(office, clock):
    hire(office.platform, THEO)
    early = office.lodge()
    clock.advance(days=1)
    acted(office)
    clock.advance(days=1)
    office.reach("draft_decision", reference=early)
    seen = [figure(office, clock, "cause_came_again")]
    other = {"register": {"category": "Conduct of staff"}}
    for told in ({}, other, {"investigate": {"cause_area": "people"}}):
        office.reach("draft_decision", **told)
        seen.append(figure(office, clock, "cause_came_again"))

    acted(office, category="", title="Everywhere")
    clock.advance(days=1)
    office.reach("draft_decision", **other)

    assert seen == [(0.0, 1), (1 / 2, 2), (1 / 3, 3), (1 / 4, 4)]
    assert figure(office, clock, "cause_came_again") == (2 / 5, 5)


@pytest.mark.iso("8.7")
def test_the_first_time_that_it_was_done_counts_though_it_is_done_again(office, clock):
    hire(office.platform, THEO)
    act = acted(office)
    clock.advance(days=31)
    office.reach("draft_decision")
    before = figure(office, clock, "cause_came_again")

    judge(office.platform, THEO, verdict=Effect.NOT_EFFECTIVE, again_within=5)
    clock.advance(days=1)
    move(office, act, office.staff["mara"], RecordAct.CARRY_OUT)

    facts.remake(office.platform, actor=SYSTEM)
    assert before == figure(office, clock, "cause_came_again") == (1.0, 1)
    assert differences(office, clock) == []


def test_what_is_done_about_no_cause_comes_never_again(office, clock):
    hire(office.platform, THEO)
    carried_out(office, chart="", wants=None)
    clock.advance(days=1)
    office.reach("draft_decision")

    assert figure(office, clock, "cause_came_again") == (0.0, 1)


def paid_by(oracle, trait, period, **only):
    """Return amounts that were paid, by a trait of their complaints, from the journal alone."""
    found = {}
    for tale in oracle.tales:
        if all(str(getattr(tale, name)) == value for name, value in only.items()):
            sums = [r.amount for r in tale.remedies.values() if r.done_at and r.amount]
            found.setdefault(str(getattr(tale, trait)), []).extend(sums)
    return {value: amounts for value, amounts in found.items() if amounts}


@pytest.mark.iso("4.7", "8.2")
def test_the_spread_of_remedies_is_told_by_category_where_they_are_many(office, clock):
    lived(office, clock, seed=5)
    facts.keep_up(office.platform)
    period = Period(clock.now - timedelta(days=900), clock.now + timedelta(days=1))
    known = {"actor": office.staff["mara"], "period": period, "measure": "remedy_spread"}
    oracle = CaseOracle(office.platform)

    def told(trait, **of):
        parts = breakdown.by_trait(office.platform, trait=trait, **known, **of)
        return {each.figure.group: (each.figure.value, each.figure.n) for each in parts}

    def right(trait, **only):
        paid = paid_by(oracle, trait, period, **only)
        return {
            value: (
                float(Fraction(percentile(each, 75)) / Fraction(percentile(each, 25))),
                len(each),
            )
            for value, each in paid.items()
        }

    few = told(Trait.SEVERITY)
    assert {n >= FEW for _value, n in few.values()} == {True, False}
    assert all(value is None for value, n in few.values() if n < FEW)
    told_by_all(office)
    assert told(Trait.SEVERITY) == right("severity")
    assert told(Trait.CATEGORY) == right("category")
    sliced = told(Trait.SEVERITY, of=Slice(Trait.CATEGORY, "Price"))
    assert sliced == right("severity", category="Price")
    assert len(sliced) > 1


def told_by_all(office):
    """Let figures of few be told, too."""
    figures = office.platform.policy.figures.model_copy(update={"small_number": 1})
    policy = office.platform.policy.model_copy(update={"figures": figures})
    office.platform = replace(office.platform, policy=policy)


def test_a_part_that_nobody_sees_is_in_no_spread(office, clock):
    lived(office, clock, seed=5)
    facts.keep_up(office.platform)
    told_by_all(office)
    execute(office.platform.database, "UPDATE case_fact SET circle = '#0'")
    period = Period(clock.now - timedelta(days=900), clock.now + timedelta(days=1))
    known = {"actor": office.staff["mara"], "period": period}

    found = breakdown.by_trait(
        office.platform, measure="remedy_spread", trait=Trait.CATEGORY, **known
    )

    assert found == ()


def _told_otherwise(**changes):
    """Return a reader of records that says something else of each complaint."""
    of = CaseRecords.of

    def bad(records, case_ids):
        return [
            replace(told, **{name: change(told) for name, change in changes.items()})
            for told in of(records, case_ids)
        ]

    return bad


_WHICH = {
    "second_stage_changed": lambda m: m.setattr(
        CaseRecords,
        "of",
        _told_otherwise(decisions=lambda told: told.decisions if told.reopened else ()),
    ),
    "complained_before": lambda m: m.setattr(
        CaseRecords, "of", _told_otherwise(is_repeated=lambda told: bool(told.is_repeated))
    ),
    "cause_came_again": lambda m: m.setattr(
        CaseRecords,
        "of",
        _told_otherwise(
            causes=lambda told: tuple(
                each._replace(acted_at=each.acted_at and told.received_at - timedelta(1))
                for each in told.causes
            )
        ),
    ),
    "remedy_spread": lambda m: m.setattr(measuring, "_QUARTILES", (25, 50)),
}
"""By figure, a bug that it must show: only what was opened again is decided again; duplicates come
again; a cause comes again before something was done; the median is taken for the third quartile."""


@ON_SQLITE
def test_a_bug_in_a_new_figure_is_caught_by_the_journal(office, clock, monkeypatch):
    lived(office, clock, seed=20)
    assert differences(office, clock) == []

    for name, plant in _WHICH.items():
        with monkeypatch.context() as planted:
            plant(planted)
            facts.remake(office.platform, actor=SYSTEM)
            assert name in {figure for _, _, figure, *_ in differences(office, clock)}, name
    facts.remake(office.platform, actor=SYSTEM)
    assert differences(office, clock) == []


_NEW = ("redecided", "repeated", "recurred")


def test_an_installation_of_before_gets_the_new_facts_from_the_job(office, clock):
    hire(office.platform, THEO)
    rejected(office)
    acted(office)
    clock.advance(days=1)
    office.reach("approve_decision")
    facts.keep_up(office.platform)
    database = office.platform.database
    kept = rows(database, "SELECT * FROM case_fact WHERE kind <> 'redecided' ORDER BY 1, 2, 3")
    first = rows(database, "SELECT count(*) FROM case_fact WHERE kind = 'repeated' AND good")
    execute(database, f"DELETE FROM case_fact WHERE kind IN {_NEW}")  # noqa: S608 - words of ours
    execute(database, "DELETE FROM tally WHERE series LIKE 'case.re%ed:%'")
    for table, column in (("complaint_case", "decisions"), ("improvement_aim", "acted_at")):
        execute(database, f"ALTER TABLE {table} DROP COLUMN {column}")

    run_one_step(database, "0062", "0063")
    facts.keep_up(office.platform)

    assert first == [(1,)]
    assert rows(database, "SELECT * FROM case_fact ORDER BY 1, 2, 3") == kept
    assert figure(office, clock, "cause_came_again")[0] == 0.5
    # What was opened again before has lost what it was decided as at first.
    assert figure(office, clock, "second_stage_changed") == (None, 0)
    assert facts.remake(office.platform, actor=SYSTEM) == 0
