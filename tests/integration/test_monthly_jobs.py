"""What is done each month and each night: figures frozen, complaints drawn, all backed up."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from config.routine import ReviewPolicy
from engine.domain.actor import Actor, Role
from engine.domain.kpi import months_before
from engine.domain.remedy import RemedyState
from engine.errors import InvalidInputError
from engine.services.figures import monthly_sample
from engine.services.handling import owing
from engine.services.upkeep import backup, jobs, nightly_backup
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.reach_ways import QUINN, hire
from tests.integration.upkeep_ways import backed_up_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAT = Actor(username="pat", name="Pat", roles=frozenset({Role.QUALITY_REVIEWER}))


def _months(office):
    asked = "SELECT day FROM snapshot WHERE kind = 'monthly' ORDER BY day"
    return [str(day) for (day,) in rows(office.platform.database, asked)]


@pytest.mark.iso("8.4")
def test_the_month_that_ended_is_frozen_once_and_missed_ones_later(office, clock):
    office.lodge()
    clock.now = datetime.fromisoformat("2026-02-01T03:15:00+00:00")
    first = jobs.run(office.platform, name="month_close")
    clock.now = datetime.fromisoformat("2026-05-12T09:00:00+00:00")

    later = jobs.run(office.platform, name="month_close")
    clock.advance(minutes=1)
    again = jobs.run(office.platform, name="month_close")

    assert [run.summary["kept"] for run in (first, later, again)] == [1, 3, 0]
    assert _months(office) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-03-31T23:30:00+00:00", "2026-02-28T23:00:00+00:00", "2026-03-31T22:00:00+00:00"),
        ("2026-10-31T23:30:00+00:00", "2026-09-30T22:00:00+00:00", "2026-10-31T23:00:00+00:00"),
    ],
    ids=["summer time begins", "summer time ends"],
)
def test_a_month_ends_at_midnight_there_also_when_clocks_change(now, first, last):
    (month,) = months_before(datetime.fromisoformat(now), "Europe/Berlin", since=None, most=31)

    assert (month.begin.isoformat(), month.end.isoformat()) == (first, last)


def test_no_more_months_are_made_up_for_than_wanted():
    now = datetime.fromisoformat("2026-05-12T09:00:00+00:00")

    found = months_before(now, "Europe/London", since=date(2020, 1, 31), most=3)

    assert [month.first_day("Europe/London").month for month in found] == [2, 3, 4]


def _close(office, number):
    for _ in range(number):
        office.do(office.reach("closing_check"), "closing_check")


def _drawn(office):
    asked = (
        "SELECT reviewer, drawn_by, seed, case_id FROM sample "
        "JOIN sampled_case ON sampled_case.sample_id = sample.id ORDER BY case_id"
    )
    return rows(office.platform.database, asked)


def _next_month(office, clock, **policy):
    clock.advance(days=31)
    said = {"review": ReviewPolicy(**policy)}
    return replace(office.platform, policy=office.platform.policy.model_copy(update=said))


@pytest.mark.iso("8.3")
def test_closed_complaints_are_drawn_each_once_and_shared_among_reviewers(office, clock):
    hire(office.platform, QUINN)
    hire(office.platform, PAT)
    _close(office, 3)
    platform = _next_month(office, clock, at_least=2)

    ends = at_once(4, lambda _: monthly_sample.draw_month(platform))

    assert sorted(end.drawn for end in ends) == [0, 0, 0, 2]
    drawn = _drawn(office)
    assert {who for who, *_ in drawn} == {"quinn", "pat"}
    assert {by for _, by, *_ in drawn} == {"system"}
    assert len({case for *_, case in drawn}) == 2
    assert len({seed for _, _, seed, _ in drawn}) == 1


@ON_SQLITE
@pytest.mark.iso("8.3")
def test_nobody_reviews_what_they_took_part_in(office, clock):
    _close(office, 1)
    both = (Role.HANDLER, Role.QUALITY_REVIEWER)
    office.platform.database.write(lambda tx: tx.accounts.set_roles("hanna", both))

    done = monthly_sample.draw_month(_next_month(office, clock))

    assert (done.drawn, done.among) == (0, 1)


@ON_SQLITE
def test_a_drawing_is_repeated_by_its_seed(office, clock):
    hire(office.platform, QUINN)
    _close(office, 4)
    done = monthly_sample.draw_month(_next_month(office, clock, at_least=2))
    seed = _drawn(office)[0][2]
    asked = "SELECT reference, category, outcome, id FROM complaint_case"
    closed = {ref: (cat or "", out or "") for ref, cat, out, _ in _all(office, asked)}

    again = monthly_sample.chosen_by(closed, 2, seed)

    number = {ref: case for ref, _, _, case in _all(office, asked)}
    assert (done.drawn, done.among) == (2, 4)
    assert sorted(number[ref] for ref in again) == [case for *_, case in _drawn(office)]


def _all(office, asked):
    return rows(office.platform.database, asked)


@ON_SQLITE
@pytest.mark.iso("7.7")
def test_a_remedy_that_nobody_carried_out_in_time_is_told_once(office, clock):
    reference = office.reach("closing_check")
    (remedy,) = office.view(reference).remedies
    clock.now = clock.now.replace(hour=8) + (remedy.due_on - clock.now.date())
    on_the_day = owing.tell_owing(office.platform)
    clock.advance(days=1)

    late = owing.tell_owing(office.platform)
    clock.advance(days=1)
    again = owing.tell_owing(office.platform)

    assert remedy.state in {RemedyState.OFFERED, RemedyState.ACCEPTED}
    assert [each.overdue for each in (on_the_day, late, again)] == [0, 1, 0]
    told = "SELECT count(*) FROM journal WHERE type = 'remedy.overdue'"
    assert _all(office, told) == [(1,)]


@ON_SQLITE
def test_a_backup_is_made_each_night_read_again_and_the_oldest_removed(office, clock, tmp_path):
    office.lodge()
    platform = backed_up_in(office.platform, tmp_path, keep=2)
    (tmp_path / "redress-before-the-move.zip").write_text("ours, by hand")
    done = []
    for _ in range(3):
        done += [nightly_backup.back_up(platform), nightly_backup.back_up(platform)]
        clock.advance(days=1)

    assert [each.made for each in done] == [1, 0] * 3
    assert [each.removed for each in done] == [0, 0, 0, 0, 1, 0]
    kept = sorted(path.name for path in tmp_path.glob("redress-*.zip"))
    assert kept == ["redress-2026-01-06.zip", "redress-2026-01-07.zip", kept[-1]]
    assert backup.check(tmp_path / kept[0]).rows == done[2].rows > 0


@ON_SQLITE
def test_without_a_folder_nothing_is_backed_up_and_a_lost_folder_is_a_failure(office, tmp_path):
    nothing = nightly_backup.back_up(office.platform)

    with pytest.raises(InvalidInputError, match=r"gone is not there\."):
        nightly_backup.back_up(backed_up_in(office.platform, tmp_path / "gone"))

    assert nothing == nightly_backup.Kept()
