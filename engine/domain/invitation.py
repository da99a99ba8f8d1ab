"""Who is asked how a complaint was handled, when, and who is left out.

Everybody whose complaint is over is asked, but for those who would be harmed or pestered by it; why
somebody was left out is kept, so that the answers can be judged by whom they do not come from.

Source: ISO 10002:2018, 4.11 and 8.3; ISO 10004.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from config.survey import SurveyPolicy
from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.authority import AuthorityState, is_sent_to_representative
from engine.domain.case import Case
from engine.domain.complaint import ContactBy, Outcome, Safety, Wording
from engine.domain.working_time import Calendar


class LeftOut(Wording):
    """Why somebody is not asked."""

    WISH = "wish"
    CONFIDENTIAL = "confidential"
    SAFETY = "safety"
    VULNERABLE = "vulnerable"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    OTHER_WAY = "other_way"
    NO_ADDRESS = "no_address"
    NO_AUTHORITY = "no_authority"
    ANSWERED = "answered"
    UNREACHED = "unreached"
    LATELY = "lately"

    @property
    def words(self) -> str:
        """Return the reason as a clause."""
        return _WORDS[self]


_WORDS: Mapping[LeftOut, str] = MappingProxyType(
    {
        LeftOut.WISH: "the complainant does not want to be asked",
        LeftOut.CONFIDENTIAL: "the complaint is restricted to named people",
        LeftOut.SAFETY: "somebody's safety was at stake",
        LeftOut.VULNERABLE: "the complainant needs particular care",
        LeftOut.MERGED: "it went on in another complaint",
        LeftOut.WITHDRAWN: "the complaint was withdrawn",
        LeftOut.OTHER_WAY: "the complainant wants to hear from us in another way",
        LeftOut.NO_ADDRESS: "there is no e-mail address",
        LeftOut.NO_AUTHORITY: "whoever speaks for the complainant has no authority in force",
        LeftOut.ANSWERED: "the survey was answered already",
        LeftOut.UNREACHED: "a letter still waits for a way to the complainant",
        LeftOut.LATELY: "the complainant was asked a short while ago",
    }
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """That somebody was asked, or why not; one for each case.

    Attributes:
        left_out: Why nobody was asked, or is asked any more; None while nothing keeps us from it.
        reason: What the complainant said to that; empty where a rule left them out.
        by: User name of whoever settled it; the system where a rule did.
        at: When it was settled.
        invited_at: None when no invitation was sent.
        mails: Message-IDs of invitation and reminder.
        remind_at: When the reminder is sent; None when none is to be sent.
        expires_at: From then on the link leads nowhere; None when none was sent.
        returned_at: When a mail came back; None for none.
    """

    left_out: LeftOut | None
    reason: str
    by: str
    at: datetime
    invited_at: datetime | None = None
    mails: tuple[str, ...] = ()
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    expires_at: datetime | None = None
    returned_at: datetime | None = None


def is_due(closed_at: datetime, now: datetime, *, calendar: Calendar, policy: SurveyPolicy) -> bool:
    """Tell whether it is time to ask about a complaint that was closed."""
    return working_days_after(closed_at, policy.after_days, calendar=calendar) <= now


def working_days_after(at: datetime, days: int, *, calendar: Calendar) -> datetime:
    """Return the end of the working day that lies so many behind a moment (UTC)."""
    return calendar.due(at, Allowance(amount=days, unit=AllowanceUnit.WORKING_DAYS))


def left_out(
    case: Case,
    *,
    policy: SurveyPolicy,
    is_merged: bool,
    is_answered: bool,
    is_unreached: bool,
    authority: AuthorityState | None,
) -> LeftOut | None:
    """Return why nobody is asked about a closed case; None where somebody is.

    What protects somebody comes before what is merely useless.

    Args:
        case: Closed.
        policy: Whom the organisation leaves out besides.
        is_merged: It went on in another one.
        is_answered: The survey was answered on the page of the complaint.
        is_unreached: A letter came back, or waits to be posted.
        authority: Of whoever speaks for the complainant; None where nobody does.
    """
    complaint = case.complaint
    is_in_force = authority is AuthorityState.IN_FORCE
    goes_astray = is_sent_to_representative(complaint) and not is_in_force
    rules = (
        (LeftOut.CONFIDENTIAL, case.is_restricted),
        (LeftOut.SAFETY, case.safety is not Safety.NONE),
        (LeftOut.VULNERABLE, complaint.vulnerable and policy.spares_vulnerable),
        (LeftOut.MERGED, is_merged),
        (LeftOut.WITHDRAWN, case.outcome is Outcome.WITHDRAWN),
        (LeftOut.ANSWERED, is_answered),
        (LeftOut.NO_ADDRESS, not complaint.email),
        (LeftOut.NO_AUTHORITY, goes_astray),
        (LeftOut.OTHER_WAY, complaint.contact_by in {ContactBy.PHONE, ContactBy.LETTER}),
        (LeftOut.UNREACHED, is_unreached),
    )
    return next((why for why, holds in rules if holds), None)


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "survey.invited": "Invited to the survey; the link leads there until {until}",
        "survey.reminded": "Reminded of the survey",
        "survey.not_reminded": "Not reminded of the survey: {why}",
        "survey.left_out": "Not invited to the survey: {why}",
        "survey.refused": "Not to be asked by the survey: {reason}",
        "survey.allowed": "May be asked by the survey after all: {reason}",
        "survey.returned": "A mail about the survey came back: {reason}",
    }
)
"""What happened to invitations, in words."""
