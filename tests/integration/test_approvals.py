"""Four eyes, in the service and in the database; and what was approved is what is sent."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from engine.domain.actor import Actor, Role
from engine.domain.journal import content_hash
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    SeparationOfDutiesError,
)
from engine.services.handling import approvals
from tests.integration.office import execute, forge, opened, rows

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVERY_ROLE = frozenset(Role) - {Role.SYSTEM}


def _approve(office, reference, who="ada", **more):
    return approvals.approve(
        office.platform,
        actor=office.staff[who],
        reference=reference,
        token=office.token(reference, "approve_decision"),
        **more,
    )


@pytest.mark.iso("5.4")
def test_whoever_drafted_does_not_approve_even_with_every_role(office):
    office.staff["hanna"] = Actor(username="hanna", name="Hanna", roles=EVERY_ROLE)
    reference = office.reach("approve_decision")

    with pytest.raises(SeparationOfDutiesError, match="Hanna may not decide this: Hanna drafted"):
        _approve(office, reference, "hanna")

    assert office.view(reference).approvals == ()
    assert _approve(office, reference) == ()


@pytest.mark.iso("5.4")
def test_the_database_refuses_an_approval_by_the_drafter(office):
    reference = office.reach("approve_decision")
    _approve(office, reference)

    with pytest.raises(IntegrityError, match="four_eyes"):
        execute(office.platform.database, "UPDATE approval SET approver = drafter")


@pytest.mark.iso("5.4")
def test_returning_is_for_a_second_person_too(office):
    office.staff["hanna"] = Actor(username="hanna", name="Hanna", roles=EVERY_ROLE)
    reference = office.reach("approve_decision")

    with pytest.raises(SeparationOfDutiesError):
        approvals.return_draft(
            office.platform,
            actor=office.staff["hanna"],
            reference=reference,
            token=office.token(reference, "approve_decision"),
            reasons="I do not like it any more.",
        )


@ON_SQLITE
def test_a_return_needs_reasons(office, staff):
    reference = office.reach("approve_decision")

    with pytest.raises(InvalidInputError, match="ten characters"):
        approvals.return_draft(
            office.platform,
            actor=staff["ada"],
            reference=reference,
            token=office.token(reference, "approve_decision"),
            reasons="No.",
        )


@ON_SQLITE
def test_a_large_remedy_is_for_a_manager_alone(office):
    reference = office.reach("approve_decision_senior", draft_decision={"remedy_amount": "5000"})

    with pytest.raises(NotAllowedError):
        office.do(reference, "approve_decision_senior", by="ada")

    assert office.do(reference, "approve_decision_senior") == ()


@pytest.mark.iso("7.8")
def test_what_is_sent_is_what_was_approved_to_the_byte(office):
    reference = office.reach("approve_decision", draft_decision={"letter": "Dear Jane, version 1."})
    office.do(reference, "approve_decision", approval="returned", comment="Please be kinder here.")
    office.do(reference, "draft_decision", letter="Dear Jane, this is version 2. “Sorry”.")
    _approve(office, reference)

    told = office.view(reference)
    sent = told.communications[-1]
    approved = told.approvals[-1]
    drafted = [s for s in told.statements if s.form == "decision"]
    assert sent.body.startswith("Dear Jane, this is version 2. “Sorry”.")
    assert sent.body == drafted[-1].content["letter"]
    assert approved.content_hash == content_hash(dict(drafted[-1].content))
    assert sent.content_hash == approved.letter_hash
    assert approved.statement_id == drafted[-1].id
    assert opened(office.platform.database, "outbox", "body")[-1] == sent.body


@pytest.mark.iso("7.8")
def test_a_draft_altered_behind_the_service_is_not_sent(office):
    reference = office.reach("approve_decision")
    drafted = office.view(reference).statements[-1]
    altered = {**drafted.content, "letter": "We refund nothing at all."}
    forge(office.platform.database, "statement", content=altered)

    with pytest.raises(ConflictError, match="not the one"):
        _approve(office, reference)

    assert office.view(reference).approvals == ()


@ON_SQLITE
def test_a_slight_matter_needs_no_second_person(office):
    reference = office.reach(
        "draft_decision",
        assess={"severity": 2, "complexity": "simple", "amount": "600"},
        resolve_frontline={"frontline_result": "not_resolved"},
    )
    office.do(reference, "draft_decision", remedy_amount="0", remedy="We apologise.")

    told = office.view(reference)
    assert told.approvals == ()
    assert told.communications[-1].kind == "decision"


@ON_SQLITE
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_order_of_drafts_and_returns_lets_anybody_approve_their_own(office, data):
    people = {
        name: Actor(username=name, name=name, roles=EVERY_ROLE) for name in ("ann", "ben", "cem")
    }
    office.staff.update(people)
    reference = office.reach("draft_decision")
    for _ in range(data.draw(st.integers(1, 3))):
        drafter, judge = data.draw(st.tuples(*[st.sampled_from(sorted(people))] * 2))
        owner = office.steps(reference)["draft_decision"].assignee
        office.do(reference, "draft_decision", by=owner or drafter)
        try:
            office.do(
                reference,
                "approve_decision",
                by=judge,
                approval="returned",
                comment="Once more, please.",
            )
        except SeparationOfDutiesError:
            office.do(
                reference, "approve_decision", approval="returned", comment="Once more, please."
            )

    by_id = {s.id: s.by for s in office.view(reference).statements}
    assert all(a.approver != by_id[a.statement_id] for a in office.view(reference).approvals)


@ON_SQLITE
def test_the_check_would_see_an_approval_of_ones_own(office):
    """Plant the bug: the constraint is dropped and a drafter approves."""
    reference = office.reach("approve_decision")
    _approve(office, reference)
    database = office.platform.database
    (definition,) = rows(database, "SELECT sql FROM sqlite_master WHERE name = 'approval'")[0]
    without = re.sub(r",\s*CONSTRAINT four_eyes CHECK \((?:[^()]|\([^()]*\))*\)", "", definition)
    execute(database, without.replace("approval", "approval_2", 1))
    execute(database, "INSERT INTO approval_2 SELECT * FROM approval")

    changed = execute(database, "UPDATE approval_2 SET approver = drafter")

    assert without != definition
    assert changed == 1
