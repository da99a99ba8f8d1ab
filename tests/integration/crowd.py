"""Many threads that do something at the same moment."""

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from engine.errors import RedressError


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run ``work(0)`` to ``work(count - 1)`` at the same moment; return results or exceptions."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        barrier.wait(30)
        try:
            return work(number)
        except RedressError as refusal:
            return refusal
        except Exception as error:  # noqa: BLE001 - what happened to each is what is tested
            traceback.print_exception(error)
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
