"""Who acts (ISO 10002:2018, 5.4); what each role is trusted with stands in ``permission``."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from engine.domain.permission import PERMISSIONS, Deed, Role
from engine.errors import NotAllowedError

__all__ = ["ALLOWED", "SYSTEM", "Actor", "Deed", "Role"]

ALLOWED: Mapping[Deed, frozenset[Role]] = {
    deed: frozenset(row) for deed, row in PERMISSIONS.items()
}
"""Who is permitted a deed, whatever complaints it reaches."""


class Actor(BaseModel):
    """A person or a job that asks the engine for something."""

    model_config = ConfigDict(frozen=True)

    username: str
    name: str
    roles: frozenset[Role]

    def may(self, deed: Deed) -> bool:
        """Tell whether one of the actor's roles permits the deed."""
        return not self.roles.isdisjoint(ALLOWED[deed])

    def require(self, deed: Deed) -> None:
        """Refuse the actor unless one of its roles permits the deed.

        Raises:
            NotAllowedError: No role of the actor permits it.
        """
        if not self.may(deed):
            raise NotAllowedError(self.name, deed, ALLOWED[deed])

    def holds_any(self, roles: Iterable[str]) -> bool:
        """Tell whether the actor holds one of the roles a step asks for."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(username="system", name="Redress", roles=frozenset({Role.SYSTEM}))
"""Who acts when a clock or a job does."""
