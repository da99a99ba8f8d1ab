"""Reminding those who were asked, and telling the owner of a complaint that nobody answers.

Source: ISO 10002:2018, 7.6.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.case import Note
from engine.domain.inquiry import Asked, Inquiry, next_look
from engine.domain.journal import content_hash
from engine.errors import ConflictError, UnavailableError
from engine.services.investigation import inquiry_book
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out

_BATCH = 100
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chased:
    """What one run did.

    Attributes:
        reminded: Reminders sent.
        told: Requests of which the owner was told that nobody answers.
        failed: Requests that could not be looked at; the next run tries them again.
    """

    reminded: int = 0
    told: int = 0
    failed: int = 0


def chase(platform: Platform, *, actor: Actor = SYSTEM) -> Chased:
    """Remind everybody whose answer is due, each once however many runs there are at once.

    What was missed during an outage is not made up for: one reminder is sent, and the next comes
    as long after it as the policy says.

    Raises:
        NotAllowedError: The actor may not run jobs.
        UnavailableError: The database does not answer.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        due = tx.inquiries.due(platform.now(), _BATCH)
    done: list[str] = []
    for reference, number in due:
        done.append(_look_at(platform, actor, reference, number))
    return Chased(done.count("reminded"), done.count("told"), done.count("failed"))


def _look_at(platform: Platform, actor: Actor, reference: str, number: int) -> str:
    """Look at one request in a transaction of its own; return what was done.

    Raises:
        UnavailableError: The database does not answer.
    """
    done: list[str] = []

    def work(change: CaseChange) -> None:
        inquiry = inquiry_book.one(change, number)
        if not inquiry.is_open or inquiry.next_at is None or inquiry.next_at > change.now:
            raise ConflictError("Another run was faster.")
        is_last = inquiry.chased >= platform.policy.inquiries.reminders
        (_tell_owner if is_last else _remind)(change, inquiry)
        done[:] = ["told" if is_last else "reminded"]

    with platform.database.read() as tx:
        case = tx.cases.get(reference)
        known = {each.number: each for each in tx.inquiries.of(case.id)}
    once = f"{reference}/{number}/{known[number].chased}/{_iso(known[number].next_at)}"
    command_id = uuid5(NAMESPACE_OID, f"inquiry {once}")
    try:
        carry_out(
            platform, Command("chase_inquiry", actor, reference, {"once": once}, command_id), work
        )
    except UnavailableError:
        raise  # no fault of the request
    except ConflictError:
        return "known"
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with one, the others go on
        _log.error("inquiry.not-chased", case=case.id, kind=type(failure).__name__)
        return "failed"
    return done[0] if done else "known"


def _remind(change: CaseChange, inquiry: Inquiry) -> None:
    platform, now = change.platform, change.now
    if inquiry.asked is Asked.OUTSIDE:
        inquiry = inquiry_book.send(change, inquiry, "reminder")
    policy, calendar = platform.policy.inquiries, platform.calendar
    change.tx.inquiries.change(
        change.case.id,
        inquiry.number,
        chased=inquiry.chased + 1,
        chased_at=now,
        mails=inquiry.mails,
        next_at=next_look(inquiry.due_on, after=now, calendar=calendar, policy=policy),
    )
    change.record("inquiry.chased", inquiry=inquiry.number, reminder=inquiry.chased + 1)


def _tell_owner(change: CaseChange, inquiry: Inquiry) -> None:
    """Note that nobody answers, so that the owner finds another way."""
    facts = {"told_at": change.now, "next_at": None}
    change.tx.inquiries.change(change.case.id, inquiry.number, **facts)
    reminders = "1 reminder" if inquiry.chased == 1 else f"{inquiry.chased} reminders"
    who = inquiry_book.asked_of(change.tx, inquiry)
    said = (
        f"Request {inquiry.number} to {who} was not answered in spite of {reminders}. "
        "Ask by telephone, ask somebody else, or withdraw it."
    )
    change.tx.records.add(change.case.id, Note(change.actor.username, change.now, said))
    change.record("note.added", content=content_hash({"text": said}))
    change.record("inquiry.unanswered", inquiry=inquiry.number, reminders=reminders)


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
