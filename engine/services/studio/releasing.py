"""Which version of the process new complaints take: retired, and rolled back to in an emergency."""

from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.process_version import Release, ReleaseKind, Retirement, overtaking
from engine.errors import ConflictError, NotFoundError, SeparationOfDutiesError
from engine.services.bulk import reason as reasons
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import COMPLAINT
from engine.store.transaction import Transaction


def retire_version(platform: Platform, *, actor: Actor, number: int, reason: str) -> None:
    """Let no complaint begin on a version any more; those that run on it go on.

    Whoever released the version that is live does not take it away, as in rolling back.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: It is live and the actor released it, or is no person.
        NotFoundError: There is no such version.
        InvalidInputError: No reason is given.
        ConflictError: It is retired already, or no other version would be left.
    """
    actor.require(Deed.APPROVE_PROCESS)
    said = reasons.needed("Reason", reason)

    def work(tx: Transaction) -> None:
        tx.releases.take(COMPLAINT)
        digest = _digest(tx, number)
        if digest in _retired(tx):
            raise ConflictError(f"Version {number} is retired already.")
        at = platform.now()
        live = tx.releases.valid(COMPLAINT, at)
        if live is not None and live[0] == digest:
            _require_other(tx, digest, actor, "retire it")
        tx.releases.retire(Retirement(digest, actor.username, at, said))
        if tx.releases.valid(COMPLAINT, at) is None:
            raise ConflictError(
                f"Version {number} is the only one on which complaints can begin; publish another "
                "one first."
            )
        told = {"process": COMPLAINT, "version": number, "digest": digest}
        jot_organisation(platform, tx, actor=actor, kind="process.retired", reason=said, **told)

    platform.database.write(work)


def roll_back(platform: Platform, *, actor: Actor, number: int, reason: str) -> None:
    """Let new complaints take an earlier version again, at once; running ones stay where they are.

    What two people approved once needs no second person again: it is for an emergency. Whoever
    released the version that is live does not undo it, so that one person alone does not decide
    which of them holds.

    Raises:
        NotAllowedError: The actor may not approve processes.
        SeparationOfDutiesError: The actor released the live version, or is no person.
        NotFoundError: There is no such version.
        InvalidInputError: No reason is given.
        ConflictError: It is live already, was retired, or never held.
    """
    actor.require(Deed.APPROVE_PROCESS)
    said = reasons.needed("Reason", reason)

    def work(tx: Transaction) -> None:
        tx.releases.take(COMPLAINT)
        at, digest = platform.now(), _digest(tx, number)
        live = tx.releases.valid(COMPLAINT, at)
        releases = tx.releases.all(COMPLAINT)
        if live is not None and live[0] == digest:
            raise ConflictError(f"Version {number} is live already.")
        if digest in _retired(tx):
            raise ConflictError(f"Version {number} is retired; no complaint begins on it.")
        if not _has_held(digest, releases, _retired(tx), at):
            raise ConflictError(f"Version {number} has never been live; it is no earlier one.")
        _require_other(tx, live[0] if live else "", actor, "roll back")
        tx.releases.add(
            process_id=COMPLAINT,
            digest=digest,
            kind=ReleaseKind.ROLLED_BACK,
            valid_from=at,
            by=actor.username,
            at=at,
            reason=said,
        )
        told = {"process": COMPLAINT, "version": number, "digest": digest}
        told |= {"instead_of": live[1]} if live else {}
        jot_organisation(platform, tx, actor=actor, kind="process.rolled_back", reason=said, **told)

    platform.database.write(work)


def _require_other(tx: Transaction, digest: str, actor: Actor, deed: str) -> None:
    """Refuse whoever released a version, so that one person alone does not decide what holds.

    Raises:
        SeparationOfDutiesError: The actor released it last, or is no person.
    """
    releases = reversed(tx.releases.all(COMPLAINT))
    last = next((each for each in releases if each.digest == digest), None)
    if actor.username in {SYSTEM.username, last.by if last else ""}:
        part = "released the live version, or is no person"
        raise SeparationOfDutiesError(actor.name, deed, part)


def _has_held(
    digest: str, releases: tuple[Release, ...], retired: frozenset[str], now: datetime
) -> bool:
    """Tell whether a version was ever the one on which complaints begin."""
    own = (each for each in releases if each.digest == digest and each.valid_from <= now)
    return any(overtaking(each, releases, retired) is None for each in own)


def _digest(tx: Transaction, number: int) -> str:
    """Return the digest of a version.

    Raises:
        NotFoundError: There is no such version.
    """
    for each in tx.processes.versions(COMPLAINT):
        if each.version == number:
            return each.digest
    raise NotFoundError("version", str(number))


def _retired(tx: Transaction) -> frozenset[str]:
    return frozenset(each.digest for each in tx.releases.retired(COMPLAINT))
