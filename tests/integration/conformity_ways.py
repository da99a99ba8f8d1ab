"""How the register of governance and the checks of clauses are used; see ``commands``."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.governance import Grade, RecordAct, RecordKind, Wanted
from engine.services.evidence import conforming, evidence_pack, register
from tests.integration.export_ways import really

Act = Callable[[Any], object]
THEO = Actor(username="theo", name="Theo", roles=frozenset({Role.TOP_MANAGEMENT}))


def wanted(platform: Any, **other: Any) -> Wanted:
    """Return what somebody wants to be on record, for a month."""
    day = platform.calendar.day_of(platform.now() + timedelta(days=30))
    usual = {"title": "Policy 2026", "text": "We listen.", "owner": "mara", "due_on": day}
    return Wanted(**(usual | other))


def recorded(office: Any, kind: RecordKind = RecordKind.POLICY, **other: Any) -> int:
    """Let Mara make a record, and return its number."""
    said = wanted(office.platform, **other)
    return register.keep_record(office.platform, actor=office.staff["mara"], kind=kind, wanted=said)


def _keep(desk: Any) -> Act:
    known = {"actor": desk.office.staff["mara"], "kind": RecordKind.POLICY}
    said = wanted(desk.office.platform)
    return lambda p: register.keep_record(p, wanted=said, **known)


def _approve(desk: Any) -> Act:
    number = recorded(desk.office)
    return lambda p: register.act_on_record(p, actor=THEO, number=number, act=RecordAct.APPROVE)


def _find(desk: Any) -> Act:
    audit = recorded(desk.office, RecordKind.AUDIT, title="Audit of intake")
    said = wanted(desk.office.platform, title="Late receipts", about=audit)
    known = {"actor": desk.office.staff["vera"], "clause": "7.4", "grade": Grade.MINOR}
    return lambda p: register.record_finding(p, wanted=said, **known)


ALL: Mapping[str, Any] = {
    "register.keep_record": _keep,
    "register.act_on_record": _approve,
    "register.record_finding": _find,
    "conforming.freeze_evidence": lambda _desk: conforming.freeze_evidence,
}

PIECEWISE: Mapping[str, Any] = {
    "evidence_pack.write_evidence_pack": lambda desk: (
        lambda p: evidence_pack.write_evidence_pack(p, actor=desk.office.staff["vera"])
    )
}
"""That it was taken is kept, then what there is to prove is signed."""


ASKS: Mapping[str, Act] = {
    "conforming.check_clauses": lambda a: conforming.check_clauses(
        a.platform, actor=a.actor, clauses=["7.3"]
    ),
    "conforming.evidence_runs": lambda a: conforming.evidence_runs(a.platform, actor=a.actor),
    "conforming.freeze_evidence": lambda a: conforming.freeze_evidence(a.platform, actor=a.actor),
    "evidence_pack.write_evidence_pack": lambda a: evidence_pack.write_evidence_pack(
        really(a.platform), actor=a.actor
    ),
    "register.act_on_record": lambda a: register.act_on_record(
        a.platform, actor=a.actor, number=1, act=RecordAct.APPROVE
    ),
    "register.keep_record": lambda a: register.keep_record(
        a.platform, actor=a.actor, kind=RecordKind.POLICY, wanted=wanted(a.platform)
    ),
    "register.people_of_governance": lambda a: register.people_of_governance(
        a.platform, actor=a.actor
    ),
    "register.to_govern": lambda a: register.to_govern(a.platform, actor=a.actor),
    "register.record_finding": lambda a: register.record_finding(
        a.platform, actor=a.actor, clause="7.4", grade=Grade.MINOR, wanted=wanted(a.platform)
    ),
    "register.register_of_governance": lambda a: register.register_of_governance(
        a.platform, actor=a.actor
    ),
}
"""How each is asked for by anybody."""


def _clause(pack: bytes) -> str:
    """Return what a pack says of the clause for which every complaint is looked at."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return archive.read("clauses/7.3.json").decode()


SHOWN: Mapping[str, Callable[[Any, Any], bool]] = {
    "conforming.check_clauses": lambda told, _asked: told[0].looked_at > 0,
    "evidence_pack.write_evidence_pack": lambda told, asked: asked.reference in _clause(told),
}
"""How to see that a complaint was counted."""

PERMISSIONS = """
                                   int han inv tea app saf fin man rep dat qua own aud adm sys
    conforming.check_clauses        -   -   -   -   -   -   -   o   e   -   -   -   e   -   e
    conforming.evidence_runs        -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    conforming.freeze_evidence      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    evidence_pack.write_evidence_pack - - - - - - - o e - - - e - e
    register.act_on_record          -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    register.keep_record            -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    register.record_finding         -   -   -   -   -   -   -   -   -   -   -   -   h   -   -
    register.people_of_governance   -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    register.to_govern              -   -   -   -   -   -   -   h   h   -   -   -   -   -   -
    register.register_of_governance -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
"""
"""Who may look and write; see ``permission_table``."""

OF_TOP_MANAGEMENT = frozenset(
    {
        "register.act_on_record",
        "register.keep_record",
        "register.people_of_governance",
        "register.register_of_governance",
        "register.to_govern",
    }
)
"""What top management may besides."""
