"""How much waits at a page, as the navigation says it; remembered for a while."""

from engine.domain.actor import Actor, Deed
from engine.services.upkeep import what_waits
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
    if path not in what_waits.PLACES or not actor.may(Deed.KEEP_ACCOUNT):
        return 0
    return fresh(
        _key(path),
        seconds=_FRESH,
        of=actor,
        read=lambda: what_waits.number_at(platform(), actor=actor, path=path),
    )


def changed_at(path: str) -> None:
    """Count anew what waits at a page when the navigation is drawn the next time."""
    forget(_key(path))


def _key(path: str) -> str:
    return f"{path}:number"
