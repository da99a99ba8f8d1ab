"""Requests for information: who is asked what, until when, and who is reminded how often.

A request goes to a colleague, to a team, or to somebody outside by mail. Whoever is asked learns
the question and what was attached to it, and nothing else of the complaint.

Source: ISO 10002:2018, 7.6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from config.policy import InquiryPolicy
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.complaint import Wording
from engine.domain.working_time import Calendar

MOST = 100
"""Requests of one case."""
_DAY = timedelta(days=1)


class Asked(Wording):
    """Whom a request goes to."""

    PERSON = "person"
    TEAM = "team"
    OUTSIDE = "outside"


class InquiryState(Wording):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    """Somebody took it back, or the case was closed before it was answered."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One request for information.

    Attributes:
        id: By which whoever is asked names it.
        number: From 1 in its case.
        to: User name or code of the team; empty for somebody outside.
        name: Of somebody outside; empty for our own people.
        email: Of somebody outside; empty for our own people.
        documents: Numbers of the documents that whoever is asked may read.
        due_on: Until when an answer is wanted, in the organisation's zone.
        chased: How many reminders were sent.
        next_at: When it is looked at again; None when nothing more is done by itself.
        told_at: When its owner was told that nobody answers; None while nobody was.
        mails: Message-IDs of the mails with which somebody outside was asked and reminded.
        source: Who gave the answer, in words.
        answer_documents: Numbers of the documents that came with the answer.
        reason: Why it was withdrawn.
    """

    id: int
    number: int
    asked: Asked
    to: str
    name: str
    email: str
    question: str
    documents: tuple[int, ...]
    due_on: date
    asked_by: str
    asked_at: datetime
    state: InquiryState = InquiryState.OPEN
    chased: int = 0
    chased_at: datetime | None = None
    next_at: datetime | None = None
    told_at: datetime | None = None
    mails: tuple[str, ...] = ()
    answer: str = ""
    source: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    answer_documents: tuple[int, ...] = ()
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether an answer is still awaited."""
        return self.state is InquiryState.OPEN

    def is_late(self, today: date) -> bool:
        """Tell whether its answer should have come before a day."""
        return self.is_open and self.due_on < today

    def is_for(self, username: str, teams: Iterable[str]) -> bool:
        """Tell whether somebody is the one who is asked, or belongs to the team that is."""
        if self.asked is Asked.PERSON:
            return self.to == username
        return self.asked is Asked.TEAM and self.to in teams


def next_look(
    due_on: date, *, after: datetime, calendar: Calendar, policy: InquiryPolicy
) -> datetime:
    """Return when an open request is looked at next: before its day, behind it, and then again.

    Args:
        due_on: Until when an answer is wanted.
        after: The moment of asking, or of the last reminder.
        calendar: Of the organisation; nobody is reminded on a free day.
        policy: How often.

    Returns:
        The opening of a working day that lies after ``after`` (UTC).
    """
    planned = (
        _opening(calendar, _earlier(calendar, due_on, policy.remind_before)),
        _opening(calendar, due_on + _DAY),
    )
    for moment in planned:
        if moment > after:
            return moment
    pause = Allowance(amount=policy.remind_every, unit=AllowanceUnit.WORKING_DAYS)
    return _opening(calendar, calendar.day_of(calendar.due(after, pause)))


def default_due(at: datetime, *, calendar: Calendar, policy: InquiryPolicy) -> date:
    """Return until when an answer is wanted where nobody says another day."""
    days = Allowance(amount=policy.due_days, unit=AllowanceUnit.WORKING_DAYS)
    return calendar.day_of(calendar.due(at, days))


def _opening(calendar: Calendar, day: date) -> datetime:
    """Return when work begins on a day, or on the first working day after it."""
    begin, _ = next(calendar.spans(calendar.begin_of(calendar.next_working_day(day))))
    return begin


def _earlier(calendar: Calendar, day: date, working_days: int) -> date:
    """Return the day that lies so many working days before another."""
    while working_days:
        day -= _DAY
        working_days -= not calendar.why_free(day)
    return day


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "inquiry.asked": "Request {inquiry} asked; an answer is wanted until {until}",
        "inquiry.answered": "Request {inquiry} answered",
        "inquiry.withdrawn": "Request {inquiry} withdrawn: {reason}",
        "inquiry.chased": "Request {inquiry}: reminder {reminder} sent",
        "inquiry.unanswered": "Request {inquiry} was not answered in spite of {reminders}",
        "inquiry.attached": "Document {document} came for request {inquiry}",
    }
)
"""What happened to requests, in words."""
