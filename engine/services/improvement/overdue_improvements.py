"""Showing higher up what nobody did or judged in time (4.13, 8.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor, Deed
from engine.domain.governance import TO_DO, GovernanceRecord
from engine.domain.improvement import Check, followed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Overdue:
    """What one look found.

    Attributes:
        to_judge: Effects that are to be judged, climbed or not.
        records: Actions and other records that are shown higher up from now on.
        checks: Effects that nobody judged in time, or verdicts that no action followed, likewise.
    """

    to_judge: int
    records: int
    checks: int


def climb_overdue(platform: Platform, *, actor: Actor = SYSTEM) -> Overdue:
    """Let climb what is overdue: each once, however often it looks.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 4.13 and 8.7.
    """
    actor.require(Deed.RUN_JOBS)
    now = platform.now()
    today = platform.calendar.day_of(now)

    def work(tx: Transaction) -> Overdue:
        tx.organisation.take_end()  # whoever looks at the same time waits, and finds nothing new
        records, checks = tx.governance.all(), tx.improvements.checks()
        late = [r for r in records if r.kind in TO_DO and r.climbed_at is None]
        late = [record for record in late if record.is_overdue(today)]
        for record in late:
            tx.governance.replace(replace(record, climbed_at=now))
            told = {"record": record.number, "what": record.kind.value}
            jot_organisation(platform, tx, actor=actor, kind="governance.climbed", **told)
        unjudged = [c for c in checks if c.climbed_at is None and c.climbs_at <= now]
        unjudged = [check for check in unjudged if _waits(check, records)]
        for check in unjudged:
            tx.improvements.replace(replace(check, climbed_at=now))
            told = {"check": check.number, "record": check.record, "days": check.days}
            jot_organisation(platform, tx, actor=actor, kind="effect.climbed", **told)
        due = sum(check.is_due(today) for check in checks)
        return Overdue(due, len(late), len(unjudged))

    return platform.database.write(work)


def _waits(check: Check, records: Sequence[GovernanceRecord]) -> bool:
    return check.is_open or (check.asks_another and not followed(records, check))
