"""Figures about the office are those of the plain records."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from engine.domain import office_figure
from engine.domain.kpi import Period
from engine.services.evidence import conforming
from engine.services.figures import office_figures, reporting
from tests.integration.busy_office import busy
from tests.integration.office import statements
from tests.integration.office_oracle import ORACLE, Plain
from tests.integration.people import REX

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALLOW = {
    "sqlite": "PRAGMA ignore_check_constraints = 1",
    "postgresql": "ALTER TABLE approval DROP CONSTRAINT four_eyes",
}
"""How the database is brought to keep what it would refuse."""


def told(office, period, actor=REX):
    report = reporting.report(office.platform, actor=actor, period=period)
    return {shown.measure.id: shown for shown in report.office}


def differing(office, period):
    """Return the figures that are not those of the plain records."""
    shown = told(office, period)
    plain = Plain(office.platform, period)
    found = {}
    for name, reckon in ORACLE.items():
        value, n = reckon(plain)
        figure = shown[name].figure
        is_same = (figure.value is None) is (value is None) and figure.n == n
        if not is_same or (value is not None and figure.value != pytest.approx(value)):
            found[name] = ((figure.value, figure.n), (value, n))
    return found


@pytest.mark.iso("8.2")
@pytest.mark.iso("8.3")
@pytest.mark.iso("8.5")
def test_figures_about_the_office_are_those_of_the_plain_records(office, clock):
    period = busy(office, clock)
    zone = office.platform.policy.calendar.zone
    today = period.last_day(zone)
    others = [Period.of_dates(today - n * timedelta(days=1), today, zone) for n in (0, 9, 20)]
    others.append(Period.of_dates(date(2026, 1, 1), date(2026, 1, 25), zone))

    found = [differing(office, each) for each in (period, *others)]

    assert found == [{}] * 5
    shown = told(office, period)
    assert {name for name in ORACLE if shown[name].figure.value in {None, 0}} == {
        "sod_breaches",
        "letters_complete",
    }


BUGS = {
    "per_1000_customers": ("received_per", lambda p, _: (1000 * _all(p) / 1500, _all(p))),
    "signals_raised": (
        "signals_raised",
        lambda p, _: office_figures._number(len(p.tx.signals.open())),
    ),
    "signals_answered": ("signals_answered", lambda p, _: _of_answered(p)),
    "sod_waived": ("checked_wrong", lambda p, m: (float(p.checked(m)[0]), p.checked(m)[0])),
    "records_complete": ("checked_in_order", lambda p, m: (1.0, p.checked(m)[0])),
    "waivers_given": (
        "waivers_given",
        lambda p, _: office_figures._number(len(p.tx.waivers.all())),
    ),
    "journal_proven": (
        "journal_proven",
        lambda p, _: office_figure.of_all(*[len(p.tx.verifications.whole_in(p.period))] * 2),
    ),
    "journal_findings": (
        "journal_findings",
        lambda p, _: (0.0, p.tx.verifications.last_whole().events),
    ),
    "trained": ("learned", lambda p, _: office_figure.of_all(1, len(p.tx.accounts.all()))),
    "policy_known": ("learned", lambda p, _: office_figures._learned(p, "")),
    "improvements_proposed": (
        "proposed",
        lambda p, _: office_figures._number(sum(r.kind.value == "action" for r in p.records)),
    ),
    "reviews_on_time": (
        "done_on_time",
        lambda p, _: office_figure.done_on_time(
            [r for r in p.records if r.done_at], p.days, p.platform.calendar.day_of
        ),
    ),
    "actions_overdue": (
        "actions_overdue",
        lambda p, _: office_figure.of_all(
            sum(each.is_overdue(p.days.today) for each in p.records), len(p.records)
        ),
    ),
    "action_age": (
        "action_age",
        lambda p, _: office_figure.median_age(p.records, p.platform.now()),
    ),
    "conformity": (
        "conformity",
        lambda p, _: _of_every_clause(p),
    ),
    "unrecorded": (
        "unrecorded",
        lambda p, _: office_figure.of_all(1, p.tx.second_looks.counts(p.period.begin)[0]),
    ),
    "decisions_correct": ("answers", lambda p, _: _of_any_kind(p)),
    "letters_complete": ("answers", lambda p, _: _of_any_kind(p)),
    "objectivity_in_order": ("answers", lambda p, _: _of_any_kind(p)),
}
"""By figure: a reader, and what it could as easily have been."""


def _of_answered(place):
    """Leave out what still waits, as if nobody had to answer it."""
    signals = [each for each in place.tx.signals.found_before(place.period.end) if each.answers]
    return office_figure.signals_answered(
        signals, place.period, place.platform.now(), lambda at: at + timedelta(days=9)
    )


def _of_every_clause(place):
    """Count clauses that do not apply, as if they did."""
    words = [
        verdict.value for verdict, _n, _k in (place.run.verdicts.values() if place.run else ())
    ]
    return office_figure.of_all(words.count("pass"), len(words))


def _of_any_kind(place):
    """Take every look for one of the same kind."""
    every = [missed for _kind, missed in place.tx.samples.answers_in(place.period)]
    return office_figure.of_all(sum(not missed for missed in every), len(every))


def _all(place):
    return sum(office_figures._received(place, day, day) for day in _days(place))


def _days(place):
    first, last = place.days.first, place.days.last
    return [first + n * timedelta(days=1) for n in range((last - first).days + 1)]


@ON_SQLITE
def test_what_is_reckoned_otherwise_is_caught(office, clock, monkeypatch):
    period = busy(office, clock)
    right = office_figures._READERS
    missed = []

    for name, (reader, wrong) in BUGS.items():
        monkeypatch.setattr(office_figures, "_READERS", {**right, reader: wrong})
        if name not in differing(office, period):
            missed.append(name)

    assert missed == []
    assert BUGS.keys() == ORACLE.keys() - {"sod_breaches"}


@pytest.mark.iso("4.7")
@pytest.mark.iso("5.4")
def test_who_approved_what_they_drafted_is_found_at_night(office, clock):
    period = busy(office, clock)
    database = office.platform.database
    before = told(office, period)["sod_breaches"].figure

    def forge(tx):
        tx._session.execute(text(ALLOW[database.engine.dialect.name]))
        one = "(SELECT min(id) FROM approval)"
        tx._session.execute(text(f"UPDATE approval SET approver = drafter WHERE id = {one}"))  # noqa: S608 - ours

    database.write(forge)
    conforming.freeze_evidence(office.platform)

    after = told(office, period)["sod_breaches"].figure
    assert (before.value, after.value) == (0, 1)
    assert after.n == before.n > 1
    assert differing(office, period) == {}


@ON_SQLITE
def test_nothing_is_read_of_single_complaints(office, clock):
    period = busy(office, clock)
    database = office.platform.database

    with database.read() as tx, statements(database) as seen:
        figures = tx.case_facts.figures(conforming.view_in(office.platform, tx, REX, period).sight)
        seen.clear()
        office_figures.measured(office.platform, tx, seen=figures, period=period)

    named = [each for each in seen if "complaint_case" in each or " journal" in each]
    assert (named, len(seen) > 5) == ([], True)
