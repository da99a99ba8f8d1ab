"""The register of governance: who decided what, what is due, and who looked at it (5, 6, 8)."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.governance import (
    GovernanceRecord,
    Grade,
    RecordAct,
    RecordKind,
    RecordState,
    Wanted,
    acts_on,
    is_for_second,
    kept_apart,
    starts_as,
)
from engine.domain.improvement import climbs_after, days_of_checks
from engine.domain.text import without_controls
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SeparationOfDutiesError,
)
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST = 200


def register_of_governance(platform: Platform, *, actor: Actor) -> tuple[GovernanceRecord, ...]:
    """Return every record, the latest first.

    Raises:
        NotAllowedError: The actor may not see the register.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        return tx.governance.all()


def people_of_governance(platform: Platform, *, actor: Actor) -> dict[str, str]:
    """Return the names of everybody who can answer for a record, by user name.

    Raises:
        NotAllowedError: The actor may not see the register.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        return {a.actor.username: a.actor.name for a in tx.accounts.all() if a.is_active}


def to_govern(platform: Platform, *, actor: Actor) -> int:
    """Return how many records wait for the actor as the second person, or are overdue.

    Raises:
        NotAllowedError: The actor does not keep the register.
    """
    actor.require(Deed.GOVERN)
    today = platform.calendar.day_of(platform.now())
    with platform.database.read() as tx:
        return sum(
            each.is_overdue(today) or is_for_second(each, actor.username)
            for each in tx.governance.all()
        )


def keep_record(platform: Platform, *, actor: Actor, kind: RecordKind, wanted: Wanted) -> int:
    """Add a record that somebody else approves, and return its number.

    Args:
        platform: Where the register is.
        actor: Who makes it.
        kind: What it is; no finding, which is an auditor's.
        wanted: What it says.

    Raises:
        NotAllowedError: The actor does not keep the register.
        InvalidInputError: Something is missing, too long, or there is no such person or record.
        ConflictError: The same is on record and live.
    """
    actor.require(Deed.GOVERN)
    if kind is RecordKind.FINDING:
        raise InvalidInputError({"Kind": "Findings are recorded by auditors."})
    made = new_record(kind, wanted, by=actor.username, at=platform.now())
    return platform.database.write(lambda tx: add_record(platform, tx, actor=actor, made=made))


def record_finding(
    platform: Platform, *, actor: Actor, clause: str, grade: Grade, wanted: Wanted
) -> int:
    """Add what an auditor found in an audit, and return its number.

    Args:
        platform: Where the register is.
        actor: The auditor.
        clause: Of the standard.
        grade: How grave it is.
        wanted: What was found and what shows it; it is about the audit.

    Raises:
        NotAllowedError: The actor does not audit.
        InvalidInputError: Something is missing or too long, there is no such clause or person, or
            the record that it is about is no audit.
        ConflictError: The same was found and is open.
    """
    actor.require(Deed.RECORD_FINDING)
    if clause not in {duty.clause for duty in platform.duties}:
        raise InvalidInputError({"Clause": f"{clause!r} is no clause of ISO 10002."})
    new = new_record(RecordKind.FINDING, wanted, by=actor.username, at=platform.now())
    made = replace(new, clause=clause, grade=grade)
    return platform.database.write(lambda tx: add_record(platform, tx, actor=actor, made=made))


def act_on_record(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    act: RecordAct,
    said: str = "",
    due_on: date | None = None,
) -> None:
    """Approve, look at again, carry out, verify or end a record.

    Args:
        platform: Where the register is.
        actor: Who does it.
        number: Of the record.
        act: What is done.
        said: What came of it; needed for all but an approval.
        due_on: Until when it holds on, for what was looked at again.

    Raises:
        NotAllowedError: The actor does not keep the register.
        SeparationOfDutiesError: The actor had another part in it.
        NotFoundError: There is no such record.
        ConflictError: This cannot be done with it where it stands.
        InvalidInputError: What came of it is missing, or the new day is over already.
    """
    actor.require(Deed.GOVERN)
    result = "" if act is RecordAct.APPROVE else needed("What came of it", said)
    today = platform.calendar.day_of(platform.now())
    if act is RecordAct.REVIEW and (due_on is None or due_on <= today):
        raise InvalidInputError({"Next": "must be a day in the future."})

    known: dict[str, Any] = {"actor": actor, "number": number, "act": act, "result": result}
    platform.database.write(lambda tx: move_record(platform, tx, **known, due_on=due_on))


def move_record(
    platform: Platform,
    tx: Transaction,
    *,
    actor: Actor,
    number: int,
    act: RecordAct,
    result: str,
    due_on: date | None = None,
) -> None:
    """Do something with a record as a part of a transaction; see ``act_on_record``.

    Raises:
        NotFoundError: There is no such record.
        ConflictError: This cannot be done with it where it stands.
        SeparationOfDutiesError: The actor had another part in it.
    """
    record = tx.governance.take(number)
    if record is None:
        raise NotFoundError("record", str(number))
    if act not in acts_on(record):
        raise ConflictError(f"Record {number} is {record.state.title.lower()} by now.")
    if part := kept_apart(record, act, actor.username):
        raise SeparationOfDutiesError(actor.name, f"{act.title.lower()} this record", part)
    moved = _moved(record, act, actor.username, platform.now(), result, due_on)
    tx.governance.replace(moved)
    _look_later(platform, tx, moved, act, platform.calendar.day_of(platform.now()))
    told = {"record": number, "what": record.kind.value, "act": act.value}
    jot_organisation(platform, tx, actor=actor, kind="governance.moved", **told)


def _moved(
    record: GovernanceRecord,
    act: RecordAct,
    by: str,
    at: datetime,
    result: str,
    due_on: date | None,
) -> GovernanceRecord:
    changes: dict[RecordAct, dict[str, object]] = {
        RecordAct.APPROVE: {
            "state": RecordState.APPROVED,
            "approved_by": by,
            "approved_at": at,
        },
        RecordAct.REVIEW: {
            "done_by": by,
            "done_at": at,
            "result": result,
            "due_on": due_on,
            "climbed_at": None,
        },
        RecordAct.CARRY_OUT: {
            "state": RecordState.DONE,
            "done_by": by,
            "done_at": at,
            "result": result,
        },
        RecordAct.VERIFY: {
            "state": RecordState.VERIFIED,
            "verified_by": by,
            "verified_at": at,
            "result": f"{record.result}\n\n{result}",
        },
        RecordAct.END: {"state": RecordState.ENDED, "ended_at": at, "result": result},
    }
    return replace(record, **changes[act])  # type: ignore[arg-type] # each names fields of a record


def _look_later(
    platform: Platform, tx: Transaction, record: GovernanceRecord, act: RecordAct, today: date
) -> None:
    """Let it be judged at set times whether an action that was carried out has helped (8.7).

    When it was carried out for the first time is kept with what it is about: a complaint of the
    same cause that comes later tells that the cause came again.
    """
    if record.kind is not RecordKind.ACTION:
        return
    policy, calendar = platform.policy.improvement, platform.calendar
    if act is RecordAct.CARRY_OUT:
        days = [
            (after, day, climbs_after(calendar, day, policy.judge_days))
            for after, day in days_of_checks(today, policy.check_days)
        ]
        tx.improvements.begin(record.number, days)
        aim = tx.improvements.aims().get(record.number)
        if aim is not None and aim.acted_at is None:
            tx.improvements.aim(record.number, replace(aim, acted_at=platform.now()))
    elif act is RecordAct.END:
        tx.improvements.withdraw(record.number, at=platform.now())


def new_record(kind: RecordKind, wanted: Wanted, *, by: str, at: datetime) -> GovernanceRecord:
    """Return a new record as it is kept.

    Args:
        kind: What it is.
        wanted: What it says.
        by: User name of who makes it.
        at: The present.

    Raises:
        InvalidInputError: Something is missing, too long, or no hash.
    """
    title = needed("Title", wanted.title)
    where = str(without_controls(wanted.document)).strip()
    digest = wanted.document_hash.strip().lower()
    if max(len(title), len(where)) > _LONGEST:
        raise InvalidInputError({"Title": f"and document may have {_LONGEST} characters each."})
    if digest and not _HASH.fullmatch(digest):
        raise InvalidInputError({"Hash": "is no SHA-256 in 64 hexadecimal digits."})
    return GovernanceRecord(
        number=0,
        kind=kind,
        title=title,
        text=needed("Text", wanted.text),
        clause="",
        grade=None,
        about=wanted.about,
        owner=wanted.owner,
        due_on=wanted.due_on,
        document=where,
        document_hash=digest,
        state=starts_as(kind),
        made_by=by,
        made_at=at,
    )


def add_record(platform: Platform, tx: Transaction, *, actor: Actor, made: GovernanceRecord) -> int:
    """Keep a new record and return its number.

    Raises:
        InvalidInputError: There is no such person, or no such record that it answers to.
        ConflictError: The same is on record and live.
    """
    if tx.accounts.get(made.owner) is None:
        raise InvalidInputError({"Owner": f"There is no account {made.owner!r}."})
    about = tx.governance.get(made.about) if made.about is not None else None
    if made.about is not None and about is None:
        raise InvalidInputError({"About": f"There is no record {made.about}."})
    is_finding = made.kind is RecordKind.FINDING
    if is_finding and (about is None or about.kind is not RecordKind.AUDIT):
        raise InvalidInputError({"About": "A finding is made in an audit."})
    if tx.governance.is_known(made):
        raise ConflictError("The same is on record already.")
    number = tx.governance.add(made)
    told = {"record": number, "what": made.kind.value, "due_on": made.due_on.isoformat()}
    jot_organisation(platform, tx, actor=actor, kind="governance.kept", **told)
    return number
