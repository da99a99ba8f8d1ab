"""What complaints are measured by: how many customers, contracts or transactions there were (8.2).

Redress does not know it; the organisation states it, month by month.
"""

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.complaint import Wording

MOST = 10**12
"""A greater number is a slip of the keyboard."""


class Basis(Wording):
    """What is counted."""

    CUSTOMERS = "customers"
    CONTRACTS = "contracts"
    TRANSACTIONS = "transactions"


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """How many there were in a month.

    Attributes:
        month: Its first day.
        number: At least 1.
        by: User name of who stated it last.
        at: When, UTC.
    """

    of: Basis
    month: date
    number: int
    by: str
    at: datetime
