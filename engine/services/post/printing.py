"""Letters on paper: as a PDF to save, to print and to send, and as pictures to look at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Case, Communication, Delivery, Mail, Statement
from engine.domain.envelope import Attachment
from engine.domain.journal import content_hash
from engine.domain.letter import letter_hash
from engine.domain.posting import PostingState
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.accounts import reach
from engine.services.handling import letter_gate
from engine.services.letters import letter, letter_facts
from engine.store.transaction import Transaction
from engine.writing.press import Sheet, draw_letter, print_letter, print_letters

MOST_AT_ONCE = 100
"""Letters that are printed as one file."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter as PDF.

    Attributes:
        name: Of the file.
        mark: Names the letter by its content, as the journal has it.
    """

    name: str
    content: bytes
    mark: str


def letter_pdf(platform: Platform, *, actor: Actor, reference: str, number: int) -> Printed:
    """Return a letter that was sent as PDF; the same letter gives the same bytes.

    Args:
        platform: Where the case is.
        actor: Who wants it.
        reference: Of the case.
        number: Of the letter.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or it has no such letter.
        ConflictError: The letter is not the one that was sent.
        InvalidInputError: It cannot be made a PDF.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        letters = tx.records.of(Communication, case.id)
    sent = _numbered(letters, number)
    if sent is None:
        raise NotFoundError("letter", str(number))
    return _printed(platform, case, sent)


def letters_pdf(platform: Platform, *, actor: Actor, letters: Sequence[tuple[str, int]]) -> Printed:
    """Return letters that wait to be posted as one PDF, each beginning on an odd page.

    Args:
        platform: Where the cases are.
        actor: Who prints them.
        letters: Reference and number of each, in the order in which they are printed; from one to
            ``MOST_AT_ONCE``.

    Raises:
        NotAllowedError: The actor may not see to letters of one of these complaints.
        NotFoundError: A complaint is not there, or none that the actor knows of.
        ConflictError: One of the letters does not wait to be posted, or is not what was written.
        InvalidInputError: There are none or too many, or one cannot be printed, has no address, or
            would go to a representative whose authority is not in force.
    """
    actor.require(Deed.POST)
    chosen = tuple(dict.fromkeys(letters))
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise InvalidInputError({"Letters": f"choose from 1 to {MOST_AT_ONCE}."})
    with platform.database.read() as tx:
        found = [_waiting(platform, tx, actor, *each) for each in chosen]
    sheets = [_sheet(platform, case, sent) for case, sent in found]
    name = f"letters-{platform.calendar.day_of(platform.now()).isoformat()}.pdf"
    mark = content_hash({"letters": [each.mark for each in sheets]})
    return Printed(name, print_letters(sheets), mark)


def _waiting(
    platform: Platform, tx: Transaction, actor: Actor, reference: str, number: int
) -> tuple[Case, Communication]:
    """Return a letter that waits to be posted, and its case.

    Raises:
        NotAllowedError: The actor may not see to letters of this complaint.
        NotFoundError: The complaint is not there, or none that the actor knows of.
        ConflictError: The letter does not wait to be posted, or is not what was written.
        InvalidInputError: It has no such letter, nobody knows where to post it, or it would go to a
            representative whose authority is not in force.
    """
    case = reach.case_of(platform, tx, actor=actor, deed=Deed.POST, reference=reference)
    sent = _numbered(tx.records.of(Communication, case.id), number)
    if sent is None:
        raise InvalidInputError({"Letter": f"{reference} has none of the number {number}."})
    standing = {each.number: each.state for each in tx.postings.of(case.id)}
    if standing.get(number) is not PostingState.WAITING:
        raise ConflictError(f"The letter of {reference} does not wait to be posted any more.")
    if not case.complaint.postal_address.strip():
        raise InvalidInputError({f"Letter of {reference}": "has no address; correct it first."})
    if todo := letter_gate.lacking(platform, tx, case, sent.kind, is_posted=True):
        raise InvalidInputError({f"Letter of {reference}": f"goes to a representative. {todo}"})
    _require_unaltered(sent)
    return case, sent


