"""Failed tries: who guesses is locked out for a while, by account and by address."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.errors import RedressError, SignInError
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction

REFUSED = "User name or password is wrong, or too many tries were made. Try again later."
_ADDRESS = "address:"
_SHARED = (_ADDRESS, "tracking:")
_PER_ADDRESS = 4
"""How many times the tries of one account an address has: several people may share one."""


class Tries:
    """What is counted when somebody shows a password or a code.

    Args:
        platform: Where tries are counted.
        keys: What a failure counts against: ``user:hanna``, ``code:hanna``, ``address:…``,
            ``tracking:…`` and the address for codes of complainants.
    """

    def __init__(self, platform: Platform, *keys: str) -> None:
        self._platform = platform
        self._keys = keys
        self._window = timedelta(minutes=platform.policy.accounts.lock_minutes)

    @property
    def are_used_up(self) -> bool:
        """Tell whether one of the keys has failed too often a short while ago."""
        since = self._platform.now() - self._window
        with self._platform.database.read() as tx:
            return any(tx.accounts.failures(key, since) >= self._most(key) for key in self._keys)

    def note(self) -> None:
        """Count a failure against every key; the one that locks it is an event."""
        now = self._platform.now()

        def work(tx: Transaction) -> None:
            counted = {
                key: tx.accounts.note_failure(key, since=now - self._window, at=now)
                for key in self._keys
            }
            for key, failures in counted.items():
                if failures == self._most(key):
                    self._tell(tx, key)

        self._platform.database.write(work)

    def _most(self, key: str) -> int:
        most = self._platform.policy.accounts.tries
        return most * _PER_ADDRESS if key.startswith(_SHARED) else most

    def _tell(self, tx: Transaction, key: str) -> None:
        """Keep that something is locked; a name that nobody has may be a mistyped password."""
        kind, _, name = key.partition(":")
        if key.startswith(_ADDRESS):
            jot_organisation(self._platform, tx, actor=SYSTEM, kind="address.locked")
        elif key.startswith(_SHARED):
            jot_organisation(self._platform, tx, actor=SYSTEM, kind="codes.locked")
        elif tx.accounts.get(name) is not None:
            told = {"username": name, "by": kind}
            jot_organisation(self._platform, tx, actor=SYSTEM, kind="account.locked", **told)

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
