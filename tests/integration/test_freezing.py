"""Figures that were kept: what has changed since, and whether somebody has changed them."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.kpi import Period
from engine.errors import InvalidInputError
from engine.services.evidence import conforming
from engine.services.figures import facts, freezing
from engine.services.journal import checkpoints
from engine.services.upkeep import jobs
from tests.integration.office import execute, rows

ZONE = "Europe/London"
JANUARY = Period.of_dates(date(2026, 1, 1), date(2026, 1, 31), ZONE)


@pytest.fixture
def closed(office, clock):
    """A month of which the figures are kept; one complaint was received in it."""
    office.lodge()
    clock.now = datetime.fromisoformat("2026-02-01T03:15:00+00:00")
    jobs.run(office.platform, name="month_close")
    return office


def _frozen(office):
    facts.keep_up(office.platform)
    return freezing.frozen_figures(office.platform, actor=office.staff["mara"], period=JANUARY)


@pytest.mark.iso("8.4")
def test_what_was_kept_stands_beside_what_is_found_today(closed, clock):
    at_once = _frozen(closed)
    closed.lodge(received_at=clock.now - timedelta(days=9))

    later = _frozen(closed)

    changed = {each.shown.measure.id: each for each in later.changed}
    received = changed["received"]
    assert at_once.changed == ()
    assert at_once.figures > 40
    assert (received.then.value, received.shown.figure.value) == (1, 2)
    assert not received.is_redefined
    assert changed.keys() >= {"received", "backlog", "age"}
    assert "closed" not in changed
    assert later.is_told


def test_figures_that_meant_something_else_are_said_to(closed, clock):
    (kept,) = _figures(closed)
    kept["received"] = {"value": 7, "n": 7, "version": 0}
    _rewrite(closed, kept)

    told = _frozen(closed)

    assert [(e.shown.measure.id, e.then.value, e.is_redefined) for e in told.changed] == [
        ("received", 7, True)
    ]


@pytest.mark.iso("8.4")
@pytest.mark.iso("8.5")
def test_figures_that_somebody_changed_are_found_by_the_journal(closed):
    before = _frozen(closed).is_told
    (kept,) = _figures(closed)
    kept["received"]["value"] = 0
    _rewrite(closed, kept)

    after = _frozen(closed).is_told

    assert (before, after) == (True, False)


def test_the_next_checkpoint_signs_that_figures_were_kept(closed):
    kept = "SELECT seq FROM organisation_event WHERE type = 'figures.frozen'"
    ((last,),) = rows(closed.platform.database, kept)

    made = checkpoints.make(closed.platform)

    assert made.fields["organisation"][0] >= last


def test_figures_of_which_the_journal_does_not_tell_are_not_vouched_for(closed):
    wish = "UPDATE snapshot SET begin_at = NULL, end_at = NULL"
    execute(closed.platform.database, wish)  # as an earlier release left them

    assert not _frozen(closed).is_told


def test_a_group_that_nothing_is_in_any_more_is_told_too(closed):
    (kept,) = _figures(closed)
    kept["by_category: Price"] = {"value": 1, "n": 1, "version": 1}
    kept["abolished"] = {"value": 3, "n": 3, "version": 1}
    _rewrite(closed, kept)

    told = _frozen(closed)

    (price,) = told.changed
    assert (price.shown.title, price.then.value, price.shown.figure.value) == ("Price", 1, 0)
    assert told.gone == ("abolished",)


def test_figures_of_other_hours_are_not_compared(closed):
    there = replace(closed.platform, policy=_in_new_york(closed.platform.policy))
    january = Period.of_dates(date(2026, 1, 1), date(2026, 1, 31), "America/New_York")

    told = freezing.frozen_figures(there, actor=closed.staff["mara"], period=january)

    assert told is None


def test_a_stretch_that_is_not_kept_has_nothing_to_compare(closed):
    period = Period.of_dates(date(2026, 1, 2), date(2026, 1, 31), ZONE)
    mara = closed.staff["mara"]

    assert freezing.frozen_figures(closed.platform, actor=mara, period=period) is None
    with pytest.raises(InvalidInputError, match="neither a day nor seven days nor a month"):
        freezing.freeze_figures(closed.platform, actor=SYSTEM, period=period)


def test_west_of_greenwich_a_day_is_called_by_its_own_date(office, clock):
    there = replace(office.platform, policy=_in_new_york(office.platform.policy))
    clock.now = datetime.fromisoformat("2026-02-03T09:00:00+00:00")

    jobs.run(there, name="daily_snapshot")

    kept = rows(there.database, "SELECT day FROM snapshot")
    assert [str(day) for (day,) in kept] == ["2026-02-02"]


@pytest.mark.iso("8.4")
def test_the_clause_turns_red_where_kept_figures_were_changed(office, clock):
    for _ in range(3):
        clock.advance(days=1)
        jobs.run(office.platform, name="daily_snapshot")
    sound = _of_days(office)
    _rewrite(office, {})

    changed = _of_days(office)

    assert [sound.count.in_order, changed.count.in_order] == [3, 0]
    assert [sound.count.looked_at, changed.count.looked_at] == [3, 3]
    assert changed.verdict != sound.verdict


def _in_new_york(policy):
    calendar = policy.calendar.model_copy(update={"zone": "America/New_York"})
    return policy.model_copy(update={"calendar": calendar})


def _of_days(office):
    vera = office.staff["vera"]
    (monitoring,) = conforming.check_clauses(office.platform, actor=vera, clauses=("8.4",))
    return next(each for each in monitoring.measures if each.measure.code == "frozen")


def _figures(office):
    kept = rows(office.platform.database, "SELECT figures FROM snapshot")
    return [json.loads(told) if isinstance(told, str) else told for (told,) in kept]


def _rewrite(office, figures):
    database = office.platform.database
    told = ":told" if database.engine.name == "sqlite" else "CAST(:told AS json)"
    execute(database, f"UPDATE snapshot SET figures = {told}", told=json.dumps(figures))  # noqa: S608


def test_the_command_tells_what_has_changed(redress, closed, clock):
    closed.lodge(received_at=clock.now - timedelta(days=9))
    facts.keep_up(closed.platform)
    month = ("kpi", "frozen", "--from", "2026-01-01", "--to", "2026-01-31")

    said = redress(*month)
    told = json.loads(redress(*month, "--format", "json").out)
    none = redress("kpi", "frozen", "--from", "2026-01-02", "--to", "2026-01-31")

    assert "They are those that the journal tells of." in said.out
    assert told["changed"]["received"]["then"] == {"value": 1, "n": 1}
    assert none.status == 2
    assert "There is no snapshot from 2026-01-02 to 2026-01-31." in none.err
