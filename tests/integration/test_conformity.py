"""Each clause of the standard is kept, or not, as the records say."""

import random
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.conformity import Verdict, chosen_shares
from engine.domain.job import JOBS
from engine.domain.kpi import Period
from engine.errors import NotAllowedError, NotFoundError
from engine.services.evidence import conforming
from engine.services.process import processes
from engine.services.upkeep import jobs
from tests.conftest import MONDAY, Clock
from tests.integration.audited import BREAKS, judged, keep_in_order
from tests.integration.office import Office, rows

_STAFF = {
    "hanna": {Role.HANDLER, Role.INTAKE},
    "ivo": {Role.INVESTIGATOR},
    "tom": {Role.TEAM_LEADER},
    "ada": {Role.APPROVER},
    "mara": {Role.MANAGER},
    "sam": {Role.SAFETY_OFFICER},
    "vera": {Role.AUDITOR},
}


def person(name):
    return Actor(username=name, name=name.title(), roles=frozenset(_STAFF[name]))


def with_portal(platform, **facts):
    portal = platform.policy.portal.model_copy(update=facts)
    return replace(platform, policy=platform.policy.model_copy(update={"portal": portal}))


def in_order(platform, clock):
    """Return a platform on which every clause is kept."""
    duties = tuple(chosen_shares(duty, {"4.3.flow": 0.6}) for duty in platform.duties)
    told = with_portal(replace(platform, duties=duties), phone="0800 1, free of charge")
    keep_in_order(Office(told, {name: person(name) for name in _STAFF}), clock)
    return told


@pytest.fixture(scope="module")
def kept(sqlite_template, tmp_path_factory):
    """Such a platform; whatever a test breaks there is undone."""
    home = tmp_path_factory.mktemp("audited")
    shutil.copyfile(sqlite_template, home / "redress.db")
    url, clock = f"sqlite:///{home / 'redress.db'}", Clock(MONDAY)
    opened = open_platform(Settings(home=home, database_url=url))
    with closing(opened.database):
        platform = replace(opened, now=clock)
        processes.install_shipped(platform)

        def hire(tx):
            for name in _STAFF:
                tx.accounts.add(person(name), password_hash="", at=clock.now)

        platform.database.write(hire)
        yield in_order(platform, clock)


OTHERWISE = {
    "4.4": {"is_open": False, "phone": "", "email": "", "post": ""},
    "4.8": {"phone": "0800 1"},
}
"""Clauses that are broken by what the organisation says of itself."""
NOTHING_THERE = {"8.1": Verdict.NOT_APPLICABLE}
"""Nothing is old enough to be past its time."""


@pytest.mark.iso("8.5")
@pytest.mark.parametrize("clause", BREAKS)
def test_a_clause_that_is_broken_in_the_records_turns_red(kept, clause):
    before = judged(kept, clause)

    broken = judged(with_portal(kept, **OTHERWISE.get(clause, {})), clause, *BREAKS[clause])

    assert before.verdict is NOTHING_THERE.get(clause, Verdict.PASS), before.reason
    assert broken.verdict is Verdict.FAIL, broken.reason


def test_postgresql_says_the_same(postgresql_platform, clock, staff):
    processes.install_shipped(postgresql_platform)
    postgresql_platform.database.write(
        lambda tx: [tx.accounts.add(p, password_hash="", at=clock.now) for p in staff.values()]
    )
    platform = in_order(postgresql_platform, clock)

    for clause in BREAKS:
        broken = judged(with_portal(platform, **OTHERWISE.get(clause, {})), clause, *BREAKS[clause])
        assert judged(platform, clause).verdict is NOTHING_THERE.get(clause, Verdict.PASS), clause
        assert broken.verdict is Verdict.FAIL, clause


def test_every_clause_has_a_check_and_a_way_to_break_it(kept):
    assert {duty.clause for duty in kept.duties} == set(conforming.CHECKS) == set(BREAKS)
    assert len(BREAKS) == 39


