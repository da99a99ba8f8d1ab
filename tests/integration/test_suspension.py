"""A suspended case is read and not worked on; it loses no time, but the law does not wait."""

from datetime import timedelta
from typing import get_args

import pytest

from engine.domain.case import Case
from engine.domain.deadline import ClockState
from engine.domain.inbox import View
from engine.errors import CaseSuspendedError
from engine.services.audit import auditing
from engine.services.figures import heat
from engine.services.handling import casework, inbox
from engine.services.running import monitoring, operations
from engine.store import steps
from tests.integration.office import rows, statements

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = {"reason": "The file was mixed up."}


def _known(office, reference):
    return {"actor": office.staff["mara"], "reference": reference, **WHY}


def _told(office):
    found = rows(
        office.platform.database,
        "SELECT type FROM journal WHERE type LIKE 'case.%' ORDER BY seq",
    )
    return [kind for (kind,) in found if kind in {"case.suspended", "case.resumed"}]


def test_a_suspended_case_refuses_work_in_a_sentence_and_can_be_read(office, staff):
    reference = office.reach("assess")
    operations.suspend(office.platform, **_known(office, reference))
    refused = [
        lambda: office.do(reference, "assess"),
        lambda: inbox.claim(
            office.platform,
            actor=staff["hanna"],
            reference=reference,
            token=office.token(reference, "assess"),
        ),
        lambda: casework.withdraw(
            office.platform, actor=staff["hanna"], reference=reference, reason="She paid."
        ),
        lambda: operations.skip_step(
            office.platform,
            **_known(office, reference),
            token=office.token(reference, "assess"),
        ),
    ]

    for work in refused:
        with pytest.raises(CaseSuspendedError, match="is suspended; it can be read"):
            work()

    told = office.view(reference)
    assert told.suspension is not None
    assert (told.suspension.by, told.suspension.reason) == ("mara", WHY["reason"])
    assert {each.step.element for each in told.steps} == {"assess", "acknowledge"}


def test_a_rest_costs_no_time_but_the_law_does_not_wait(office, clock):
    reference = office.reach("assess")
    before = {c.code: c for c in office.view(reference).clocks}
    due = office.steps(reference)["assess"].due_at
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(weeks=1)
    monitoring.sweep(office.platform)
    resting = {c.code: c for c in office.view(reference).clocks}

    operations.resume(office.platform, **_known(office, reference))

    after = {c.code: c for c in office.view(reference).clocks}
    assert resting["acknowledgement"].paused_at is not None
    assert resting["acknowledgement"].state is ClockState.RUNNING
    assert resting["final_response"].paused_at is None
    assert after["acknowledgement"].due_at - before["acknowledgement"].due_at == timedelta(weeks=1)
    assert after["final_response"] == before["final_response"]
    assert office.steps(reference)["assess"].due_at - due == timedelta(weeks=1)
    assert _told(office) == ["case.suspended", "case.resumed"]
    office.reach("closing_check", reference=reference)
    assert auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()


def test_a_statutory_limit_still_warns_while_a_case_rests(office, clock):
    reference = office.lodge()
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(days=70)

    swept = monitoring.sweep(office.platform)

    assert (swept.sent, swept.failed) == (2, 0)
    assert {e.detail for e in office.view(reference).escalations} == {"Final response"}


def test_a_waiting_time_of_the_diagram_rests_with_its_case(office, clock):
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    (due,) = rows(office.platform.database, "SELECT next_due FROM complaint_case")[0]
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(days=200)
    swept = monitoring.sweep(office.platform)
    resting = rows(office.platform.database, "SELECT next_due FROM complaint_case")

    operations.resume(office.platform, **_known(office, reference))

    (after,) = rows(office.platform.database, "SELECT next_due FROM complaint_case")[0]
    assert swept.cases == 0
    assert due is not None
    assert resting == [(None,)]
    assert str(after) > str(due)
    assert "answer" in office.view(reference).awaits


def test_a_suspended_case_is_no_work_to_do_until_it_is_resumed(office, clock, staff):
    at_work, resting = office.reach("assess"), office.reach("assess")
    gate = office.reach("approve_decision")
    inbox.claim(
        office.platform,
        actor=staff["hanna"],
        reference=resting,
        token=office.token(resting, "assess"),
    )
    clock.advance(days=90)
    before = _to_do(office)

    for reference in (resting, gate):
        operations.suspend(office.platform, **_known(office, reference))
    meanwhile = _to_do(office)
    for reference in (resting, gate):
        operations.resume(office.platform, **_known(office, reference))

    assert {reference for view in meanwhile[0].values() for reference in view} == {at_work}
    assert meanwhile[1] == {"mine": 0, "unclaimed": 2, "late": 2, "at_risk": 0, "all": 2}
    assert meanwhile[2] == {"assess": 1, "acknowledge": 1}
    assert meanwhile[3] == 2
    assert before == _to_do(office)
    assert before[2] == {"assess": 2, "acknowledge": 2, "approve_decision": 1}
    assert before[3] == 0


