"""Published versions of a process: from when they hold, and what has become of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VersionState(StrEnum):
    """What a published version means for new complaints."""

    LIVE = "live"
    """New complaints begin on it."""
    UPCOMING = "upcoming"
    """They will, from the moment that it was approved for."""
    EARLIER = "earlier"
    """Another one was released later; what began on it goes on."""
    RETIRED = "retired"
    """They never will again."""

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the state as a person reads it."""
        return self.value.capitalize()


class ReleaseKind(StrEnum):
    """How a version came to be the one for new complaints."""

    PUBLISHED = "published"
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was made the one for new complaints, from a moment on.

    Attributes:
        number: In the order in which they were made; a later one outranks those before.
        by: User name of whoever approved it, or rolled back.
    """

    number: int
    digest: str
    kind: ReleaseKind
    valid_from: datetime
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Retirement:
    """A version on which no complaint begins any more."""

    digest: str
    by: str
    at: datetime
    reason: str


def state_of(
    digest: str, *, live: str, releases: tuple[Release, ...], retired: frozenset[str], now: datetime
) -> VersionState:
    """Return what a version means for new complaints.

    Args:
        digest: Of the version.
        live: Digest of the one on which complaints begin now.
        releases: All there are of the process.
        retired: Digests of what was retired.
        now: The present.
    """
    if digest in retired:
        return VersionState.RETIRED
    if digest == live:
        return VersionState.LIVE
    last = max((each.number for each in releases if each.digest == live), default=0)
    waits = any(
        each.digest == digest and each.valid_from > now and each.number > last for each in releases
    )
    return VersionState.UPCOMING if waits else VersionState.EARLIER
