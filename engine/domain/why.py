"""Why a promise falls due when it does, in words that anybody can count along with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.allowance import parse_allowance
from engine.domain.deadline import Clock, Move, more_of
from engine.domain.receipt import own_start
from engine.domain.reckoning import Interval, Measure, Reckoning, reckon, working
from engine.domain.referral import CLOCKS
from engine.domain.regime import ClockRule, Occasion
from engine.domain.working_time import Calendar

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Passage:
    """One stage on the way to a due date: what was counted, or who moved it.

    Attributes:
        title: What it is about, as a sentence.
        due_at: Where it leads.
        intervals: What was counted and what was not, without a gap; none where nothing was.
        measure: What the amounts are counted in.
        total: What they add up to.
    """

    title: str
    due_at: datetime
    intervals: tuple[Interval, ...] = ()
    measure: Measure = "seconds"
    total: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a promise falls due when it does.

    Attributes:
        source: Where its figure comes from; empty for a rule that was not kept.
        extension: How it may be extended, in words; empty where it may not.
        is_whole: The passages lead to the due date; else something moved it that was not kept.
    """

    clock: Clock
    source: str
    passages: tuple[Passage, ...]
    is_whole: bool
    extension: str = ""


def explain(clock: Clock, rule: ClockRule | None, calendar: Calendar) -> Explanation:
    """Return why a clock falls due when it does.

    Args:
        clock: In any state; one that rests is explained up to its rest.
        rule: By which it is counted; None for one of a release that kept none.
        calendar: By which it is counted.

    Raises:
        InvalidInputError: The calendar cannot count.
    """
    if rule is None:
        note = "By which rule this date was counted was not kept at the time."
        return Explanation(clock, "", (Passage(note, clock.due_at),), is_whole=False)
    again, since = _split(clock.moves)
    begun = [_counted(clock, rule, calendar)]
    for move in again:
        begun.append(_counted_again(move, begun[-1].due_at, again[-1], (clock, rule, calendar)))
    moved = [_moved(move, clock, rule, calendar) for move in since]
    passages = [*begun, *moved]
    chain = [each.before for each in since] + [clock.due_at]
    is_whole = [each.due_at for each in (begun[-1], *moved)] == chain
    if not is_whole:
        passages.append(Passage("Something moved it that was not kept at the time.", clock.due_at))
    extension = _allowed(rule)
    return Explanation(clock, rule.source, tuple(passages), is_whole, extension)


def when(interval: Interval, measure: Measure, zone: ZoneInfo) -> str:
    """Return when an interval is, as somebody reads it who counts along.

    Args:
        interval: Of a passage.
        measure: Of the passage: dates for dates, times of day for hours and minutes.
        zone: In which it is read.
    """
    begin = interval.begin.astimezone(zone)
    end = interval.end.astimezone(zone)
    if measure == "seconds":
        is_one_day = begin.date() == end.date()
        until = f"{end:%H:%M}" if is_one_day else f"{_day(end)}, {end:%H:%M}"
        return f"{_day(begin)}, {begin:%H:%M} to {until}"
    last = (interval.end - _INSTANT).astimezone(zone)
    if begin.date() == last.date():
        return _day(begin)
    return f"{_day(begin)} to {_day(last)}"


