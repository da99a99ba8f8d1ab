"""What somebody asks for about their own data, and by when it is answered.

A request is answered within a month of its receipt; where it is complex, within three, told with
the reason before the month is over. The figures stand in the profile ``gdpr_request``.

Source: GDPR, Articles 12(3), 12(4) and 12(6), 15 to 18, 20 and 21; ISO 10002:2018, 4.10.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from engine.domain.complaint import Channel, Wording
from engine.domain.deadline import longest
from engine.domain.disposal import DisposalState
from engine.domain.reckoning import reckon
from engine.domain.regime import ClockRule
from engine.domain.working_time import Calendar
from engine.errors import ConflictError, InvalidInputError

PROFILE = "gdpr_request"
"""The regime whose editions say how long there is."""
RULE = "final_response"
VARIANT = "request"

WARN_DAYS = (10, 3)
"""So many days before a request is due, whoever owns it is warned, most days first."""


class Right(Wording):
    """What somebody asks for."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"

    @property
    def article(self) -> int:
        """Return the article of the GDPR that gives the right."""
        return _ARTICLES[self]


_ARTICLES: Mapping[Right, int] = MappingProxyType(
    {
        Right.ACCESS: 15,
        Right.RECTIFICATION: 16,
        Right.ERASURE: 17,
        Right.RESTRICTION: 18,
        Right.PORTABILITY: 20,
        Right.OBJECTION: 21,
    }
)


class Stage(Wording):
    """Where a request stands."""

    OPEN = "open"
    EXTENDED = "extended"
    DONE = "done"
    REFUSED = "refused"


class RequestAct(Wording):
    """What can be done with a request."""

    ASK_IDENTITY = "ask_identity"
    SEE_IDENTITY = "see_identity"
    EXTEND = "extend"
    CARRY_OUT = "carry_out"
    REFUSE = "refuse"


_WAYS: Mapping[Stage, Mapping[RequestAct, Stage]] = MappingProxyType(
    {
        Stage.OPEN: {
            RequestAct.ASK_IDENTITY: Stage.OPEN,
            RequestAct.SEE_IDENTITY: Stage.OPEN,
            RequestAct.EXTEND: Stage.EXTENDED,
            RequestAct.CARRY_OUT: Stage.DONE,
            RequestAct.REFUSE: Stage.REFUSED,
        },
        Stage.EXTENDED: {
            RequestAct.ASK_IDENTITY: Stage.EXTENDED,
            RequestAct.SEE_IDENTITY: Stage.EXTENDED,
            RequestAct.CARRY_OUT: Stage.DONE,
            RequestAct.REFUSE: Stage.REFUSED,
        },
    }
)
"""By stage: what can be done, and where it leads. What is answered stays as it is."""

ANSWERS = frozenset({RequestAct.CARRY_OUT, RequestAct.REFUSE})
IDENTITY = frozenset({RequestAct.ASK_IDENTITY, RequestAct.SEE_IDENTITY})


