"""The coming weeks, from what the last months have taught (ISO 10002:2018, 4.3 and 6.4)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case_set import CaseSet
from engine.domain.experience import Experience, learn
from engine.domain.kpi import Period
from engine.domain.what_if import FEWEST_ROUNDS, ROUNDS, Outlook, Question, outlook, play
from engine.domain.working_clock import WorkingClock
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError
from engine.process.bundle import ProcessBundle
from engine.services.accounts import reach
from engine.services.process.processes import bundle_of, latest
from engine.store.experience import Experiences

FEWEST = 20
"""Closed complaints from which something can be told; of fewer, chance would speak."""
MOST_WEEKS = 26
_LATEST = 1_000
_WEEKS_BACK = 12
LARGEST = 10.0
MOST_PEOPLE = 50
_SEED = 10_002
_STEPS = 1_000_000
"""Steps that are played at once: some seconds."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the answer rests on.

    Attributes:
        at: From when is looked ahead.
        closed: How many closed complaints were learnt from.
        under_way: How many were open.
        a_week: How many came in a week, in the mean.
        groups: How many people there are by role, as steps name it.
        steps: Titles of the steps on which people work, by element.
        work: For how long each of these keeps somebody busy, in the mean.
    """

    at: datetime
    closed: int
    under_way: int
    a_week: float
    groups: Mapping[str, int]
    steps: Mapping[str, str]
    work: Mapping[str, timedelta]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be expected of the coming weeks.

    Attributes:
        weeks: Begin and end of each.
        asked: With what is to be different; None where fewer than ``FEWEST`` were closed.
        usual: As things are; the same where nothing is to be different.
        happened: How many were open at the end of each week that is over.
    """

    known: Known
    weeks: tuple[Period, ...]
    asked: Outlook | None
    usual: Outlook | None
    happened: tuple[int | None, ...]


def look_ahead(
    platform: Platform,
    *,
    actor: Actor,
    question: Question,
    weeks: int = 8,
    weeks_back: int = 0,
    on_round: Callable[[int, int], object] = lambda _done, _of: None,
) -> Ahead:
    """Return what is to be expected, and of what is over what came.

    Args:
        platform: Where the complaints are.
        actor: Who asks; what they may not reach is not part of it.
        question: What is to be different.
        weeks: How many weeks ahead, from 1 to 26.
        weeks_back: Look ahead from so many weeks ago, as if nothing were known of the time since;
            from 0 to 26.
        on_round: Told how many rounds are played, and of how many.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
        InvalidInputError: A figure lies outside its range, or a group or step is not known.
    """
    actor.require(Deed.MEASURE)
    _check(question, weeks, weeks_back)
    at = platform.now() - timedelta(weeks=weeks_back)
    periods = tuple(
        Period(at + timedelta(weeks=n), at + timedelta(weeks=n + 1)) for n in range(weeks)
    )
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        told = tx.experiences(seen, at, platform.calendar.elapsed)
        experience, clock = _learnt(platform.calendar, told, at)
        bundle = bundle_of(platform, tx, latest(tx, at=platform.now())[0])
        measures = tx.case_facts.figures(seen)
        happened = tuple(
            measures.count(CaseSet("open", each.begin, each.end, platform.now()))
            if each.end <= platform.now()
            else None
            for each in periods
        )
    groups = _groups(experience, bundle)
    known = _known(experience, bundle, groups, at)
    if known.closed < FEWEST:
        return Ahead(known, periods, None, None, happened)
    _refuse_unknown(question, experience, groups)
    played = _played(experience, [question, Question()], clock, periods, groups, on_round)
    return Ahead(known, periods, played[0], played[1], happened)


def _check(question: Question, weeks: int, weeks_back: int) -> None:
    """Refuse what nobody can look ahead with.

    Raises:
        InvalidInputError: A figure lies outside its range.
    """
    problems = {}
    if not 1 <= weeks <= MOST_WEEKS:
        problems["Weeks ahead"] = f"must be from 1 to {MOST_WEEKS}."
    if not 0 <= weeks_back <= MOST_WEEKS:
        problems["Weeks back"] = f"must be from 0 to {MOST_WEEKS}."
    if not 0 <= question.arrivals <= LARGEST:
        problems["Complaints that come"] = f"must be from 0 to {LARGEST:.0f} times as many."
    if any(not 0 <= factor <= LARGEST for factor in question.work.values()):
        problems["Work"] = f"must be from 0 to {LARGEST:.0f} times as much."
    if any(abs(more) > MOST_PEOPLE for more in question.people.values()):
        problems["People"] = f"must be at most {MOST_PEOPLE} more or fewer."
    if problems:
        raise InvalidInputError(problems)


