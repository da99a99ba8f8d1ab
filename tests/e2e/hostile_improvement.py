"""Texts that try to do something, in systemic issues, actions and what is judged of them."""

from datetime import timedelta
from typing import Any

from engine.domain.actor import Actor
from engine.domain.governance import RecordAct
from engine.domain.improvement import Effect, WantedAction, WantedIssue, Way
from engine.domain.issue import CauseArea
from engine.services.evidence import register
from engine.services.improvement import improving, judging


def improve(pen: Any, maker: Actor, other: Actor, signal: int) -> None:
    """Raise an issue, answer a signal by an action, carry it out, and judge its effect."""
    platform = pen.site.platform
    title = f"4 {pen.text}"[:150]
    issue = WantedIssue(title, pen.reason, other.username, 60, CauseArea.SYSTEMS)
    raised = improving.raise_systemic_issue(platform, actor=maker, wanted=issue)
    wanted = WantedAction(title, pen.reason, other.username, 5, Way.CORRECTIVE, raised)
    number = pen.write(
        improving.answer_by_action,
        actor=maker,
        number=signal,
        reason=pen.reason,
        wanted=wanted,
        seen=1,
    )
    for act in (RecordAct.APPROVE, RecordAct.CARRY_OUT):
        known = {"number": number, "act": act, "said": pen.reason}
        register.act_on_record(platform, actor=other, **known)
    today, later = platform.calendar.day_of(platform.now()), platform.now() + timedelta(days=9)
    platform.database.write(lambda tx: tx.improvements.begin(number, [(7, today, later)]))
    with platform.database.read() as tx:
        (due,) = [c for c in tx.improvements.checks() if c.is_due(today)]
    pen.write(
        judging.judge_effect,
        actor=maker,
        check=due.number,
        verdict=Effect.NOT_EFFECTIVE,
        reason=pen.reason,
    )
