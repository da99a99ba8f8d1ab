"""Assessments of a complaint: what the table suggested, what was chosen, and why it differs.

Every assessment is kept; a later one does not replace the one before.

Source: ISO 10002:2018, 7.5.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.domain.complaint import Complexity, Safety, Severity

OVERRIDDEN = "chosen_"
"""How variables of a process begin by which a person outranks what a table answers."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a decision table suggests.

    Attributes:
        route: ``frontline``, ``standard`` or ``complex``; empty where the table says nothing.
        priority: From 1, most urgent, to 5; None where the table says nothing.
        rules: Ids of the rules that fit, in the order of the table.
        words: What these rules say, as their authors put it.
    """

    route: str
    priority: int | None
    rules: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a complaint was judged once.

    Attributes:
        number: From 1 in its case.
        process: Digest of the process version whose table was asked.
        suggested_route: Of the table; empty where it said nothing.
        route: What was chosen.
        reason: Why that is not what was suggested; for a later assessment, why it is one.
        rules: Ids of the rules that fit, separated by blanks.
    """

    number: int
    severity: Severity
    safety: Safety
    complexity: Complexity
    amount: Decimal
    vulnerable: bool
    process: str
    rules: str
    suggested_route: str
    suggested_priority: int | None
    route: str
    priority: int | None
    reason: str
    by: str
    at: datetime

    @property
    def is_overridden(self) -> bool:
        """Tell whether something else was chosen than was suggested."""
        return (self.route, self.priority) != (self.suggested_route, self.suggested_priority)
