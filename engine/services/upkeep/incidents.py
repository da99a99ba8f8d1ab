"""Incidents: what no program could set right, for the people who can."""

from collections.abc import Iterable
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.incident import Cause, Incident, IncidentKind
from engine.errors import ConflictError, CourseError, NotFoundError, UnavailableError
from engine.services.accounts import reach
from engine.services.audit import verifying
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot
from engine.services.letters import announcing
from engine.services.running import messages, monitoring
from engine.services.running.change import CaseChange
from engine.services.running.command import Command
from engine.store.transaction import Transaction

MOST_CAUSES = 100
"""So many causes can be chosen from; beyond it, the list says nothing."""


def page(
    platform: Platform,
    *,
    actor: Actor,
    kinds: Iterable[IncidentKind] = (),
    is_open: bool = True,
    cause: Cause | None = None,
    limit: int = 25,
    offset: int = 0,
) -> tuple[Incident, ...]:
    """Return some incidents: open ones oldest first, resolved ones latest first.

    Args:
        platform: Where to look.
        actor: Who asks.
        kinds: None of them stands for all.
        is_open: Whether to return open ones or resolved ones.
        cause: Only incidents that have it; None for all.
        limit: Most incidents to return.
        offset: Incidents to leave out at the beginning.

    Raises:
        NotAllowedError: The actor may not see incidents.
    """
    actor.require(Deed.SEE_INCIDENTS)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_INCIDENTS)
        return tx.incidents.page(
            kinds=kinds, is_open=is_open, cause=cause, limit=limit, offset=offset, sight=seen
        )


def one(platform: Platform, *, actor: Actor, incident_id: int) -> Incident:
    """Return one incident, open or resolved.

    Raises:
        NotAllowedError: The actor may not see incidents.
        NotFoundError: There is no such incident.
    """
    actor.require(Deed.SEE_INCIDENTS)
    with platform.database.read() as tx:
        return _reached(platform, tx, actor, Deed.SEE_INCIDENTS, incident_id)


def causes(
    platform: Platform,
    *,
    actor: Actor,
    kinds: Iterable[IncidentKind] = (),
    is_open: bool = True,
) -> tuple[Cause, ...]:
    """Return why incidents came to be, the most frequent cause first, ``MOST_CAUSES`` at most.

    Raises:
        NotAllowedError: The actor may not see incidents.
    """
    actor.require(Deed.SEE_INCIDENTS)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_INCIDENTS)
        return tx.incidents.causes(kinds=kinds, is_open=is_open, limit=MOST_CAUSES, sight=seen)


def alike(platform: Platform, *, actor: Actor, cause: Cause) -> tuple[int, ...]:
    """Return the numbers of all open incidents of a cause, oldest first.

    Raises:
        NotAllowedError: The actor may not see incidents.
    """
    actor.require(Deed.SEE_INCIDENTS)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_INCIDENTS)
        return tx.incidents.alike(cause, sight=seen)


def counts(platform: Platform, *, actor: Actor, is_open: bool = True) -> dict[IncidentKind, int]:
    """Return how many incidents of each kind there are; every kind has its number.

    Raises:
        NotAllowedError: The actor may not see incidents.
    """
    actor.require(Deed.SEE_INCIDENTS)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_INCIDENTS)
        return tx.incidents.counts(is_open=is_open, sight=seen)


