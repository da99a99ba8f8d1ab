"""What shows how complaints are handled (ISO 10002:2018, 7.1 to 7.9)."""

from engine.domain.governance import RecordKind
from engine.services.evidence.audit_view import AuditView, Counts


def communication(view: AuditView) -> Counts:
    """7.1: what the public reads."""
    policy = view.platform.policy
    told = policy.organisation.external_limit
    languages = [(code, bool(told.get(code, "").strip())) for code in policy.portal.languages]
    return {
        "published": view.count("published", view.kept(RecordKind.PUBLICATION)),
        "languages": view.count("languages", languages),
    }


def receipt(view: AuditView) -> Counts:
    """7.2: what is recorded, and how soon."""
    return view.complaints("7.2", "complete", "recorded")


def tracking(view: AuditView) -> Counts:
    """7.3: histories without a gap."""
    return view.complaints("7.3", "tracked")


def acknowledgement(view: AuditView) -> Counts:
    """7.4: receipt is confirmed in time."""
    return view.complaints("7.4", "acknowledged")


def assessment(view: AuditView) -> Counts:
    """7.5: complaints are judged soon, and danger is answered."""
    return view.complaints("7.5", "assessed", "danger")


def investigation(view: AuditView) -> Counts:
    """7.6: findings, and what they rest on."""
    return view.complaints("7.6", "found", "rests")


def response(view: AuditView) -> Counts:
    """7.7: remedies are carried out and verified."""
    return view.complaints("7.7", "carried_out", "verified")


def decision(view: AuditView) -> Counts:
    """7.8: decisions are told."""
    return view.complaints("7.8", "told", "arrived")


def closing(view: AuditView) -> Counts:
    """7.9: nothing is owed when a complaint is closed."""
    return view.complaints("7.9", "settled", "concluded")
