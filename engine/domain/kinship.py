"""How complaints belong together: linked or merged, each with a reason and undone with one.

A link joins what stays apart: each complaint keeps its own words, steps, clocks and complainant.
A complaint that is merged into another rests with all that it is, and work goes on at the other.

Source: ISO 10002:2018, 7.2 and 8.2.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.domain.complaint import Wording


class LinkKind(Wording):
    """What one complaint is to another."""

    DUPLICATE_OF = "duplicate_of"
    RELATED = "related"
    PARENT = "parent"
    SAME_INCIDENT = "same_incident"

    @property
    def words(self) -> str:
        """Return it as a person chooses it, to follow "This complaint"."""
        return _WORDS[self][0]

    def said(self, *, is_turned: bool) -> str:
        """Return what the other complaint is, as it stands above its reference.

        Args:
            is_turned: It is read from the complaint to which the link leads.
        """
        return _WORDS[self][2 if is_turned else 1]


_WORDS = {
    LinkKind.DUPLICATE_OF: ("is a duplicate of", "Duplicate of", "Has a duplicate"),
    LinkKind.RELATED: ("is related to", "Related to", "Related to"),
    LinkKind.PARENT: ("is a part of", "Part of", "Has a part"),
    LinkKind.SAME_INCIDENT: ("comes from the same incident as", "Same incident", "Same incident"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Two complaints that belong together.

    Attributes:
        number: Of the link, among all there are.
        case_id: The complaint of which the kind is said.
        other_id: To which it leads.
        reason: Why, in the words of who linked them; empty once either is erased.
        undone_by: User name; None for a link that holds.
    """

    number: int
    case_id: int
    other_id: int
    kind: LinkKind
    reason: str
    linked_by: str
    linked_at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Tell whether nobody has undone it."""
        return self.undone_at is None

    def other_than(self, case_id: int) -> int:
        """Return the complaint at the other end."""
        return self.other_id if case_id == self.case_id else self.case_id


@dataclass(frozen=True, slots=True)
class Merge:
    """A complaint that was merged into another.

    Attributes:
        number: Of the merge, among all there are.
        case_id: The complaint that rests.
        other_id: The one into which it was merged, where work goes on.
        own_received_at: When the latter was received itself, before it was merged into anything.
        reason: Why; empty once either is erased.
        carried: Numbers of issues of the first, each with its number in the other, where it is
            answered.
    """

    number: int
    case_id: int
    other_id: int
    own_received_at: datetime
    reason: str
    merged_by: str
    merged_at: datetime
    carried: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Kin:
    """A complaint that belongs to another, as far as a reader of that one sees it.

    Attributes:
        number: Of the link.
        said: What it is to the complaint in hand, such as ``Duplicate of``.
        reference: Empty where the reader does not see it; then everything below is empty too.
        reason: Why it was linked.
    """

    number: int
    said: str
    linked_at: datetime
    reference: str = ""
    summary: str = ""
    received_at: datetime | None = None
    is_open: bool = False
    linked_by: str = ""
    reason: str = ""

    @property
    def is_seen(self) -> bool:
        """Tell whether the reader sees it."""
        return bool(self.reference)