def draft_pages(platform: Platform, *, actor: Actor, reference: str) -> tuple[bytes, ...]:
    """Return the letter that waits to be approved as pictures, page by page (PNG).

    Returns:
        Nothing where nothing was drafted yet.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference.
        InvalidInputError: It cannot be printed.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        statements = tx.records.of(Statement, case.id)
        seen = letter.preview(platform, tx, case=case, statements=statements, now=platform.now())
    return draw_letter(_sheet(platform, case, seen.letter), dots=110) if seen else ()


def deliveries(platform: Platform, *, actor: Actor, reference: str) -> Mapping[int, Delivery]:
    """Return what became of each letter that was to leave by mail, by the letter's number.

    Raises:
        NotAllowedError: The actor may not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
    """
    actor.require(Deed.READ)
    with platform.database.read() as tx:
        case = reach.case_of(platform, tx, actor=actor, deed=Deed.READ, reference=reference)
        return {each.communication_id: each for each in tx.outbox.deliveries_of(case.id)}


def attached(platform: Platform, *, mail: Mail) -> Attachment | None:
    """Return the PDF that goes with a mail; None for a mail that is no letter.

    A letter that cannot be printed goes without it: its words stand in the mail itself.

    Raises:
        ConflictError: The letter is not the one that was written.
    """
    if mail.case_id is None or mail.communication_id is None:
        return None
    with platform.database.read() as tx:
        case = tx.cases.get_by_id(mail.case_id)
        sent = _numbered(tx.records.of(Communication, case.id), mail.communication_id)
    if sent is None or not sent.template:
        return None
    try:
        printed = _printed(platform, case, sent)
    except InvalidInputError as refusal:
        _log.warning("letter.not-printed", mail=mail.id, problem=str(refusal))
        return None
    return Attachment(printed.name, printed.content)


def _numbered(letters: Sequence[Communication], number: int) -> Communication | None:
    sent = (each for each in letters if each.direction == "out")
    return next((each for each in sent if each.id == number), None)


def _printed(platform: Platform, case: Case, sent: Communication) -> Printed:
    """Return a letter as PDF.

    Raises:
        ConflictError: It is not the one that was written.
    """
    _require_unaltered(sent)
    content = print_letter(_sheet(platform, case, sent))
    return Printed(f"{case.reference}-{sent.kind.replace('_', '-')}.pdf", content, _mark(sent))


def _require_unaltered(sent: Communication) -> None:
    """Refuse a letter that was altered.

    Raises:
        ConflictError: It is not the one that was written.
    """
    # Letters from before there were templates have no mark of their own.
    if sent.template and _mark(sent) != sent.content_hash:
        raise ConflictError("The letter is not the one that was written; verify the journal.")


def _mark(sent: Communication) -> str:
    return letter_hash(
        kind=sent.kind,
        language=sent.language,
        template=sent.template,
        subject=sent.subject,
        body=sent.body,
    )


def _sheet(platform: Platform, case: Case, sent: Communication) -> Sheet:
    policy, complaint = platform.policy.organisation, case.complaint
    language = platform.letters.language(
        sent.language, letter_facts.language_of(platform, case=case).code
    )
    address = [line.strip() for line in complaint.postal_address.splitlines() if line.strip()]
    return Sheet(
        language=language,
        sender=policy.name,
        address=policy.address,
        contact=policy.contact,
        recipient=(complaint.complainant_name, *address[:6]),
        reference=case.reference,
        on=sent.at.astimezone(ZoneInfo(platform.policy.calendar.zone)).date(),
        subject=sent.subject,
        body=sent.body,
        mark=_mark(sent),
        logo=Path(policy.logo) if policy.logo else None,
    )
