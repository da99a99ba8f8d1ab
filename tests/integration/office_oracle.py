"""The figures about the office, reckoned slowly from plain rows; services are held to them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine.bootstrap import Platform
from engine.domain.kpi import Period
from engine.store.prepared import table_of
from engine.store.tables.case_tables import CaseRow
from engine.store.tables.chain_tables import OrganisationEventRow, VerificationRow
from engine.store.tables.governance_tables import (
    EvidenceCountRow,
    EvidenceRunRow,
    EvidenceVerdictRow,
    GovernanceRow,
    StatedNumberRow,
)
from engine.store.tables.reach_tables import SampledCaseRow, SampleRow, WaiverRow
from engine.store.tables.second_look_tables import SecondLookRow
from engine.store.tables.signal_tables import SignalAnswerRow, SignalRow

Told = tuple[float | None, int]
_DAY = timedelta(days=1)
_AT_WORK = {"intake", "handler", "investigator", "team_leader", "approver", "safety_officer"}


class Plain:
    """An office as its rows are.

    Attributes:
        end: Of the period, or the present where it is earlier.
    """

    def __init__(self, platform: Platform, period: Period) -> None:
        self.platform, self.period = platform, period
        self.end = min(period.end, platform.now())

    def all(self, kind: Any) -> list[Any]:
        """Return every row of a table."""
        with self.platform.database.read() as tx:
            return list(tx._session.execute(table_of(kind).select()).all())

    def people(self) -> set[str]:
        """Return who works on complaints."""
        with self.platform.database.read() as tx:
            accounts = [each for each in tx.accounts.all() if each.is_active]
        return {a.actor.username for a in accounts if {r.value for r in a.actor.roles} & _AT_WORK}

    def day(self, at: datetime) -> date:
        """Return the day of a moment, where the organisation is."""
        return self.platform.calendar.day_of(at)

    def days(self) -> Iterator[date]:
        """Yield the days of the period."""
        at = self.period.begin
        while at < self.period.end:
            yield self.day(at)
            at += _DAY

    def last_run(self) -> Any:
        """Return the last nightly check of the period; None where there was none."""
        runs = [run for run in self.all(EvidenceRunRow) if run.at in self.period]
        return max(runs, key=lambda run: run.id, default=None)

    def measure(self, name: str) -> tuple[int, int]:
        """Return how many things it looked at by a measure, and how many were in order."""
        run = self.last_run()
        for row in self.all(EvidenceCountRow):
            if run is not None and (row.run_id, row.measure) == (run.id, name):
                return row.looked_at, row.in_order
        return 0, 0

    def records(self, *kinds: str) -> list[Any]:
        """Return records of governance that were there by the end of the period."""
        made = [row for row in self.all(GovernanceRow) if row.made_at < self.period.end]
        return [row for row in made if row.kind in kinds]

    def open_actions(self) -> list[Any]:
        """Return the actions that were not over at the end of the period."""
        found = []
        for row in self.records("action"):
            over = row.ended_at if row.state == "ended" else None
            over = row.done_at if row.state in {"done", "verified"} else over
            if row.made_at < self.end and (over is None or over >= self.end):
                found.append(row)
        return found


def _part(good: int, n: int) -> Told:
    return (good / n if n else None), n


def _per_customers(plain: Plain) -> Told:
    days, whole, n = set(plain.days()), 0, 0
    for row in plain.all(StatedNumberRow):
        month = [row.month + k * _DAY for k in range(31)]
        month = [day for day in month if day.month == row.month.month]
        if row.of != "customers" or not days.issuperset(month):
            continue
        if month[-1] >= plain.day(plain.platform.now()):
            continue
        whole += row.number
        n += sum(plain.day(case.received_at) in month for case in plain.all(CaseRow))
    return (1000 * n / whole if whole else None), n


def _raised(plain: Plain) -> Told:
    n = sum(row.found_at in plain.period for row in plain.all(SignalRow))
    return n, n


def _answered(plain: Plain) -> Told:
    good = n = 0
    for row in plain.all(SignalRow):
        due = plain.day(row.found_at)
        for _ in range(plain.platform.policy.signals.answer_days):
            due += _DAY
            while plain.platform.calendar.why_free(due):
                due += _DAY
        until = plain.platform.calendar.close_of(due)
        if until in plain.period and until < plain.platform.now():
            n += 1
            said = [a for a in plain.all(SignalAnswerRow) if a.signal_id == row.id]
            good += any(answer.answered_at <= until for answer in said)
    return _part(good, n)


def _wrong(name: str) -> Callable[[Plain], Told]:
    def told(plain: Plain) -> Told:
        looked_at, in_order = plain.measure(name)
        return (looked_at - in_order if looked_at else None), looked_at

    return told


def _complete(plain: Plain) -> Told:
    looked_at, in_order = plain.measure("7.2.complete")
    return _part(in_order, looked_at)


def _waived(plain: Plain) -> Told:
    rows = [row for row in plain.all(WaiverRow) if row.is_confirmed]
    n = sum(row.decided_at in plain.period for row in rows)
    return n, n


def _proven(plain: Plain) -> Told:
    runs = [r for r in plain.all(VerificationRow) if r.scope == "" and r.finished_at is not None]
    there = [r.started_at for r in runs if r.started_at in plain.period]
    begun = plain.day(min([row.at for row in plain.all(OrganisationEventRow)] + there))
    today = plain.day(plain.platform.now())
    good = n = 0
    for day in plain.days():
        of_day = sorted((r.id, r.findings) for r in runs if plain.day(r.started_at) == day)
        if begun <= day < today or (day == today and of_day):
            n += 1
            good += bool(of_day) and not of_day[-1][1]
    return _part(good, n)


def _found(plain: Plain) -> Told:
    runs = [r for r in plain.all(VerificationRow) if r.scope == "" and r.finished_at is not None]
    before = [r for r in runs if r.started_at < plain.period.end]
    last = max(before, key=lambda r: r.id, default=None)
    return (None, 0) if last is None else (len(last.findings), last.events)


def _taught(plain: Plain, about: set[int] | None) -> Told:
    on = plain.day(plain.end)
    holding = {
        row.owner
        for row in plain.records("training")
        if row.state == "approved" and row.due_on >= on and (about is None or row.about in about)
    }
    people = plain.people()
    return _part(len(people & holding), len(people))


def _of_policy(plain: Plain) -> Told:
    live = {row.id for row in plain.records("policy") if row.state == "approved"}
    return _taught(plain, live)


def _put_forward(plain: Plain) -> Told:
    n = sum(row.made_at in plain.period for row in plain.records("action"))
    return n, n


def _on_time(plain: Plain) -> Told:
    days, good, n = set(plain.days()), 0, 0
    for row in plain.records("audit", "review"):
        is_over = row.due_on < plain.day(plain.platform.now())
        if row.due_on in days and is_over and row.state != "ended":
            n += 1
            was_done = row.state in {"done", "verified"}
            good += was_done and plain.day(row.done_at) <= row.due_on
    return _part(good, n)


def _overdue(plain: Plain) -> Told:
    actions = plain.open_actions()
    return _part(sum(row.due_on < plain.day(plain.end) for row in actions), len(actions))


def _age(plain: Plain) -> Told:
    ages = sorted((plain.end - row.made_at) / _DAY for row in plain.open_actions())
    return (ages[(len(ages) - 1) // 2] if ages else None), len(ages)


def _kept(plain: Plain) -> Told:
    run = plain.last_run()
    rows = [r for r in plain.all(EvidenceVerdictRow) if run is not None and r.run_id == run.id]
    words = [row.verdict for row in rows if row.verdict != "not_applicable"]
    return _part(words.count("pass"), len(words))


def _never_recorded(plain: Plain) -> Told:
    judged = [row for row in plain.all(SecondLookRow) if row.judged_at is not None]
    of_time = [row for row in judged if row.judged_at in plain.period]
    return _part(sum(row.verdict == "complaint" for row in of_time), len(of_time))


def _asked(kind: str, wrong: set[str]) -> Callable[[Plain], Told]:
    def told(plain: Plain) -> Told:
        of_kind = {row.id for row in plain.all(SampleRow) if row.kind == kind}
        seen = [row for row in plain.all(SampledCaseRow) if row.missed is not None]
        seen = [row for row in seen if row.sample_id in of_kind]
        seen = [row for row in seen if row.reviewed_at in plain.period]
        return _part(sum(not wrong & set(row.missed.split(",")) for row in seen), len(seen))

    return told


_SIDES = {"sides_not_treated_alike", "staff_not_heard", "conflict_not_declared"}
ORACLE: Mapping[str, Callable[[Plain], Told]] = {
    "per_1000_customers": _per_customers,
    "signals_raised": _raised,
    "signals_answered": _answered,
    "sod_breaches": _wrong("4.7.apart"),
    "sod_waived": _wrong("4.7.unwaived"),
    "waivers_given": _waived,
    "records_complete": _complete,
    "journal_proven": _proven,
    "journal_findings": _found,
    "trained": lambda plain: _taught(plain, None),
    "policy_known": _of_policy,
    "improvements_proposed": _put_forward,
    "reviews_on_time": _on_time,
    "actions_overdue": _overdue,
    "action_age": _age,
    "conformity": _kept,
    "unrecorded": _never_recorded,
    "decisions_correct": _asked("quality", {"decision_not_correct"}),
    "letters_complete": _asked("quality", {"letter_not_complete"}),
    "objectivity_in_order": _asked("objectivity", _SIDES),
}
"""By the id of a definition."""
