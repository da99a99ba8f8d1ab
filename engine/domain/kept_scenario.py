"""Scenarios that are kept: in a draft, where they change, and in a version, where they never do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbook
from engine.domain.playbook_writer import write_playbook

MOST = 500
"""Scenarios of one draft."""


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
    """A scenario that is kept with a draft, or with a version for good.

    Attributes:
        title: No other scenario of the draft or version has it.
        text: As its owner reads and edits it.
        edited_by: User name of whoever changed it last.
        number: In a draft; 0 in a version.
        draft: Number of the draft; 0 in a version.
        rev: Grows by one with each change in a draft.
    """

    title: str
    text: str
    origin: Origin
    edited_by: str
    edited_at: datetime
    number: int = 0
    draft: int = 0
    rev: int = 1

    @property
    def playbook(self) -> Playbook:
        """Return the scenario as data.

        Raises:
            InvalidInputError: This release reads no such text.
        """
        return read_playbook(self.text)


def kept_all(
    playbooks: Iterable[Playbook], *, origin: Origin, by: str, at: datetime
) -> tuple[KeptScenario, ...]:
    """Return scenarios as they are kept, in their order."""
    return tuple(KeptScenario(p.title, write_playbook(p), origin, by, at) for p in playbooks)


@dataclass(frozen=True, slots=True)
class ScenarioChange:
    """What differs between the scenarios of two versions: one that came, went, or says otherwise.

    Attributes:
        word: ``added``, ``changed`` or ``dropped``.
        before: Its text in the earlier one; empty where it was not there.
        after: Its text in the later one; empty where it is gone.
    """

    title: str
    word: str
    before: str = ""
    after: str = ""


def changed_scenarios(
    before: Sequence[KeptScenario], after: Sequence[KeptScenario]
) -> tuple[ScenarioChange, ...]:
    """Return what differs, in the order of the later ones; those that are gone come first."""
    old, new = ({each.title: each.text for each in of} for of in (before, after))
    gone = [
        ScenarioChange(title, "dropped", text) for title, text in old.items() if title not in new
    ]
    return (
        *gone,
        *(
            ScenarioChange(title, "changed" if title in old else "added", old.get(title, ""), text)
            for title, text in new.items()
            if old.get(title) != text
        ),
    )
