"""Separation of duties: who may not do what because of the part they had, and when that is waived.

Two rules always hold, and the database asks for them too: nobody approves what they drafted, and
nobody verifies what they carried out. The others may be waived for a while where there are too
few people, by a record that names the reason and what is done instead.

Source: ISO 10002:2018, 4.7 and 5.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.case import Approval, Statement
from engine.domain.complaint import Wording


class Rule(Wording):
    """A rule that can be waived."""

    SECOND_STAGE = "second_stage"
    """Who looks again took no part in the first decision."""
    PAYMENT = "payment"
    """Who proposed or approved a payment does not pay it."""


SENTENCES = {
    Rule.SECOND_STAGE: "Whoever looks at a complaint again took no part in the first decision.",
    Rule.PAYMENT: "Whoever proposed or approved a payment does not pay it.",
}
"""What each rule says."""

JUDGING = frozenset({"plan", "finding", "decision", "approval"})
"""Forms of steps by which a complaint is judged."""

_PARTS = {
    "plan": "planned the first investigation",
    "finding": "recorded a finding before",
    "cause": "named a cause before",
    "decision": "drafted the first decision",
}
_DECIDED = "decided the first draft"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that does not hold for a while.

    Attributes:
        reason: Why it cannot be kept.
        control: What is done instead, so that nothing is taken advantage of.
        until_at: From then on the rule holds again.
        decided_by: User name of the second person; empty while it waits for one.
        ended_at: When it was ended early; None where it was not.
    """

    id: int
    rule: Rule
    reason: str
    control: str
    until_at: datetime
    proposed_by: str
    proposed_at: datetime
    decided_by: str = ""
    is_confirmed: bool = False
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether the rule is waived now."""
        return self.is_confirmed and self.ended_at is None and now < self.until_at


def parts_before(statements: Sequence[Statement], approvals: Sequence[Approval]) -> dict[str, str]:
    """Return who took part in judging a complaint before it was opened again, and how.

    Args:
        statements: Of the case, in the order in which they were made.
        approvals: Of the case.

    Returns:
        By user name, what follows "took part: somebody ..."; empty while it was never opened
        again.
    """
    opened = [n for n, each in enumerate(statements) if _opens_again(each)]
    if not opened:
        return {}
    before, last = statements[: opened[-1]], statements[opened[-1]].id
    parts = {
        name: _PARTS[each.form]
        for each in before
        if each.form in _PARTS
        for name in (each.by, each.on_behalf_of)
        if name
    }
    decided = (each for each in approvals if each.statement_id < last)
    names = (name for each in decided for name in (each.approver, each.approver_for) if name)
    return dict.fromkeys(names, _DECIDED) | parts


def _opens_again(statement: Statement) -> bool:
    return statement.form == "rejection_review" and statement.content.get("review") == "reopen"
