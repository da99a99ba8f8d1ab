"""Facts of complaints: made by a job from what is recorded, and made again (ISO 10002:2018, 8.2).

A command only says that its complaint has changed. The job that sweeps the deadlines makes the
facts of such complaints anew, and a page of figures does so first where they are few.
"""

import time
from contextlib import suppress

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import UnavailableError
from engine.store.transaction import Transaction

_BATCH = 200
_AT_ONCE = 25
"""Complaints whose facts are made before somebody is shown figures; more wait for the job."""
_LONGEST = 20.0
"""Seconds that one run of the job takes at most; the next one goes on a minute later."""


def keep_up(platform: Platform, *, longest: float | None = _LONGEST) -> int:
    """Make the facts of complaints that have changed; return of how many any was different.

    Args:
        platform: Where the complaints are.
        longest: Seconds after which the rest is left for the next time; None leaves nothing, for
            figures that are frozen, signed or judged.
    """
    done, begun = 0, time.monotonic()
    while longest is None or time.monotonic() - begun < longest:
        with platform.database.read() as tx:
            if not tx.case_facts.pending():
                break
        done += _make_some(platform)[1]
    return done


def catch_up(platform: Platform, tx: Transaction) -> None:
    """Make the facts of the complaints that changed last within a transaction of somebody."""
    if 0 < tx.case_facts.pending() <= _AT_ONCE:
        _make_taken(platform, tx)


def refresh(platform: Platform) -> None:
    """Make the facts of the complaints that changed last, where these are few: before a look."""
    with platform.database.read() as tx:
        waiting = tx.case_facts.pending()
    if 0 < waiting <= _AT_ONCE:
        # Where somebody writes for long, figures of a minute ago are good, too.
        with suppress(UnavailableError):
            _make_some(platform)


def remake(platform: Platform, *, actor: Actor) -> int:
    """Make all facts and their tallies again; return of how many complaints any was wrong.

    Raises:
        NotAllowedError: The actor may not run jobs.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.RUN_JOBS)
    while _make_some(platform)[0]:
        pass
    wrong, last = 0, 0
    while (made := _make_after(platform, last)) is not None:
        last, fresh = made
        wrong += fresh
    platform.database.write(lambda tx: tx.case_facts.count_again())
    return wrong


def _make_some(platform: Platform) -> tuple[int, int]:
    """Make the facts of a batch in a transaction of its own; return what ``_make_taken`` does."""
    return platform.database.write(lambda tx: _make_taken(platform, tx), gives_way=True)


def _make_taken(platform: Platform, tx: Transaction) -> tuple[int, int]:
    """Make the facts of the complaints that changed longest ago.

    Returns:
        How many these were, and of how many any was different.
    """
    taken = tx.case_facts.take(_BATCH)
    return len(taken), tx.case_facts.make(taken, platform.policy.calendar.zone)


def _make_after(platform: Platform, last: int) -> tuple[int, int] | None:
    """Make the facts of the next complaints; return the last one, and of how many any was wrong."""

    def work(tx: Transaction) -> tuple[int, int] | None:
        some = tx.case_facts.after(last, _BATCH)
        if not some:
            return None
        return some[-1], tx.case_facts.make(some, platform.policy.calendar.zone)

    return platform.database.write(work, gives_way=True)
