"""Checks every clause of the standard on live records, and freezes what was found (8.4, 8.5)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.conformity import (
    ClauseResult,
    EvidenceRun,
    Verdict,
    digest_of,
    judge_clause,
)
from engine.domain.kpi import Period
from engine.errors import NotFoundError
from engine.services.accounts import reach
from engine.services.evidence import framework_checks as framework
from engine.services.evidence import improvement_checks as upkeep
from engine.services.evidence import operation_checks as operation
from engine.services.evidence import principle_checks as principle
from engine.services.evidence.audit_view import AuditView, Counts
from engine.services.journal.jotting import jot_organisation
from engine.store.conformity import Window
from engine.store.transaction import Transaction

CHECKS: Mapping[str, Callable[[AuditView], Counts]] = MappingProxyType(
    {
        "4.1": principle.general,
        "4.2": principle.commitment,
        "4.3": principle.capacity,
        "4.4": principle.transparency,
        "4.5": principle.accessibility,
        "4.6": principle.responsiveness,
        "4.7": principle.objectivity,
        "4.8": principle.charges,
        "4.9": principle.integrity,
        "4.10": principle.confidentiality,
        "4.11": principle.customer_focus,
        "4.12": principle.accountability,
        "4.13": principle.improvement,
        "4.14": principle.competence,
        "4.15": principle.timeliness,
        "5.1": framework.context,
        "5.2": framework.leadership,
        "5.3": framework.policy,
        "5.4": framework.authority,
        "6.1": framework.planning,
        "6.2": framework.objectives,
        "6.3": framework.activities,
        "6.4": framework.resources,
        "7.1": operation.communication,
        "7.2": operation.receipt,
        "7.3": operation.tracking,
        "7.4": operation.acknowledgement,
        "7.5": operation.assessment,
        "7.6": operation.investigation,
        "7.7": operation.response,
        "7.8": operation.decision,
        "7.9": operation.closing,
        "8.1": upkeep.collection,
        "8.2": upkeep.analysis,
        "8.3": upkeep.satisfaction,
        "8.4": upkeep.monitoring,
        "8.5": upkeep.auditing,
        "8.6": upkeep.management_review,
        "8.7": upkeep.continual_improvement,
    }
)
"""By clause: what counts for it."""
_RUNS = 60


def usual_period(platform: Platform) -> Period:
    """Return the days up to the present, with it, over which an organisation is looked at."""
    now = platform.now()
    days = timedelta(days=platform.policy.evidence.days)
    return Period(now - days, now + timedelta(microseconds=1))


def check_clauses(
    platform: Platform,
    *,
    actor: Actor,
    period: Period | None = None,
    seed: str = "",
    clauses: Collection[str] = (),
) -> tuple[ClauseResult, ...]:
    """Return how clauses stand now, in the order of the standard.

    Complaints that the actor may not see are neither counted nor named.

    Args:
        platform: Where the records are.
        actor: Who asks.
        period: Over which time; None for the usual one.
        seed: Of chance, which draws samples; the same seed draws the same from the same records.
        clauses: Which; all of them when empty.

    Raises:
        NotAllowedError: The actor may not see the evidence.
        NotFoundError: There is no such clause.
    """
    actor.require(Deed.SEE_EVIDENCE)
    if unknown := set(clauses) - CHECKS.keys():
        raise NotFoundError("clause", min(unknown))
    with platform.database.read() as tx:
        view = view_in(platform, tx, actor, period or usual_period(platform), seed=seed)
        return results_of(view, clauses)


def view_in(
    platform: Platform, tx: Transaction, actor: Actor, period: Period, *, seed: str = ""
) -> AuditView:
    """Return where the checks look, as far as somebody sees complaints."""
    sight = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_EVIDENCE)
    size = platform.policy.evidence.sample
    window = Window(period.begin, period.end, seed=seed, size=size)
    return AuditView(platform, tx, sight, window, platform.duties)


def results_of(view: AuditView, clauses: Collection[str] = ()) -> tuple[ClauseResult, ...]:
    """Return how clauses stand in one transaction; all of them when none is named."""
    return tuple(
        judge_clause(duty, CHECKS[duty.clause](view))
        for duty in view.duties
        if not clauses or duty.clause in clauses
    )


def freeze_evidence(platform: Platform, *, actor: Actor = SYSTEM) -> EvidenceRun:
    """Check every clause and keep the verdicts with a hash over everything that was found.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    at, period = platform.now(), usual_period(platform)
    with platform.database.read() as tx:
        view = view_in(platform, tx, SYSTEM, period, seed=at.isoformat())
        results = results_of(replace(view, is_run=True))
    digest = digest_of(results)

    def keep(tx: Transaction) -> int:
        number = tx.evidence_runs.add(results, digest=digest, at=at)
        failing = [each.duty.clause for each in results if each.verdict is Verdict.FAIL]
        told = {"run": number, "digest": digest, "failing": failing}
        jot_organisation(platform, tx, actor=actor, kind="evidence.frozen", **told)
        return number

    number = platform.database.write(keep)
    found = {r.duty.clause: (r.verdict, r.looked_at, r.in_order) for r in results}
    return EvidenceRun(number, at, digest, found)


def evidence_runs(platform: Platform, *, actor: Actor) -> tuple[EvidenceRun, ...]:
    """Return what was frozen, the latest first; two months of nights at most.

    Raises:
        NotAllowedError: The actor may not see the evidence.
    """
    actor.require(Deed.SEE_EVIDENCE)
    with platform.database.read() as tx:
        return tx.evidence_runs.latest(_RUNS)
