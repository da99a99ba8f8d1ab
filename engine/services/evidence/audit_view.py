"""What the checks of clauses look at: one transaction, one reader, one period."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from engine.bootstrap import Platform
from engine.domain.conformity import Count, Duty, counted
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState, trained_on
from engine.domain.permission import WORKING
from engine.domain.sight import Sight
from engine.store.accounts import Account
from engine.store.conformity import Window
from engine.store.transaction import Transaction

Found = Iterable[tuple[str, bool]]
Counts = Mapping[str, Count]


@dataclass(frozen=True)
class AuditView:
    """Where the checks look.

    Attributes:
        sight: What the reader sees of complaints.
        window: Over which time, and what chance draws.
        duties: What is checked.
        is_run: Whether what is found is frozen, and so is a run itself.
    """

    platform: Platform
    tx: Transaction
    sight: Sight
    window: Window
    duties: tuple[Duty, ...]
    is_run: bool = False

    @property
    def now(self) -> datetime:
        """Return the moment as of which is told; never later than the present."""
        return min(self.window.end, self.platform.now())

    @property
    def today(self) -> date:
        """Return its day, where the organisation is."""
        return self.platform.calendar.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """Return the day of a moment, where the organisation is."""
        return self.platform.calendar.day_of(at)

    @cached_property
    def records(self) -> tuple[GovernanceRecord, ...]:
        """The register of governance, as it stands; records that were made later are left out."""
        return tuple(r for r in self.tx.governance.all() if r.made_at <= self.now)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Everybody who may sign in."""
        return tuple(a for a in self.tx.accounts.all() if a.is_active)

    @cached_property
    def _within(self) -> Mapping[tuple[str, str], int]:
        return {(d.clause, m.code): m.within for d in self.duties for m in d.measures}

    def hours(self, clause: str, code: str) -> timedelta:
        """Return within which time a measure wants something to be done."""
        return timedelta(hours=self._within[clause, code])

    def complaints(self, clause: str, *codes: str) -> Counts:
        """Return what the measures of a clause find that look at complaints."""
        conformity = self.tx.conformity(self.sight)
        found = {}
        for code in codes:
            within = self.hours(clause, code)
            found[code] = conformity.count(
                code, self.window, before=self.now - within, within=within.total_seconds()
            )
        return found

    def count(self, code: str, found: Found) -> Count:
        """Return what a measure finds of things by name."""
        seed = f"{self.window.seed}:{code}"
        return counted(tuple(found), seed=seed, size=self.window.size)

    # The register

    def kept(self, kind: RecordKind) -> Found:
        """Yield records of a kind that are in force or to be done: in order unless overdue."""
        return [
            (named(r), not r.is_overdue(self.today))
            for r in self.records
            if r.kind is kind and r.is_live
        ]

    def planned(self, kind: RecordKind) -> Found:
        """Yield what is to be done, or was done in the period: in order unless overdue."""
        return [
            (named(r), not r.is_overdue(self.today))
            for r in self.records
            if r.kind is kind and (r.is_live or self.was_done(r))
        ]

    def was_done(self, record: GovernanceRecord) -> bool:
        """Tell whether something was carried out in the period."""
        is_done = record.state in {RecordState.DONE, RecordState.VERIFIED}
        at = record.done_at
        return is_done and at is not None and self.window.begin <= at < self.window.end

    def learned(self, about: Callable[[GovernanceRecord], bool]) -> Found:
        """Yield whoever works on complaints: in order with training that still holds."""
        trained = trained_on(self.today, filter(about, self.records))
        return [
            (a.actor.username, a.actor.username in trained)
            for a in self.accounts
            if a.actor.roles & WORKING
        ]


def named(record: GovernanceRecord) -> str:
    """Return the name by which people find a record of the register."""
    return f"record {record.number}"