@pytest.mark.parametrize("seed", range(12))
def test_counts_are_those_of_the_plain_records(kept, seed):
    chance = random.Random(seed)
    begin = kept.now() - timedelta(days=chance.choice([5, 19, 25, 60]))
    period = Period(begin, kept.now() - timedelta(days=chance.randrange(4)))
    limits = [
        (row.state, row.due_at, row.met_at, row.stops_on)
        for row in _clocks(kept)
        if period.begin <= row.due_at < period.end and row.state != "cancelled"
    ]
    (on_time,) = conforming.check_clauses(kept, actor=SYSTEM, period=period, clauses=["4.15"])
    (confirmed,) = conforming.check_clauses(kept, actor=SYSTEM, period=period, clauses=["7.4"])

    met = [limit for limit in limits if limit[2] is not None and limit[2] <= limit[1]]
    assert (on_time.looked_at, on_time.in_order) == (len(limits), len(met))
    assert confirmed.looked_at == sum("acknowledged" in limit[3] for limit in limits)


def _clocks(platform):
    from engine.store.prepared import table_of  # noqa: PLC0415 - the oracle reads rows
    from engine.store.tables.clock_tables import ClockRow  # noqa: PLC0415 - as above

    with platform.database.read() as tx:
        return tx._session.execute(table_of(ClockRow).select()).all()


def test_a_sample_is_drawn_again_by_its_seed(kept):
    one, same, other = (
        conforming.check_clauses(kept, actor=SYSTEM, seed=seed, clauses=["4.14"])[0]
        for seed in ("a", "a", "b")
    )

    drawn = [each.measures[0].count.sample for each in (one, same, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == kept.policy.evidence.sample


def test_jobs_and_days_are_named_as_everywhere_else(office, clock):
    jobs.run(office.platform, name="daily_snapshot")
    clock.advance(days=1)
    jobs.run(office.platform, name="daily_snapshot")

    (told,) = conforming.check_clauses(
        office.platform, actor=office.staff["vera"], clauses=["8.4"], seed=""
    )

    drawn = {each.measure.code: [name for name, _ in each.count.sample] for each in told.measures}
    assert JOBS["daily_snapshot"].title in drawn["jobs"]
    assert drawn["frozen"] == ["4 Jan 2026", "5 Jan 2026"]


@pytest.mark.iso("8.4")
def test_the_job_freezes_verdicts_and_the_journal_tells(office, clock):
    done = jobs.run(office.platform, name="evidence_run")
    clock.advance(days=1)
    jobs.run(office.platform, name="evidence_run")

    latest, first = conforming.evidence_runs(office.platform, actor=office.staff["vera"])
    told = rows(
        office.platform.database,
        "SELECT count(*) FROM organisation_event WHERE type = 'evidence.frozen'",
    )
    assert sum(done.summary.values()) == len(first.verdicts) == 39
    assert latest.at - first.at == timedelta(days=1)
    assert latest.digest != first.digest
    assert told == [(2,)]


def test_what_a_manager_may_not_see_is_not_counted(office):
    vera, mara = office.staff["vera"], office.staff["mara"]
    reference = office.lodge()
    office.lodge()
    office.platform.database.write(
        lambda tx: tx.cases.replace(
            tx.cases.get(reference).model_copy(update={"restricted_at": office.platform.now()}),
            before=tx.cases.get(reference),
        )
    )
    period = Period(
        office.platform.now() - timedelta(days=1), office.platform.now() + timedelta(seconds=1)
    )

    counted = [
        conforming.check_clauses(office.platform, actor=who, clauses=["7.3"], period=period)[0]
        for who in (vera, mara)
    ]

    assert [each.looked_at for each in counted] == [2, 1]


def test_a_handler_sees_no_evidence_and_there_is_no_clause_nine(office):
    with pytest.raises(NotAllowedError):
        conforming.check_clauses(office.platform, actor=office.staff["hanna"])
    with pytest.raises(NotFoundError):
        conforming.check_clauses(office.platform, actor=office.staff["vera"], clauses=["9.1"])
