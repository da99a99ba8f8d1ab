"""How somebody stands to one complaint (ISO 10002:2018, 5.4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """How somebody stands to one complaint.

    Attributes:
        is_restricted: Only those who are named on it know of it.
        is_named: The person is named on it.
        has_team: A team works on it; one without a team is everybody's.
        is_of_team: It is of one of the person's teams.
        is_assigned: The person owns it, works on a step of it, or has stated something in it.
        waits_for: Roles that an unclaimed step of it waits for.
        is_sampled: It was drawn for the person to review.
        is_about: It is about the person: for them there is no such complaint.
        has_conflict: The person declared a conflict of interest.
    """

    is_restricted: bool = False
    is_named: bool = False
    has_team: bool = False
    is_of_team: bool = False
    is_assigned: bool = False
    waits_for: frozenset[str] = frozenset()
    is_sampled: bool = False
    is_about: bool = False
    has_conflict: bool = False


EVERYBODYS = Relation()
"""A complaint of no team, without restriction, on which the person has not worked."""
