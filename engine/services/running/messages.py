"""Messages from other systems: each finds its case by a key and is delivered once.

Its name is one that a published process waits for: the process owner chooses it. A message that
nobody awaits yet is kept for its time to live. It is delivered as soon as its case waits for it;
when its time is over, it becomes an incident.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incident import IncidentKind, cause_of, element_of
from engine.domain.message import Delivery, Message, Payload, fingerprint_of
from engine.domain.sight import EVERYTHING
from engine.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from engine.process.progress import SIGNAL, signal_name
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.services.process import processes
from engine.services.running.change import CaseChange
from engine.store.taken import Taken
from engine.store.transaction import Transaction

TIME_TO_LIVE = timedelta(days=7)
"""How long a message is kept when its sender says nothing else."""

OURS = frozenset({"clock_warning", "clock_breach", "escalation_raised"})
"""Messages that only Redress itself sends; each goes with a record of its own."""

_LONGEST_KEY = 200
_BATCH = 200
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tending:
    """What one look at the kept messages did."""

    delivered: int
    given_up: int


def deliver_message(
    platform: Platform,
    *,
    actor: Actor,
    message_id: str,
    name: str,
    key: str,
    payload: Payload | None = None,
    time_to_live: timedelta | None = None,
) -> Delivery:
    """Deliver a message to the case its key leads to, or keep it until the case awaits it.

    Args:
        platform: Where the case is.
        actor: Who sends it.
        message_id: Given by the sender; the same id is delivered once, however often it comes.
        name: Of the message in the diagram.
        key: Reference of a case, or a key that a case has declared.
        payload: Variables for whatever receives it.
        time_to_live: How long to keep it while nobody awaits it; more than nothing. None for
            the usual time, if some published process waits for a message of this name; a name
            that none waits for yet is taken only by whoever says how long.

    Raises:
        NotAllowedError: The actor may not send messages.
        InvalidInputError: Id, name or key are missing or too long, the name is one of our own or
            no published process waits for it, or the payload holds what is no scalar.
        ConflictError: Another message had this id.
        ProcessFailedError: The diagram cannot go on with it; it was not taken.
    """
    actor.require(Deed.SEND_MESSAGE)
    kept_for = TIME_TO_LIVE if time_to_live is None else time_to_live
    _check(message_id=message_id, name=name, key=key, time_to_live=kept_for)
    content = dict(payload or {})
    fingerprint = fingerprint_of(name, key, content)

    def work(tx: Transaction) -> Delivery:
        known = tx.messages.known(message_id)
        if known is not None:
            return _known(known, fingerprint)
        if time_to_live is None:
            _require_awaited(platform, tx, name)
        now = platform.now()
        message = tx.messages.add(
            message_id=message_id,
            name=name,
            key=key,
            payload=content,
            fingerprint=fingerprint,
            at=now,
            expires_at=now + kept_for,
        )
        return _take_in(platform, tx, message, actor)

    return platform.database.write(work)


def send_signal(
    platform: Platform,
    *,
    actor: Actor,
    message_id: str,
    name: str,
    payload: Payload | None = None,
    key: str = "",
    time_to_live: timedelta | None = None,
) -> int:
    """Send a signal to the case of a key, or without a key to every case that waits for it.

    With a key it is delivered or kept like a message. Without one it is heard by whoever listens
    at this moment, as a broadcast is. Each case takes it once, however often the id comes.

    Args:
        platform: Where the cases are.
        actor: Who sends it.
        message_id: Given by the sender.
        name: Of the signal in the diagram.
        payload: Variables for whatever receives it.
        key: Reference of a case, or a key that a case has declared; empty for all that wait.
        time_to_live: As for a message, where there is a key; a broadcast is not kept.

    Returns:
        How many cases have taken it, now or when the id came before.

    Raises:
        NotAllowedError: The actor may not send messages.
        InvalidInputError: Id or name are missing or too long, or no published process waits for
            a signal of this name.
        ConflictError: Another signal had this id.
        ProcessFailedError: A diagram cannot go on with it; that case has not taken it.
    """
    actor.require(Deed.SEND_MESSAGE)
    _check(message_id=message_id, name=name)
    awaited = signal_name(name)
    with platform.database.read() as tx:
        if not key:
            _require_awaited(platform, tx, awaited)
        keys = (key,) if key else _reached(platform, tx, actor, tx.messages.waiting_for(awaited))
    ends = [
        deliver_message(
            platform,
            actor=actor,
            message_id=message_id if key else f"{message_id} {each}",
            name=awaited,
            key=each,
            payload=payload,
            time_to_live=time_to_live,
        )
        for each in keys
    ]
    return ends.count(Delivery.DELIVERED)


def declare_key(platform: Platform, *, actor: Actor, reference: str, key: str) -> None:
    """Let messages with a key find a case, those too that came before.

    Raises:
        NotAllowedError: The actor may not send messages.
        NotFoundError: No complaint has this reference.
        InvalidInputError: The key is missing or too long.
        ConflictError: The key leads to another case.
    """
    actor.require(Deed.SEND_MESSAGE)
    _check(key=key)

    def work(tx: Transaction) -> int:
        case = tx.cases.take(reference)
        reach.require(platform, tx, actor=actor, deed=Deed.SEND_MESSAGE, case=case)
        if tx.messages.declare(key, case_id=case.id, by=actor.username, at=platform.now()):
            jot(platform, tx, case=case, actor=actor, kind="key.declared", key=key)
        return case.id

    hand_over_kept(platform, case_id=platform.database.write(work))


def keys_of(platform: Platform, *, actor: Actor, reference: str) -> tuple[str, ...]:
    """Return the keys by which messages find a case, besides its reference.

    Raises:
        NotAllowedError: The actor may not read complaints.
        NotFoundError: No complaint has this reference.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return tx.messages.keys_of(case.id)


