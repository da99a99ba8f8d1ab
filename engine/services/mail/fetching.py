"""Fetching mails: from the mailbox that the settings name, or from a folder of files."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incoming import MailState
from engine.errors import InvalidInputError, UnavailableError
from engine.services.journal.jotting import jot_organisation
from engine.services.mail import mail_source
from engine.services.mail.mail_source import FolderSource, Source
from engine.services.mail.receiving import receive_mail
from engine.store.transaction import Transaction

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one look at a source did.

    Attributes:
        filed: Mails that belong to a complaint now.
        waiting: Mails that somebody must look at.
        known: Mails that came before.
        failed: Mails that could not be kept; they stay where they are, and are tried again.
    """

    filed: int = 0
    waiting: int = 0
    known: int = 0
    failed: int = 0


def fetch(platform: Platform, *, actor: Actor = SYSTEM, limit: int = 200) -> Fetched:
    """Take in the mails that wait at the source which the settings name; nothing without one.

    Raises:
        NotAllowedError: The actor may not run jobs.
        InvalidInputError: The address of the source cannot be read.
        UnavailableError: The mailbox does not answer.
    """
    actor.require(Deed.RUN_JOBS)
    if not platform.mail_in_url:
        return Fetched()
    with mail_source.opened(platform.mail_in_url) as source:
        return _drain(platform, actor, source, limit)


def read_folder(platform: Platform, *, actor: Actor = SYSTEM, folder: Path) -> Fetched:
    """Take in every file of a folder that ends in ``.eml``, and move it into ``done`` there.

    Raises:
        NotAllowedError: The actor may not run jobs.
        InvalidInputError: There is no such folder.
    """
    actor.require(Deed.RUN_JOBS)
    if not folder.is_dir():
        raise InvalidInputError({"Folder": f"There is no folder {folder}."})
    source = FolderSource(folder)
    return _drain(platform, actor, source, len(source.waiting()))


def forget_discarded(platform: Platform, *, actor: Actor = SYSTEM) -> int:
    """Empty mails that were discarded long ago, as the policy says; return how many.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)

    def work(tx: Transaction) -> int:
        days = timedelta(days=platform.policy.mail.keep_discarded_days)
        done = tx.mails.forget_discarded(platform.now() - days)
        if done:
            jot_organisation(platform, tx, actor=actor, kind="mail.forgotten", mails=done)
        return done

    return platform.database.write(work)


def _drain(platform: Platform, actor: Actor, source: Source, limit: int) -> Fetched:
    """Take in mail by mail; one that cannot be kept stops no other."""
    ends = [_take(platform, actor, source, name) for name in source.waiting()[:limit]]
    return Fetched(
        filed=ends.count("filed"),
        waiting=ends.count("waiting"),
        known=ends.count("known"),
        failed=ends.count("failed"),
    )


def _take(platform: Platform, actor: Actor, source: Source, name: str) -> str:
    found = source.read(name)
    if found is None:
        return "gone"
    try:
        end = receive_mail(platform, actor=actor, raw=found.raw, arrived_at=found.arrived_at)
    except UnavailableError:
        # The database or the depot is gone: for the next mail too.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the others go on
        _log.warning("mail.not-kept", kind=type(error).__name__)
        return "failed"
    source.done(name)
    if not end.is_new:
        return "known"
    return "waiting" if end.state is MailState.QUARANTINED else "filed"
