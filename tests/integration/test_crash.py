"""A process that dies at any moment leaves a case before the command or after it, never between.

Every command of the services is tried, found by itself; see ``commands`` and ``watching``.
"""

import pytest

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing
from engine.services.handling import inbox
from engine.services.running.change import CaseChange
from tests.integration.agreement import contradictions_anywhere
from tests.integration.commands import WAYS, Desk, without_a_way, writers, writers_in
from tests.integration.killing import contents, killed_at
from tests.integration.office import ANSWERS, rows
from tests.integration.postbox import PostBox
from tests.integration.watching import watch


@pytest.fixture
def desk(office, clock, tmp_path):
    box = PostBox()
    box.open()
    yield Desk(office, clock, tmp_path, box.url)
    box.close()


def test_every_command_has_a_way_to_be_given():
    assert list(without_a_way(writers())) == []


def test_no_way_is_left_of_a_command_that_is_gone():
    assert set(WAYS) - set(writers()) == set()


def test_a_command_that_nobody_thought_of_is_found():
    planted = {
        "refund": "def pay(platform, *, actor):\n    actor.require(Deed.WORK)\n    _do(platform)\n"
        "def _do(platform):\n    command.carry_out(platform, 1)\n"
        "def read(platform, *, actor):\n    actor.require(Deed.READ)",
        "command": "def carry_out(platform, command):\n    platform.database.write(command)",
    }

    found = writers_in(planted)

    assert found == ["refund.pay"]
    assert "refund.pay" in next(without_a_way(found))


STORIES = [name for name, way in WAYS.items() if way.is_story]


SHORT = [name for name in writers() if name not in STORIES]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", SHORT)
def test_whenever_a_command_is_killed_everything_is_whole(desk, name):
    _is_whole_at_every_point(desk, name)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "name",
    [
        name if n % 3 == 0 else pytest.param(name, marks=pytest.mark.fuzz)
        for n, name in enumerate(SHORT)
    ],
)
def test_whenever_one_is_killed_on_postgresql_everything_is_whole(desk, name):
    """Every third; the long form has all."""
    _is_whole_at_every_point(desk, name)


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.fuzz)], indirect=True
)
@pytest.mark.parametrize("name", STORIES)
def test_whenever_a_long_story_is_killed_everything_is_whole(desk, name):
    _is_whole_at_every_point(desk, name)


def _is_whole_at_every_point(desk, name):
    way = WAYS.get(name) or pytest.fail(next(without_a_way([name])))
    act = way.prepare(desk)

    seen = watch(desk.office.platform, act, contradictions_anywhere)

    assert seen.found == {}
    assert seen.points > 3
    assert seen.states >= 2, "The command has stored nothing."
    assert way.is_piecewise or seen.states == 2, "It was stored in parts."


def _commits_half_way(monkeypatch):
    """Plant the bug: what was stated is committed before the case moves on."""
    finish = CaseChange.finish

    def commit_and_finish(change):
        session = change.tx._session
        session._send()
        session._connection.exec_driver_sql("COMMIT")
        session._connection.exec_driver_sql("BEGIN")
        finish(change)

    monkeypatch.setattr(CaseChange, "finish", commit_and_finish)


def test_a_command_that_commits_half_way_is_noticed(desk, monkeypatch):
    act = WAYS["inbox.complete_step"].prepare(desk)
    _commits_half_way(monkeypatch)

    seen = watch(desk.office.platform, act, contradictions_anywhere)

    assert seen.states > 2
    assert seen.found


def _torn(office, act, is_whole):
    """Really kill ``act`` at every third point; return those where something was half done."""
    before, torn, point = contents(office.platform.database), [], 0
    while killed_at(office.platform, act, point):
        now = contents(office.platform.database)
        if now != before and not is_whole():
            torn.append(point)
        before, point = now, point + 3
    assert point > 20
    return torn if is_whole() else [*torn, point]


def _approval(office, reference):
    token = office.token(reference, "approve_decision")

    def act(platform):
        inbox.complete_step(
            platform,
            actor=office.staff["ada"],
            reference=reference,
            token=token,
            answers=ANSWERS["approval"],
        )

    def is_whole():
        told = office.view(reference)
        return (
            told.steps == ()
            and len(told.approvals) == 1
            and told.communications[-1].kind == "decision"
            and "answer" in told.awaits
            and told.case.decided_at is not None
            and rows(office.platform.database, "SELECT count(*) FROM outbox") == [(2,)]
            and not auditing.verify_journal(office.platform, actor=SYSTEM).broken
        )

    return act, is_whole


def test_a_killed_approval_is_whole_or_never_was(office):
    act, is_whole = _approval(office, office.reach("approve_decision"))

    torn = _torn(office, act, is_whole)

    assert torn == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_command_that_commits_half_way_is_noticed_by_killing_it(office, monkeypatch):
    act, is_whole = _approval(office, office.reach("approve_decision"))
    _commits_half_way(monkeypatch)

    torn = _torn(office, act, is_whole)

    assert torn
