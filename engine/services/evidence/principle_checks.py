"""What shows that the principles are kept (ISO 10002:2018, 4.1 to 4.15)."""

from datetime import timedelta

from engine.domain.conformity import Count
from engine.domain.governance import RecordKind, RecordState
from engine.domain.sample import SampleKind
from engine.services.door import public_information
from engine.services.evidence.audit_view import AuditView, Counts, named

_QUARTER = timedelta(days=90)
_MONTH = timedelta(days=31)
_SAMPLES = 500


def general(view: AuditView) -> Counts:
    """4.1: somebody answers for each clause, and the clauses are looked at."""
    held = {role for account in view.accounts for role in account.actor.roles}
    since = view.now - view.hours("4.1", "looked")
    runs = [(f"run {run.number}", run.at >= since) for run in view.tx.evidence_runs.latest(1)]
    if view.is_run:
        runs = [("this run", True)]
    return {
        "answered_for": view.count(
            "answered_for", [(d.clause, d.owner in held) for d in view.duties]
        ),
        "looked": view.count("looked", runs),
    }


def commitment(view: AuditView) -> Counts:
    """4.2: a policy in force, and reviews."""
    return {
        "policy": view.count("policy", view.kept(RecordKind.POLICY)),
        "reviewed": view.count("reviewed", reviews(view)),
    }


def reviews(view: AuditView) -> list[tuple[str, bool]]:
    """Return reviews that are to be held, or were: in order once they were."""
    return [
        (named(r), view.was_done(r))
        for r in view.records
        if r.kind is RecordKind.REVIEW and (view.was_done(r) or r.is_overdue(view.today))
    ]


def capacity(view: AuditView) -> Counts:
    """4.3: as many complaints are closed as come in."""
    end = view.window.end
    received, closed = view.tx.conformity(view.sight).flow(end - _QUARTER, end)
    return {"flow": Count(received, min(received, closed))}


def transparency(view: AuditView) -> Counts:
    """4.4: what the public page tells."""
    portal = view.platform.policy.portal
    told = public_information.overview(view.platform)
    parts = {
        "stages": bool(told.way),
        "time limits": bool(told.limits),
        "outside help": bool(told.outside_help),
        "another way than the form": bool(portal.phone or portal.email or portal.post),
        "open": portal.is_open,
    }
    return {"explained": view.count("explained", parts.items())}


def accessibility(view: AuditView) -> Counts:
    """4.5: more than one channel, and adjustments where somebody needs them."""
    end = view.window.end
    used = view.tx.conformity(view.sight).channels(end - _QUARTER, end)
    return {
        "channels": view.count("channels", [(channel, True) for channel in used]),
        **view.complaints("4.5", "adjusted"),
    }


def responsiveness(view: AuditView) -> Counts:
    """4.6: what is promised, and kept."""
    return view.complaints("4.6", "promised", "word_kept")


def objectivity(view: AuditView) -> Counts:
    """4.7: people are heard, and others look at what was done."""
    samples = [
        (f"sample {each.id}", each)
        for each in view.tx.samples.page(None, limit=_SAMPLES)
        if view.window.begin <= each.drawn_at <= view.now
    ]
    drawn = [(name, each) for name, each in samples if view.now - _MONTH <= each.drawn_at]
    of_sides = SampleKind.OBJECTIVITY
    over = [
        (name, each.reviewed == each.cases)
        for name, each in samples
        if each.drawing.kind is of_sides and not each.is_live(view.now)
    ]
    objective = [(name, True) for name, each in drawn if each.drawing.kind is of_sides]
    return {
        **view.complaints("4.7", "heard", "apart", "unwaived"),
        "sampled": view.count("sampled", [(name, True) for name, _ in drawn]),
        "objective": view.count("objective", objective),
        "seen": view.count("seen", over),
    }


def charges(view: AuditView) -> Counts:
    """4.8: what a call costs is said where a number is published."""
    phone = view.platform.policy.portal.phone
    told = [(phone, any(sign.isalpha() for sign in phone))] if phone else []
    return {"tariff": view.count("tariff", told)}


def integrity(view: AuditView) -> Counts:
    """4.9: the journal was verified, and nothing was altered."""
    last, since = view.tx.verifications.last_whole(), view.now - view.hours("4.9", "verified")
    runs = (
        [(f"verification {last.id}", not last.findings and last.started_at >= since)]
        if last
        else []
    )
    return {"verified": view.count("verified", runs)}


def confidentiality(view: AuditView) -> Counts:
    """4.10: looks through broken glass were looked into, and requests answered in time."""
    since = view.day_of(view.window.begin)
    found = view.tx.subject_requests.answerable(since, view.today)
    answered = [
        (f"request {number}", min(on or view.today, view.today) <= due_on)
        for number, due_on, on in found
    ]
    return {
        **view.complaints("4.10", "looked_into"),
        "own_data": view.count("own_data", answered),
    }


def customer_focus(view: AuditView) -> Counts:
    """4.11: what people want, and what they think."""
    return view.complaints("4.11", "wanted", "asked")


def accountability(view: AuditView) -> Counts:
    """4.12: who answers for complaints, and for decisions."""
    return view.complaints("4.12", "owned", "decided_by")


def improvement(view: AuditView) -> Counts:
    """4.13: actions are in time, and some are verified."""
    verified = [
        (named(r), True)
        for r in view.records
        if r.kind is RecordKind.ACTION and r.state is RecordState.VERIFIED and view.was_done(r)
    ]
    return {
        "in_time": view.count("in_time", view.planned(RecordKind.ACTION)),
        "improved": view.count("improved", verified),
    }


def competence(view: AuditView) -> Counts:
    """4.14: whoever works on complaints has learned how."""
    return {"trained": view.count("trained", view.learned(lambda _record: True))}


def timeliness(view: AuditView) -> Counts:
    """4.15: time limits are kept."""
    return view.complaints("4.15", "on_time")
