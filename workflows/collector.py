"""Frees unreachable objects in a thread of its own, never in the thread of an event loop.

Python does it in whichever thread happens to allocate. In Prefect's server that is the thread of
the event loop, and what is freed may be a cursor of SQLite, for which SQLite waits until the
cursor's connection is idle. If that connection waits for a lock whose holder waits for the event
loop, everything stands still until SQLite gives up: a minute, as Prefect has set it.
"""

import gc
import threading
import time

_LOOKS_EVERY = 0.5
"""Seconds."""


def collect_beside() -> None:
    """Stop collecting by allocation in this process and begin to do it in a thread beside."""
    gc.disable()
    threading.Thread(target=_collect, name="collector", daemon=True).start()


def _collect() -> None:
    while True:
        time.sleep(_LOOKS_EVERY)
        generation = _full_generation()
        if generation is not None:
            gc.collect(generation)


def _full_generation() -> int | None:
    """Return the oldest generation over its threshold, as the interpreter would choose it."""
    pairs = enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
    return max((each for each, (count, most) in pairs if count > most > 0), default=None)