def _date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _day(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"


def _allowed(rule: ClockRule) -> str:
    if rule.extension is None:
        return ""
    is_total = rule.extension.to is not None
    return f"{rule.extension.allowance} {'in all' if is_total else 'more'}"


def _counted(clock: Clock, rule: ClockRule, calendar: Calendar) -> Passage:
    found = reckon(own_start(clock), rule.time, calendar, rule.counting)
    begin = Occasion(rule.starts_on).words
    return _passage(f"{_capital(str(rule.time))} from when {begin}.", found)


def _split(moves: tuple[Move, ...]) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """Return the moves up to the last change of the calendar, which are counted anew, and others.

    Of several such changes, the last one alone says how it is counted.
    """
    last = max((n for n, move in enumerate(moves, 1) if move.kind == "calendar"), default=0)
    again = [move for move in moves[:last] if move.kind != "calendar"]
    return (*again, *moves[last - 1 : last]) if last else (), moves[last:]


def _counted_again(
    move: Move, due_at: datetime, last: Move, by: tuple[Clock, ClockRule, Calendar]
) -> Passage:
    """Return what a move means by the calendar of now.

    Args:
        move: An extension, or the change of the calendar itself.
        due_at: Where the passage before leads.
        last: The change of the calendar.
        by: Clock, rule and calendar.
    """
    calendar = by[-1]
    if move is last:
        day, before = calendar.day_of(move.at), calendar.day_of(move.before)
        title = f"The calendar was changed on {_date(day)}; until then it was due {_date(before)}."
        return Passage(title, due_at if due_at == move.due_at else move.before)
    title, found = _farthest(move, due_at, by)
    chosen = max(due_at, move.due_at)
    if chosen == last.due_at != found.due_at:
        return _shorter(title, chosen)
    return _passage(title, found)


def _moved(move: Move, clock: Clock, rule: ClockRule, calendar: Calendar) -> Passage:
    """Return what a move did."""
    if move.kind == "extension":
        return _extended(move, clock, rule, calendar)
    if move.kind == "rest" and move.since is not None:
        return _rested(move, move.since, rule, calendar)
    if move.kind == "receipt":
        return _merged(move, clock, rule, calendar)
    if move.kind == "named":
        whose = "the body outside has named" if rule.code in CLOCKS else "was promised"
        return Passage(f"On the day that {whose}.", move.due_at)
    return Passage("Moved by hand, with a reason that the record of the case holds.", move.due_at)


def _extended(move: Move, clock: Clock, rule: ClockRule, calendar: Calendar) -> Passage:
    title, found = _farthest(move, move.before, (clock, rule, calendar))
    return _passage(title, found) if found.due_at == move.due_at else _shorter(title, move.due_at)


def _farthest(
    move: Move, due_at: datetime, by: tuple[Clock, ClockRule, Calendar]
) -> tuple[str, Reckoning]:
    """Return what an extension gives at most to a limit that is due at ``due_at``, and in words."""
    clock, rule, calendar = by
    allowance = parse_allowance(move.allowance)
    if move.is_total:
        title = f"Extended to {allowance} in all, counted from the start."
        return title, reckon(clock.started_at, allowance, calendar, rule.counting)
    title = f"Extended by {allowance}, counted from the due date."
    return title, reckon(due_at, allowance, calendar, more_of(rule))


def _shorter(title: str, due_at: datetime) -> Passage:
    return Passage(f"{title[:-1]} at most; an earlier day was set.", due_at)


def _merged(move: Move, clock: Clock, rule: ClockRule, calendar: Calendar) -> Passage:
    """Return how a limit was counted from the receipt of a complaint that was merged in."""
    found = reckon(clock.started_at, rule.time, calendar, rule.counting)
    if found.due_at == move.due_at:
        return _passage("Counted from the receipt of a complaint merged into this one.", found)
    title = "Sooner, as a complaint that was merged into this one was received earlier."
    return Passage(title, move.due_at)


def _rested(move: Move, since: datetime, rule: ClockRule, calendar: Calendar) -> Passage:
    """Return how the time that was left when the case began to rest was counted afterwards."""
    title = "The case rested; the time that was left went on afterwards."
    rest = Interval(since, move.at, 0, "the case rested")
    if rule.time.unit.is_working_time:
        left = calendar.elapsed(since, move.before)
        found = working(move.at, round(left.total_seconds()), calendar)
    else:
        left = move.before - since
        found = [Interval(move.at, move.at + left, round(left.total_seconds()), "")]
    said = tuple(
        Interval(i.begin, i.end, i.amount, i.reason or f"{_length(i.amount)} that were left")
        for i in found
    )
    return Passage(title, move.due_at, (rest, *said), "seconds", round(left.total_seconds()))


def _passage(title: str, found: Reckoning) -> Passage:
    return Passage(title, found.due_at, found.intervals, found.measure, found.total)


def _length(seconds: int) -> str:
    """Return a length in words, to the minute."""
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    told = [f"{n} {name}{'' if n == 1 else 's'}" for n, name in parts if n]
    return " ".join(told) or "less than a minute"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
