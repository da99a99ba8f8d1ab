"""What is open in improvement: systemic issues, actions and their effect, for whoever looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.bootstrap import Platform
from engine.domain import sheet
from engine.domain.actor import Actor, Deed, Role
from engine.domain.governance import GovernanceRecord, RecordKind, RecordState
from engine.domain.improvement import Aim, Cause, Check, Standing, followed, standing
from engine.domain.issue import CauseArea
from engine.domain.sheet import Cell
from engine.services.accounts import reach
from engine.services.improvement.measured_effect import MeasuredEffect, measured
from engine.services.signals.charts import ChartView, chart_views
from engine.store.transaction import Transaction

LISTED = 50
"""Complaints of one cause that are returned at once."""
_KINDS = (RecordKind.ACTION, RecordKind.SYSTEMIC_ISSUE)
_SIDES = ("before", "after")
_HEAD = (
    *("Record", "Kind", "Title", "Owner", "Due", "Standing", "Way", "About", "Cause", "Category"),
    *("Signal", "Figure", "Wanted", "Carried out"),
    *(f"{name} {side}" for side in _SIDES for name in ("Points", "Complaints", "Value")),
    *("More than chance", "Verdicts"),
)


@dataclass(frozen=True, slots=True)
class Improvement:
    """An action or a systemic issue, with everything that belongs to it.

    Attributes:
        aim: What it is about, or shall move; nothing of either where nobody said so.
        checks: Of an action, oldest first; without those that were dropped.
        effect: Of an action that was carried out to move a figure; else None.
        answers: Numbers of the actions that answer to it, oldest first.
    """

    record: GovernanceRecord
    aim: Aim
    checks: tuple[Check, ...]
    standing: Standing
    effect: MeasuredEffect | None
    answers: tuple[int, ...]

    def due_check(self, today: date) -> Check | None:
        """Return the look that is to be judged first; None for none."""
        return next((check for check in self.checks if check.is_due(today)), None)

    @property
    def has_climbed(self) -> bool:
        """Tell whether it is shown higher up."""
        own = self.record.climbed_at if self.standing is Standing.OVERDUE else None
        waits = [c for c in self.checks if c.is_open or c.asks_another]
        return self.standing.needs_somebody and any(
            each is not None for each in (own, *(c.climbed_at for c in waits))
        )


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page of improvement.

    Attributes:
        issues: Systemic issues, what waits for somebody first.
        actions: In the same order.
        causes: That affect others too, and to which no systemic issue answers; none for whoever
            sees no complaints.
        figures: Titles of what can be moved, by the id of the chart.
        names: Of people, by user name.
    """

    issues: tuple[Improvement, ...]
    actions: tuple[Improvement, ...]
    causes: tuple[Cause, ...]
    figures: Mapping[str, str]
    names: Mapping[str, str]


def improvement_board(platform: Platform, *, actor: Actor) -> Board:
    """Return what is open and what came of what was done.

    Raises:
        NotAllowedError: The actor may not see the register of governance.

    Source: ISO 10002:2018, 8.2 and 8.7.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        views = {view.watched.id: view for view in chart_views(platform, tx)}
        found = sorted(_all(platform, tx, views), key=_order)
        issues = tuple(each for each in found if each.record.kind is RecordKind.SYSTEMIC_ISSUE)
        return Board(
            issues,
            tuple(each for each in found if each.record.kind is RecordKind.ACTION),
            _unanswered(platform, tx, actor, issues),
            {chart.id: chart.title for chart in tx.signals.charts()},
            {account.actor.username: account.actor.name for account in tx.accounts.all()},
        )


def waiting_improvements(platform: Platform, *, actor: Actor) -> int:
    """Return how many actions and issues wait; for others than managers, those that climbed.

    Raises:
        NotAllowedError: The actor may not see the register of governance.
    """
    actor.require(Deed.SEE_REGISTER)
    with platform.database.read() as tx:
        # Whether something waits is seen without its figure, and no chart is computed for a number.
        found = [each for each in _all(platform, tx, {}) if each.standing.needs_somebody]
    return sum(actor.holds_any([Role.MANAGER]) or each.has_climbed for each in found)


def cases_of_cause(
    platform: Platform, *, actor: Actor, area: CauseArea, category: str = ""
) -> tuple[str, ...]:
    """Return the complaints behind a cause that the actor sees, the latest first.

    Args:
        platform: Where the cases are.
        actor: Who looks.
        area: Where the cause lies.
        category: Of the complaints; empty for any.

    Raises:
        NotAllowedError: The actor may not see the performance figures.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.MEASURE)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        since = _since(platform)
        return tx.improvements.cases_of(seen, since, area, category, limit=LISTED)