def retry(
    platform: Platform,
    *,
    actor: Actor,
    incident_id: int,
    reason: str,
    command_id: UUID | None = None,
) -> bool:
    """Try again what came to a halt, and tell whether it goes on.

    A case is moved, a letter queued, a message delivered or kept once more, the whole journal
    verified. A step is tried again by whoever completes it, so its incident only ends when it does
    not wait any more.

    Args:
        platform: Where it is.
        actor: Who tries.
        incident_id: Of the incident.
        reason: Why it should work now; is kept.
        command_id: The same id is carried out once, however often it arrives, even where the try
            was in vain; what came later is told how it stands by then.

    Raises:
        NotAllowedError: The actor may not resolve incidents, or not verify the journal.
        NotFoundError: There is no such incident.
        InvalidInputError: No reason is given.
        ConflictError: Somebody has resolved it already, or the id was used for something else.
        CourseError: The step still waits for somebody to complete it.
    """
    actor.require(Deed.RESOLVE)
    said = needed("Reason", reason)
    command = _command("retry_incident", actor, incident_id, said, command_id)
    with platform.database.read() as tx:
        incident = _reached(platform, tx, actor, Deed.RESOLVE, incident_id)
    if incident.kind is IncidentKind.CASE:
        return _retry_case(platform, command, incident, said)
    if incident.kind is IncidentKind.JOURNAL:
        return _retry_journal(platform, command, incident)

    def work(tx: Transaction) -> int | None:
        if not _begin(platform, tx, command):
            return None
        fresh = tx.incidents.get(incident_id)
        _require_open(fresh)
        number = _prepare(platform, tx, fresh)
        if fresh.kind is IncidentKind.LETTER:
            by, at = actor.username, platform.now()
            tx.postings.left_by_mail(fresh.subject, by=by, at=at)
        _close(platform, tx, fresh, actor=actor, how=f"Tried again: {said}")
        return number

    number = platform.database.write(work)
    if number is not None:
        messages.hand_over(platform, number=number)
    return _goes_on(platform, incident_id)


def resolve(
    platform: Platform,
    *,
    actor: Actor,
    incident_id: int,
    reason: str,
    command_id: UUID | None = None,
) -> None:
    """Put an incident away because it was dealt with otherwise, and keep how.

    What came to a halt stays as it is: a case that stands still is tried again by the next sweep,
    and comes back as a new incident if it still cannot be moved.

    Args:
        platform: Where it is.
        actor: Who dealt with it.
        incident_id: Of the incident.
        reason: How it was dealt with.
        command_id: The same id is carried out once, however often it arrives.

    Raises:
        NotAllowedError: The actor may not resolve incidents.
        NotFoundError: There is no such incident.
        InvalidInputError: Nothing is said about how it was dealt with.
        ConflictError: Somebody has resolved it already, or the id was used for something else.
    """
    actor.require(Deed.RESOLVE)
    said = needed("Reason", reason)
    command = _command("resolve_incident", actor, incident_id, said, command_id)

    def work(tx: Transaction) -> None:
        incident = _reached(platform, tx, actor, Deed.RESOLVE, incident_id)
        if not _begin(platform, tx, command):
            return
        _require_open(incident)
        _close(platform, tx, incident, actor=actor, how=said)

    platform.database.write(work)


def _reached(
    platform: Platform, tx: Transaction, actor: Actor, deed: Deed, incident_id: int
) -> Incident:
    """Return an incident of a case that the actor reaches, or of none.

    Raises:
        NotFoundError: There is no such incident, or none that the actor knows of.
        NotAllowedError: It is of a case that the deed does not reach.
    """
    incident = tx.incidents.get(incident_id)
    if incident.reference:
        case = tx.cases.get(incident.reference)
        try:
            reach.require(platform, tx, actor=actor, deed=deed, case=case)
        except NotFoundError as hidden:
            raise NotFoundError("incident", str(incident_id)) from hidden
    return incident


def _command(
    name: str, actor: Actor, incident_id: int, reason: str, command_id: UUID | None
) -> Command:
    """Return what is asked for; an incident need not belong to a case."""
    return Command(name, actor, "", {"incident": incident_id, "reason": reason}, command_id)


def _begin(platform: Platform, tx: Transaction, command: Command) -> bool:
    """Keep, before anything is done, that a command is carried out; False when it was before.

    A second one under the same id waits here for the end of the first.
    """
    if command.key is None:
        return True
    if tx.cases.is_carried_out(command.key, fingerprint=command.fingerprint):
        return False
    tx.cases.keep_receipt(
        command.key, fingerprint=command.fingerprint, case_id=None, at=platform.now()
    )
    return True


def _goes_on(platform: Platform, incident_id: int) -> bool:
    """Tell whether what came to a halt goes on by now."""
    with platform.database.read() as tx:
        incident = tx.incidents.get(incident_id)
        if incident.kind is not IncidentKind.MESSAGE or incident.is_open:
            return not incident.is_open
        message = tx.messages.known(incident.subject)
    return message is not None and message.is_delivered


