"""Records of governance in hostile words, and an auditor's finding."""

from datetime import timedelta
from typing import Any

from engine.domain.actor import Actor
from engine.domain.governance import Grade, RecordAct, RecordKind, Wanted
from engine.domain.review import Decided, Meeting, PackKind
from engine.services.evidence import register
from engine.services.reviews import review_meeting, review_pack


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
    _review(pen, maker)


def _review(pen: Any, maker: Actor) -> None:
    """Make a pack of what was written, and record the meeting about it."""
    number = pen.write(review_pack.make_review_pack, actor=maker, kind=PackKind.MONTHLY)
    today = pen.site.platform.calendar.day_of(pen.site.platform.now())
    said: dict[str, Any] = {"guests": pen.text[:300], "minutes": pen.reason}
    meeting = Meeting(
        0,
        0,
        today,
        (maker.username,),
        record=0,
        recorded_by="",
        **said,
        recorded_at=pen.site.platform.now(),
    )
    decided = Decided(f"4 {pen.text}"[:150], pen.reason, maker.username, today)
    known = {"number": number, "meeting": meeting, "decisions": (decided,)}
    pen.write(review_meeting.record_review_meeting, actor=maker, **known)
