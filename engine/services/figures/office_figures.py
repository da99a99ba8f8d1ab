"""Reads the figures that are about the office and not about complaints (ISO 10002:2018, 8.2, 8.5).

Nothing here looks at complaints: what is costly to count is taken from what the nightly check of
the clauses has kept, and how many complaints came in a month from their tallies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from engine.bootstrap import Platform
from engine.domain import office_figure as office
from engine.domain.case_fact import FactKind
from engine.domain.conformity import EvidenceRun
from engine.domain.governance import GovernanceRecord, RecordKind, trained_on
from engine.domain.invitation import working_days_after
from engine.domain.kpi import MEASURES, Figure, Measure, Period, Way
from engine.domain.office_figure import Days, Value
from engine.domain.permission import WORKING
from engine.store.case_figures import CaseFigures, Part
from engine.store.transaction import Transaction

OFFICE: tuple[Measure, ...] = tuple(each for each in MEASURES if each.way is Way.OFFICE)
"""Definitions of these figures."""


@dataclass(frozen=True)
class _Office:
    """Where the readers look.

    Attributes:
        seen: Complaints, as far as the reader sees them.
    """

    platform: Platform
    tx: Transaction
    seen: CaseFigures
    period: Period

    @cached_property
    def days(self) -> Days:
        """The days of the period."""
        zone = self.platform.policy.calendar.zone
        today = self.platform.calendar.day_of(self.platform.now())
        return Days(self.period.first_day(zone), self.period.last_day(zone), today)

    @cached_property
    def records(self) -> tuple[GovernanceRecord, ...]:
        """The register of governance, without what was put on record after the period."""
        every = self.tx.governance.all()
        return tuple(each for each in every if each.made_at < self.period.end)

    @cached_property
    def actions(self) -> list[GovernanceRecord]:
        """Corrective and preventive actions that were open at the end of the period."""
        return office.open_at(self.records, min(self.period.end, self.platform.now()))

    @cached_property
    def run(self) -> EvidenceRun | None:
        """The last nightly check of the period."""
        return self.tx.evidence_runs.last_in(self.period)

    def checked(self, measure: str) -> tuple[int, int]:
        """Return how many things the last nightly check looked at, and how many are in order."""
        return self.run.counts.get(measure, (0, 0)) if self.run else (0, 0)


def measured(
    platform: Platform, tx: Transaction, *, seen: CaseFigures, period: Period
) -> Mapping[str, Figure]:
    """Return the figures of a period by the ids of their definitions.

    Args:
        platform: Where the records are.
        tx: Reads them.
        seen: Complaints, as far as the reader sees them.
        period: Of which time.
    """
    place = _Office(platform, tx, seen, period)
    return {each.id: Figure(each.id, *_READERS[each.facts](place, each.detail)) for each in OFFICE}


def _received_per(place: _Office, basis: str) -> Value:
    stated = {e.month: e.number for e in place.tx.stated_numbers.all() if e.of.value == basis}
    months = {first: last for first, last in office.whole_months(place.days) if first in stated}
    return office.per_thousand(
        {first: _received(place, first, last) for first, last in months.items()}, stated
    )


def _received(place: _Office, first: date, last: date) -> int:
    month = Period.of_dates(first, last, place.platform.policy.calendar.zone)
    return sum(each.n for each in place.seen.tallied([FactKind.RECEIVED], Part(month)))


def _signals_raised(place: _Office, _detail: str) -> Value:
    found = place.tx.signals.found_before(place.period.end)
    return _number(sum(each.found_at in place.period for each in found))


def _signals_answered(place: _Office, _detail: str) -> Value:
    days, calendar = place.platform.policy.signals.answer_days, place.platform.calendar
    return office.signals_answered(
        place.tx.signals.found_before(place.period.end),
        place.period,
        place.platform.now(),
        lambda at: working_days_after(at, days, calendar=calendar),
    )


def _checked_wrong(place: _Office, measure: str) -> Value:
    looked_at, in_order = place.checked(measure)
    return (float(looked_at - in_order) if looked_at else None), looked_at


def _checked_in_order(place: _Office, measure: str) -> Value:
    looked_at, in_order = place.checked(measure)
    return office.of_all(in_order, looked_at)


def _waivers_given(place: _Office, _detail: str) -> Value:
    return _number(place.tx.waivers.given_in(place.period))


def _journal_proven(place: _Office, _detail: str) -> Value:
    day_of, begun = place.platform.calendar.day_of, place.tx.organisation.begun_at()
    every = place.tx.verifications.whole_in(place.period)
    runs = [(day_of(run.started_at), not run.findings) for run in every]
    return office.days_proven(runs, place.days, None if begun is None else day_of(begun))


def _journal_findings(place: _Office, _detail: str) -> Value:
    run = place.tx.verifications.last_before(place.period.end)
    return (float(len(run.findings)), run.events) if run else (None, 0)


def _learned(place: _Office, about: str) -> Value:
    of_policy = {e.number for e in place.records if e.kind is RecordKind.POLICY and e.is_live}
    meant = (each for each in place.records if not about or each.about in of_policy)
    trained = trained_on(place.days.told_on, meant)
    people = [each.actor for each in place.tx.accounts.all() if each.is_active]
    working = [person.username for person in people if person.roles & WORKING]
    return office.of_all(len(trained.intersection(working)), len(working))


def _proposed(place: _Office, _detail: str) -> Value:
    found = (each.made_at for each in place.records if each.kind is RecordKind.ACTION)
    return _number(sum(at in place.period for at in found))


def _done_on_time(place: _Office, _detail: str) -> Value:
    return office.done_on_time(place.records, place.days, place.platform.calendar.day_of)


def _actions_overdue(place: _Office, _detail: str) -> Value:
    overdue = sum(each.due_on < place.days.told_on for each in place.actions)
    return office.of_all(overdue, len(place.actions))


def _action_age(place: _Office, _detail: str) -> Value:
    return office.median_age(place.actions, min(place.period.end, place.platform.now()))


def _conformity(place: _Office, _detail: str) -> Value:
    verdicts = place.run.verdicts.values() if place.run else ()
    return office.clauses_kept(verdict for verdict, _looked_at, _in_order in verdicts)


def _unrecorded(place: _Office, _detail: str) -> Value:
    judged, complaints = place.tx.second_looks.judged_in(place.period)
    return office.of_all(complaints, judged)


def _answers(place: _Office, asked: str) -> Value:
    """Return the share of reviews in which one thing was as it should be, or everything was."""
    kind, _, word = asked.partition(".")
    every = place.tx.samples.answers_in(place.period)
    of_kind = [missed for of, missed in every if of.value == kind]
    good = sum(word not in each if word else not each for each in of_kind)
    return office.of_all(good, len(of_kind))


def _number(n: int) -> Value:
    return float(n), n


_READERS: Mapping[str, Callable[[_Office, str], Value]] = MappingProxyType(
    {
        "received_per": _received_per,
        "signals_raised": _signals_raised,
        "signals_answered": _signals_answered,
        "checked_wrong": _checked_wrong,
        "checked_in_order": _checked_in_order,
        "waivers_given": _waivers_given,
        "journal_proven": _journal_proven,
        "journal_findings": _journal_findings,
        "learned": _learned,
        "proposed": _proposed,
        "done_on_time": _done_on_time,
        "actions_overdue": _actions_overdue,
        "action_age": _action_age,
        "conformity": _conformity,
        "unrecorded": _unrecorded,
        "answers": _answers,
    }
)
"""By the ``facts`` of a definition; each takes its ``detail``, too."""
