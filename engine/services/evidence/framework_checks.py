"""What shows that the framework stands and is planned (ISO 10002:2018, 5.1 to 6.4)."""

from datetime import timedelta

from engine.domain.actor import SYSTEM
from engine.domain.governance import RecordKind, RecordState
from engine.domain.permission import Role
from engine.services.evidence.audit_view import AuditView, Counts, named

_YEAR = timedelta(days=365)
_LEADING = frozenset({RecordKind.OBJECTIVE, RecordKind.RESOURCE, RecordKind.REVIEW})
_MANDATORY = (
    Role.HANDLER,
    Role.TEAM_LEADER,
    Role.APPROVER,
    Role.MANAGER,
    Role.REPRESENTATIVE,
    Role.TOP_MANAGEMENT,
)


def context(view: AuditView) -> Counts:
    """5.1: what bears on complaints."""
    return {"context": view.count("context", view.kept(RecordKind.CONTEXT))}


def leadership(view: AuditView) -> Counts:
    """5.2: acts of leadership, and calls upwards."""
    led = [
        (named(r), True)
        for r in view.records
        if r.kind in _LEADING and r.approved_at and view.now - _YEAR <= r.approved_at <= view.now
    ]
    return {"led": view.count("led", led), **view.complaints("5.2", "answered")}


def policy(view: AuditView) -> Counts:
    """5.3: the policy has its document, and people know it."""
    live = [r for r in view.records if r.kind is RecordKind.POLICY and r.is_live]
    numbers = {r.number for r in live}
    return {
        "document": view.count(
            "document", [(named(r), bool(r.document and r.document_hash)) for r in live]
        ),
        "known": view.count("known", view.learned(lambda record: record.about in numbers)),
    }


def authority(view: AuditView) -> Counts:
    """5.4: who holds the roles that are needed, and who stands in."""
    held = {
        role: sum(role in account.actor.roles for account in view.accounts) for role in _MANDATORY
    }
    return {
        "filled": view.count("filled", [(role.title, n >= 1) for role, n in held.items()]),
        "deputies": view.count("deputies", [(role.title, n > 1) for role, n in held.items()]),
    }


def planning(view: AuditView) -> Counts:
    """6.1: versions of the process were approved by somebody else."""
    found = [
        (
            f"{version.process_id} {version.version}",
            bool(version.reason.strip())
            and (version.published_by == SYSTEM.username or version.is_approved),
        )
        for version in view.tx.conformity(view.sight).versions(view.now)
    ]
    return {"released": view.count("released", found)}


def objectives(view: AuditView) -> Counts:
    """6.2: objectives are in force and measured."""
    return {"objectives": view.count("objectives", view.kept(RecordKind.OBJECTIVE))}


def activities(view: AuditView) -> Counts:
    """6.3: plans are in time."""
    return {"plans": view.count("plans", view.planned(RecordKind.PLAN))}


def resources(view: AuditView) -> Counts:
    """6.4: what was asked for is decided."""
    before = view.now - view.hours("6.4", "resources")
    asked = [
        (named(r), r.state is not RecordState.PROPOSED)
        for r in view.records
        if r.kind is RecordKind.RESOURCE
        and (r.state is not RecordState.PROPOSED or r.made_at < before)
        and r.made_at >= view.window.begin
    ]
    return {"resources": view.count("resources", asked)}
