"""The ladder of escalation: who is called, and who next when nobody acknowledges the call.

Source: ISO 10002:2018, 5.4 and 7.5.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from config.policy import EscalationPolicy
from engine.domain.allowance import Allowance, parse_allowance
from engine.domain.complaint import EscalationReason, Wording
from engine.domain.permission import Role


class Level(Wording):
    """A rung of the ladder, from the lowest to the highest."""

    OWNER = "owner"
    TEAM_LEADER = "team_leader"
    SAFETY_OFFICER = "safety_officer"
    MANAGER = "manager"
    REPRESENTATIVE = "management_representative"
    TOP_MANAGEMENT = "top_management"

    @property
    def words(self) -> str:
        """Return who is called there, to follow "with"."""
        name = self.value.replace("_", " ")
        return name if self is Level.TOP_MANAGEMENT else f"the {name}"


CASEWORK = frozenset({Role.HANDLER, Role.INVESTIGATOR})
"""Roles of those who own complaints."""

_ROLE: Mapping[Level, Role] = MappingProxyType(
    {each: Role(each.value) for each in Level if each is not Level.OWNER}
)
_RANK = MappingProxyType(
    {
        Level.OWNER: 0,
        Level.TEAM_LEADER: 1,
        Level.SAFETY_OFFICER: 1,
        Level.MANAGER: 2,
        Level.REPRESENTATIVE: 3,
        Level.TOP_MANAGEMENT: 4,
    }
)
_BEGIN = MappingProxyType(
    {
        EscalationReason.INACTIVITY: Level.OWNER,
        EscalationReason.SAFETY: Level.SAFETY_OFFICER,
        EscalationReason.CLOCK_BREACH: Level.MANAGER,
    }
)


def rungs(reason: EscalationReason, level: Level) -> tuple[Level, ...]:
    """Return the rungs of a call from where it began, the lowest first.

    Args:
        reason: Of the call.
        level: Where it stands; in a diagram of one's own that may be below the usual beginning.
    """
    begin = _BEGIN.get(reason, Level.TEAM_LEADER)
    usual = (begin, *above(begin))
    return usual if level in usual else (level, *above(level))


def above(level: Level) -> tuple[Level, ...]:
    """Return the rungs over one, the next first; none over the highest.

    The safety officer's is beside a leader's, and no call comes to it from below.
    """
    higher = (each for each in Level if _RANK[each] > _RANK[level])
    return tuple(each for each in higher if each is not Level.SAFETY_OFFICER)


def role_of(level: Level) -> Role:
    """Return the role that is called on a rung above the owner's.

    Raises:
        KeyError: It is the owner's, who is called by name.
    """
    return _ROLE[level]


def first(roles: Collection[str]) -> Level:
    """Return the rung of a step of the diagram: the highest of its roles, else a leader's."""
    held = [level for level, role in _ROLE.items() if role in roles]
    return max(held, key=_RANK.__getitem__, default=Level.TEAM_LEADER)


def roles_on(level: Level, roles: Collection[str]) -> tuple[str, ...]:
    """Return who may answer a call: whoever the diagram names, and all up to its rung.

    Args:
        level: Where the call stands.
        roles: Of the step, as the diagram has them.
    """
    if level is Level.OWNER:
        return tuple(sorted({*roles, *CASEWORK}))
    start = _RANK[first(roles)]
    climbed = {_ROLE[each] for each in _ROLE if start < _RANK[each] <= _RANK[level]}
    return tuple(sorted({*roles, *climbed}))


def all_roles_on(roles: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield who may answer a call of a step, for each rung on which it can stand."""
    start = first(roles)
    return (roles_on(level, roles) for level in (Level.OWNER, start, *above(start)))


def time_for(policy: EscalationPolicy, level: Level, reason: EscalationReason) -> Allowance | None:
    """Return within which time a call is acknowledged on a rung; None on the highest one.

    Raises:
        ValueError: The policy names a time that is none.
    """
    if not above(level):
        return None
    is_danger = reason is EscalationReason.SAFETY
    return parse_allowance(policy.danger_within if is_danger else policy.acknowledge_within)
