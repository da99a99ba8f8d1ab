"""The published versions of the process, and what runs on them."""

from dataclasses import dataclass
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.domain.process_draft import DraftFile
from engine.domain.process_version import ReleaseKind, VersionState, state_of
from engine.services import reach
from engine.services.draft_files import files_of, names_in, version_in
from engine.services.processes import COMPLAINT


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A published version in a list.

    Attributes:
        valid_from: From when new complaints take it, or took it first.
        released_by: Name of whoever approved it, or rolled back to it last.
        is_rolled_back: It is live since somebody rolled back to it.
        running: Complaints that run on it, as far as whoever asks may count them.
        retired: By whom, when and why no complaint begins on it; empty where some may.
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
    now = platform.now()
    with platform.database.read() as tx:
        found = tx.processes.versions(COMPLAINT)
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        running = tx.processes.running(sight=seen)
        names = {**NAMES, **names_in(tx)}
        live = tx.releases.valid(COMPLAINT, now)
        releases = tx.releases.all(COMPLAINT)
        retired = {each.digest: each for each in tx.releases.retired(COMPLAINT)}
    listed = []
    for each in found:
        state = state_of(
            each.digest,
            live=live[0] if live else "",
            releases=releases,
            retired=frozenset(retired),
            now=now,
        )
        own = [release for release in releases if release.digest == each.digest]
        gone = retired.get(each.digest)
        listed.append(
            ListedVersion(
                number=each.version,
                digest=each.digest,
                state=state,
                published_by=names.get(each.published_by, each.published_by),
                published_at=each.published_at,
                valid_from=max((each.published_at, *(release.valid_from for release in own[:1]))),
                released_by=names.get(own[-1].by, own[-1].by) if own else "",
                reason=each.reason,
                running=running.get(each.digest, 0),
                is_rolled_back=bool(own) and own[-1].kind is ReleaseKind.ROLLED_BACK,
                retired=gone.reason if gone else "",
            )
        )
    return tuple(listed)


def version_files(platform: Platform, *, actor: Actor, number: int) -> tuple[DraftFile, ...]:
    """Return the files of a published version, each with a name.

    Raises:
        NotAllowedError: The actor may not see the process.
        NotFoundError: There is no such version.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        return files_of(version_in(tx, number, at=platform.now()))
