"""Verifications of the journal that are kept: who let it be done, when, and what was found."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incident import IncidentKind
from engine.domain.verification import VerificationRun
from engine.services.audit import auditing
from engine.services.journal import checkpoints
from engine.services.journal.examination import Progress, Verification
from engine.services.journal.jotting import jot_organisation
from engine.services.letters import announcing
from engine.store.checkpoints import Stored
from engine.store.transaction import Transaction

EXPECTED = timedelta(days=1)
"""How far apart two verifications of everything are at most."""
SILENT = timedelta(minutes=2)
"""A run that was not heard of for so long has ended without a word."""
_SUBJECT = "everything"
"""What an incident of the journal is about."""
_MOST_KEPT = 200
"""Findings that are kept; who finds more has found enough."""
_SPEAK_EVERY = 1.0
"""Seconds between two words of a run."""


@dataclass(frozen=True, slots=True)
class JournalState:
    """What the auditor wants to know first.

    Attributes:
        last: The last finished verification of everything; None without one.
        running: One that runs now.
        is_late: Whether everything should have been verified again by now.
        signed: The last checkpoint; None without one.
        key: Public key that signs, hex; empty without one.
    """

    last: VerificationRun | None
    running: VerificationRun | None
    recent: tuple[VerificationRun, ...]
    is_late: bool
    signed: Stored | None
    key: str


def run(
    platform: Platform,
    *,
    actor: Actor = SYSTEM,
    reference: str | None = None,
    period: tuple[datetime, datetime] | None = None,
    copy: Path | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Verify the journal as ``auditing.verify_journal`` does, and keep what was found.

    What a verification of everything finds is an incident, until one finds nothing any more.

    Raises:
        NotAllowedError: The actor may not verify the journal.
        NotFoundError: No complaint has this reference.
        InvalidInputError: The copy of the file of checkpoints cannot be read.
    """
    actor.require(Deed.VERIFY)
    scope = _scope(reference, period)
    begun = platform.database.write(
        lambda tx: tx.verifications.begin(scope=scope, by=actor.username, at=platform.now())
    )
    told = auditing.verify_journal(
        platform,
        actor=actor,
        reference=reference,
        period=period,
        copy=copy,
        progress=_spoken(platform, begun, progress),
    )

    def finish(tx: Transaction) -> None:
        tx.verifications.finish(
            begun,
            counts={"cases": told.cases, "events": told.events, "expected": told.events},
            findings=told.broken[:_MOST_KEPT],
            notes=told.notes,
            at=platform.now(),
        )
        if not scope:
            _tell_of(platform, tx, told, by=actor.username)
        counted = {"cases": told.cases, "events": told.events, "broken": len(told.broken)}
        jot_organisation(platform, tx, actor=actor, kind="journal.verified", scope=scope, **counted)

    platform.database.write(finish)
    return told


def state(platform: Platform, *, actor: Actor) -> JournalState:
    """Return when the journal was verified last, and what was signed.

    Raises:
        NotAllowedError: The actor may not verify the journal.
    """
    actor.require(Deed.VERIFY)
    now = platform.now()
    with platform.database.read() as tx:
        recent = tx.verifications.latest(10)
        last = tx.verifications.last_whole()
        signed = tx.checkpoints.last()
    alive = [r for r in recent if r.finished_at is None and now - r.seen_at < SILENT]
    key = checkpoints.signing_key(platform)
    return JournalState(
        last=last,
        running=alive[0] if alive else None,
        recent=tuple(r for r in recent if r.finished_at is not None),
        is_late=last is None or now - last.started_at > 2 * EXPECTED,
        signed=signed[0] if signed else None,
        key=key.public if key.exists() else "",
    )


def _tell_of(platform: Platform, tx: Transaction, told: Verification, *, by: str) -> None:
    """Let somebody look into what was found, or settle it when all of it is whole again."""
    at, number = platform.now(), len(told.broken)
    if not number:
        how = "Everything was verified, and nothing was altered."
        if tx.incidents.resolve(IncidentKind.JOURNAL, _SUBJECT, by=by, at=at, how=how):
            announcing.journal_whole(platform, tx)
        return
    found = f"{number:,} {'place' if number == 1 else 'places'}"
    cause = f"A verification found {found} where it was altered. The page “Journal” names them."
    times = tx.incidents.note(
        IncidentKind.JOURNAL, _SUBJECT, case_id=None, element="", cause=cause, at=at
    )
    if times == 1:
        announcing.journal_altered(platform, tx, places=number)


def _scope(reference: str | None, period: tuple[datetime, datetime] | None) -> str:
    if reference is not None:
        return reference
    if period is not None:
        return f"{period[0]:%Y-%m-%d} to {period[1]:%Y-%m-%d}"
    return ""


def _spoken(platform: Platform, run: int, also: Progress | None) -> Callable[[int, int], None]:
    """Return what tells the database, now and then, how far a run is."""
    spoken = time.monotonic()

    def speak(events: int, expected: int) -> None:
        nonlocal spoken
        if also:
            also(events, expected)
        if time.monotonic() - spoken >= _SPEAK_EVERY:
            spoken = time.monotonic()
            at = platform.now()
            platform.database.write(
                lambda tx: tx.verifications.go_on(run, events=events, expected=expected, at=at)
            )

    return speak