def _require_open(incident: Incident) -> None:
    if not incident.is_open:
        raise ConflictError(f"This incident was resolved: {incident.resolution}")


def _prepare(platform: Platform, tx: Transaction, incident: Incident) -> int | None:
    """Make ready what is tried again; return the message that is to be delivered, if it is one.

    Raises:
        ConflictError: The letter or message has gone its way already.
        CourseError: The step still waits for somebody to complete it.
    """
    now = platform.now()
    if incident.kind is IncidentKind.STEP:
        case_id, _, token = incident.subject.partition("/")
        if any(step.token == token for step in tx.steps.of(int(case_id))):
            raise CourseError("The step waits: whoever works on it can complete it again.")
    if incident.kind is IncidentKind.LETTER and not tx.outbox.try_again(incident.subject, now):
        raise ConflictError("The letter has left, or waits to be sent, already.")
    if incident.kind is not IncidentKind.MESSAGE:
        return None
    message = tx.messages.known(incident.subject)
    if message is None or message.is_delivered:
        raise ConflictError("The message was delivered already.")
    tx.messages.renew(message.id, expires_at=now + (message.expires_at - message.received_at))
    return message.id


def _close(
    platform: Platform, tx: Transaction, incident: Incident, *, actor: Actor, how: str
) -> None:
    """Resolve an incident, and let its case tell of it.

    Raises:
        ConflictError: Somebody was faster.
    """
    case = tx.cases.take(incident.reference) if incident.reference else None
    done = tx.incidents.resolve(
        incident.kind, incident.subject, by=actor.username, at=platform.now(), how=how
    )
    if not done:
        raise ConflictError("Somebody has resolved this incident meanwhile.")
    if incident.kind is IncidentKind.JOURNAL:
        announcing.journal_put_away(platform, tx)
    if case is not None:
        facts = {"title": incident.kind.title, "cause": incident.cause, "reason": how}
        jot(platform, tx, case=case, actor=actor, kind="incident.resolved", **facts)


def _retry_journal(platform: Platform, command: Command, incident: Incident) -> bool:
    """Verify the journal again; only one that is whole ends the incident.

    Raises:
        ConflictError: Somebody has resolved it already.
    """
    command.actor.require(Deed.VERIFY)

    def begin(tx: Transaction) -> bool:
        is_new = _begin(platform, tx, command)
        if is_new:
            _require_open(tx.incidents.get(incident.id))
        return is_new

    if platform.database.write(begin):
        verifying.run(platform, actor=command.actor)
    return _goes_on(platform, incident.id)


def _retry_case(platform: Platform, command: Command, incident: Incident, reason: str) -> bool:
    """Move a case that the jobs had given up; one more failure is counted.

    Raises:
        ConflictError: Somebody was faster.
        UnavailableError: The database does not answer.
    """
    case_id, actor = int(incident.subject), command.actor

    def work(tx: Transaction) -> None:
        if not _begin(platform, tx, command):
            return
        (taken,) = tx.take_all([case_id])
        _require_open(tx.incidents.get(incident.id))
        change = CaseChange.load(platform, tx, taken=taken, actor=actor)
        facts = {"title": incident.kind.title, "cause": incident.cause}
        change.record("incident.resolved", **facts, reason=f"Tried again: {reason}")
        change.act_on_clocks()
        change.finish()
        by, at, how = actor.username, change.now, f"Tried again: {reason}"
        tx.incidents.resolve(incident.kind, incident.subject, by=by, at=at, how=how)

    def count(tx: Transaction, failure: Exception) -> None:
        if _begin(platform, tx, command):
            monitoring.count_failure(platform, tx, case_id=case_id, failure=failure)

    try:
        platform.database.write(work)
    except (UnavailableError, ConflictError):
        raise
    except Exception as failure:  # noqa: BLE001 - whatever is wrong with it, it stays an incident
        in_vain = failure
        platform.database.write(lambda tx: count(tx, in_vain))
    return _goes_on(platform, incident.id)