def _to_do(office):
    """Return what each view of the inbox holds, its counts, the process page, what rests."""
    hanna, vera = office.staff["hanna"], office.staff["vera"]
    views = {
        (view, who): [
            row.reference
            for row in inbox.page(office.platform, actor=office.staff[who], view=view, **more)[0]
        ]
        for view, who, more in (
            ("mine", "hanna", {}),
            ("unclaimed", "hanna", {}),
            ("late", "hanna", {}),
            ("all", "hanna", {"search": "charged"}),
            ("all", "ada", {"gates_only": True}),
            ("all", "hanna", {"element": "approve_decision"}),
        )
    }
    waiting = heat.overview(office.platform, actor=vera).steps
    return (
        views,
        inbox.counts(office.platform, actor=hanna),
        {each.element: each.waiting for each in waiting if each.waiting},
        inbox.suspended_count(office.platform, actor=hanna),
    )


def test_suspended_cases_are_listed_with_reason_since_when_and_the_limit_that_runs_on(
    office, clock, staff
):
    first = office.lodge(summary="Meter is wrong")
    second = _decided(office)
    suspended_at = {}
    for reference in (first, second):
        suspended_at[reference] = clock.advance(hours=3)
        operations.suspend(office.platform, **_known(office, reference))

    found, total = inbox.suspended(office.platform, actor=staff["hanna"])
    one, n = inbox.suspended(
        office.platform, actor=staff["hanna"], search="wrong met", severities=(3,), limit=1
    )
    none = inbox.suspended(office.platform, actor=staff["hanna"], categories=("Safety",))

    limits = {c.code: c.due_at for c in office.view(first).clocks}
    assert [(row.reference, row.since) for row in found] == list(suspended_at.items())
    assert total == 2
    assert {(row.by, row.reason) for row in found} == {("mara", WHY["reason"])}
    assert (found[0].limit_at, found[1].limit_at) == (limits["final_response"], None)
    assert ([row.reference for row in one], n) == ([first], 1)
    assert none == ((), 0)


def _decided(office):
    """Return a case at which no step waits: the complainant has to answer."""
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    return reference


def test_a_step_that_the_law_opens_while_a_case_rests_is_no_work_either(office, clock, staff):
    reference = office.lodge()
    operations.suspend(office.platform, **_known(office, reference))
    clock.advance(days=70)

    monitoring.sweep(office.platform)

    assert {"respond_to_warning", "explain_breach"} <= set(office.steps(reference))
    assert inbox.page(office.platform, actor=staff["tom"], view="all") == ((), 0)


@ON_SQLITE
def test_an_inbox_that_offers_what_rests_is_noticed(office, clock, staff, monkeypatch):
    """Plant the bug: steps are not told that their case was suspended."""
    known = steps._shown
    monkeypatch.setattr(steps, "_shown", lambda case: known(case) | {"suspended_at": None})

    with pytest.raises(AssertionError):
        test_a_suspended_case_is_no_work_to_do_until_it_is_resumed(office, clock, staff)


@ON_SQLITE
def test_every_view_of_the_inbox_is_counted_in_an_index_alone(office, staff):
    with statements(office.platform.database) as seen:
        inbox.counts(office.platform, actor=staff["hanna"])
        inbox.suspended_count(office.platform, actor=staff["hanna"])
    asked = [statement for statement in seen if "count(*)" in statement]

    with office.platform.database.engine.connect() as connection:
        plans = [
            " ".join(
                row[3]
                for row in connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
                )
            )
            for statement in asked
        ]

    assert len(plans) == len(get_args(View)) + 1
    resting = [plan for plan in plans if "USING INDEX ix_case_suspended" in plan]
    assert len(resting) == 1  # few cases rest: each is looked at, for whom it is
    assert [p for p in plans if p not in resting and "COVERING INDEX ix_" not in p] == []


@ON_SQLITE
def test_a_suspension_that_the_commands_ignore_is_noticed(office, monkeypatch):
    """Plant the bug: a case never counts as suspended."""
    monkeypatch.setattr(Case, "is_suspended", property(lambda _: False))

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_suspended_case_refuses_work_in_a_sentence_and_can_be_read(office, office.staff)
