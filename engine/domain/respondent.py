"""Persons complained about: who they are, what they were told, and what they say to it.

Whoever is complained about is heard before anything is decided against them, and sees nothing of
the complaint where they work here.

Source: ISO 10002:2018, 4.7 and 4.12.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.complaint import Wording

MOST = 20
"""Persons of one complaint."""


class KeptOut(Wording):
    """Why somebody is kept away from a complaint."""

    NAMED = "named"
    """It is about them: for them there is no such complaint."""
    CONFLICT = "conflict"
    """They declared a conflict of interest: they read it, and decide nothing in it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody's conflict of interest in one complaint.

    Attributes:
        reason: What ties them to it.
    """

    username: str
    reason: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Respondent:
    """A person of whom somebody complains.

    Attributes:
        number: From 1 in its case.
        username: Of somebody who works here; empty for anybody else, and once it is erased.
        name: Of somebody who does not.
        about: What is said of them.
        issue: Number of the issue that is about them; None for the whole complaint.
        told_at: When they were told last what is said of them.
        reply_by: Until when they can say something to it, in the organisation's zone.
        replied_at: When their reply was kept.
        silent_at: When it was kept that they did not reply.
        removed_at: When it turned out that the complaint is not about them.
    """

    number: int
    username: str
    name: str
    unit: str
    about: str
    issue: int | None
    named_by: str
    named_at: datetime
    told_by: str = ""
    told_at: datetime | None = None
    reply_by: date | None = None
    replied_at: datetime | None = None
    silent_at: datetime | None = None
    removed_by: str = ""
    removed_at: datetime | None = None

    @property
    def is_meant(self) -> bool:
        """Tell whether the complaint is still about them."""
        return self.removed_at is None

    def is_about(self, issue: int) -> bool:
        """Tell whether an issue is about them."""
        return self.is_meant and self.issue in {None, issue}

    def is_heard(self, today: date) -> bool:
        """Tell whether they have replied, or let the time for it go by.

        Args:
            today: In the organisation's zone.
        """
        if self.replied_at is not None or self.silent_at is not None:
            return True
        return self.is_late(today)

    def is_late(self, today: date) -> bool:
        """Tell whether the day until which they could reply is over, and they have not."""
        return self.replied_at is None and self.reply_by is not None and today > self.reply_by


def unheard(
    respondents: Iterable[Respondent], *, issue: int, today: date
) -> tuple[Respondent, ...]:
    """Return those of whom an issue is about, who could still say something and have not.

    Args:
        respondents: Of one case.
        issue: Number of the issue.
        today: In the organisation's zone.

    Source: ISO 10002:2018, 4.7.
    """
    return tuple(each for each in respondents if each.is_about(issue) and not each.is_heard(today))