def improvement_csv(platform: Platform, *, actor: Actor) -> bytes:
    """Return every action and systemic issue with its figure before and after as CSV in UTF-8.

    Raises:
        NotAllowedError: The actor may not see the register of governance.
    """
    board = improvement_board(platform, actor=actor)
    return sheet.as_csv(_HEAD, (_line(each) for each in (*board.issues, *board.actions)))


def _all(
    platform: Platform, tx: Transaction, views: Mapping[str, ChartView]
) -> Iterator[Improvement]:
    """Yield every action and systemic issue, with an effect where its chart is among the views."""
    records, aims = tx.governance.all(), tx.improvements.aims()
    checks: dict[int, list[Check]] = {}
    for check in tx.improvements.checks():
        if check.withdrawn_at is None:
            checks.setdefault(check.record, []).append(check)
    span, today = platform.policy.signals.baseline_points, _today(platform)
    for record in records:
        if record.kind not in _KINDS:
            continue
        own, aim = tuple(checks.get(record.number, ())), aims.get(record.number, Aim())
        is_followed = all(followed(records, each) for each in own if each.asks_another)
        view = views.get(aim.chart) if record.kind is RecordKind.ACTION else None
        yield Improvement(
            record,
            aim,
            own,
            standing(record, own, is_followed=is_followed, today=today),
            measured(record, aim, view, calendar=platform.calendar, span=span),
            tuple(sorted(each.number for each in records if _answers(each, record))),
        )


def _answers(record: GovernanceRecord, other: GovernanceRecord) -> bool:
    return record.kind is RecordKind.ACTION and record.about == other.number


def _order(each: Improvement) -> tuple[int, date, int]:
    waits = min((c.due_on for c in each.checks if c.is_open), default=each.record.due_on)
    return list(Standing).index(each.standing), waits, each.record.number


def _unanswered(
    platform: Platform, tx: Transaction, actor: Actor, issues: Sequence[Improvement]
) -> tuple[Cause, ...]:
    """Return the causes that affect others, and that no systemic issue is about."""
    if not actor.may(Deed.MEASURE):
        return ()
    seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
    return tuple(
        cause
        for cause in tx.improvements.causes(seen, _since(platform))
        if cause.systemic and not any(_deals_with(each, cause) for each in issues)
    )


def _deals_with(issue: Improvement, cause: Cause) -> bool:
    """Tell whether a systemic issue is about a cause; a cause that came again is dealt with anew.

    One that was ended deals with nothing, one that was verified with what was found until it was
    carried out.
    """
    record, aim = issue.record, issue.aim
    if record.state is RecordState.ENDED or aim.cause_area != cause.area:
        return False
    if aim.category not in {"", cause.category}:
        return False
    if record.state is not RecordState.VERIFIED or record.done_at is None:
        return True
    return cause.last_at <= record.done_at


def _since(platform: Platform) -> datetime:
    return platform.now() - timedelta(days=platform.policy.improvement.causes_days)


def _today(platform: Platform) -> date:
    return platform.calendar.day_of(platform.now())


def _line(each: Improvement) -> tuple[Cell, ...]:
    record, aim, effect = each.record, each.aim, each.effect
    compared = effect.compared if effect else None
    sides = (compared.before, compared.after) if compared else (None, None)
    numbers: list[Cell] = []
    for side in sides:
        value = float(side.value) if side and side.value is not None else None
        numbers += [side.points if side else None, side.n if side else None, value]
    verdicts = [f"{c.days} days: {c.verdict.title}" for c in each.checks if c.verdict]
    return (
        record.number,
        record.kind.title,
        record.title,
        record.owner,
        record.due_on.isoformat(),
        each.standing.title,
        aim.way.title if aim.way else "",
        record.about,
        aim.cause_area.title if aim.cause_area else "",
        aim.category,
        aim.signal,
        aim.chart,
        aim.wants.title if aim.wants else "",
        record.done_at.isoformat() if record.done_at else "",
        *numbers,
        "" if effect is None else "yes" if effect.is_more_than_chance else "no",
        "; ".join(verdicts),
    )