@dataclass(frozen=True, slots=True)
class WantedRequest:
    """A request as somebody records it.

    Attributes:
        right: What is asked for.
        channel: How it came.
        received_on: On which day, where the organisation is.
        reference: Of one complaint of the person; empty where nothing is held on them.
        name: Of the person; needed where there is no reference, and not kept where there is one.
        email: Of the person, likewise; empty for none.
        text: What they asked for, in their words; empty where the right says it all.
    """

    right: Right
    channel: Channel
    received_on: date
    reference: str = ""
    name: str = ""
    email: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class SubjectRequest:
    """A request of somebody about their own data.

    Attributes:
        number: 0 before it is kept.
        subject: Whose data it is about.
        case_id: Of the complaint by which it is known who that is; None where nothing is held.
        reference: Of that complaint; empty for none.
        name: Of the person.
        email: Of somebody of whom nothing else is held; empty otherwise.
        due_on: Last day to answer it.
        first_due_on: The same without more time.
        owner: Who answers for it, by user name.
        extension_reason: Why it takes longer, as the person was told; empty where it does not.
        disposal: Number of the erasure that was proposed for it; None for none.
        disposal_state: Where that stands.
        answer: What was answered; the reasons, where it was refused.
        warned: So many days before it is due the owner was warned last; None for never.
        climbed_at: When it was told higher up that nobody had answered in time.
    """

    number: int
    right: Right
    channel: Channel
    subject: str
    case_id: int | None
    reference: str
    name: str
    email: str
    text: str
    received_on: date
    first_due_on: date
    due_on: date
    owner: str
    recorded_by: str
    recorded_at: datetime
    stage: Stage = Stage.OPEN
    identity_asked_on: date | None = None
    identity_seen_on: date | None = None
    extended_on: date | None = None
    extension_reason: str = ""
    exported_at: datetime | None = None
    disposal: int | None = None
    disposal_state: DisposalState | None = None
    answered_on: date | None = None
    answered_by: str = ""
    answer: str = ""
    warned: int | None = None
    climbed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be answered."""
        return self.stage in _WAYS

    def days_left(self, today: date) -> int:
        """Return how many days are left after today; below 0 once it is overdue."""
        return (self.due_on - today).days

    def left_in_words(self, today: date) -> str:
        """Return how many days are left: ``6 days left``, ``last day``, ``overdue by 1 day``."""
        left = self.days_left(today)
        counted = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
        if not left:
            return "last day"
        return f"{counted} left" if left > 0 else f"overdue by {counted}"

    def is_overdue(self, today: date) -> bool:
        """Tell whether its last day is over and nobody has answered."""
        return self.is_open and self.due_on < today

    def was_late(self) -> bool:
        """Tell whether it was answered after its last day."""
        return self.answered_on is not None and self.answered_on > self.due_on

    def acts(self, today: date) -> frozenset[RequestAct]:
        """Return what can be done with it on a day."""
        return frozenset(act for act in _WAYS.get(self.stage, {}) if not self._why_not(act, today))

    def moved(
        self, act: RequestAct, *, by: str, today: date, said: str = "", until: date | None = None
    ) -> "SubjectRequest":
        """Return the request after something was done with it.

        Args:
            act: What is done.
            by: User name of who does it.
            today: Where the organisation is.
            said: Why it takes longer, or what was answered.
            until: The new last day; needed for more time.

        Raises:
            ConflictError: This cannot be done where it stands.
            InvalidInputError: A reason is missing, or the new day lies before the old one.
        """
        ways = _WAYS.get(self.stage, {})
        if act not in ways:
            raise ConflictError(f"Request {self.number} is {self.stage.title.lower()} by now.")
        if why := self._why_not(act, today):
            raise ConflictError(why)
        if act in {RequestAct.EXTEND, RequestAct.REFUSE} and not said:
            raise InvalidInputError({"Reason": "is needed."})
        stands = replace(self, stage=ways[act])
        if act in ANSWERS:
            return replace(stands, answered_on=today, answered_by=by, answer=said)
        if act is RequestAct.ASK_IDENTITY:
            return replace(stands, identity_asked_on=today)
        if act is RequestAct.SEE_IDENTITY:
            return replace(stands, identity_seen_on=today)
        if until is None or until <= self.due_on:
            raise InvalidInputError({"Until": f"must be after {self.due_on:%-d %B %Y}."})
        more = {"extended_on": today, "extension_reason": said, "warned": None}
        return replace(stands, due_on=until, **more)  # type: ignore[arg-type] # fields of a request

    def _why_not(self, act: RequestAct, today: date) -> str:
        """Return why something cannot be done on a day; empty where it can."""
        if act is RequestAct.EXTEND and today > self.first_due_on:
            return "More time is told before the first month is over (GDPR, Article 12(3))."
        if act is RequestAct.ASK_IDENTITY and self.identity_asked_on is not None:
            return "Whoever asks was asked already who they are."
        if act is RequestAct.SEE_IDENTITY and self.identity_asked_on is None:
            return "Nobody asked who it is."
        if act is RequestAct.SEE_IDENTITY and self.identity_seen_on is not None:
            return "It is known already who it is."
        return ""

    def warns(self, today: date) -> int | None:
        """Return of which time before its last day the owner is to be told now.

        Returns:
            One of ``WARN_DAYS``; None where nothing is to be told, or was told already.
        """
        left = self.days_left(today)
        reached = [days for days in WARN_DAYS if 0 <= left <= days]
        if not self.is_open or not reached:
            return None
        days = min(reached)
        return days if self.warned is None or days < self.warned else None


def last_day(
    rule: ClockRule, received_on: date, calendar: Calendar, *, is_extended: bool = False
) -> date:
    """Return the last day on which a request can be answered in time.

    Args:
        rule: Of the edition that was in force when it was received.
        received_on: On which day, where the organisation is.
        calendar: Of the organisation; a last day that is free rolls on.
        is_extended: With all the time that the rule gives.

    Source: GDPR, Article 12(3); Regulation (EEC, Euratom) 1182/71, Article 3.
    """
    begin = calendar.begin_of(received_on)
    due_at = reckon(begin, rule.time, calendar, rule.counting).due_at
    return calendar.day_of(longest(begin, due_at, rule, calendar) if is_extended else due_at)
