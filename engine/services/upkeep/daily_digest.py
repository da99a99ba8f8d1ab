"""Tells everybody who wants it what waits for them, by mail each working day (4.5, 7.4)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.daily_mail import Wish, body
from engine.errors import RedressError
from engine.services.letters import letter
from engine.services.upkeep.what_waits import waiting_for
from engine.store.transaction import Transaction

_SOON = timedelta(days=7)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Digest:
    """What became of the mails of one day.

    Attributes:
        sent: Mails that were written into the outbox.
        quiet: People for whom nothing waited; they get none.
        failed: People for whom it could not be counted.
    """

    sent: int
    quiet: int
    failed: int


def send_daily_mails(platform: Platform, *, actor: Actor = SYSTEM) -> Digest:
    """Write today's mail to everybody who wants it, and has not had it.

    It says how much waits and where, and what of the person's comes to its end; it names no
    complaint and nobody, because it leaves the house unsealed. A broken-off run goes on where
    it stopped.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    today = platform.now().astimezone(ZoneInfo(platform.policy.calendar.zone)).date()
    with platform.database.read() as tx:
        due = tx.daily_mails.due(today)
    sent = failed = 0
    for wish in due:
        try:
            sent += _tell(platform, wish, today)
        except RedressError as refusal:  # what stops one must not stop those after
            _log.warning("daily-mail.failed", kind=type(refusal).__name__)
            failed += 1
    return Digest(sent=sent, quiet=len(due) - sent - failed, failed=failed)


def _tell(platform: Platform, wish: Wish, today: date) -> bool:
    """Settle the day for somebody; return whether a mail was written."""
    text = _text(platform, wish)

    def settle(tx: Transaction) -> bool:
        is_wanted = tx.daily_mails.settle(wish.username, today) and bool(text)
        if is_wanted:
            _announce(platform, tx, wish, text)
        return is_wanted

    return platform.database.write(settle)


def _text(platform: Platform, wish: Wish) -> str:
    """Return what a person is told; empty where there is nothing to tell."""
    with platform.database.read() as tx:
        account = tx.accounts.get(wish.username)
        if account is None or not account.is_active or not account.actor.may(Deed.KEEP_ACCOUNT):
            return ""
        ending = _ending(platform, tx, account.actor)
    found = waiting_for(platform, actor=account.actor)
    if not found and not ending:
        return ""
    waiting = [(each.told(number), each.path) for each, number in found]
    return body(account.actor.name, waiting, ending, platform.policy.portal.address)


def _ending(platform: Platform, tx: Transaction, person: Actor) -> list[str]:
    """Return what of a person comes to its end within a week."""
    now = platform.now()
    said = [
        f"Your key “{key.name}” ends on {_day(platform, key.expires_at)}."
        for key in tx.api_keys.of(person.username)
        if key.is_live(now) and key.expires_at <= now + _SOON
    ]
    for each in tx.delegations.since(now):
        if not now < each.until_at <= now + _SOON:
            continue
        day = _day(platform, each.until_at - timedelta.resolution)
        if person.username == each.delegate:
            said.append(f"You stand in for somebody until {day}.")
        elif person.username == each.absent:
            said.append(f"Somebody stands in for you until {day}.")
    today = platform.calendar.day_of(now)
    said += [
        f"Record {each.number} of the register, for which you answer, is due on "
        f"{each.due_on:%-d %B %Y}."
        for each in tx.governance.all()
        if person.username == each.owner
        and each.is_pending
        and today <= each.due_on <= today + _SOON
    ]
    return said


def _day(platform: Platform, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(platform.policy.calendar.zone)):%-d %B %Y}"


def _announce(platform: Platform, tx: Transaction, wish: Wish, text: str) -> None:
    tx.outbox.announce(
        message_id=letter.message_id(platform),
        recipient=wish.address,
        subject=f"{platform.policy.organisation.name}: what waits for you today",
        body=text,
        at=platform.now(),
    )
