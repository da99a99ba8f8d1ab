"""What operators do when a case does not go its way by itself: each with a reason, each kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Step
from engine.errors import CaseChangedError, InvalidInputError
from engine.process.operation import OperatedCase
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.clocks import waiting
from engine.services.process.processes import bundle_of
from engine.services.running.command import Command, carry_out
from engine.services.running.operating import OperatedChange, is_approved, why_not_skipped


@dataclass(frozen=True, slots=True)
class Place:
    """A place at which a case waits, as an operator sees it.

    Attributes:
        title: Label of the element.
        due_at: Of the step, or of the waiting time; None where nothing falls due.
        why_not_skipped: Why nobody skips it; empty for a step that can be skipped.
        targets: Label by id of the elements to which the case can be led from here.
    """

    token: str
    element: str
    title: str
    is_step: bool
    due_at: datetime | None
    why_not_skipped: str
    targets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an open case waits, and what an operator can do about it.

    Attributes:
        rev: Revision of the case that this was read from.
    """

    rev: int
    places: tuple[Place, ...]


def whereabouts(platform: Platform, *, actor: Actor, reference: str) -> Whereabouts:
    """Return where a case waits, and what can be done there; nothing for a closed case.

    Raises:
        NotAllowedError: The actor may neither move due dates nor change the course of a case.
        NotFoundError: No complaint has this reference.
        UnknownStateError: The stored state cannot be read.
    """
    if not actor.may(Deed.OPERATE):
        actor.require(Deed.POSTPONE)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.POSTPONE, reference=reference)
        bundle = bundle_of(platform, tx, case.process)
        live = OperatedCase.load(bundle, case.state, timetable=waiting.timetable(platform))
        steps = {step.token: step for step in tx.steps.of(case.id)}
        approved = is_approved(tx, case)
    titles = {name: element.title for name, element in bundle.elements.items()}
    places = []
    for found in live.standings() if case.is_open else ():
        step, is_beside = steps.get(found.token), found.is_beside
        goals = () if is_beside else live.targets(found.token, is_approved=approved)
        places.append(
            Place(
                token=found.token,
                element=found.element,
                title=titles[found.element],
                is_step=found.is_step,
                due_at=step.due_at if step else found.due_at,
                why_not_skipped=why_not_skipped(step) if step else "Only a step is skipped.",
                targets={name: titles[name] for name in goals},
            )
        )
    return Whereabouts(case.rev, tuple(places))


