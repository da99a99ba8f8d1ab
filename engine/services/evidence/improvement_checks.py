"""What shows that the process is kept up and improved (ISO 10002:2018, 8.1 to 8.7)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.job import JOBS
from engine.domain.permission import WORKING
from engine.domain.snapshot import SnapshotKind
from engine.services.evidence.audit_view import AuditView, Counts, named
from engine.services.evidence.principle_checks import reviews
from engine.services.figures.freezing import as_told

_DAY = timedelta(days=1)
_WATCHED = 30
_ANSWERS = frozenset({RecordKind.ACTION, RecordKind.RESOURCE, RecordKind.PLAN})


def collection(view: AuditView) -> Counts:
    """8.1: what is past its time was erased."""
    retention = view.platform.policy.retention
    longest = max((retention.years, *retention.categories.values()))
    today = view.today
    first = view.platform.calendar.begin_of(today - timedelta(days=longest * 366))
    window = replace(view.window, values={"kept_until": first})
    return replace(view, window=window).complaints("8.1", "disposed")


def analysis(view: AuditView) -> Counts:
    """8.2: causes are named, and returns to regulators are sent by their day."""
    return {
        **view.complaints("8.2", "classified"),
        "returned": view.count("returned", _returns(view)),
    }


def _returns(view: AuditView) -> Iterator[tuple[str, bool]]:
    """Yield the returns that fell due in the period, and those before that were never sent."""
    kept = [each for each in view.tx.kept_returns.all() if each.made_at <= view.now]
    for each in view.tx.return_preparations.all():
        sent = [view.day_of(one.made_at) for one in kept if each.is_about(one)]
        is_of_period = not sent or each.due_on >= view.day_of(view.window.begin)
        if each.due_on < view.today and is_of_period:
            is_in_time = min(sent, default=date.max) <= each.due_on
            yield f"{each.kind.title}, due {_on(each.due_on)}", is_in_time


def satisfaction(view: AuditView) -> Counts:
    """8.3: people answer."""
    return view.complaints("8.3", "responded")


def monitoring(view: AuditView) -> Counts:
    """8.4: figures are frozen, and jobs run."""
    kept = view.tx.snapshots.since(SnapshotKind.DAILY, view.today - _WATCHED * _DAY)
    frozen = {key.day for key in as_told(view.tx, kept)}
    first = min((each.key.day for each in kept), default=view.today)
    days = [first + n * _DAY for n in range((view.today - first).days)]
    runs = [run for name in sorted(JOBS) if (run := view.tx.jobs.last(name))]
    return {
        "frozen": view.count("frozen", [(_on(day), day in frozen) for day in days]),
        "jobs": view.count("jobs", [(JOBS[r.name].title, r.state == "done") for r in runs]),
    }


def _on(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def auditing(view: AuditView) -> Counts:
    """8.5: audits are held by independent people, and findings are dealt with."""
    roles = {account.actor.username: account.actor.roles for account in view.accounts}
    audits = [
        (named(r), not roles.get(r.owner, frozenset()) & WORKING)
        for r in view.records
        if r.kind is RecordKind.AUDIT and (r.is_live or view.was_done(r))
    ]
    return {
        "audits": view.count("audits", view.planned(RecordKind.AUDIT)),
        "independent": view.count("independent", audits),
        "findings": view.count("findings", view.planned(RecordKind.FINDING)),
    }


def management_review(view: AuditView) -> Counts:
    """8.6: reviews are held, and lead to something."""
    answered = {r.about for r in view.records if r.kind in _ANSWERS}
    held = [r for r in view.records if r.kind is RecordKind.REVIEW and view.was_done(r)]
    return {
        "reviews": view.count("reviews", reviews(view)),
        "followed": view.count("followed", [(named(r), r.number in answered) for r in held]),
    }


def continual_improvement(view: AuditView) -> Counts:
    """8.7: it is checked whether what was done has helped."""
    before = view.now - view.hours("8.7", "effective")
    done = [r for r in view.records if r.kind is RecordKind.ACTION and view.was_done(r)]
    judged = view.tx.improvements.judged()
    fine = {r.number for r in done if _is_judged(view, r, judged)}
    due = [r for r in done if r.number in fine or (r.done_at is not None and r.done_at < before)]
    return {"effective": view.count("effective", [(named(r), r.number in fine) for r in due])}


def _is_judged(
    view: AuditView, record: GovernanceRecord, judged: Mapping[int, datetime | None]
) -> bool:
    """Tell whether an action was judged; one from before effects were is verified instead."""
    if record.number not in judged:
        return record.state is RecordState.VERIFIED
    at = judged[record.number]
    return at is not None and at <= view.now
