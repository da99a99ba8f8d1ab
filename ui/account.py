"""Sign-in sessions as the accounts of the engine keep them."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.services import accounts


class AccountSessions:
    """The sessions in the database.

    Args:
        platform: What services are called with.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def sign_in(self, *, username: str, password: str, address: str) -> str:
        """Return the token of a new session, see ``ui.identity.Sessions``."""
        return accounts.sign_in(
            self._platform, username=username, password=password, address=address
        )

    def actor_of(self, token: str, *, touch: bool = True) -> Actor | None:
        """Return whose live session this is, see ``ui.identity.Sessions``."""
        return accounts.actor_of(self._platform, token=token, touch=touch)

    def sign_out(self, token: str) -> None:
        """End the session, see ``ui.identity.Sessions``."""
        accounts.sign_out(self._platform, token=token)
