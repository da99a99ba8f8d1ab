"""Any two commands on one case at the same moment: each is done whole or refused in a sentence."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement

import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.regime import Occasion
from engine.domain.sample import Review
from engine.errors import RedressError
from engine.services.accounts import legal_hold
from engine.services.audit import journal_export, verifying
from engine.services.figures import sampling
from engine.services.handling import approvals, casefile, casework, inbox
from engine.services.privacy import erasure, subject_access
from engine.services.running import glass, messages, monitoring, operations, rebuild, timing
from engine.services.running.change import CaseChange
from engine.services.staffing import restriction, teams
from tests.architecture.authority import services
from tests.integration import (
    assessment_ways,
    authority_ways,
    calendar_ways,
    document_ways,
    door_ways,
    evidence_ways,
    extension_ways,
    inquiry_ways,
    issue_ways,
    kin_ways,
    ladder_ways,
    letter_ways,
    mail_ways,
    migration_ways,
    party_ways,
    posting_ways,
    referral_ways,
    remedy_ways,
    request_ways,
    respondent_ways,
    scenario_ways,
    survey_ways,
)
from tests.integration.agreement import contradictions
from tests.integration.commands import SOURCES, writers
from tests.integration.crowd import at_once
from tests.integration.office import ANSWERS, Office, execute
from tests.integration.reach_ways import QUINN, draw_for

Rival = Callable[[Office, str], Callable[[], object]]
WHY = {"reason": "The file was mixed up."}
DORA = Actor(username="dora", name="Dora", roles=frozenset({Role.DATA_PROTECTION}))


def _at(office, who, reference, element="approve_decision"):
    found = office.steps(reference).get(element)
    token = found.token if found else "999"
    return {"actor": office.staff[who], "reference": reference, "token": token}


def _on(office, who, reference):
    return {"actor": office.staff[who], "reference": reference}


def _review(office, sample_id, reference):
    known = {"actor": QUINN, "sample_id": sample_id, "reference": reference}
    sampling.review(office.platform, found=Review.TO_IMPROVE, remark="Too slow.", **known)


RIVALS: dict[str, Rival] = {
    **document_ways.RIVALS,
    **door_ways.RIVALS,
    "approvals.approve": lambda o, r: partial(approvals.approve, o.platform, **_at(o, "ada", r)),
    "approvals.return_draft": lambda o, r: partial(
        approvals.return_draft, o.platform, reasons="Once more, please.", **_at(o, "ada", r)
    ),
    "casework.acknowledge_escalation": lambda o, r: partial(
        casework.acknowledge_escalation,
        o.platform,
        action="I call her today.",
        **_at(o, "tom", r, "respond_to_escalation"),
    ),
    "casework.add_note": lambda o, r: partial(
        casework.add_note, o.platform, text="She called.", **_on(o, "hanna", r)
    ),
    "casework.deliver_answer": lambda o, r: partial(
        casework.deliver_answer, o.platform, answer="rejected", **_on(o, "hanna", r)
    ),
    "casework.escalate": lambda o, r: partial(
        casework.escalate, o.platform, **WHY, **_on(o, "hanna", r)
    ),
    "casework.withdraw": lambda o, r: partial(
        casework.withdraw, o.platform, **WHY, **_on(o, "hanna", r)
    ),
    "inbox.claim": lambda o, r: partial(inbox.claim, o.platform, **_at(o, "ada", r)),
    "inbox.complete_step": lambda o, r: partial(
        inbox.complete_step, o.platform, answers=ANSWERS["approval"], **_at(o, "ada", r)
    ),
    "inbox.reassign": lambda o, r: partial(
        inbox.reassign, o.platform, to="ada", **_at(o, "tom", r)
    ),
    "inbox.release": lambda o, r: partial(inbox.release, o.platform, **_at(o, "ada", r)),
    "inbox.save_draft": lambda o, r: partial(
        inbox.save_draft, o.platform, content={"comment": "So"}, **_at(o, "ada", r)
    ),
    **calendar_ways.RIVALS,
    **inquiry_ways.RIVALS,
    **issue_ways.RIVALS,
    **kin_ways.RIVALS,
    **referral_ways.RIVALS,
    **ladder_ways.RIVALS,
    **letter_ways.RIVALS,
    **mail_ways.RIVALS,
    **migration_ways.RIVALS,
    **posting_ways.RIVALS,
    **remedy_ways.RIVALS,
    **request_ways.RIVALS,
    **respondent_ways.RIVALS,
    **scenario_ways.RIVALS,
    **survey_ways.RIVALS,
    **assessment_ways.RIVALS,
    **authority_ways.RIVALS,
    **extension_ways.RIVALS,
    **party_ways.RIVALS,
    **evidence_ways.RIVALS,
    "messages.declare_key": lambda o, r: partial(
        messages.declare_key, o.platform, actor=SYSTEM, reference=r, key=f"POLICY-{r}"
    ),
    "monitoring.retry": lambda o, r: partial(
        monitoring.retry, o.platform, actor=SYSTEM, reference=r
    ),
    "monitoring.sweep": lambda o, _r: partial(monitoring.sweep, o.platform),
    "operations.move_token": lambda o, r: partial(
        operations.move_token, o.platform, element="investigate", **WHY, **_at(o, "mara", r)
    ),
    "operations.resume": lambda o, r: partial(
        operations.resume, o.platform, **WHY, **_on(o, "mara", r)
    ),
    "operations.set_due_date": lambda o, r: partial(
        operations.set_due_date,
        o.platform,
        due_at=o.platform.now() + timedelta(days=3),
        **WHY,
        **_at(o, "tom", r),
    ),
    "operations.set_promise_date": lambda o, r: partial(
        operations.set_promise_date,
        o.platform,
        code="final_response",
        due_at=o.platform.now() + timedelta(days=9),
        **WHY,
        **_on(o, "tom", r),
    ),
    "operations.skip_step": lambda o, r: partial(
        operations.skip_step, o.platform, **WHY, **_at(o, "mara", r)
    ),
    "operations.suspend": lambda o, r: partial(
        operations.suspend, o.platform, **WHY, **_on(o, "mara", r)
    ),
    "rebuild.rebuild": lambda o, _r: partial(rebuild.rebuild, o.platform, actor=SYSTEM),
    "casefile.view": lambda o, r: partial(casefile.view, o.platform, **_on(o, "hanna", r)),
    "erasure.propose_erasure": lambda o, r: partial(
        erasure.propose_erasure, o.platform, actor=DORA, reference=r, **WHY
    ),
    "glass.break_glass": lambda o, r: partial(
        glass.break_glass, o.platform, **WHY, **_on(o, "mara", r)
    ),
    "journal_export.of_case": lambda o, r: partial(
        journal_export.of_case, o.platform, **_on(o, "vera", r)
    ),
    "legal_hold.lift": lambda o, r: partial(
        legal_hold.lift, o.platform, actor=DORA, reference=r, **WHY
    ),
    "legal_hold.place": lambda o, r: partial(
        legal_hold.place, o.platform, actor=DORA, reference=r, **WHY
    ),
    "restriction.lift": lambda o, r: partial(
        restriction.lift, o.platform, **WHY, **_on(o, "mara", r)
    ),
    "restriction.restrict": lambda o, r: partial(
        restriction.restrict, o.platform, people=["ada", "hanna"], **WHY, **_on(o, "mara", r)
    ),
    "sampling.review": lambda o, r: partial(_review, o, draw_for(o.platform, "quinn"), r),
    "subject_access.export": lambda o, r: partial(
        subject_access.export, o.platform, actor=DORA, reference=r, **WHY
    ),
    "teams.move": lambda o, r: partial(teams.move, o.platform, team="", **WHY, **_on(o, "mara", r)),
    "timing.note_occasion": lambda o, r: partial(
        timing.note_occasion, o.platform, occasion=Occasion.UPDATED, **_on(o, "hanna", r)
    ),
    "verifying.run": lambda o, r: partial(verifying.run, o.platform, **_on(o, "vera", r)),
}
"""How each command is given on a case whose decision waits for approval, and that is late."""

PAIRS = list(combinations_with_replacement(sorted(RIVALS), 2))


def _late_case(office, clock):
    reference = office.reach("approve_decision")
    casework.escalate(office.platform, **WHY, **_on(office, "hanna", reference))
    clock.advance(days=70)
    return reference


def _race(office, reference, pair):
    """Let two commands at one case at once; return what is wrong afterwards."""
    given = [RIVALS[name](office, reference) for name in pair]
    ends = at_once(2, lambda n: given[n]())
    defects = [
        f"{name}: {end!r}"
        for name, end in zip(pair, ends, strict=True)
        if isinstance(end, Exception) and not isinstance(end, RedressError)
    ]
    return [*defects, *contradictions(office.platform, reference)]


def _raced(office, clock, pairs):
    wrong = {}
    for pair in pairs:
        reference = _late_case(office, clock)
        if found := _race(office, reference, pair):
            wrong[pair] = found
        # Others would be swept again with each pair.
        execute(office.platform.database, "UPDATE clock SET next_at = NULL")
    return wrong


def test_every_command_on_a_case_has_rivals():
    every = services(SOURCES)
    on_a_case = [name for name in writers() if "reference" in every[name].arguments]

    missing = [name for name in on_a_case if name not in RIVALS]

    assert missing == [], "Say in RIVALS how these are given on a case that others work on."


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_two_commands_at_once_leave_a_case_whole(office, clock, name):
    """One in sixteen pairs on each database; all of them, on both, in the long form."""
    mine = office.platform.database.is_sqlite
    pairs = [
        pair for place, pair in enumerate(PAIRS, 8 * mine) if pair[0] == name and place % 16 == 0
    ]

    wrong = _raced(office, clock, pairs)

    assert wrong == {}


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_every_two_commands_at_once_leave_a_case_whole_many_times(office, clock):
    wrong = [_raced(office, clock, PAIRS) for _ in range(3)]

    assert wrong == [{}] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_command_that_forgets_a_row_is_noticed(office, clock, monkeypatch):
    """Plant the bug: steps that are gone stay in the inbox."""
    reference = _late_case(office, clock)
    monkeypatch.setattr(CaseChange, "_project", lambda *_: None)

    wrong = _race(office, reference, ("casework.withdraw", "inbox.complete_step"))

    assert "inbox" in wrong
