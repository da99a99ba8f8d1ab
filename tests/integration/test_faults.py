"""Faults of the world: replies that get lost, disks that are full, cases that always fail."""

from uuid import uuid4

import pytest

from engine.domain.actor import Actor, Role
from engine.errors import StepClaimedError, StepNotOpenError, UnavailableError
from engine.services.handling import casework, inbox
from engine.services.intake import intake
from engine.services.running import monitoring
from engine.store.session import Session
from tests.benchmarks.multitude import multiply
from tests.integration.agreement import contradictions
from tests.integration.crowd import at_once
from tests.integration.office import ANSWERS, execute, rows

FIRST_COPY = 10_000_000


def _lodge(office, command_id):
    return intake.lodge(
        office.platform,
        actor=office.staff["hanna"],
        complaint=office.heard(),
        command_id=command_id,
    )


def _lose_replies(monkeypatch):
    """Let every commit be stored and its reply be lost, until the returned list is emptied."""
    commit, lost = Session.commit, [True]

    def commit_and_cut(session):
        commit(session)
        if lost:
            raise UnavailableError("The connection to the database was cut.")

    monkeypatch.setattr(Session, "commit", commit_and_cut)
    return lost


def test_a_reply_that_got_lost_after_the_commit_is_answered_truthfully(office, monkeypatch):
    """Twenty on each database: the second try tells what the first one did, and does nothing."""
    asked = [uuid4() for _ in range(20)]
    lost = _lose_replies(monkeypatch)
    for command_id in asked:
        with pytest.raises(UnavailableError):
            _lodge(office, command_id)
    lost.clear()

    told = [_lodge(office, command_id) for command_id in asked]

    assert told == [f"C-2026-{n:06d}" for n in range(1, 21)]
    assert rows(office.platform.database, "SELECT count(*) FROM complaint_case") == [(20,)]


def test_without_a_command_id_the_second_try_would_do_it_again(office, monkeypatch):
    """The check above catches a command whose id is not kept."""
    lost = _lose_replies(monkeypatch)
    with pytest.raises(UnavailableError):
        office.lodge()
    lost.clear()

    office.lodge()

    assert rows(office.platform.database, "SELECT count(*) FROM complaint_case") == [(2,)]


def _submit(office, forms, posts):
    ids = [uuid4() for _ in range(forms)]
    ends = [at_once(posts, lambda _, command_id=each: _lodge(office, command_id)) for each in ids]
    assert all(len(set(told)) == 1 for told in ends)
    query = "SELECT count(*) FROM complaint_case"
    assert rows(office.platform.database, query) == [(forms,)]


def test_forms_that_are_submitted_sixteen_times_at_once_are_one_case_each(office):
    _submit(office, forms=5, posts=16)


@pytest.mark.fuzz
def test_fifty_forms_submitted_sixteen_times_at_once_are_fifty_cases(office):
    _submit(office, forms=50, posts=16)


def _contest(office, rounds):
    """Let eight people finish the same step at once, again and again; return the winners."""
    people = [
        Actor(username=f"h{n}", name=f"Handler {n}", roles=frozenset({Role.HANDLER}))
        for n in range(8)
    ]
    return [_winners(office, people) for _ in range(rounds)]


def _winners(office, people):
    reference = office.reach("assess")
    given = {"reference": reference, "token": office.token(reference, "assess")}
    ends = at_once(
        8,
        lambda n: inbox.complete_step(
            office.platform, actor=people[n], answers=ANSWERS["assess"], **given
        ),
    )
    refused = [end for end in ends if isinstance(end, Exception)]
    assert {type(end) for end in refused} <= {StepNotOpenError, StepClaimedError}
    assert contradictions(office.platform, reference) == []
    return 8 - len(refused)


def test_of_eight_people_one_wins_in_every_round(office):
    assert _contest(office, 5) == [1] * 5


@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_of_eight_people_one_wins_in_every_of_many_rounds(office):
    rounds = 100 if office.platform.database.is_sqlite else 200

    assert _contest(office, rounds) == [1] * rounds


def _poisoned(office, clock, cases):
    """Let five of many late cases fail always; return how often each of the others was warned."""
    reference = office.lodge()
    multiply(office.platform, reference, cases)
    execute(
        office.platform.database,
        "UPDATE complaint_case SET state = :broken WHERE id >= :first AND id < :last",
        broken=b"[]",
        first=FIRST_COPY,
        last=FIRST_COPY + 5,
    )
    clock.now = office.view(reference).clocks[0].warn_at
    for _ in range(4):
        monitoring.sweep(office.platform)
        clock.advance(minutes=1)
    warned = rows(office.platform.database, "SELECT count(*) FROM escalation GROUP BY case_id")
    return [n for (n,) in warned]


def _judge_poison(office, clock, mara, cases):
    warned = _poisoned(office, clock, cases)

    assert warned == [1] * (cases - 4)
    open_ones = monitoring.incidents(office.platform, actor=mara)
    assert [incident.attempts for incident in open_ones] == [3] * 5


def test_five_poisoned_cases_of_many_stop_no_other_and_are_told_after_three_tries(
    office, clock, mara
):
    _judge_poison(office, clock, mara, 100)


@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_five_poisoned_cases_of_a_thousand_stop_no_other(office, clock, mara):
    _judge_poison(office, clock, mara, 1_000)


def _fill_disk(office):
    """Leave no room, as far as a test can: SQLite has a limit, PostgreSQL is made to say so."""
    database = office.platform.database
    if database.is_sqlite:
        database.close()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        return
    says_so = "BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END"
    begin = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
    execute(database, f"{begin} $$ {says_so} $$")
    execute(database, "CREATE TRIGGER no_room BEFORE INSERT ON journal EXECUTE FUNCTION no_room()")


def _make_room(office):
    database = office.platform.database
    if database.is_sqlite:
        database.close()
    else:
        execute(database, "DROP TRIGGER no_room ON journal")


def _write_much(office, known):
    for _ in range(50):
        casework.add_note(office.platform, text="x" * 9_000, **known)


def test_a_full_disk_is_said_in_a_sentence_and_leaves_everything_whole(office):
    reference = office.reach("assess")
    known = {"actor": office.staff["hanna"], "reference": reference}
    _fill_disk(office)

    with pytest.raises(UnavailableError, match="full"):
        _write_much(office, known)

    _make_room(office)
    assert contradictions(office.platform, reference) == []
    casework.add_note(office.platform, text="There is room again.", **known)
    assert office.view(reference).notes[-1].text == "There is room again."
