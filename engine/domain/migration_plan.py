"""Moving running cases to another version of their process, as a plan says (BPMN migration).

A plan says from which versions to which one, and which element takes the place of which where
their ids do not tell. It is tried out on every case before anything is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of one case under a plan."""

    FINE = "fine"
    NEEDS_MAPPING = "needs_mapping"
    BLOCKED = "blocked"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the verdict as a person reads it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot be moved as it stands.

    Attributes:
        element: Id of the element at which it waits; empty where no single one is in the way.
        reason: A sentence.
        is_mappable: Whether the plan can name another element of the new version instead.
    """

    element: str
    reason: str
    is_mappable: bool = False


def verdict_of(obstacles: tuple[Obstacle, ...]) -> Verdict:
    """Return what becomes of a case with these obstacles."""
    if not obstacles:
        return Verdict.FINE
    can_be_mapped = all(each.is_mappable for each in obstacles)
    return Verdict.NEEDS_MAPPING if can_be_mapped else Verdict.BLOCKED


@dataclass(frozen=True, slots=True)
class Pairing:
    """An element at which cases can wait, and what takes its place in the new version.

    Attributes:
        nature: What a case waits for there, such as ``a step for a person``.
        counterpart: Id of the element that takes its place; empty while none does.
        candidates: Title by id of the elements that could.
        suggestion: Id of the one with the same label; empty where none or several have it.
    """

    element: str
    title: str
    nature: str
    counterpart: str
    candidates: Mapping[str, str]
    suggestion: str = ""


class PlanState(StrEnum):
    """How far a plan is."""

    DRAFT = "draft"
    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


MOVED_ON = "It was moved on to another version."
"""Why a case is not moved back until the plan that moved it on is undone."""


class Outcome(StrEnum):
    """What became of one case when a plan was carried out."""

    MOVED = "moved"
    NEEDS_MAPPING = "needs_mapping"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNDONE = "undone"

    @property
    def title(self) -> str:  # type: ignore[override] # as above
        """Return the outcome as a person reads it."""
        return "moved back" if self is Outcome.UNDONE else self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of which the same is said.

    Attributes:
        element: At which they wait; empty for several.
        text: A sentence.
        count: How many cases.
        examples: Numbers of the first few.
    """

    verdict: Verdict
    element: str
    text: str
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would become of every case, without any being written.

    Attributes:
        rev: Of the plan that was tried out.
        fine: How many could be moved; as for the other two.
        obstacles: Why cases could not, most first.
        remarks: What is worth knowing of those that could, most first.
    """

    rev: int
    at: datetime
    fine: int = 0
    needs_mapping: int = 0
    blocked: int = 0
    obstacles: tuple[Group, ...] = ()
    remarks: tuple[Group, ...] = ()

    @property
    def cases(self) -> int:
        """Return how many cases were looked at."""
        return self.fine + self.needs_mapping + self.blocked


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """A plan to move running cases to another version.

    Attributes:
        sources: Digests of the versions from which cases are moved.
        target: Digest of the version to which they are.
        mapping: Id of an element of the target by id of one of the sources.
        rev: Counts the changes of the plan.
        dry_run: The latest; None before the first.
        total: Cases there were when it began to be carried out.
        advanced_at: When it last got on.
    """

    number: int
    process_id: str
    sources: tuple[str, ...]
    target: str
    mapping: Mapping[str, str]
    rev: int
    state: PlanState
    made_by: str
    made_at: datetime
    dry_run: DryRun | None = None
    reason: str = ""
    begun_by: str = ""
    begun_at: datetime | None = None
    advanced_at: datetime | None = None
    finished_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_reason: str = ""
    total: int = 0
    counts: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def is_tried(self) -> bool:
        """Tell whether the plan was tried out as it is now."""
        return self.dry_run is not None and self.dry_run.rev == self.rev

    @property
    def done(self) -> int:
        """Return how many cases it has come to."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Ending:
    """How some cases ended alike.

    Attributes:
        outcome: See there.
        texts: As of each of them; see ``MigratedCase``.
        kept_because: As of each of them; see there.
    """

    outcome: Outcome
    texts: tuple[str, ...]
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class MigratedCase:
    """What became of one case.

    Attributes:
        reference: Empty for a case of which whoever looks is not told.
        outcome: See there.
        texts: Why it was not moved, or what is worth knowing; sentences.
        kept_because: Why it could not be moved back; empty where nobody tried, or it was.
    """

    case_id: int
    reference: str
    outcome: Outcome
    texts: tuple[str, ...]
    at: datetime
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class RunningVersion:
    """A published version and how many cases run on it.

    Attributes:
        valid_from: From when it was first the one for new cases, or will be.
        is_retired: Whether no case begins on it any more.
        cases: Those that are open, the resting ones among them.
    """

    digest: str
    process_id: str
    version: int
    published_at: datetime
    valid_from: datetime
    is_retired: bool
    cases: int

    def why_none_moves_to_it(self, now: datetime) -> str:
        """Return why no running case is moved to this version; empty where cases can be."""
        if self.is_retired:
            return f"Version {self.version} is retired; no complaint is moved to it."
        if self.valid_from > now:
            day = f"{self.valid_from:%Y-%m-%d}"
            return (
                f"Version {self.version} holds from {day} on; no complaint is moved to it before."
            )
        return ""
