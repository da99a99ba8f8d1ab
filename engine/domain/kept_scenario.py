"""Scenarios that are kept with a process."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbook

MOST = 500
"""Scenarios of one process."""


class Origin(StrEnum):
    """Where a scenario comes from."""

    SHIPPED = "shipped"
    WRITTEN = "written"
    RECORDED = "recorded"
    CLICKED = "clicked"

    @property
    def words(self) -> str:
        """Return it as a reader says it."""
        return _WORDS[self]


_WORDS = {
    Origin.SHIPPED: "shipped with Redress",
    Origin.WRITTEN: "written by hand",
    Origin.RECORDED: "recorded from a case",
    Origin.CLICKED: "clicked through",
}


@dataclass(frozen=True, slots=True)
class KeptScenario:
    """A scenario that is kept with a process.

    Attributes:
        title: No other scenario of the process has it.
        text: As its owner reads and edits it.
        rev: Grows by one with each change.
        edited_by: User name of whoever changed it last.
    """

    number: int
    process_id: str
    title: str
    text: str
    origin: Origin
    rev: int
    edited_by: str
    edited_at: datetime

    @property
    def playbook(self) -> Playbook:
        """Return the scenario as data.

        Raises:
            InvalidInputError: This release reads no such text.
        """
        return read_playbook(self.text)