def move_token(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    element: str,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> tuple[Step, ...]:
    """Let a case go on at another element of its diagram, and return the steps that wait then.

    Args:
        platform: Where the case is.
        actor: Who leads it there.
        reference: Of the case.
        token: Where it waits.
        element: Where it is to go on: a step, or an event that it awaits.
        reason: Why; is kept.
        seen_rev: Revision that the actor looked at; None for any.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not change the course of a complaint.
        NotFoundError: No complaint has this reference, or the diagram no such element.
        InvalidInputError: No reason is given.
        ConflictError: The case is closed or suspended, has changed, or does not wait there.
        CourseError: It would leave out an approval, or could never go on.
        ProcessFailedError: The diagram cannot go on from there.
    """
    actor.require(Deed.OPERATE)
    said = needed("Reason", reason)
    return _operate(
        platform,
        Command(
            "move_token",
            actor,
            reference,
            {"token": token, "element": element, "reason": said},
            command_id,
        ),
        lambda change: change.move(token, element, reason=said),
        seen_rev,
    )


def skip_step(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> tuple[Step, ...]:
    """Let a case go on as if a step had been done, and return the steps that wait then.

    A step at which a second person decides, or that drafts what is decided there, is not skipped.

    Raises:
        NotAllowedError: The actor may not change the course of a complaint.
        NotFoundError: No complaint has this reference.
        InvalidInputError: No reason is given.
        ConflictError: The case is closed or suspended, has changed, or does not wait there.
        CourseError: Nobody skips this step.
        ProcessFailedError: The diagram cannot go on without what the step would have said.
    """
    actor.require(Deed.OPERATE)
    said = needed("Reason", reason)
    return _operate(
        platform,
        Command("skip_step", actor, reference, {"token": token, "reason": said}, command_id),
        lambda change: change.skip(token, reason=said),
        seen_rev,
    )


def suspend(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Let a case rest; it can be read, and refuses all work until it is resumed.

    Its waiting times and internal promises stand still. Statutory time limits run on, and still
    warn: the law does not wait.

    Raises:
        NotAllowedError: The actor may not change the course of a complaint.
        NotFoundError: No complaint has this reference.
        InvalidInputError: No reason is given.
        ConflictError: The case is closed, or has changed.
        CourseError: It is suspended already.
    """
    actor.require(Deed.OPERATE)
    said = needed("Reason", reason)
    command = Command("suspend", actor, reference, {"reason": said}, command_id, resumes=True)
    _operate(platform, command, lambda change: change.suspend(reason=said), seen_rev)


def resume(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Let a suspended case go on, with as much time left as when it was suspended.

    Messages that came meanwhile are delivered.

    Raises:
        NotAllowedError: The actor may not change the course of a complaint.
        NotFoundError: No complaint has this reference.
        InvalidInputError: No reason is given.
        ConflictError: The case is closed, or has changed.
        CourseError: It is not suspended.
    """
    actor.require(Deed.OPERATE)
    said = needed("Reason", reason)
    command = Command("resume", actor, reference, {"reason": said}, command_id, resumes=True)
    _operate(platform, command, lambda change: change.resume(reason=said), seen_rev)


def set_due_date(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    token: str,
    due_at: datetime,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Let a waiting step, or a waiting time of the diagram, fall due at another moment.

    Raises:
        NotAllowedError: The actor may not move due dates.
        NotFoundError: No complaint has this reference.
        InvalidInputError: No reason is given, or the moment does not lie ahead.
        ConflictError: The case is closed or suspended, has changed, or does not wait there.
    """
    actor.require(Deed.POSTPONE)
    said, content = needed("Reason", reason), {"token": token, "due_at": due_at.isoformat()}
    _require_ahead(platform, due_at)
    _operate(
        platform,
        Command("set_due_date", actor, reference, content | {"reason": said}, command_id),
        lambda change: change.set_due(token, due_at, reason=said),
        seen_rev,
    )


def set_promise_date(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    code: str,
    due_at: datetime,
    reason: str,
    seen_rev: int | None = None,
    command_id: UUID | None = None,
) -> None:
    """Let an internal promise on time fall due at another moment; a statutory one never does.

    Raises:
        NotAllowedError: The actor may not move due dates.
        NotFoundError: No complaint has this reference, or it has no such promise.
        InvalidInputError: No reason is given, or the moment does not lie ahead.
        ConflictError: The case is closed or suspended, or has changed.
        CourseError: The promise is statutory or over.
    """
    actor.require(Deed.POSTPONE)
    said, content = needed("Reason", reason), {"code": code, "due_at": due_at.isoformat()}
    _require_ahead(platform, due_at)
    _operate(
        platform,
        Command("set_promise_date", actor, reference, content | {"reason": said}, command_id),
        lambda change: change.set_promise_due(code, due_at, reason=said),
        seen_rev,
    )


def _operate(
    platform: Platform,
    command: Command,
    act: Callable[[OperatedChange], Any],
    seen_rev: int | None,
) -> tuple[Step, ...]:
    def work(change: OperatedChange) -> None:
        if seen_rev is not None and change.case.rev != seen_rev:
            raise CaseChangedError(command.reference)
        act(change)

    return carry_out(platform, command, work, OperatedChange)


def _require_ahead(platform: Platform, due_at: datetime) -> None:
    if due_at.tzinfo is None or due_at <= platform.now():
        raise InvalidInputError({"Due": "must lie ahead."})
