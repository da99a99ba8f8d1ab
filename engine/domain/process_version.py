"""Published versions of a process: from when they hold, and what has become of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VersionState(StrEnum):
    """What a published version means for new complaints."""

    LIVE = "live"
    """New complaints begin on it."""
    UPCOMING = "upcoming"
    """They will, from the moment that it was approved for."""
    OVERTAKEN = "overtaken"
    """They never did, and will not: another one was approved later and holds before it."""
    EARLIER = "earlier"
    """They did, and another one holds now; what began on it goes on."""
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
    own = [each for each in releases if each.digest == digest]
    ahead = [each for each in own if overtaking(each, releases, retired) is None]
    if any(each.valid_from > now for each in ahead):
        return VersionState.UPCOMING
    return VersionState.EARLIER if ahead else VersionState.OVERTAKEN


def overtaking(
    release: Release, releases: Iterable[Release], retired: Collection[str]
) -> Release | None:
    """Return the first release because of which another one never comes to hold; None for none.

    Args:
        release: The one that may be overtaken.
        releases: All there are of the process, in order.
        retired: Digests of what was retired.
    """
    if release.valid_from <= release.at:
        return None
    return next(
        (
            each
            for each in releases
            if each.number > release.number
            and each.valid_from <= release.valid_from
            and each.digest != release.digest
            and each.digest not in retired
        ),
        None,
    )


def overtaken_by(
    moment: datetime, *, releases: Iterable[Release], retired: Collection[str], now: datetime
) -> tuple[Release, ...]:
    """Return the releases that would never come to hold, were another one to hold from a moment.

    Args:
        moment: From when the other one holds.
        releases: All there are of the process, in order.
        retired: Digests of what was retired.
        now: The present.
    """
    known = tuple(releases)
    return tuple(
        each
        for each in known
        if each.valid_from > now
        and each.valid_from >= moment
        and each.digest not in retired
        and overtaking(each, known, retired) is None
    )
