"""Records of governance in hostile words, and an auditor's finding."""

from datetime import timedelta
from typing import Any

from engine.domain.actor import Actor
from engine.domain.governance import Grade, RecordAct, RecordKind, Wanted
from engine.services.evidence import register


def govern(pen: Any, maker: Actor, other: Actor, auditor: Actor) -> None:
    """Write a policy, end another one, and find something in an audit."""
    day = pen.site.platform.calendar.day_of(pen.site.platform.now() + timedelta(days=30))
    said: dict[str, Any] = {"text": pen.reason, "owner": maker.username, "due_on": day}

    def make(kind: RecordKind, title: str) -> int:
        wanted = Wanted(title=title, document=pen.text[:150], **said)
        number: int = pen.write(register.keep_record, actor=maker, kind=kind, wanted=wanted)
        return number

    make(RecordKind.POLICY, pen.text[:150])
    ended = make(RecordKind.CONTEXT, f"2 {pen.text}"[:150])
    pen.write(register.act_on_record, actor=other, number=ended, act=RecordAct.END, said=pen.reason)
    audit = make(RecordKind.AUDIT, f"3 {pen.text}"[:150])
    wanted = Wanted(title=pen.text[:150], about=audit, **said)
    known = {"actor": auditor, "clause": "7.4", "grade": Grade.MINOR}
    pen.write(register.record_finding, wanted=wanted, **known)
