"""What a review is made of: everything that clause 8.6 names, gathered from the records (8.6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.conformity import EvidenceRun
from engine.domain.governance import GovernanceRecord, RecordKind
from engine.domain.improvement import Check
from engine.domain.kpi import Period
from engine.domain.process_version import Release
from engine.domain.review import PackKind, first_day, period_of
from engine.domain.signal import KeptBaseline, Signal
from engine.domain.survey import Opinion
from engine.domain.what_if import Question
from engine.services.door import survey
from engine.services.figures import looking_ahead
from engine.services.figures.looking_ahead import Ahead
from engine.services.process.processes import COMPLAINT
from engine.services.reviews.review_figures import Performance, performance

_MOST_SIGNALS = 1_000
_NIGHTS = 200
"""So many runs of the evidence are looked through for the one before the period."""
_WEEKS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Material:
    """What is known when a pack is made.

    Attributes:
        today: Where the organisation is; records are told as they stand on it.
        few: Groups of fewer are not told by themselves.
        names: Of people, by user name.
        titles: Of clauses.
        signals: Noticed or answered in the period, or not answered yet; the latest first.
        releases: Versions of the process that began to hold in the period.
        day_of: Returns the day of a moment, where the organisation is.
        runs: How the clauses stood at its end, and before it; None for not looked at.
    """

    organisation: str
    kind: PackKind
    first: date
    last: date
    today: date
    few: int
    names: Mapping[str, str]
    titles: Mapping[str, str]
    performance: Performance
    records: tuple[GovernanceRecord, ...]
    checks: tuple[Check, ...]
    signals: tuple[Signal, ...]
    baselines: tuple[KeptBaseline, ...]
    releases: tuple[Release, ...]
    runs: tuple[EvidenceRun | None, EvidenceRun | None]
    opinion: Opinion
    ahead: Ahead
    chart_titles: Mapping[str, str]
    day_of: Callable[[datetime], date]

    def name(self, username: str) -> str:
        """Return the name of somebody."""
        return self.names.get(username, username)

    def is_within(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last

    def of(self, *kinds: RecordKind) -> tuple[GovernanceRecord, ...]:
        """Return records of some kinds, what is due first before the others."""
        found = (each for each in self.records if each.kind in kinds)
        return tuple(sorted(found, key=lambda each: (each.due_on, each.number)))


def gathered(platform: Platform, *, kind: PackKind, last: date) -> Material:
    """Return what is known of a month or quarter; of all complaints, as jobs see them."""
    calendar, zone = platform.calendar, platform.policy.calendar.zone
    period = period_of(kind, last, zone)
    with platform.database.read() as tx:
        accounts, records = tx.accounts.all(), tx.governance.all()
        checks, releases = tx.improvements.checks(), tx.releases.all(COMPLAINT)
        signals = (*tx.signals.open(), *tx.signals.settled(limit=_MOST_SIGNALS))
        baselines, runs = tx.signals.baselines(), tx.evidence_runs.latest(_NIGHTS)
        charts = {each.id: each.title for each in tx.signals.charts()}
    first = first_day(kind, last)
    return Material(
        organisation=platform.policy.organisation.name,
        kind=kind,
        first=first,
        last=last,
        today=calendar.day_of(platform.now()),
        few=platform.policy.figures.small_number,
        names={each.actor.username: each.actor.name for each in accounts},
        titles={duty.clause: duty.title for duty in platform.duties},
        performance=performance(platform, period=period),
        records=records,
        checks=checks,
        signals=tuple(each for each in signals if _tells_of(each, first, last, period)),
        baselines=tuple(each for each in baselines if each.at in period),
        releases=tuple(each for each in releases if each.valid_from in period),
        runs=(_last_before(runs, period.end), _last_before(runs, period.begin)),
        opinion=survey.figures(platform, actor=SYSTEM, period=period),
        ahead=looking_ahead.look_ahead(
            platform, actor=SYSTEM, question=Question(), weeks=_WEEKS_AHEAD
        ),
        chart_titles=charts,
        day_of=calendar.day_of,
    )


def _tells_of(signal: Signal, first: date, last: date, period: Period) -> bool:
    is_new = first <= signal.noticed.noticed <= last
    return signal.is_open or is_new or any(answer.at in period for answer in signal.answers)


def _last_before(runs: tuple[EvidenceRun, ...], moment: datetime) -> EvidenceRun | None:
    return next((run for run in runs if run.at < moment), None)
