"""How the commands of operators and of messages are given; see ``commands``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.domain.actor import SYSTEM
from engine.domain.regime import Occasion
from engine.services.intake import intake
from engine.services.running import messages, monitoring, operations, timing
from engine.services.upkeep import incidents
from tests.integration.office import execute, rows

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from tests.integration.commands import Act, Desk
    from tests.integration.office import Office

WHY = {"reason": "The file was mixed up."}


def _led(desk: Desk) -> dict[str, Any]:
    return desk.step("mara", "draft_decision") | WHY


def move_token(desk: Desk) -> Act:
    known = _led(desk) | {"element": "investigate"}
    return lambda p: operations.move_token(p, **known)


def skip_step(desk: Desk) -> Act:
    known = desk.step("mara", "investigate") | WHY
    return lambda p: operations.skip_step(p, **known)


def suspend(desk: Desk) -> Act:
    known = desk.known("mara", desk.office.lodge()) | WHY
    return lambda p: operations.suspend(p, **known)


def resume(desk: Desk) -> Act:
    known = desk.known("mara", desk.office.reach("assess")) | WHY
    operations.suspend(desk.office.platform, **known)
    desk.clock.advance(days=2)
    return lambda p: operations.resume(p, **known)


def set_due_date(desk: Desk) -> Act:
    known = desk.step("tom", "assess") | WHY
    return lambda p: operations.set_due_date(p, due_at=desk.clock.now + timedelta(days=3), **known)


def set_promise_date(desk: Desk) -> Act:
    known = desk.known("tom", desk.office.lodge()) | WHY | {"code": "acknowledgement"}
    due_at = desk.clock.now + timedelta(days=9)
    return lambda p: operations.set_promise_date(p, due_at=due_at, **known)


def _answer_by_message(platform: Platform, key: str) -> None:
    sent = {"message_id": "m-1", "name": "answer", "payload": {"answer": "accepted"}}
    messages.deliver_message(platform, actor=SYSTEM, key=key, **sent)


def deliver_message(desk: Desk) -> Act:
    reference = desk.office.reach("approve_decision")
    desk.office.do(reference, "approve_decision")
    return lambda p: _answer_by_message(p, reference)


def send_signal(desk: Desk) -> Act:
    reference = desk.office.lodge()
    sent = {"actor": SYSTEM, "message_id": "s-1", "name": "recall", "key": reference}
    kept_for = timedelta(days=1)
    return lambda p: messages.send_signal(p, time_to_live=kept_for, **sent)


def _kept(desk: Desk) -> str:
    """Return a case that awaits a message which came before it had declared its key."""
    reference = desk.office.reach("approve_decision")
    desk.office.do(reference, "approve_decision")
    _answer_by_message(desk.office.platform, "POLICY-7")
    return reference


def declare_key(desk: Desk) -> Act:
    reference = _kept(desk)
    return lambda p: messages.declare_key(p, actor=SYSTEM, reference=reference, key="POLICY-7")


def tend(desk: Desk) -> Act:
    _kept(desk)
    desk.clock.advance(days=8)
    return messages.tend


def _attached(desk: Desk) -> int:
    reference = _kept(desk)
    (case_id,) = rows(
        desk.office.platform.database,
        "SELECT id FROM complaint_case WHERE reference = :of",
        of=reference,
    )[0]
    execute(desk.office.platform.database, "UPDATE message SET case_id = :of", of=case_id)
    return int(case_id)


def hand_over(desk: Desk) -> Act:
    _attached(desk)
    return lambda p: messages.hand_over(p, number=1)


def hand_over_kept(desk: Desk) -> Act:
    case_id = _attached(desk)
    return lambda p: messages.hand_over_kept(p, case_id=case_id)


def note_failure(desk: Desk) -> Act:
    desk.office.lodge()
    return lambda p: monitoring.note_failure(p, case_id=1, failure=ValueError("bad"))


def _given_up(desk: Desk) -> dict[str, Any]:
    reference = desk.office.lodge()
    for _ in range(3):
        monitoring.note_failure(desk.office.platform, case_id=1, failure=ValueError(reference))
    return {"actor": desk.office.staff["mara"], "incident_id": 1} | WHY


def retry_incident(desk: Desk) -> Act:
    known = _given_up(desk)
    return lambda p: incidents.retry(p, **known)


def resolve(desk: Desk) -> Act:
    known = _given_up(desk)
    return lambda p: incidents.resolve(p, **known)


def owned(office: Office, platform: Platform) -> str:
    """Return a new complaint under the Housing Ombudsman's Code, acknowledged and owned by Hanna.

    The limit of its response runs, since it is counted from the acknowledgement.
    """
    hanna = office.staff["hanna"]
    reference = intake.lodge(
        platform, actor=hanna, complaint=office.heard(), wanted=["housing_ombudsman"]
    )
    office.reach("assess", reference=reference)
    office.do(reference, "acknowledge")
    complex_one = {"severity": 4, "complexity": "complex"}
    office.reach("plan", reference=reference, assess=complex_one)
    return reference


def note_occasion(desk: Desk) -> Act:
    known = desk.known("hanna", desk.office.lodge())
    return lambda p: timing.note_occasion(p, occasion=Occasion.TRANSMITTED, **known)
