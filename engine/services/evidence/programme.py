"""What is to be looked at again and again: the yearly self-assessment, and the next audit (8.5).

Both are put on record by a job, for people to approve, carry out and verify like any other record
of the register; so both climb when their day is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.conformity import Verdict
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState, Wanted
from engine.services.evidence import register
from engine.store.transaction import Transaction

_LOOKED_AT = (
    *(RecordKind.POLICY, RecordKind.OBJECTIVE, RecordKind.CONTEXT),
    *(RecordKind.TRAINING, RecordKind.PUBLICATION),
)
"""What a self-assessment looks at again."""
_SOON = timedelta(days=28)
_MONTH = timedelta(days=365.25) / 12
_CRITERIA = "Criteria: ISO 10002, clauses 4 to 8, and the organisation's own policy and procedures."
_FOLLOWED = frozenset({RecordState.VERIFIED, RecordState.ENDED})


@dataclass(frozen=True, slots=True)
class Assessment:
    """What came of planning a self-assessment.

    Attributes:
        planned: 1 where it was put on record; 0 where it is already, or nobody could answer for it.
        to_mend: Clauses that are not kept, or to be watched.
        to_review: Records that are to be looked at again in this year.
    """

    planned: int
    to_mend: int
    to_review: int


@dataclass(frozen=True, slots=True)
class Programme:
    """How the audits stand.

    Attributes:
        planned: 1 where the next audit was put on record.
        soon: Audits that are due within four weeks.
        overdue: Audits whose day is over.
        findings: Findings whose day is over and that nobody verified.
    """

    planned: int
    soon: int
    overdue: int
    findings: int


def plan_self_assessment(platform: Platform, *, actor: Actor = SYSTEM) -> Assessment:
    """Put this year's self-assessment on record, once.

    Whoever answers for the complaints policy answers for it.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.5 and 8.7.
    """
    actor.require(Deed.RUN_JOBS)
    today = platform.calendar.day_of(platform.now())
    title = f"Self-assessment {today.year}"

    def work(tx: Transaction) -> Assessment:
        tx.organisation.take_end()
        records = tx.governance.all()
        ending = date(today.year, 12, 31)
        due = [r for r in records if r.kind in _LOOKED_AT and r.is_live and r.due_on <= ending]
        mend = _to_mend(tx)
        owner = _answers_for_policy(tx, records)
        is_known = any(r.title == title and r.kind is RecordKind.PLAN for r in records)
        if owner and not is_known:
            until = today + timedelta(days=platform.policy.programme.self_assessment_days)
            wanted = Wanted(title, _assessment_text(mend, due), owner, until)
            _put_on_record(platform, tx, RecordKind.PLAN, wanted)
        return Assessment(int(bool(owner) and not is_known), len(mend), len(due))

    return platform.database.write(work)


def tend_audits(platform: Platform, *, actor: Actor = SYSTEM) -> Programme:
    """See that an audit is always planned, and count what is due or late.

    The next one is due so many months after the last one as the policy says; an auditor answers
    for it.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.5.
    """
    actor.require(Deed.RUN_JOBS)
    today = platform.calendar.day_of(platform.now())

    def work(tx: Transaction) -> Programme:
        tx.organisation.take_end()
        records = tx.governance.all()
        audits = [r for r in records if r.kind is RecordKind.AUDIT]
        owner = _auditor(tx)
        is_wanted = not any(r.is_pending for r in audits) and bool(owner)
        months = platform.policy.programme.audit_months
        if is_wanted and months:
            due_on = _next_audit(audits, today, months)
            wanted = Wanted(f"Audit of {due_on:%B %Y}", _audit_text(tx, records), owner, due_on)
            _put_on_record(platform, tx, RecordKind.AUDIT, wanted)
        return Programme(
            planned=int(is_wanted and bool(months)),
            soon=sum(r.is_pending and today <= r.due_on <= today + _SOON for r in audits),
            overdue=sum(r.is_overdue(today) for r in audits),
            findings=sum(r.due_on < today for r in _open_findings(records)),
        )

    return platform.database.write(work)


def _put_on_record(platform: Platform, tx: Transaction, kind: RecordKind, wanted: Wanted) -> None:
    made = register.new_record(kind, wanted, by=SYSTEM.username, at=platform.now())
    register.add_record(platform, tx, actor=SYSTEM, made=made)


def _to_mend(tx: Transaction) -> list[str]:
    """Return the clauses that were not kept, or to be watched, when they were checked last."""
    asked = {Verdict.WARN, Verdict.FAIL}
    return [
        clause
        for run in tx.evidence_runs.latest(1)
        for clause, (verdict, _looked, _fine) in run.verdicts.items()
        if verdict in asked
    ]


def _answers_for_policy(tx: Transaction, records: Sequence[GovernanceRecord]) -> str:
    """Return who answers for the complaints policy in force; empty where nobody does."""
    policies = [r for r in records if r.kind is RecordKind.POLICY and r.is_live]
    latest = max(policies, key=lambda r: (r.made_at, r.number), default=None)
    account = tx.accounts.get(latest.owner) if latest else None
    return account.actor.username if account and account.is_active else ""


def _auditor(tx: Transaction) -> str:
    """Return the first of those who record findings, by user name; empty where nobody does."""
    people = (a.actor for a in tx.accounts.all() if a.is_active)
    return min((p.username for p in people if p.may(Deed.RECORD_FINDING)), default="")


def _next_audit(audits: Sequence[GovernanceRecord], today: date, months: int) -> date:
    """Return when the next audit is due: after the last one, and in no less than four weeks."""
    held = [r.done_at.date() for r in audits if r.done_at]
    after = max(held) + months * _MONTH if held else today
    return max(after, today + _SOON)


def _open_findings(records: Sequence[GovernanceRecord]) -> list[GovernanceRecord]:
    findings = (r for r in records if r.kind is RecordKind.FINDING)
    return [r for r in findings if r.state not in _FOLLOWED]


def _assessment_text(mend: Sequence[str], due: Sequence[GovernanceRecord]) -> str:
    return "\n\n".join(
        (
            "Look at what is done against what each clause asks for, and say what is to be better.",
            _clauses(mend),
            _list("To be looked at again this year", due),
        )
    )


def _audit_text(tx: Transaction, records: Sequence[GovernanceRecord]) -> str:
    return "\n\n".join(
        (
            "Scope: how complaints are handled, from receipt to closing.",
            _CRITERIA,
            _clauses(_to_mend(tx)),
            _list("Findings that are still open", _open_findings(records)),
        )
    )


def _clauses(mend: Sequence[str]) -> str:
    return f"Clauses to look at first: {', '.join(mend) if mend else 'none stands out'}."


def _list(title: str, records: Sequence[GovernanceRecord]) -> str:
    lines = [f"- record {r.number}, {r.title}, due on {r.due_on:%-d %B %Y}" for r in records]
    return "\n".join([f"{title}:", *lines]) if lines else f"{title}: none."
