"""Letters that no step of the diagram sends: how it stands, that it is looked at again, its end.

Each begins with what its template gives, and leaves when nothing in it is left to be filled in.

Source: ISO 10002:2018, 7.4, 7.8 and 7.9.
"""

from dataclasses import dataclass
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case, Statement
from engine.domain.letter import LetterKind
from engine.domain.regime import Occasion
from engine.errors import CourseError, InvalidInputError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.handling import letter_gate
from engine.services.letters import letter, letter_facts
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

_SHORTEST = 20
_OCCASIONS = {
    LetterKind.HOLDING: Occasion.UPDATED,
    LetterKind.STAGE_TWO_ACKNOWLEDGEMENT: Occasion.STAGE_TWO_ACKNOWLEDGED,
}
"""What a letter means for time limits."""
_FACTS = {LetterKind.HOLDING: {"reason": "", "new_date": ""}}
"""What only a person can say: the template leaves room for it."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A letter as its template begins it.

    Attributes:
        blanks: Places of the template that a person fills in, with their brackets.
    """

    kind: LetterKind
    subject: str
    body: str
    blanks: tuple[str, ...]


def possible(case: Case) -> tuple[LetterKind, ...]:
    """Return which of these letters can be sent about a case as it stands."""
    if case.is_suspended or case.erased_at is not None:
        return ()
    if not case.is_open:
        return (LetterKind.CLOSING,)
    again = (LetterKind.STAGE_TWO_ACKNOWLEDGEMENT,) if case.reopened else ()
    return (LetterKind.HOLDING, *again)


def suggested(platform: Platform, *, actor: Actor, reference: str, kind: LetterKind) -> Suggested:
    """Return a letter as it begins, in the language of the complainant.

    Raises:
        NotAllowedError: The actor may not write to the complainant of this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        CourseError: Such a letter cannot be sent about the complaint as it stands.
    """
    actor.require(Deed.WRITE)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.WRITE, reference=reference)
        _require_possible(case, kind)
        written = letter.write(
            platform,
            tx,
            kind,
            case=case,
            clocks=tx.clocks.of(case.id),
            statements=tx.records.of(Statement, case.id),
            facts=_FACTS.get(kind),
        )
    return Suggested(kind, written.subject, written.body, written.blanks)


def missing(
    platform: Platform, *, actor: Actor, reference: str, kind: LetterKind, text: str
) -> tuple[str, ...]:
    """Return what a letter still lacks, each as a sentence; nothing for one that can leave.

    Raises:
        NotAllowedError: The actor may not write to the complainant of this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.WRITE)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.WRITE, reference=reference)
        return _missing(platform, tx, case, kind, text)


def send(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    kind: LetterKind,
    text: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Send a letter: by mail where there is an address, else it waits to be posted.

    Args:
        platform: Where the case is.
        actor: Who writes.
        reference: Of the case.
        kind: How it stands, that it is looked at again, or that it is closed.
        text: Word for word as it leaves.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not write to the complainant of this complaint.
        InvalidInputError: Something is left to be filled in; names each.
        CourseError: Such a letter cannot be sent about the complaint as it stands.
    """
    actor.require(Deed.WRITE)
    body = needed("Letter", text)

    def work(change: CaseChange) -> None:
        case = change.case
        _require_possible(case, kind)
        if lacks := _missing(platform, change.tx, case, kind, body):
            raise InvalidInputError({"Letter": " ".join(lacks)})
        written = letter.write(platform, change.tx, kind, case=case, facts=_FACTS.get(kind))
        sent = letter.letter_of(case, written, body=body, by=actor.username, at=change.now)
        occasion = _OCCASIONS.get(kind)
        change.post(sent, means=(occasion.value,) if occasion else ())

    content = {"kind": kind.value, "text": body}
    asked = Command("send_letter", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work)


def _require_possible(case: Case, kind: LetterKind) -> None:
    """Refuse a letter that does not fit to where a case stands.

    Raises:
        CourseError: It does not.
    """
    if kind not in possible(case):
        title = kind.title.lower()
        raise CourseError(f"A letter of the kind “{title}” does not fit to {case.reference} now.")


def _missing(
    platform: Platform, tx: Transaction, case: Case, kind: LetterKind, text: str
) -> tuple[str, ...]:
    language = letter_facts.language_of(platform, case=case)
    left = [blank for blank in platform.letters.blanks(kind, language) if blank in text]
    found = [f"Fill in, or take out: {blank}." for blank in left]
    if len(text.strip()) < _SHORTEST:
        found.append("It says too little.")
    if todo := letter_gate.lacking(platform, tx, case):
        found.append(f"It goes to a representative. {todo}")
    return tuple(found)