def tend(platform: Platform, *, actor: Actor = SYSTEM) -> Tending:
    """Deliver kept messages that are awaited by now, and give up those whose time is over.

    Each is dealt with in a transaction of its own, so that one bad message stops no other.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        strays, awaited = tx.messages.strays(_BATCH), tx.messages.awaited(_BATCH)
    for number in strays:
        _attach(platform, number)
    delivered = sum(hand_over(platform, number=number) for number in (*awaited, *strays))
    with platform.database.read() as tx:
        over = tx.messages.over(platform.now(), _BATCH)
    for number in over:
        _give_up(platform, number, "No case waited for it in the time for which it was kept.")
    _resolve_finished_steps(platform)
    return Tending(delivered, len(over))


def hand_over_kept(platform: Platform, *, case_id: int) -> None:
    """Deliver the messages that are kept for a case and that it waits for by now."""
    with platform.database.read() as tx:
        numbers = tx.messages.kept_for(case_id, tx.cases.awaits(case_id))
    for number in numbers:
        hand_over(platform, number=number)


def hand_over(platform: Platform, *, number: int) -> bool:
    """Deliver a kept message, if its case awaits it; tell whether it was delivered.

    A message that the case cannot take becomes an incident: it must not come back with every
    command, nor spoil the command of whoever made the case wait for it.

    Raises:
        UnavailableError: The database does not answer.
    """

    def work(tx: Transaction) -> bool:
        message = tx.messages.get(number)
        is_over = message.settled_at is not None or message.expires_at <= platform.now()
        if is_over or message.case_id is None:
            return False
        (taken,) = tx.take_all([message.case_id])
        # Somebody else may have delivered it while this transaction waited for the case.
        if tx.messages.get(number).settled_at is not None:
            return False
        return _hand_in(platform, tx, message, taken, SYSTEM)

    try:
        return platform.database.write(work)
    except UnavailableError:
        raise  # no fault of the message
    except Exception as failure:  # noqa: BLE001 - see above
        _log.error("message.failed", message=number, kind=type(failure).__name__)
        _give_up(platform, number, cause_of(failure), element=element_of(failure))
        return False


def _take_in(platform: Platform, tx: Transaction, message: Message, actor: Actor) -> Delivery:
    if message.case_id is None:
        return Delivery.KEPT
    (taken,) = tx.take_all([message.case_id])
    reach.require(platform, tx, actor=actor, deed=Deed.SEND_MESSAGE, case=taken.case)
    if _hand_in(platform, tx, message, taken, actor):
        return Delivery.DELIVERED
    facts = {"message": message.name, "id": message.message_id}
    jot(platform, tx, case=taken.case, actor=actor, kind="message.kept", **facts)
    return Delivery.KEPT


def _hand_in(
    platform: Platform, tx: Transaction, message: Message, taken: Taken, actor: Actor
) -> bool:
    """Deliver a message to a case that this transaction has taken; False if it is not awaited."""
    is_awaited = any(awaited.message == message.name for awaited in taken.awaited)
    if taken.case.is_suspended or not is_awaited:
        return False
    change = CaseChange.load(platform, tx, taken=taken, actor=actor)
    if not change.awaits(message.name):
        return False
    change.deliver(message.name, message.payload, detail=message.message_id)
    tx.messages.settle(message.id, at=change.now, is_delivered=True)
    change.finish()
    return True


def _reached(
    platform: Platform, tx: Transaction, actor: Actor, references: Iterable[str]
) -> tuple[str, ...]:
    """Return the cases among some to which the actor may send something."""
    found = []
    for reference in references:
        with suppress(NotFoundError, NotAllowedError):
            reach.case_of(platform, tx, actor=actor, deed=Deed.SEND_MESSAGE, reference=reference)
            found.append(reference)
    return tuple(found)


def _known(message: Message, fingerprint: str) -> Delivery:
    if message.fingerprint != fingerprint:
        raise ConflictError(f"The message id {message.message_id} was used for something else.")
    return message.delivery


def _give_up(platform: Platform, number: int, cause: str, *, element: str = "") -> None:
    def work(tx: Transaction) -> None:
        message, now = tx.messages.get(number), platform.now()
        if message.settled_at is not None:
            return
        tx.messages.settle(number, at=now, is_delivered=False)
        tx.incidents.note(
            IncidentKind.MESSAGE,
            message.message_id,
            case_id=message.case_id,
            element=element,
            cause=f"“{message.name}” for {message.key}: {cause}"[:500],
            at=now,
        )

    platform.database.write(work)


def _attach(platform: Platform, number: int) -> None:
    platform.database.write(lambda tx: tx.messages.attach(number))


def _resolve_finished_steps(platform: Platform) -> None:
    with platform.database.read() as tx:
        if not tx.incidents.counts(is_open=True, sight=EVERYTHING)[IncidentKind.STEP]:
            return
    platform.database.write(
        lambda tx: tx.incidents.resolve_finished_steps(
            by=SYSTEM.username, at=platform.now(), how="The step does not wait any more."
        )
    )


def _require_awaited(platform: Platform, tx: Transaction, name: str) -> None:
    """Refuse a name for which no case could ever wait, as one that is misspelt.

    Raises:
        InvalidInputError: No published process waits for it.
    """
    awaited = processes.awaited_names(platform, tx)
    if name in awaited:
        return
    is_signal = name.startswith(SIGNAL)
    like = sorted(each for each in awaited - OURS if each.startswith(SIGNAL) == is_signal)
    kind, known = "signal" if is_signal else "message", ", ".join(f"“{_said(n)}”" for n in like)
    ending = f"the published ones wait for {known}." if known else "they wait for none."
    raise InvalidInputError(
        {"Name": f"no published process waits for a {kind} “{_said(name)}”; {ending}"}
    )


def _said(name: str) -> str:
    """Return the name of a message or signal as the diagram has it."""
    return name.removeprefix(SIGNAL)


def _check(*, time_to_live: timedelta = TIME_TO_LIVE, **texts: str) -> None:
    for field, text in texts.items():
        said = needed(field.replace("_", " ").capitalize(), text)
        if len(said) > _LONGEST_KEY:
            raise InvalidInputError({field: f"may have at most {_LONGEST_KEY} characters."})
    if texts.get("name") in OURS:
        raise InvalidInputError({"Name": "is that of a message that only Redress itself sends."})
    if time_to_live <= timedelta():
        raise InvalidInputError({"Time to live": "must be longer than nothing."})
