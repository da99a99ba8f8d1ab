"""Failed tries: who guesses is locked out for a while, by account and by address."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from engine.bootstrap import Platform
from engine.errors import RedressError, SignInError
from engine.store.transaction import Transaction

REFUSED = "User name or password is wrong, or too many tries were made. Try again later."
_PER_ADDRESS = 4
"""How many times the tries of one account an address has: several people may share one."""


class Tries:
    """What is counted when somebody shows a password or a code.

    Args:
        platform: Where tries are counted.
        keys: What a failure counts against: ``user:hanna``, ``code:hanna``, ``address:…``.
    """

    def __init__(self, platform: Platform, *keys: str) -> None:
        self._platform = platform
        self._keys = keys
        self._window = timedelta(minutes=platform.policy.accounts.lock_minutes)

    @property
    def are_used_up(self) -> bool:
        """Tell whether one of the keys has failed too often a short while ago."""
        since = self._platform.now() - self._window
        most = self._platform.policy.accounts.tries
        with self._platform.database.read() as tx:
            return any(
                tx.accounts.failures(key, since)
                >= (most * _PER_ADDRESS if key.startswith("address:") else most)
                for key in self._keys
            )

    def note(self) -> None:
        """Count a failure against every key."""
        now = self._platform.now()

        def work(tx: Transaction) -> None:
            for key in self._keys:
                tx.accounts.note_failure(key, since=now - self._window, at=now)

        self._platform.database.write(work)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Let somebody try once; a refusal inside counts as a failure.

        Raises:
            SignInError: Too many tries failed a short while ago.
            RedressError: What was raised inside.
        """
        if self.are_used_up:
            raise SignInError(REFUSED)
        try:
            yield
        except RedressError:
            self.note()
            raise
