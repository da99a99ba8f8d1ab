"""What is settled when a case closes, whatever closes it."""

from datetime import datetime

from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.domain.inquiry import InquiryState
from engine.services.running import findings, ledger
from engine.store.transaction import Transaction

_CLOSED = "The complaint was closed."


def close(tx: Transaction, case: Case, *, by: Actor, at: datetime) -> None:
    """Let no issue, no remedy and no request of a closed case be left as if it went on.

    Args:
        tx: Closes the case.
        case: As it is closed.
        by: Who closes it.
        at: When.
    """
    findings.close(tx, case, by=by, at=at)
    ledger.close(tx, case)
    for inquiry in tx.inquiries.of(case.id):
        if inquiry.is_open:
            facts = {"state": InquiryState.WITHDRAWN, "reason": _CLOSED, "next_at": None}
            tx.inquiries.change(case.id, inquiry.number, **facts)
