"""One look at a case: the file, who looks, and when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.domain.actor import Actor
from engine.domain.case import Case
from engine.services.handling.casefile import CaseFile
from ui.parts import words


@dataclass(frozen=True, slots=True)
class Look:
    """What every part of the case page is drawn from.

    Attributes:
        now: One moment for the whole page, so that its parts agree.
        zone: Zone in which the reader reads times.
    """

    file: CaseFile
    person: Actor
    now: datetime
    zone: ZoneInfo
    currency: str

    @property
    def case(self) -> Case:
        """Return the case itself."""
        return self.file.case

    @property
    def reference(self) -> str:
        """Return the reference of the case."""
        return self.file.case.reference

    @property
    def is_merged(self) -> bool:
        """Tell whether the case rests since it was merged into another."""
        return self.case.is_suspended and self.file.suspension is None

    def name(self, username: str) -> str:
        """Return the name of a person, ready for Markdown."""
        return words.plain(self.file.names.get(username, username))

    def issue(self, number: int) -> str:
        """Return number and words of an issue, as text."""
        summary = self.case.complaint.summary
        known = {issue.number: issue.titled(summary) for issue in self.file.issues}
        return f"{number}. {known.get(number, '')}"

    def moment(self, at: datetime) -> str:
        """Return day and time, ready for Markdown."""
        return words.plain(words.moment(at, self.zone))
