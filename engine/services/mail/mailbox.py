"""Mails that somebody must look at: put into a case, made a complaint, or discarded."""

from dataclasses import dataclass
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.incoming import KeptMail, MailKind, MailState
from engine.errors import ConflictError, NotFoundError
from engine.services.accounts import reach
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.services.mail.mail_filing import (
    Incoming,
    add_to_case,
    enclosed,
    kept_as_came,
    open_case,
)
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.store.transaction import Transaction

_WAITING = (MailState.QUARANTINED,)
_LONGEST = 20_000
"""Characters of a mail that are shown."""


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A mail with its text.

    Attributes:
        text: All of it; of a page what would be read.
        recipients: Where it went.
        files: Names of the files in it, as its sender called them.
    """

    mail: KeptMail
    text: str
    recipients: tuple[str, ...]
    files: tuple[str, ...]


def page(
    platform: Platform,
    *,
    actor: Actor,
    is_waiting: bool = True,
    kinds: tuple[MailKind, ...] = (),
    limit: int = 25,
    offset: int = 0,
) -> tuple[KeptMail, ...]:
    """Return mails that wait for somebody, or else those that were discarded; latest first.

    Raises:
        NotAllowedError: The actor does not sort mails.
    """
    actor.require(Deed.SORT_MAIL)
    states = _WAITING if is_waiting else (MailState.DISCARDED,)
    with platform.database.read() as tx:
        return tx.mails.page(states, kinds=kinds, limit=limit, offset=offset)


def counts(platform: Platform, *, actor: Actor) -> dict[MailState, int]:
    """Return how many mails came to be in each state.

    Raises:
        NotAllowedError: The actor does not sort mails.
    """
    actor.require(Deed.SORT_MAIL)
    with platform.database.read() as tx:
        return tx.mails.counts()


def opened(platform: Platform, *, actor: Actor, number: int) -> OpenedMail:
    """Return a mail with its text.

    Raises:
        NotAllowedError: The actor does not sort mails, or not those of its complaint.
        NotFoundError: There is none of this number, or none that the actor knows of.
    """
    actor.require(Deed.SORT_MAIL)
    with platform.database.read() as tx:
        kept = _mail(tx, number)
        if kept.reference is not None:
            reach.case_of(platform, tx, actor=actor, deed=Deed.SORT_MAIL, reference=kept.reference)
        raw = tx.mails.raw(kept)
    mail = kept_as_came(platform, raw=raw, kept=kept).mail
    names = tuple(each.name for each in mail.attachments)
    return OpenedMail(kept, mail.text[:_LONGEST], mail.recipients, names)


def attach(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    reference: str,
    command_id: UUID | None = None,
) -> None:
    """Put a mail that waits into a complaint.

    Raises:
        NotAllowedError: The actor does not sort mails of this complaint.
        NotFoundError: There is no such mail or complaint, or none that the actor knows of.
        ConflictError: Somebody has dealt with the mail already.
        CaseErasedError: The personal data of the complaint are gone.
    """
    actor.require(Deed.SORT_MAIL)
    incoming = _incoming(platform, number)
    with enclosed(platform, mail=incoming.mail) as files:

        def work(change: CaseChange) -> None:
            _require_waiting(change.tx, number)
            add_to_case(change, incoming, files)

        content = {"mail": number}
        command = Command("attach_mail", actor, reference, content, command_id, resumes=True)
        carry_out(platform, command, work)


def file_as_complaint(platform: Platform, *, actor: Actor, number: int) -> str:
    """Open a complaint for a mail that waits, as of when it came, and return its reference.

    Raises:
        NotAllowedError: The actor does not sort mails, or may not lodge complaints.
        NotFoundError: There is no such mail.
        ConflictError: Somebody has dealt with the mail already.
    """
    actor.require(Deed.SORT_MAIL)
    actor.require(Deed.LODGE)
    incoming = _incoming(platform, number)
    with enclosed(platform, mail=incoming.mail) as files:

        def work(tx: Transaction) -> str:
            _require_waiting(tx, number)
            change = open_case(platform, tx, actor=actor, incoming=incoming, files_of=files)
            return change.case.reference

        return platform.database.write(work)


def discard(platform: Platform, *, actor: Actor, number: int, reason: str) -> None:
    """Put a mail away that needs nothing; it is forgotten after the days that the policy says.

    Raises:
        NotAllowedError: The actor does not sort mails.
        NotFoundError: There is no such mail.
        InvalidInputError: No reason is given.
        ConflictError: Somebody has dealt with the mail already.
    """
    actor.require(Deed.SORT_MAIL)
    said = needed("Reason", reason)

    def work(tx: Transaction) -> None:
        kept = _require_waiting(tx, number)
        tx.mails.discard(kept, by=actor.username, at=platform.now(), said=said)
        jot_organisation(platform, tx, actor=actor, kind="mail.discarded", mail=number)

    platform.database.write(work)


def _incoming(platform: Platform, number: int) -> Incoming:
    """Return a mail read again; whether it still waits is asked where something is done."""
    with platform.database.read() as tx:
        kept = _mail(tx, number)
        raw = tx.mails.raw(kept)
    return kept_as_came(platform, raw=raw, kept=kept)


def _require_waiting(tx: Transaction, number: int) -> KeptMail:
    """Return a mail that waits for somebody.

    Raises:
        NotFoundError: There is none of this number.
        ConflictError: Somebody has dealt with it already.
    """
    kept = _mail(tx, number)
    if not kept.is_waiting:
        raise ConflictError(f"Somebody has dealt with mail {number} already.")
    return kept


def _mail(tx: Transaction, number: int) -> KeptMail:
    kept = tx.mails.get(number)
    if kept is None:
        raise NotFoundError("mail", str(number))
    return kept
