"""Who acts (ISO 10002:2018, 5.4); what each role is trusted with stands in ``permission``."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from engine.domain.competence import lacking
from engine.domain.permission import PERMISSIONS, Deed, Role
from engine.errors import NotAllowedError, OutOfScopeError

__all__ = ["ALLOWED", "COMPLAINANT", "NAMES", "SYSTEM", "Actor", "Deed", "Role"]

ALLOWED: Mapping[Deed, frozenset[Role]] = {
    deed: frozenset(row) for deed, row in PERMISSIONS.items()
}
"""Who is permitted a deed, whatever complaints it reaches."""


class Actor(BaseModel):
    """A person or a job that asks the engine for something.

    Attributes:
        within: All that it may do here, whatever its roles permit: a program that came with
            somebody's API key. None for whatever the roles permit.
        teams: Codes of the teams that the person belongs to.
        competences: What the person can do besides, in the organisation's words.
    """

    model_config = ConfigDict(frozen=True)

    username: str
    name: str
    roles: frozenset[Role]
    within: frozenset[Deed] | None = None
    teams: frozenset[str] = frozenset()
    competences: frozenset[str] = frozenset()

    def may(self, deed: Deed) -> bool:
        """Tell whether one of the actor's roles permits the deed."""
        is_within = self.within is None or deed in self.within
        return is_within and not self.roles.isdisjoint(ALLOWED[deed])

    def require(self, deed: Deed) -> None:
        """Refuse the actor unless one of its roles permits the deed.

        Raises:
            NotAllowedError: No role of the actor permits it.
            OutOfScopeError: It came with an API key that does not reach so far.
        """
        self.require_scope(deed)
        if not self.may(deed):
            raise NotAllowedError(self.name, deed, ALLOWED[deed])

    def require_scope(self, deed: Deed) -> None:
        """Refuse a program whose API key does not reach so far; a person has no such key.

        Raises:
            OutOfScopeError: It came with such a key.
        """
        if self.within is not None and deed not in self.within:
            raise OutOfScopeError(self.name, deed)

    def holds_any(self, roles: Iterable[str]) -> bool:
        """Tell whether the actor holds one of the roles a step asks for."""
        return not self.roles.isdisjoint(roles)

    def lacks(self, competences: Iterable[str]) -> tuple[str, ...]:
        """Return what a step asks for and the actor cannot do, in order; a job lacks nothing."""
        if Role.SYSTEM in self.roles:
            return ()
        return lacking(competences, self.competences)


SYSTEM = Actor(username="system", name="Redress", roles=frozenset({Role.SYSTEM}))
"""Who acts when a clock or a job does."""

COMPLAINANT = Actor(
    username="(complainant)",  # no account can have this name
    name="The complainant",
    roles=frozenset({Role.SYSTEM}),
    within=frozenset({Deed.LODGE, Deed.FILE, Deed.ANSWER, Deed.WITHDRAW, Deed.FOLLOW}),
)
"""Whoever comes to the public pages without an account: the code says to which complaint."""

NAMES: Mapping[str, str] = {each.username: each.name for each in (SYSTEM, COMPLAINANT)}
"""What those are called who act and have no account."""
