"""Simulated staff who take letters on paper to the post."""

from collections.abc import Iterable
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Role
from engine.services.post import postings

_MOST = 500
_LIES = timedelta(hours=20)
"""How long a letter waits at least while the story goes on."""


class PostRoom:
    """Posts what has waited long enough, so that the latest letters are still there to be seen."""

    def __init__(self, staff: Iterable[Actor], *, is_over: bool) -> None:
        """Prepare it.

        Args:
            staff: One of them sees to letters of every team.
            is_over: The story is told to its end, so that no letter is left.
        """
        self._actor = next((each for each in staff if Role.MANAGER in each.roles), None)
        self._waits = timedelta() if is_over else _LIES

    def go(self, platform: Platform) -> None:
        """Post the letters of all complaints that have waited so long, if there is anybody."""
        now, actor = platform.now(), self._actor
        if actor is None:
            return
        day = platform.calendar.day_of(now)
        waiting, _total = postings.page(platform, actor=actor, limit=_MOST)
        for each in waiting:
            if now - each.posting.since >= self._waits:
                postings.mark_posted(
                    platform,
                    actor=actor,
                    reference=each.reference,
                    number=each.posting.number,
                    answers={"posted_on": day},
                )
