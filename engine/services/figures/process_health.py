"""Whether the process runs as it did, and as it is drawn: looked at each week, and told."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.journal import content_hash
from engine.domain.process_health import KeptFinding, Look
from engine.domain.signal import whole_weeks
from engine.errors import ConflictError, NotFoundError
from engine.services.figures.health_reading import read_week
from engine.services.journal.jotting import jot_organisation
from engine.services.process.processes import COMPLAINT
from engine.store.transaction import Transaction

_MOST_MISSED = 31
"""So many weeks are looked at at once after an outage."""
_SHOWN = 26
"""So many weeks can be chosen."""


@dataclass(frozen=True, slots=True)
class HealthLooked:
    """What one run did.

    Attributes:
        weeks: How many were looked at.
        found: In how much the process did not run as before, or as it is drawn.
    """

    weeks: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class HealthView:
    """What is told of a week.

    Attributes:
        look: None while no week was looked at.
        weeks: Those that can be chosen, the latest first, with how many findings of each nobody
            has seen.
        names: Of those who have seen what was found, by user name.
    """

    look: Look | None
    findings: tuple[KeptFinding, ...]
    weeks: dict[date, int]
    names: dict[str, str]


def look_for_changes(platform: Platform, *, actor: Actor = SYSTEM) -> HealthLooked:
    """Look at the week that ended, and at those that were missed; each is looked at once.

    While steps of before an upgrade are still being counted, nothing is looked at: the next run
    makes up for it.

    Args:
        platform: Where the cases are.
        actor: A job.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.3 and 8.7.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        if tx.steps.facts.backlog() is not None:
            return HealthLooked()
        weeks = _missed(platform, tx.process_health.newest(COMPLAINT))
        read = [read_week(platform, tx, week, is_last=week == weeks[-1]) for week in weeks]
    made = [each for each in read if each is not None]

    def work(tx: Transaction) -> HealthLooked:
        tx.organisation.take_end()  # whoever looks at the same time waits, and finds it done
        new = [each for each in made if tx.process_health.look(COMPLAINT, each[0].week) is None]
        for look, found in new:
            tx.process_health.keep(look, found, at=platform.now())
            told = {"week": look.week.isoformat(), "found": len(found)}
            jot_organisation(platform, tx, actor=actor, kind="process.looked_at", **told)
        return HealthLooked(len(new), sum(len(found) for _, found in new))

    return platform.database.write(work) if made else HealthLooked()


def _missed(platform: Platform, newest: date | None) -> list[date]:
    """Return the Mondays of the weeks to look at, oldest first; at first only the last one."""
    now, zone = platform.now(), platform.policy.calendar.zone
    begin = now - timedelta(weeks=_MOST_MISSED + 2)
    mondays = [monday for monday, _ in whole_weeks(begin, now, zone, most=_MOST_MISSED)]
    return mondays[-1:] if newest is None else [each for each in mondays if each > newest]


def process_health(platform: Platform, *, actor: Actor, week: date | None = None) -> HealthView:
    """Return what was found of a week, and which weeks can be chosen.

    Args:
        platform: Where it is kept.
        actor: Who looks; to those who open no complaints nothing is told of a few.
        week: First day of the week; None for the last one that was looked at.

    Raises:
        NotAllowedError: The actor may not see how the process runs.
        NotFoundError: This week was not looked at.
    """
    actor.require(Deed.SEE_HEALTH)
    with platform.database.read() as tx:
        weeks = tx.process_health.weeks(COMPLAINT, most=_SHOWN)
        chosen = next(iter(weeks), None) if week is None else week
        if chosen is None:
            return HealthView(None, (), {}, {})
        look = _looked(tx, chosen)
        found = tx.process_health.findings(COMPLAINT, chosen)
        by = {each.seen_by for each in found}
        people = (account.actor for account in tx.accounts.all())
        names = {each.username: each.name for each in people if each.username in by}
    if not actor.may(Deed.READ):
        found = tuple(replace(each, finding=each.finding.of_few_untold()) for each in found)
    return HealthView(look, found, weeks, names)


def unseen_changes(platform: Platform, *, actor: Actor) -> int:
    """Return how much was found that nobody has seen; what goes on for weeks is one.

    Raises:
        NotAllowedError: The actor may not note what changed.
    """
    actor.require(Deed.NOTE_HEALTH)
    with platform.database.read() as tx:
        return tx.process_health.unseen(COMPLAINT)


def note_changes(platform: Platform, *, actor: Actor, week: date, note: str = "") -> None:
    """Keep that the actor has seen what was found of a week, and what they make of it.

    Args:
        platform: Where it is kept.
        actor: Who has seen it.
        week: First day of the week.
        note: May be empty.

    Raises:
        NotAllowedError: The actor may not note what changed.
        NotFoundError: This week was not looked at.
        ConflictError: Nothing of it is left to be seen.
    """
    actor.require(Deed.NOTE_HEALTH)

    def work(tx: Transaction) -> None:
        tx.organisation.take_end()  # of two who have seen it at once, the first is kept
        _looked(tx, week)
        by, at, said = actor.username, platform.now(), note.strip()
        seen = tx.process_health.see(COMPLAINT, week, by=by, at=at, note=said)
        if not seen:
            raise ConflictError("Nothing of this week is left to be seen.")
        told = {"week": week.isoformat(), "number": seen, "content": content_hash({"note": said})}
        jot_organisation(platform, tx, actor=actor, kind="process.health_noted", **told)

    platform.database.write(work)


def _looked(tx: Transaction, week: date) -> Look:
    """Return what was looked at of a week.

    Raises:
        NotFoundError: It was not.
    """
    found = tx.process_health.look(COMPLAINT, week)
    if found is None:
        raise NotFoundError("week of the process", week.isoformat())
    return found
