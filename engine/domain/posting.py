"""Letters that need a hand: those to be posted, and mails that did not arrive.

A letter with an address of e-mail leaves by itself. One without waits until somebody posts it; one
that no mail server took, or that came back, waits until somebody finds another way.

Source: ISO 10002:2018, 7.4 and 7.8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from engine.domain.complaint import Wording
from engine.domain.working_time import Calendar


class PostingState(Wording):
    """Where a letter stands that needs a hand."""

    WAITING = "waiting"
    """It is to be posted."""
    POSTED = "posted"
    FAILED = "failed"
    """It was sent as mail, and did not arrive; somebody finds another way."""
    SENT_AGAIN = "sent_again"
    """It is the mail server's again; the outbox says what becomes of it."""
    CLOSED = "closed"
    """Nobody sends it any more, and it is said why."""


OPEN = frozenset({PostingState.WAITING, PostingState.FAILED})
"""States in which somebody has something to do."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One letter that needs or needed a hand.

    Attributes:
        number: Of the letter, among all letters and messages.
        since: When it came to stand so.
        late_at: Until when somebody should have acted.
        occasions: What the letter means for time limits once it is posted.
        why: What the mail server said; empty for a letter that never was a mail.
        chased: How often it was told that nobody acts.
        next_at: When it is told next; None for never.
        settled_by: User name of whoever posted it, sent it again or closed it.
        tracking: Number of the carrier, by which it can be found; empty for none.
        reason: Why it was closed.
    """

    number: int
    state: PostingState
    since: datetime
    late_at: datetime
    occasions: tuple[str, ...] = ()
    why: str = ""
    chased: int = 0
    next_at: datetime | None = None
    posted_on: date | None = None
    settled_by: str = ""
    settled_at: datetime | None = None
    tracking: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has something to do."""
        return self.state in OPEN

    def is_late(self, now: datetime) -> bool:
        """Tell whether somebody should have acted by now."""
        return self.is_open and now > self.late_at


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter that needs a hand, with what somebody must know to see to it.

    Attributes:
        kind: Of the letter.
        written_at: When it was written.
        name: Of the addressee.
        address: By post, line by line; empty where none is known.
        email: Where it went; empty for none.
        representative: Who speaks for the complainant; empty for nobody.
        withheld: Why it is not printed, as what to do: it would go to a representative whose
            authority is not in force. Empty for one that is.
    """

    reference: str
    posting: Posting
    kind: str
    written_at: datetime
    name: str
    address: str
    email: str
    representative: str = ""
    withheld: str = ""


def handed_over(day: date, *, now: datetime, calendar: Calendar) -> datetime:
    """Return the moment that counts for a letter that was posted on a day.

    Today that is now. Of an earlier day nobody knows the hour, so it is the latest that can be:
    the end of its working hours, or of the day where it is a free one.
    """
    if day == calendar.day_of(now):
        return now
    return min(calendar.close_of(day) or calendar.end_of(day), now)


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "letter.bounced": "A letter did not arrive: {reason}",
        "letter.delayed": "A letter is delayed: {reason}",
        "letter.failed": "No mail server took a letter: {reason}",
        "letter.posted": "Letter posted on {day}: {letter}",
        "letter.sent_again": "Letter sent again as mail: {letter}",
        "letter.to_be_posted": "Letter is posted instead: {letter}",
        "letter.given_up": "Letter is sent no more: {letter}. {reason}",
        "letter.delivered": "Letter reached the complainant otherwise: {letter}. {reason}",
        "letter.chased": "Nobody has seen to a letter for {days} working days: {letter}",
    }
)
"""What happened to letters that need a hand, in words."""
