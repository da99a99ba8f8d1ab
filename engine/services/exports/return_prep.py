"""Prepares returns to regulators when their period is over, and reminds of them (8.2).

A job looks at a return as it would be sent of every complaint, restricted ones too: whoever sends
it sees whether theirs holds as many.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

import structlog

from config.returns import ReturnPolicy
from engine.bootstrap import Platform
from engine.domain import return_mail
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.kpi import Period
from engine.domain.regulator_return import ReturnKind
from engine.domain.return_due import (
    Look,
    Preparation,
    due_on,
    reminder,
    to_prepare,
    working_days_until,
)
from engine.domain.sight import EVERYTHING
from engine.errors import RedressError
from engine.services.bulk import job_progress
from engine.services.exports.return_making import as_file, made_return
from engine.services.journal.jotting import jot_organisation
from engine.services.letters import letter
from engine.store.transaction import Transaction

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one run did.

    Attributes:
        prepared: Returns whose period has ended.
        waiting: Returns that are to be sent, these and those before.
        wrong: Problems and sums that do not add up, of all that wait.
        reminded: Mails to those who send them.
        climbed: Returns whose day is over, of which those above are told from now on.
        failed: Returns that could not be looked at.
    """

    prepared: int = 0
    waiting: int = 0
    wrong: int = 0
    reminded: int = 0
    climbed: int = 0
    failed: int = 0


def prepare_returns(platform: Platform, *, actor: Actor = SYSTEM) -> Prepared:
    """Prepare each return whose period is over, and look again at those that were not sent.

    What was found first is kept as it was, once for each return and period. A broken-off run goes
    on where it stopped.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: DISP 1.10; ASIC RG 271; ISO 10002:2018, 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    due = [(each, period) for each in platform.policy.returns for period in _open(platform, each)]
    done = Counter[str]()
    for place, (policy, period) in enumerate(due):
        job_progress.tell(place, of=len(due))
        try:
            done.update(_tend(platform, actor, policy, period))
        except RedressError as refusal:  # what stops one must not stop those after
            _log.warning("return-prep.failed", kind=type(refusal).__name__)
            done["failed"] += 1
    return Prepared(**done)


def _open(platform: Platform, policy: ReturnPolicy) -> tuple[Period, ...]:
    """Return the periods that are over, and of which the return was not sent; oldest first."""
    today = platform.calendar.day_of(platform.now())
    with platform.database.read() as tx:
        known = [p for p in tx.return_preparations.all() if p.kind is ReturnKind(policy.kind)]
        kept = [each for each in tx.kept_returns.all() if each.kind is ReturnKind(policy.kind)]
    since = max((each.period.end for each in known), default=None)
    new = to_prepare(policy, today, platform.calendar, since=since)
    sent = {each.period for each in kept}
    periods = (*(each.period for each in known), *new)
    return tuple(each for each in periods if each not in sent)


def _tend(platform: Platform, actor: Actor, policy: ReturnPolicy, period: Period) -> dict[str, int]:
    """Look at a return, keep what was found, tell whoever is to be told; return what was done."""
    kind = ReturnKind(policy.kind)
    look = _look(platform, kind, period)

    def work(tx: Transaction) -> dict[str, int]:
        tx.organisation.take_end()  # whoever prepares at once waits, and finds it done
        day = due_on(policy, period, platform.calendar)
        new = Preparation(0, kind, period, day, prepared=look, latest=look)
        if new.sent(tx.kept_returns.all()):
            return {}
        found = next(filter(new.is_about, tx.return_preparations.all()), None)
        known = replace(found, latest=look) if found else _begun(platform, tx, actor, new)
        told, changed = _told(platform, tx, actor, policy, known)
        tx.return_preparations.go_on(changed)
        return told | {"prepared": int(not found), "waiting": 1, "wrong": look.wrong}

    return platform.database.write(work)


def _look(platform: Platform, kind: ReturnKind, period: Period) -> Look:
    at = platform.now()
    with platform.database.read() as tx:
        made = made_return(platform, tx, kind=kind, period=period, seen=EVERYTHING)
    sha256 = hashlib.sha256(as_file(made)).hexdigest()
    return Look(at, made.cases, len(made.problems), len(made.untied), sha256)


def _begun(platform: Platform, tx: Transaction, actor: Actor, new: Preparation) -> Preparation:
    number = tx.return_preparations.add(new)
    _jot(platform, tx, actor, replace(new, number=number), "return.prepared")
    return replace(new, number=number)


def _told(
    platform: Platform, tx: Transaction, actor: Actor, policy: ReturnPolicy, known: Preparation
) -> tuple[dict[str, int], Preparation]:
    """Remind of a return, or tell those above; return how many mails that were, and what is kept.

    Each reminder is written once, and after an outage one for all that were missed.
    """
    now = platform.now()
    today = platform.calendar.day_of(now)
    if today > known.due_on:
        if known.climbed_at:
            return {}, known
        _announce(platform, tx, known, {*policy.remind, *policy.climb_to}, left=-1)
        _jot(platform, tx, actor, known, "return.climbed")
        return {"climbed": 1}, replace(known, climbed_at=now)
    left = working_days_until(known.due_on, today, platform.calendar)
    due = reminder(left, known.reminded)
    if due is None:
        return {}, known
    _announce(platform, tx, known, set(policy.remind), left=left)
    return {"reminded": len(set(policy.remind))}, replace(known, reminded=due)


def _announce(
    platform: Platform, tx: Transaction, about: Preparation, to: set[str], *, left: int
) -> None:
    zone, policy = platform.policy.calendar.zone, platform.policy
    first, last = about.period.first_day(zone), about.period.last_day(zone)
    site = policy.portal.address
    subject = return_mail.subject(about, is_overdue=left < 0)
    for address in sorted(to):
        tx.outbox.announce(
            message_id=letter.message_id(platform),
            recipient=address,
            subject=f"{policy.organisation.name}: {subject}",
            body=return_mail.body(about, first=first, last=last, left=left, site=site),
            at=platform.now(),
        )


def _jot(platform: Platform, tx: Transaction, actor: Actor, about: Preparation, kind: str) -> None:
    """Let the journal tell of a return what was found at the last look."""
    look = about.latest
    jot_organisation(
        platform,
        tx,
        actor=actor,
        kind=kind,
        number=about.number,
        begin=about.period.begin.isoformat(),
        end=about.period.end.isoformat(),
        due_on=about.due_on.isoformat(),
        cases=look.cases,
        problems=look.problems,
        untied=look.untied,
        sha256=look.sha256,
        **{"return": about.kind.value},
    )
