"""What a complainant sees and says of the own case, wherever the code was good.

Source: ISO 10002:2018, 4.4, 7.3 and 7.9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case, Communication
from engine.domain.complaint import Channel
from engine.domain.deadline import Clock, ClockState
from engine.domain.document import Origin
from engine.domain.journal import content_hash
from engine.domain.kpi import percentile
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.journal import looking
from engine.services.process import public_status
from engine.services.process.processes import bundle_of
from engine.services.running import heirs
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

_ENOUGH = 20
"""Decided complaints from which something can be told; of fewer, chance would speak."""
_LATEST = 400


@dataclass(frozen=True, slots=True)
class Usual:
    """How long it took from receipt to decision, for the complaints that were decided last.

    Attributes:
        count: How many they are.
        half: Half of them took no longer.
        most: Nine of ten took no longer.
    """

    count: int
    half: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Promised:
    """A time limit as its complainant reads it.

    Attributes:
        code: Of the promise, such as ``final_response``.
        kept_at: None while it is open.
    """

    code: str
    title: str
    due_at: datetime
    kept_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A case as its complainant sees it.

    Attributes:
        status: Where it stands, in the word of the diagram.
        way: The stages of every complaint, each with what the diagram says of it.
        hints: What happens now, in the words of the diagram.
        usual: None where too few complaints were decided to say anything.
        expected_by: When nine of ten such complaints are decided; None when that has passed.
        files: Names of the files that the complainant sent.
        is_resting: Nobody works on it at present.
    """

    reference: str
    rev: int
    summary: str
    received_at: datetime
    closed_at: datetime | None
    outcome: str
    status: str
    way: tuple[tuple[str, str], ...]
    hints: tuple[str, ...]
    promises: tuple[Promised, ...]
    usual: Usual | None
    expected_by: datetime | None
    letters: tuple[Communication, ...]
    files: tuple[str, ...]
    awaits_answer: bool
    may_withdraw: bool
    is_resting: bool
    may_judge: bool


def look(platform: Platform, *, actor: Actor, reference: str) -> Followed:
    """Return a case as its complainant sees it; that somebody looked is kept, once an hour.

    Of a complaint that was merged into another of the same person, that one is shown.

    Raises:
        NotAllowedError: The actor may not follow complaints.
        NotFoundError: No complaint has this reference.
    """
    actor.require(Deed.FOLLOW)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.FOLLOW, reference=reference)
        case = heirs.destination(tx, case)
        found = _followed(platform, tx, case)
        is_news = looking.is_news(tx.journal.of(case.id), actor=actor, now=platform.now())
    if is_news:
        platform.database.write(lambda tx: looking.note(platform, tx, actor=actor, case_id=case.id))
    return found


def hear(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    text: str,
    command_id: UUID | None = None,
) -> None:
    """Keep what a complainant writes beside the steps of the process.

    Raises:
        NotAllowedError: The actor may not follow complaints.
        NotFoundError: No complaint has this reference.
        InvalidInputError: Nothing is said, or too much.
        CaseErasedError: Its personal data are gone.
    """
    actor.require(Deed.FOLLOW)
    said = needed("Message", text)
    with platform.database.read() as tx:
        where = heirs.destination(tx, tx.cases.get(reference)).reference

    def work(change: CaseChange) -> None:
        heard(change, "message", said)
        change.record("word.received", content=content_hash({"text": said}))
        heirs.tell(change)

    command = Command("hear", actor, where, {"text": said}, command_id, resumes=True)
    carry_out(platform, command, work)


def heard(change: CaseChange, kind: str, text: str) -> None:
    """Keep words of the complainant with the letters of a case."""
    change.tx.records.add(
        change.case.id,
        Communication(
            direction="in",
            kind=kind,
            channel=Channel.WEB_FORM.value,
            subject="",
            body=text,
            by=change.actor.username,
            at=change.now,
            content_hash=content_hash({"text": text}),
        ),
    )


def usual(tx: Transaction) -> Usual | None:
    """Return how long decisions took lately; None where too few were made to say anything."""
    took = [max(timedelta(), end - begin) for begin, end in tx.decided_last(_LATEST)]
    half, most = percentile(took, 50), percentile(took, 90)
    if len(took) < _ENOUGH or half is None or most is None:
        return None
    return Usual(len(took), half, most)


def _followed(platform: Platform, tx: Transaction, case: Case) -> Followed:
    bundle, steps = bundle_of(platform, tx, case.process), tx.steps.of(case.id)
    awaited, known = tx.cases.awaits(case.id), usual(tx)
    by = case.complaint.received_at + known.most if known else None
    is_undecided = case.decided_at is None and case.closed_at is None
    return Followed(
        reference=case.reference,
        rev=case.rev,
        summary=case.complaint.summary,
        received_at=case.complaint.received_at,
        closed_at=case.closed_at,
        outcome=case.outcome.value if case.outcome else "",
        status=public_status.of(case, bundle, steps),
        way=public_status.way(bundle),
        hints=public_status.hints(bundle, steps),
        promises=_promised(tx.clocks.of(case.id)),
        usual=known,
        expected_by=by if by and is_undecided and by > platform.now() else None,
        letters=tx.records.of(Communication, case.id),
        files=_files(tx, case),
        awaits_answer="answer" in awaited and not case.is_suspended,
        may_withdraw="withdrawn" in awaited and not case.is_suspended,
        is_resting=case.is_suspended,
        may_judge=case.closed_at is not None and tx.surveys.of(case.id) is None,
    )


def _promised(clocks: Sequence[Clock]) -> tuple[Promised, ...]:
    return tuple(
        Promised(
            clock.code,
            clock.title,
            clock.due_at,
            clock.met_at,
            is_late=clock.breached_at is not None,
        )
        for clock in clocks
        if clock.state is not ClockState.CANCELLED and not clock.lapses
    )


def _files(tx: Transaction, case: Case) -> tuple[str, ...]:
    return tuple(
        document.files[0].name
        for document in tx.documents.of(case.id)
        if document.origin is Origin.COMPLAINANT and document.withdrawn_at is None
        if document.files
    )
