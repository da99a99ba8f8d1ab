"""How often a caller may ask: a bucket that fills steadily and is emptied by requests."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_MOST_CALLERS = 10_000
"""Callers that are remembered; one who has not asked for longest is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Meter:
    """Counts what each caller asks for.

    Args:
        per_minute: How many requests a caller may make in the long run; more than 0.
        burst: How many at once.
    """

    def __init__(self, *, per_minute: int, burst: int) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, caller: str, now: float) -> float:
        """Count a request and return 0; or count nothing and return the seconds to wait first.

        Args:
            caller: Any stable name.
            now: Monotonic seconds.
        """
        with self._lock:
            bucket = self._filled(caller, now)
            if bucket.left < 1:
                return (1 - bucket.left) / self._rate
            bucket.left -= 1
            return 0.0

    def _filled(self, caller: str, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(caller, _Bucket(self._burst, now))
        self._buckets.move_to_end(caller)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        while len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        return bucket