def _learnt(calendar: Calendar, told: Experiences, at: datetime) -> tuple[Experience, WorkingClock]:
    """Return what was known at a moment, and the clock by which it is counted."""
    closed, under_way = told.closed(_LATEST), told.under_way()
    since = at - timedelta(weeks=_WEEKS_BACK)
    came = told.received(since)
    first = min((case.received_at for case in (*closed, *under_way)), default=since)
    clock = WorkingClock(calendar, min(first, since))
    day = calendar.usual_day.total_seconds()
    daily = _daily(calendar, came, min(came, default=since), at)
    return learn(closed, under_way, daily=daily, day=day, clock=clock, now=at), clock


def _daily(
    calendar: Calendar, came: Sequence[datetime], since: datetime, at: datetime
) -> tuple[int, ...]:
    """Return how many came on each working day that is over; what came on a free day is added."""
    number: Counter[date] = Counter()
    for day, n in Counter(map(calendar.day_of, came)).items():
        number[calendar.next_working_day(day)] += n
    found, day = [], calendar.next_working_day(calendar.day_of(since))
    while day < calendar.day_of(at):
        found.append(number[day])
        day = calendar.next_working_day(day + timedelta(days=1))
    return tuple(found)


def _groups(experience: Experience, bundle: ProcessBundle) -> Mapping[str, str]:
    """Return by person the role in which they did most steps, as the live process names it."""
    found = {}
    for person, did in experience.skills.items():
        roles: Counter[str] = Counter()
        for element, n in did.items():
            known = bundle.elements.get(element)
            for role in known.roles[:1] if known else ():
                roles[role] += n
        if roles:
            found[person] = min(roles, key=lambda role: (-roles[role], role))
    return found


def _refuse_unknown(question: Question, experience: Experience, groups: Mapping[str, str]) -> None:
    """Refuse groups and steps that there are not.

    Raises:
        InvalidInputError: Names them.
    """
    strange = sorted(question.people.keys() - set(groups.values()))
    strange += sorted(question.work.keys() - experience.usual_work.keys())
    if strange:
        raise InvalidInputError(dict.fromkeys(strange, "was not seen in the past weeks."))


def _played(
    experience: Experience,
    questions: Sequence[Question],
    clock: WorkingClock,
    periods: Sequence[Period],
    groups: Mapping[str, str],
    on_round: Callable[[int, int], object],
) -> list[Outlook]:
    """Return an answer to each question, played by the same chance; the same ones once."""
    lengths = [clock.at(each.end) - clock.at(each.begin) for each in periods]
    answers: list[Outlook] = []
    kinds = 1 if questions[0] == questions[1] else len(questions)
    for question in questions[:kinds]:
        rounds = _rounds(experience, question, len(periods))
        told = []
        for each in play(
            experience, question, weeks=lengths, groups=groups, seed=_SEED, rounds=rounds
        ):
            told.append(each)
            on_round(len(answers) * rounds + len(told), kinds * rounds)
        answers.append(outlook(told, experience))
    return answers * (len(questions) // kinds)


def _rounds(experience: Experience, question: Question, weeks: int) -> int:
    """Return how often to play: as often as is worth it, but within some seconds."""
    daily = experience.daily or (0,)
    came = question.arrivals * 5 * weeks * sum(daily) / len(daily)
    a_case = sum(len(course.steps) for course in experience.courses) / len(experience.courses)
    steps = (came + len(experience.under_way)) * a_case
    return max(FEWEST_ROUNDS, min(ROUNDS, int(_STEPS / max(steps, 1.0))))


def _known(
    experience: Experience, bundle: ProcessBundle, groups: Mapping[str, str], at: datetime
) -> Known:
    days, work = experience.daily, experience.mean_work
    titles = {
        element: bundle.elements[element].title if element in bundle.elements else element
        for element in work
    }
    return Known(
        at=at,
        closed=len(experience.courses),
        under_way=len(experience.under_way),
        a_week=5 * sum(days) / len(days) if days else 0.0,
        groups=dict(sorted(Counter(groups.values()).items())),
        steps=titles,
        work={element: timedelta(seconds=length) for element, length in work.items()},
    )
