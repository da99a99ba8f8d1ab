"""Discarded mails are drawn by chance; somebody else judges whether one was a complaint (8.2)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.incoming import MailState
from engine.domain.journal import content_hash
from engine.domain.kpi import Period
from engine.domain.sample import size_of
from engine.domain.second_look import SecondLooks, SecondVerdict
from engine.domain.signal import whole_weeks
from engine.errors import ConflictError, NotFoundError, SeparationOfDutiesError
from engine.services.figures.monthly_sample import chosen_by
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

_WEEKS = 4
"""So many weeks are made up for after an outage."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MailsDrawn:
    """What one run did.

    Attributes:
        drawn: Mails that somebody is to judge again.
        among: Discarded mails that they were drawn from.
    """

    drawn: int = 0
    among: int = 0


def draw_mails(platform: Platform, *, actor: Actor = SYSTEM) -> MailsDrawn:
    """Draw from the mails discarded in each week that is over, a part of each kind.

    Args:
        platform: Where the mails are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    now, zone = platform.now(), platform.policy.calendar.zone
    weeks = whole_weeks(now - timedelta(weeks=_WEEKS + 1), now, zone, most=_WEEKS)
    seed = secrets.token_hex(8)

    def work(tx: Transaction) -> MailsDrawn:
        tx.organisation.take_end()  # whoever draws at once waits, and finds it done
        done = [_draw(platform, tx, actor, period, seed) for _, period in weeks]
        return MailsDrawn(sum(d.drawn for d in done), sum(d.among for d in done))

    return platform.database.write(work)


def _draw(
    platform: Platform, tx: Transaction, actor: Actor, period: Period, seed: str
) -> MailsDrawn:
    if tx.second_looks.has_drawn(period):
        return MailsDrawn()
    mails = tx.second_looks.discarded_in(period)
    policy = platform.policy.review
    size = size_of(len(mails), percent=policy.mail_percent, at_least=policy.mail_at_least)
    if not size:
        return MailsDrawn()
    own = f"{period.begin:%Y-%m-%d} {seed}"
    strata = {str(number): (kind, "") for number, kind in mails.items()}
    chosen = [int(number) for number in chosen_by(strata, size, own)]
    tx.second_looks.add(chosen, period, seed=own, among=len(mails), at=platform.now())
    told = {"begin": period.begin.isoformat(), "of": len(mails), "drawn": len(chosen)}
    jot_organisation(
        platform, tx, actor=actor, kind="mail.drawn", seed=content_hash({"seed": own}), **told
    )
    return MailsDrawn(len(chosen), len(mails))


def judge_mail(platform: Platform, *, actor: Actor, number: int, verdict: SecondVerdict) -> None:
    """Judge a mail that somebody else discarded; a complaint waits to be recorded again.

    Raises:
        NotAllowedError: The actor does not sort mails.
        NotFoundError: There is no such mail.
        SeparationOfDutiesError: The actor discarded it.
        ConflictError: It was not drawn, was judged already, or is discarded no more.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.SORT_MAIL)

    def work(tx: Transaction) -> None:
        mail = tx.mails.get(number)
        if mail is None:
            raise NotFoundError("mail", str(number))
        if mail.settled_by == actor.username:
            raise SeparationOfDutiesError(actor.name, "judge this mail again", "discarded it")
        if mail.state is not MailState.DISCARDED:
            raise ConflictError(f"Mail {number} is discarded no more.")
        by, at = actor.username, platform.now()
        if not tx.second_looks.judge(number, verdict, by=by, at=at):
            raise ConflictError(f"Mail {number} was not drawn, or is judged already.")
        if verdict is SecondVerdict.COMPLAINT:
            tx.second_looks.put_back(number)
        told = {"mail": number, "verdict": verdict.value}
        jot_organisation(platform, tx, actor=actor, kind="mail.judged", **told)

    platform.database.write(work)


def second_looks(platform: Platform, *, actor: Actor) -> SecondLooks:
    """Return the mails that the actor can judge, and what was found in a year.

    Raises:
        NotAllowedError: The actor does not sort mails.
    """
    actor.require(Deed.SORT_MAIL)
    with platform.database.read() as tx:
        found = (tx.mails.get(number) for number in tx.second_looks.waiting(actor.username))
        waiting = tuple(mail for mail in found if mail is not None)
        return SecondLooks(waiting, *tx.second_looks.counts(platform.now() - _YEAR))
