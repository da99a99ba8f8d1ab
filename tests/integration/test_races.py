"""Several people at the same case at the same moment: one wins, nothing is lost or doubled."""

import time

import pytest

from engine.domain.actor import Actor, Role
from engine.errors import ConflictError, RedressError, StepClaimedError, StepNotOpenError
from engine.services.audit import auditing
from engine.services.handling import casework, inbox
from engine.services.process import processes
from engine.store import database as store
from tests.integration.crowd import at_once
from tests.integration.office import ANSWERS, execute, rows

CROWD = 8


def _handlers(office, count=CROWD):
    people = [
        Actor(username=f"h{n}", name=f"Handler {n}", roles=frozenset({Role.HANDLER}))
        for n in range(count)
    ]

    def hire(tx):
        for person in people:
            tx.accounts.add(person, password_hash="", at=office.platform.now())

    office.platform.database.write(hire)
    return people


def test_of_eight_who_finish_a_step_at_once_exactly_one_does(office, platform):
    reference = office.reach("assess")
    token, people = office.token(reference, "assess"), _handlers(office)

    def complete(number):
        return inbox.complete_step(
            platform,
            actor=people[number],
            reference=reference,
            token=token,
            answers=ANSWERS["assess"],
        )

    ends = at_once(CROWD, complete)

    refused = [end for end in ends if isinstance(end, Exception)]
    assert len(refused) == CROWD - 1
    assert {type(refusal) for refusal in refused} <= {StepNotOpenError, StepClaimedError}
    told = office.view(reference)
    assert [s.form for s in told.statements].count("assess") == 1
    assert [each.step.element for each in told.steps] == ["acknowledge"]


def test_of_eight_who_claim_a_step_at_once_exactly_one_has_it(office, platform):
    reference = office.reach("assess")
    token, people = office.token(reference, "assess"), _handlers(office)

    ends = at_once(
        CROWD,
        lambda n: inbox.claim(platform, actor=people[n], reference=reference, token=token),
    )

    refused = [end for end in ends if end is not None]
    assert {type(refusal) for refusal in refused} == {StepClaimedError}
    assert len(refused) == CROWD - 1
    assert office.steps(reference)["assess"].assignee == f"h{ends.index(None)}"


def test_different_steps_of_one_case_are_finished_at_once(office, platform, staff):
    reference = office.reach("assess", register={})
    casework.escalate(platform, actor=staff["hanna"], reference=reference, reason="Help, please.")
    casework.escalate(platform, actor=staff["hanna"], reference=reference, reason="And again.")
    waiting = office.view(reference).steps
    tokens = [each.step for each in waiting]

    def complete(number):
        step = tokens[number]
        who = "tom" if step.form == "escalation_response" else "hanna"
        return inbox.complete_step(
            platform,
            actor=staff[who],
            reference=reference,
            token=step.token,
            answers=ANSWERS[step.form],
        )

    ends = at_once(len(tokens), complete)

    assert not [end for end in ends if isinstance(end, Exception)]
    assert set(office.steps(reference)) == {"assign"}
    assert office.view(reference).case.rev > len(tokens)


def test_everything_that_eight_people_note_at_once_is_kept(office, platform, staff):
    reference = office.lodge()

    ends = at_once(
        CROWD,
        lambda n: casework.add_note(
            platform, actor=staff["hanna"], reference=reference, text=f"Note {n}"
        ),
    )

    told = office.view(reference)
    assert ends == [None] * CROWD
    assert {note.text for note in told.notes} == {f"Note {n}" for n in range(CROWD)}
    assert auditing.verify_journal(platform, actor=staff["vera"]).broken == ()


def test_a_withdrawal_and_a_decision_at_once_leave_one_whole_story(office, platform, staff):
    reference = office.reach("approve_decision")
    token = office.token(reference, "approve_decision")

    def act(number):
        if number:
            return casework.withdraw(
                platform, actor=staff["hanna"], reference=reference, reason="She paid."
            )
        return inbox.complete_step(
            platform,
            actor=staff["ada"],
            reference=reference,
            token=token,
            answers=ANSWERS["approval"],
        )

    ends = at_once(2, act)

    told = office.view(reference)
    assert all(isinstance(end, ConflictError) for end in ends if isinstance(end, Exception))
    assert [each.step.element for each in told.steps] == ["confirm_withdrawal"]
    sent = [letter.kind for letter in told.communications]
    assert sent.count("decision") == (0 if isinstance(ends[0], Exception) else 1)


def test_eight_complaints_lodged_at_once_have_eight_references(office):
    ends = at_once(CROWD, lambda _: office.lodge())

    assert not [end for end in ends if isinstance(end, Exception)]
    numbers = sorted(int(reference.rpartition("-")[2]) for reference in ends)
    assert numbers == list(range(1, CROWD + 1))


def test_a_draft_saved_from_two_windows_at_once_is_kept_once(office, platform, staff):
    reference = office.lodge()
    token = office.token(reference, "register")

    ends = at_once(
        4,
        lambda n: inbox.save_draft(
            platform,
            actor=staff["hanna"],
            reference=reference,
            token=token,
            content={"product": str(n)},
        ),
    )

    assert not [end for end in ends if isinstance(end, Exception)]
    assert rows(platform.database, "SELECT count(*) FROM draft") == [(1,)]


def test_programs_that_start_at_once_publish_the_shipped_process_once(platform):
    ends = at_once(4, lambda _: processes.install_shipped(platform))

    assert sorted(ends, key=str) == [False, False, False, True]
    assert rows(platform.database, "SELECT version FROM process_version") == [(1,)]


def test_a_page_tells_of_one_moment(office, platform, staff):
    reference = office.lodge()

    with platform.database.read() as tx:
        before = tx.cases.get(reference)
        office.do(reference, "register")
        again, steps = tx.cases.get(reference), tx.steps.of(before.id)

    assert again == before
    assert [step.element for step in steps] == ["register"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_writer_that_ignores_the_revision_is_noticed(office, platform, staff, monkeypatch):
    """Plant the bug: without the revision two notes overwrite one another's journal."""
    reference = office.lodge()
    stale = platform.database.write(lambda tx: tx.cases.get(reference))
    casework.add_note(platform, actor=staff["hanna"], reference=reference, text="First")
    execute(platform.database, "UPDATE complaint_case SET rev = rev - 1")
    platform.database.write(lambda tx: tx.cases.replace(stale, before=stale))

    broken = auditing.verify_journal(platform, actor=staff["vera"]).broken

    assert [name for name, _why in broken] == [reference]


def test_a_race_that_is_never_won_ends_with_a_sentence(office, platform, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    reference = office.lodge()

    def lose(tx):
        case = tx.cases.get(reference)
        tx.cases.replace(case.model_copy(update={"rev": case.rev - 1}), before=case)

    begun = time.monotonic()
    with pytest.raises(RedressError, match="too busy"):
        platform.database.write(lose)
    assert time.monotonic() - begun < 5
