"""Who stands in for whom, and up to how much money somebody may agree (ISO 10002:2018, 5.4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody does an absent person's steps for a while.

    Attributes:
        absent: User name of who is away.
        delegate: User name of who stands in.
        until_at: Does not belong to it.
        ended_at: When it was ended early; None where it was not.
    """

    id: int
    absent: str
    delegate: str
    from_at: datetime
    until_at: datetime
    reason: str
    made_by: str
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether it holds now."""
        return self.ended_at is None and self.from_at <= now < self.until_at


@dataclass(frozen=True, slots=True)
class Limit:
    """How much money somebody may agree to.

    Attributes:
        holder: ``role:approver`` or ``person:ada``.
        amount: In major units; None where there is no limit any more.
        decided_by: User name of the second person; empty while it waits for one.
    """

    id: int
    holder: str
    amount: Decimal | None
    currency: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    is_confirmed: bool


def limit_of(
    username: str, roles: Collection[str], limits: Mapping[str, Decimal | None]
) -> Decimal | None:
    """Return how much somebody may agree to; None for any amount.

    Args:
        username: Of the person; a limit of their own outranks those of their roles.
        roles: Under which they may act here; the highest limit of them counts, and a role
            without one has none.
        limits: The limits in force, by holder.
    """
    own = f"person:{username}"
    if own in limits:
        return limits[own]
    amounts = [limits.get(f"role:{role}") for role in roles]
    known = [amount for amount in amounts if amount is not None]
    return max(known) if known and len(known) == len(amounts) else None
