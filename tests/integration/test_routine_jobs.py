"""What comes back each quarter and year: restores tried, holidays, self-assessment and audits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config.routine import ProgrammePolicy
from engine.domain.actor import SYSTEM
from engine.domain.governance import Grade, RecordAct, RecordKind, RecordState, Wanted
from engine.errors import BackupError, InvalidInputError
from engine.services.evidence import programme, register
from engine.services.running import foresight, holiday_refresh, recounting
from engine.services.running.foresight import Proposal
from engine.services.upkeep import job_health, jobs, nightly_backup, restore_trial
from tests.integration.calendar_ways import RITA
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.routine_ways import (
    DECLARED,
    begun_before,
    in_britain,
    kept_in,
    policy_of,
)


@pytest.fixture
def kept(office, tmp_path):
    """An organisation with a complaint and a backup of last night."""
    office.do(office.reach("acknowledge"), "acknowledge", text="We have received it.")
    folder = tmp_path / "backups"
    folder.mkdir()
    platform = kept_in(office.platform, folder)
    nightly_backup.back_up(platform)
    return platform


def _file(platform):
    return nightly_backup.backups_in(platform)[-1]


def _leftovers(platform):
    return [path.name for path in platform.home.iterdir() if path.name.startswith("restore-")]


@pytest.mark.iso("8.2")
def test_the_latest_backup_is_restored_beside_the_data_in_use_and_removed_again(kept, clock):
    before = rows(kept.database, "SELECT count(*) FROM journal")
    clock.advance(hours=7)

    done = restore_trial.try_restore(kept)

    assert (done.restored, done.hours) == (1, 7)
    assert min(done.rows, done.events, done.seconds) > 0
    assert before == rows(kept.database, "SELECT count(*) FROM journal WHERE case_id IS NOT NULL")
    told = "SELECT count(*) FROM organisation_event WHERE type = 'backup.tried'"
    assert rows(kept.database, told) == [(1,)]
    assert _leftovers(kept) == []


def test_a_backup_that_cannot_be_restored_is_a_failure_and_nothing_is_left_of_it(kept):
    content = bytearray(_file(kept).read_bytes())
    content[len(content) // 2] ^= 0xFF
    _file(kept).write_bytes(content)

    with pytest.raises(BackupError, match="is not what it was"):
        jobs.run(kept, name="restore_test")

    health = {each.job.name: each for each in job_health.health(kept, actor=SYSTEM)}
    assert health["restore_test"].state is job_health.JobState.FAILED
    assert _leftovers(kept) == []


def test_a_full_disk_a_lost_folder_and_no_backup_are_told(kept, office, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(restore_trial, "_SPACE", 1 << 60)
        with pytest.raises(InvalidInputError, match="MB left"):
            restore_trial.try_restore(kept)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BackupError, match="no backup"):
        restore_trial.try_restore(kept_in(office.platform, tmp_path / "empty"))
    with pytest.raises(InvalidInputError, match="is not there"):
        restore_trial.try_restore(kept_in(office.platform, tmp_path / "gone"))

    assert restore_trial.try_restore(office.platform) == restore_trial.Trial()


@pytest.mark.iso("8.4")
def test_changed_holidays_are_proposed_and_never_applied_by_themselves(office):
    there = begun_before(office)
    due = rows(there.database, "SELECT due_at FROM clock ORDER BY id")

    first = holiday_refresh.look_at_holidays(there)
    again = holiday_refresh.look_at_holidays(there)

    (change,) = recounting.all_changes(there, actor=RITA)
    assert (first.changed, first.proposed, again.proposed) == (1, 1, 0)
    assert (change.proposed_by, change.waits) == ("system", True)
    assert "7 January 2026 is no longer Day of mourning" in change.reason
    assert recounting.apply(there) == 0
    assert rows(there.database, "SELECT due_at FROM clock ORDER BY id") == due

    recounting.decide(there, actor=RITA, change_id=change.id, confirm=True)
    assert recounting.apply(there) == 1
    assert holiday_refresh.look_at_holidays(there).changed == 0
    assert not foresight.preview(there, actor=SYSTEM, proposal=Proposal(), limit=0).moved


def test_days_off_are_told_a_year_ahead_only_where_they_take_work_off(office):
    there = in_britain(office.platform)
    looked = holiday_refresh.look_at_holidays(there)
    days = holiday_refresh.days_off(there, actor=RITA, year=2027)
    special = there.policy.calendar.model_copy(
        update={"special_days": {days[0].day: there.policy.calendar.week.monday}}
    )
    worked = replace(there, calendar=type(there.calendar)(special))

    assert (looked.days, looked.changed, looked.proposed) == (len(days), 0, 0)
    assert all(each.is_closed and each.day.year == 2027 for each in days)
    assert all(each.day.weekday() < 5 for each in days)
    assert DECLARED not in {each.day for each in days}
    assert [d.is_closed for d in holiday_refresh.days_off(worked, actor=RITA, year=2027)][:2] == [
        False,
        True,
    ]


@pytest.mark.iso("8.7")
def test_each_year_a_self_assessment_is_put_on_record_once(office, clock):
    nobody = programme.plan_self_assessment(office.platform)
    policy = policy_of(office)
    done = [
        summary
        for _year in range(2)
        for summary in (_run(office, clock, "annual_self_assessment", days=0) for _ in range(2))
    ]
    clock.advance(days=365)
    done.append(_run(office, clock, "annual_self_assessment", days=0))

    assert nobody.planned == 0
    assert [each["planned"] for each in done] == [1, 0, 0, 0, 1]
    first = _records(office, RecordKind.PLAN)[-1]
    assert (first.title, first.owner, first.made_by) == ("Self-assessment 2026", "rita", "system")
    assert first.state is RecordState.PROPOSED
    assert f"record {policy}, Complaints policy, due on 1 December 2026" in first.text


def test_at_the_same_moment_one_self_assessment_is_planned(office):
    policy_of(office)

    done = at_once(4, lambda _number: programme.plan_self_assessment(office.platform).planned)

    assert sorted(done) == [0, 0, 0, 1]


@pytest.mark.iso("8.5")
def test_an_audit_is_always_planned_and_what_is_late_is_counted(office, clock):
    first = programme.tend_audits(office.platform)
    again = programme.tend_audits(office.platform)

    (audit,) = _records(office, RecordKind.AUDIT)
    assert (first.planned, again.planned) == (1, 0)
    assert audit.owner == "vera"
    assert audit.due_on - office.platform.now().date() == timedelta(days=28)
    _hold(office, audit.number)
    finding = _found(office, audit.number)
    clock.advance(days=40)
    late = programme.tend_audits(office.platform)
    assert (late.planned, late.overdue, late.findings) == (1, 0, 1)
    (following, _audit) = _records(office, RecordKind.AUDIT)
    held = _records(office, RecordKind.AUDIT)[1].done_at.date()
    assert 360 < (following.due_on - held).days <= 366
    assert f"record {finding}, Late letters" in following.text


def test_an_organisation_that_plans_its_audits_itself_gets_none(office):
    own = {"programme": ProgrammePolicy(audit_months=0)}
    platform = replace(office.platform, policy=office.platform.policy.model_copy(update=own))

    assert programme.tend_audits(platform).planned == 0
    assert _records(office, RecordKind.AUDIT) == []


def _run(office, clock, name, *, days):
    clock.advance(days=days, minutes=1)
    return jobs.run(office.platform, name=name).summary


def _records(office, kind):
    mara = office.staff["mara"]
    every = register.register_of_governance(office.platform, actor=mara)
    return [each for each in every if each.kind is kind]


def _hold(office, number):
    mara = office.staff["mara"]
    told = {"number": number, "actor": mara}
    register.act_on_record(office.platform, act=RecordAct.APPROVE, **told)
    register.act_on_record(office.platform, act=RecordAct.CARRY_OUT, said="It was held.", **told)


def _found(office, audit):
    wanted = Wanted("Late letters", "Three of ten.", "mara", date(2026, 2, 1), about=audit)
    return register.record_finding(
        office.platform, actor=office.staff["vera"], clause="7.2", grade=Grade.MINOR, wanted=wanted
    )
