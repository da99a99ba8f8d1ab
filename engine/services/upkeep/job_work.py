"""What each job does, and what it counts for its record (ISO 10002:2018, 8.2 and 8.4)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from types import MappingProxyType

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.conformity import Verdict
from engine.domain.kpi import Period, months_before
from engine.domain.review import PackKind
from engine.domain.sample import SampleKind
from engine.domain.snapshot import SnapshotKind
from engine.services.audit import verifying
from engine.services.clocks import forecast
from engine.services.documents import document_upkeep
from engine.services.door import inviting
from engine.services.evidence import conforming, programme
from engine.services.exports import return_prep
from engine.services.figures import facts, freezing, monthly_sample, process_health
from engine.services.handling import absence, climbing, inactivity, owing, unfinished
from engine.services.improvement import overdue_improvements
from engine.services.investigation import chasing
from engine.services.journal import checkpoints
from engine.services.mail import fetching, second_looking
from engine.services.migration import migration_run
from engine.services.post import dispatch, post_chasing
from engine.services.privacy import erasure, subject_clock
from engine.services.reviews import review_pack
from engine.services.running import (
    holiday_refresh,
    messages,
    monitoring,
    recounting,
    step_facts,
)
from engine.services.signals import noticing
from engine.services.upkeep import daily_digest, nightly_backup, restore_trial

_DAY = timedelta(days=1)
_MOST_MISSED = 31
"""So many days or weeks are frozen at once after an outage."""
_RUNS_KEPT = timedelta(days=30)
"""For so long the runs of jobs are kept that are due many times a day."""


def _sweep(platform: Platform) -> Mapping[str, int]:
    done = monitoring.sweep(platform)
    climbed = climbing.climb(platform)
    tended = messages.tend(platform)
    chased = chasing.chase(platform)
    letters = post_chasing.chase_letters(platform)
    return {
        "cases": done.cases,
        "sent": done.sent,
        "climbed": climbed.climbed,
        "failed": done.failed + climbed.failed + letters.failed,
        "delivered": tended.delivered,
        "given_up": tended.given_up,
        "recounted": recounting.apply(platform),
        "migrated": migration_run.go_on_migrating(platform),
        "facts": step_facts.catch_up(platform),
        "counted": facts.keep_up(platform),
        "reminded": chased.reminded,
        "letters": letters.chased,
    }


def _hand_on(platform: Platform) -> Mapping[str, int]:
    return asdict(absence.hand_on(platform))


def _call_owners(platform: Platform) -> Mapping[str, int]:
    return asdict(inactivity.call(platform))


def _send(platform: Platform) -> Mapping[str, int]:
    done = dispatch.send_outbox(platform)
    return {
        "sent": done.sent,
        "failed": done.failed,
        "held": done.held,
        "given_up": done.given_up,
    }


def _fetch(platform: Platform) -> Mapping[str, int]:
    return asdict(fetching.fetch(platform))


def _ask_complainants(platform: Platform) -> Mapping[str, int]:
    return asdict(inviting.invite(platform))


def _watch_requests(platform: Platform) -> Mapping[str, int]:
    return asdict(subject_clock.tell_requests(platform))


def _retention(platform: Platform) -> Mapping[str, int]:
    """Tell how many complaints are past their time to keep; forget discarded mails, old runs."""
    due = erasure.count_due(platform, actor=SYSTEM)
    often = [name for name, schedule in platform.schedules.items() if schedule.every]
    before = platform.now() - _RUNS_KEPT
    runs = platform.database.write(lambda tx: tx.jobs.forget(often, before=before))
    return {"due": due, "mails": fetching.forget_discarded(platform), "runs": runs}


def _tidy_forms(platform: Platform) -> Mapping[str, int]:
    return {"forgotten": unfinished.tidy(platform)}


def _tidy(platform: Platform) -> Mapping[str, int]:
    done = document_upkeep.tidy(platform)
    found = document_upkeep.compare(platform)
    return {
        "removed": done.removed,
        "seen": done.seen,
        "lost": len(found.lost),
        "damaged": len(found.damaged),
    }


def _daily(platform: Platform) -> Mapping[str, int]:
    return _freeze(platform, days=1, kind=SnapshotKind.DAILY)


def _weekly(platform: Platform) -> Mapping[str, int]:
    return _freeze(platform, days=7, kind=SnapshotKind.WEEKLY)


def _monthly(platform: Platform) -> Mapping[str, int]:
    """Freeze the figures of the month that ended, and of those that were missed."""
    facts.keep_up(platform, longest=None)
    zone = platform.policy.calendar.zone
    with platform.database.read() as tx:
        frozen = tx.snapshots.newest(SnapshotKind.MONTHLY)
    kept = 0
    for period in months_before(platform.now(), zone, since=frozen, most=_MOST_MISSED):
        kept += freezing.freeze_figures(platform, actor=SYSTEM, period=period)
    return {"kept": kept}


def _review_month(platform: Platform) -> Mapping[str, int]:
    return {"made": review_pack.make_due_packs(platform, kind=PackKind.MONTHLY)}


def _review_quarter(platform: Platform) -> Mapping[str, int]:
    return {"made": review_pack.make_due_packs(platform, kind=PackKind.QUARTERLY)}


def _owe(platform: Platform) -> Mapping[str, int]:
    return asdict(owing.tell_owing(platform))


def _draw(platform: Platform) -> Mapping[str, int]:
    facts.keep_up(platform, longest=None)
    return asdict(monthly_sample.draw_month(platform))


def _draw_for_objectivity(platform: Platform) -> Mapping[str, int]:
    return asdict(monthly_sample.draw_month(platform, kind=SampleKind.OBJECTIVITY))


def _draw_mails(platform: Platform) -> Mapping[str, int]:
    return asdict(second_looking.draw_mails(platform))


def _prepare_returns(platform: Platform) -> Mapping[str, int]:
    facts.keep_up(platform, longest=None)
    return asdict(return_prep.prepare_returns(platform))


def _tell_everybody(platform: Platform) -> Mapping[str, int]:
    return asdict(daily_digest.send_daily_mails(platform))


def _back_up(platform: Platform) -> Mapping[str, int]:
    return asdict(nightly_backup.back_up(platform))


def _try_restore(platform: Platform) -> Mapping[str, int]:
    return asdict(restore_trial.try_restore(platform))


def _look_at_holidays(platform: Platform) -> Mapping[str, int]:
    return asdict(holiday_refresh.look_at_holidays(platform))


def _plan_assessment(platform: Platform) -> Mapping[str, int]:
    return asdict(programme.plan_self_assessment(platform))


def _tend_audits(platform: Platform) -> Mapping[str, int]:
    return asdict(programme.tend_audits(platform))


def _freeze(platform: Platform, *, days: int, kind: SnapshotKind) -> Mapping[str, int]:
    """Freeze the figures of the days that ended last midnight, and of those that were missed."""
    facts.keep_up(platform, longest=None)
    zone = platform.policy.calendar.zone
    last = Period.last_days(1, platform.now(), zone).first_day(zone) - _DAY
    with platform.database.read() as tx:
        frozen = tx.snapshots.newest(kind)
    missed = (last - frozen).days // days if frozen else 1
    kept = 0
    for number in reversed(range(max(1, min(missed, _MOST_MISSED)))):
        end = last - number * days * _DAY
        period = Period.of_dates(end - (days - 1) * _DAY, end, zone)
        kept += freezing.freeze_figures(platform, actor=SYSTEM, period=period)
    return {"kept": kept}


def _look_for_signals(platform: Platform) -> Mapping[str, int]:
    return asdict(noticing.notice_signals(platform))


def _look_at_process(platform: Platform) -> Mapping[str, int]:
    step_facts.catch_up(platform)
    return asdict(process_health.look_for_changes(platform))


def _follow_up(platform: Platform) -> Mapping[str, int]:
    return asdict(overdue_improvements.climb_overdue(platform))


def _sign(platform: Platform) -> Mapping[str, int]:
    made = checkpoints.make(platform)
    return {"signed": int(made is not None)}


def _verify(platform: Platform) -> Mapping[str, int]:
    checkpoints.make(platform, looks_at_all=True)
    told = verifying.run(platform)
    return {"cases": told.cases, "events": told.events, "broken": len(told.broken)}


def _look_at_clauses(platform: Platform) -> Mapping[str, int]:
    run = conforming.freeze_evidence(platform)
    verdicts = [verdict for verdict, _looked, _fine in run.verdicts.values()]
    return {each.value: verdicts.count(each) for each in Verdict}


WORK: Mapping[str, Callable[[Platform], Mapping[str, int]]] = MappingProxyType(
    {
        "sla_sweep": _sweep,
        "outbox_send": _send,
        "mail_in": _fetch,
        "absence": _hand_on,
        "journal_checkpoint": _sign,
        "daily_snapshot": _daily,
        "signals": _look_for_signals,
        "journal_verification": _verify,
        "dsar_clock": _watch_requests,
        "retention": _retention,
        "document_files": _tidy,
        "unfinished_forms": _tidy_forms,
        "effectiveness_check": _follow_up,
        "evidence_run": _look_at_clauses,
        "forecast": forecast.measure,
        "inactivity": _call_owners,
        "survey": _ask_complainants,
        "weekly_review": _weekly,
        "month_close": _monthly,
        "monthly_pack": _review_month,
        "quarterly_pack": _review_quarter,
        "remedy_due": _owe,
        "qa_sample": _draw,
        "objectivity_sample": _draw_for_objectivity,
        "unlogged_sample": _draw_mails,
        "regulator_return_prep": _prepare_returns,
        "process_health": _look_at_process,
        "daily_digest": _tell_everybody,
        "backup": _back_up,
        "restore_test": _try_restore,
        "holiday_refresh": _look_at_holidays,
        "annual_self_assessment": _plan_assessment,
        "audit_programme": _tend_audits,
    }
)
"""By the names of the jobs."""
