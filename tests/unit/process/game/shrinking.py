"""Makes a process on which both sides differ as small as it gets."""

from engine.errors import RedressError
from tests.unit.process.game.blocks import smaller
from tests.unit.process.game.playing import play

_MOST_TRIES = 2_000
_WALKS = 4
"""Random walks that are tried on each smaller process."""


def shrunk(plan, seed):
    """Return a smaller plan and a seed on which both sides still differ."""
    tries = 0
    while tries < _MOST_TRIES:
        for candidate in smaller(plan):
            tries += 1
            found = _differing_walk(candidate, seed)
            if found is not None:
                plan, seed = candidate, found
                break
        else:
            break
    return plan, seed


def _differing_walk(plan, seed):
    return next((walk for walk in range(seed, seed + _WALKS) if _differs(plan, walk)), None)


def _differs(plan, walk):
    """Tell whether a walk ends in a difference; a tree that is no process does not."""
    try:
        return bool(play(plan, walk).difference)
    except (RedressError, LookupError, TypeError, AttributeError):
        return False
