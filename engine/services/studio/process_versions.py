"""The published versions of the process, and what runs on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.process_draft import DraftFile
from engine.domain.process_version import (
    Release,
    ReleaseKind,
    Retirement,
    VersionState,
    overtaking,
    state_of,
)
from engine.process.finding import Finding
from engine.services.accounts import reach
from engine.services.process.processes import COMPLAINT, faults_of
from engine.services.studio.draft_files import files_of, names_in, version_in
from engine.store.processes import VersionEntry


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A published version in a list.

    Attributes:
        valid_from: From when new complaints take it, or took it first.
        released_by: Name of whoever approved it, or rolled back to it last.
        is_rolled_back: It is live since somebody rolled back to it.
        running: Complaints that run on it, as far as whoever asks may count them.
        retired: Why no complaint begins on it; empty where some may.
        overtaken_by: Number of the version that came before its day; 0 for none.
        overtaken_at: When that one was released.
        is_own: Whoever asks has proposed it.
        faults: Why it would not pass, were it proposed today, in sentences; it runs all the same.
    """

    number: int
    digest: str
    state: VersionState
    published_by: str
    published_at: datetime
    valid_from: datetime
    released_by: str
    reason: str
    running: int
    is_rolled_back: bool = False
    retired: str = ""
    overtaken_by: int = 0
    overtaken_at: datetime | None = None
    is_own: bool = False
    faults: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Tell whether new complaints start on it."""
        return self.state is VersionState.LIVE


def process_versions(platform: Platform, *, actor: Actor) -> tuple[ListedVersion, ...]:
    """Return every version of the process, the latest first.

    Raises:
        NotAllowedError: The actor may not see the process.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        found = tx.processes.versions(COMPLAINT)
        listing = _Listing(
            now=platform.now(),
            live=(tx.releases.valid(COMPLAINT, platform.now()) or ("", 0))[0],
            releases=tx.releases.all(COMPLAINT),
            retired={each.digest: each for each in tx.releases.retired(COMPLAINT)},
            numbers={each.digest: each.version for each in found},
            running=tx.processes.running(sight=seen),
            names={**NAMES, **names_in(tx)},
            faults={each.digest: faults_of(platform, tx, each.digest) for each in found},
        )
    return tuple(listing.line(each, asker=actor.username) for each in found)


@dataclass(frozen=True, slots=True)
class _Listing:
    """What lines about versions are made of."""

    now: datetime
    live: str
    releases: tuple[Release, ...]
    retired: Mapping[str, Retirement]
    numbers: Mapping[str, int]
    running: Mapping[str, int]
    names: Mapping[str, str]
    faults: Mapping[str, tuple[Finding, ...]]

    def line(self, each: VersionEntry, *, asker: str) -> ListedVersion:
        """Return the line about one version."""
        retired = frozenset(self.retired)
        own = [release for release in self.releases if release.digest == each.digest]
        gone = self.retired.get(each.digest)
        state = state_of(
            each.digest, live=self.live, releases=self.releases, retired=retired, now=self.now
        )
        other = overtaking(own[-1], self.releases, retired) if own else None
        is_overtaken = state is VersionState.OVERTAKEN and other is not None
        return ListedVersion(
            number=each.version,
            digest=each.digest,
            state=state,
            published_by=self.names.get(each.published_by, each.published_by),
            published_at=each.published_at,
            valid_from=max((each.published_at, *(release.valid_from for release in own[:1]))),
            released_by=self.names.get(own[-1].by, own[-1].by) if own else "",
            reason=each.reason,
            running=self.running.get(each.digest, 0),
            is_rolled_back=bool(own) and own[-1].kind is ReleaseKind.ROLLED_BACK,
            retired=gone.reason if gone else "",
            overtaken_by=self.numbers.get(other.digest, 0) if is_overtaken and other else 0,
            overtaken_at=other.at if is_overtaken and other else None,
            is_own=each.published_by == asker,
            faults=tuple(fault.sentence for fault in self.faults[each.digest]),
        )


def version_files(platform: Platform, *, actor: Actor, number: int) -> tuple[DraftFile, ...]:
    """Return the files of a published version, each with a name.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: There is no such version.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        return files_of(version_in(tx, number, at=platform.now()))
