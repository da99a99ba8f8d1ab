"""How much waits at a page, as the navigation says it; remembered for a while."""

from engine.domain.actor import Actor
from engine.services.upkeep.what_waits import AT_PLACES
from ui.parts.fresh import forget, fresh
from ui.session import platform

_FRESH = 30.0
"""Seconds for which a number in the navigation is good enough."""


def number_at(path: str, actor: Actor) -> int:
    """Return how much waits at a page for somebody; 0 where nothing ever does.

    Args:
        path: Address of the page, without a slash.
        actor: Whose navigation it is.
    """
    waiting = AT_PLACES.get(path)
    if waiting is None or not actor.may(waiting.deed):
        return 0
    return fresh(
        _key(path), seconds=_FRESH, of=actor, read=lambda: waiting.count(platform(), actor)
    )


def changed_at(path: str) -> None:
    """Count anew what waits at a page when the navigation is drawn the next time."""
    forget(_key(path))


def _key(path: str) -> str:
    return f"{path}:number"
