"""How the daily mail is asked for and written; see ``commands``."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.actor import Actor
from engine.services.accounts import daily_mail
from engine.services.handling import inbox
from engine.services.upkeep import daily_digest, what_waits
from tests.integration.identity_ways import hire

ADDRESS = "pat@example.org"

Act = Callable[[Any], object]


def wanted(office: Any, person: Actor) -> str:
    """Let somebody want the mail, and take a step; return the complaint of it."""
    daily_mail.choose_daily_mail(office.platform, actor=person, address=ADDRESS)
    reference = office.reach("assess")
    token = office.token(reference, "assess")
    inbox.claim(office.platform, actor=person, reference=reference, token=token)
    return str(reference)


def _choose(desk: Any) -> Act:
    return partial(daily_mail.choose_daily_mail, actor=hire(desk), address=ADDRESS)


def _send(desk: Any) -> Act:
    """Let somebody want the mail for whom a step waits."""
    wanted(desk.office, hire(desk))
    return daily_digest.send_daily_mails


ALL: Mapping[str, Any] = {
    "daily_mail.choose_daily_mail": _choose,
    "daily_digest.send_daily_mails": _send,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Act] = {
    "daily_mail.choose_daily_mail": lambda a: daily_mail.choose_daily_mail(
        a.platform, actor=a.actor, address=ADDRESS
    ),
    "daily_mail.daily_mail_of": lambda a: daily_mail.daily_mail_of(a.platform, actor=a.actor),
    "daily_digest.send_daily_mails": lambda a: daily_digest.send_daily_mails(
        a.platform, actor=a.actor
    ),
    "what_waits.number_at": lambda a: what_waits.number_at(
        a.platform, actor=a.actor, path="privacy"
    ),
    "what_waits.waiting_for": lambda a: what_waits.waiting_for(a.platform, actor=a.actor),
}
"""How each service is asked for by anybody, whatever becomes of it."""

PERMISSIONS = """
                                         int han inv tea app saf fin man rep dat qua own aud adm sys
    daily_mail.choose_daily_mail          h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    daily_mail.daily_mail_of              h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    daily_digest.send_daily_mails         -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    what_waits.number_at                  h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
    what_waits.waiting_for                h   h   h   h   h   h   h   h   h   h   h   h   h   h   -
"""
"""Who may look and write; see ``permission_table``."""
