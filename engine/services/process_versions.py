"""The published versions of the process, and what runs on them."""

from dataclasses import dataclass
from datetime import datetime

from engine.bootstrap import Platform
from engine.domain.actor import NAMES, Actor, Deed
from engine.services import reach
from engine.services.draft_files import names_in
from engine.services.processes import COMPLAINT


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A published version in a list.

    Attributes:
        is_live: New complaints start on it.
        running: Complaints that run on it, as far as whoever asks may count them.
    """

    number: int
    digest: str
    is_live: bool
    published_by: str
    published_at: datetime
    reason: str
    running: int


def process_versions(platform: Platform, *, actor: Actor) -> tuple[ListedVersion, ...]:
    """Return every version of the process, the latest first.

    Raises:
        NotAllowedError: The actor may not see the process.
    """
    actor.require(Deed.SEE_PROCESS)
    with platform.database.read() as tx:
        found = tx.processes.versions(COMPLAINT)
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.SEE_PROCESS)
        running = tx.processes.running(sight=seen)
        names = {**NAMES, **names_in(tx)}
    return tuple(
        ListedVersion(
            number=each.version,
            digest=each.digest,
            is_live=place == 0,
            published_by=names.get(each.published_by, each.published_by),
            published_at=each.published_at,
            reason=each.reason,
            running=running.get(each.digest, 0),
        )
        for place, each in enumerate(found)
    )
