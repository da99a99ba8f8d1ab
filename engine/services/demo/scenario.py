"""What happens to one simulated complaint: drawn once from a seed, the same on every machine."""

import math
import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.domain.case import Step
from engine.domain.complaint import Channel, Complaint, Scope
from engine.domain.ladder import Level
from engine.services.demo.demo_material import Besides, Material, Matter

_CHANNELS = (Channel.PHONE, Channel.EMAIL, Channel.WEB_FORM, Channel.LETTER, Channel.IN_PERSON)
_HEARD_ON = (
    Level.OWNER,
    Level.TEAM_LEADER,
    Level.MANAGER,
    Level.REPRESENTATIVE,
    Level.TOP_MANAGEMENT,
)
_RISE = timedelta(weeks=10)
"""For so long, up to the end, more complaints arrive each week than in the one before."""
_EVENLY = 0.6
"""The share of those that arrive as ever, where the story is longer."""
_BLANK = re.compile(r"\[[^\[\]\n]+\]")
"""What a template leaves to be filled in."""


@dataclass(frozen=True)
class Scenario:
    """The course of one complaint.

    Attributes:
        arrives_after: From the beginning of the simulation to receipt.
        pace: Multiplies how long staff take; a slow one misses its time limits.
        returns: How often the approver returns the decision.
        answers: What the complainant says to each decision in turn; an empty text is silence.
        reopens: Whether an objection is looked at again.
        withdraws_at: Number of the visit at which the complainant withdraws; 0 for never.
        escalates_at: Number of the visit at which a handler calls for help; 0 for never.
        besides: What the complainant complains of besides; None for nothing.
        postal_address: Where those live who have no e-mail.
        heard_on: Where calls upwards are acknowledged at last; nobody below does.
    """

    matter: Matter
    name: str
    email: str | None
    channel: Channel
    arrives_after: timedelta
    pace: float
    severity: int
    complexity: str
    amount: Decimal
    scope: Scope
    frontline_works: bool
    outcome: str
    returns: int
    answers: tuple[str, ...]
    reopens: bool
    withdraws_at: int
    escalates_at: int
    besides: Besides | None = None
    postal_address: str = ""
    heard_on: Level = Level.TEAM_LEADER

    def complaint(self, received_at: datetime) -> Complaint:
        """Return what is received."""
        return Complaint(
            received_at=received_at,
            channel=self.channel,
            summary=self.matter.summary,
            description=self.matter.description,
            desired_outcome=self.matter.outcome,
            complainant_name=self.name,
            email=self.email,
            postal_address="" if self.email else self.postal_address,
            category=self.matter.category,
            product=self.matter.product,
            amount=self.amount,
            vulnerable=self.matter.vulnerable,
        )


def draw(number: int, *, seed: int, material: Material, over: timedelta) -> Scenario:
    """Draw the course of a complaint; each number has a random stream of its own.

    Args:
        number: Of the complaint, from 1.
        seed: Of the whole simulation.
        material: What it is made of.
        over: Length of time over which complaints arrive.
    """
    dice = random.Random(f"{seed}:{number}")  # noqa: S311 - a story, no secret
    matter = dice.choice(material.matters)
    name = dice.choice(material.complainants)
    least, most = matter.amount
    answers = tuple(dice.choices(("accepted", "rejected", ""), (75, 15, 10))[0] for _ in range(3))
    return Scenario(
        matter=matter,
        name=name,
        email=f"complainant{number}@example.org" if dice.random() < 0.8 else None,
        channel=dice.choice(_CHANNELS),
        arrives_after=_arrival(dice.random(), over),
        pace=dice.choices((0.6, 1.5, 12.0), (30, 60, 10))[0],
        severity=dice.randint(*matter.severity),
        complexity=dice.choices(("simple", "moderate", "complex"), (35, 45, 20))[0],
        amount=Decimal(dice.randint(least, most)),
        scope=dice.choices((Scope.COMPLAINT, Scope.NOT_OURS, Scope.SERVICE_REQUEST), (93, 4, 3))[0],
        frontline_works=dice.random() < 0.8,
        outcome=dice.choices(("upheld", "partly_upheld", "not_upheld"), (45, 30, 25))[0],
        returns=dice.choices((0, 1, 2), (70, 25, 5))[0],
        answers=answers,
        reopens=dice.random() < 0.6,
        withdraws_at=dice.randint(2, 6) if dice.random() < 0.07 else 0,
        escalates_at=dice.randint(2, 5) if dice.random() < 0.06 else 0,
        besides=dice.choice(material.besides) if dice.random() < 0.2 else None,
        heard_on=dice.choices(_HEARD_ON, (32, 32, 12, 10, 14))[0],
        postal_address=f"{number} Lighthouse Lane\nPorthaven PH{number % 9 + 1} 4QT",
    )


def _arrival(share: float, over: timedelta) -> timedelta:
    """Return by when a share of the complaints, drawn by chance, has arrived.

    Some come evenly all the time, the others in the last weeks, and ever more of them.
    """
    rise = min(over, _RISE)
    evenly = _EVENLY if rise < over else 0.0
    if share < evenly:
        return over * (share / evenly)
    return over - rise + rise * math.sqrt((share - evenly) / (1 - evenly))


def fill(
    scenario: Scenario, step: Step, *, earlier: int, proposed: dict[str, Any]
) -> dict[str, Any]:
    """Return the answers of a simulated member of staff to a step's form.

    Args:
        scenario: The course of the complaint.
        step: What waits.
        earlier: How often this step was completed on the case before.
        proposed: What the form begins with, for example the suggested letter.
    """
    if step.form in {"acknowledge", "withdrawal"}:
        return proposed
    if step.form == "approval":
        return _approval(scenario, step, earlier)
    if step.form == "decision":
        return _decision(scenario, step, str(proposed.get("letter", "")))
    if step.form == "rejection_review":
        again = scenario.reopens and earlier == 0
        return {
            "review": "reopen" if again else "final",
            "reason": "Weighed what the complainant objects to.",
        }
    if step.form == "breach_explanation":
        return {
            "cause": "The answer of another department came late.",
            "new_date": step.due_at.date(),
            "told_complainant": True,
        }
    return _record(scenario).get(step.form) or _ROUTINE[step.form]


_ROUTINE: dict[str, dict[str, Any]] = {
    "decline": {
        "reason": "The matter is handled by another company on its own account.",
        "referred_to": "your network operator",
    },
    "plan": {"questions": "What was agreed, what was done, and what do the records show?"},
    "escalation_response": {"action": "I speak with the owner today and take over if needed."},
    "containment": {"measures": "Sent a crew and closed the supply.", "is_contained": True},
    "closing": {"lessons": "Shared with the team."},
}
"""Forms that are filled alike for every complaint."""


def _record(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return the answers that follow from what the complaint is about."""
    matter = scenario.matter
    return {
        "register": {"scope": scenario.scope.value, "category": matter.category},
        "assess": {
            "severity": scenario.severity,
            "safety": matter.safety.value,
            "complexity": scenario.complexity,
            "amount": scenario.amount,
            "vulnerable": matter.vulnerable,
        },
        "frontline": {
            "frontline_result": "resolved" if scenario.frontline_works else "not_resolved",
            "explanation": "Explained what happened and put it right on the telephone.",
        },
        "assign": {"owner": "hanna" if len(scenario.name) % 2 else "jonas"},
        "finding": {
            "facts": f"The records confirm the main points: {matter.description}"[:500],
            "standard": "Terms of supply, section 4",
            "conclusion": scenario.outcome,
            "cause_area": "process",
            "root_cause": "A step of the work order was skipped.",
        },
    }


def _decision(scenario: Scenario, step: Step, letter: str) -> dict[str, Any]:
    remedy = scenario.amount if scenario.outcome != "not_upheld" else Decimal(0)
    day = step.due_at + timedelta(days=14)
    does = f"We pay you {remedy:,.2f} by {day.day} {day:%B %Y}, and we apologise."
    if not remedy:
        does = "We apologise. The records are put right, which has been done today."
    if scenario.outcome == "not_upheld":
        does = "We do nothing further, since the records show that the terms were kept."
    why = "We compared our records with what you told us, and they agree."
    whole = iter([*([why] * letter.count("[Say why")), does])
    return {
        "outcome": scenario.outcome,
        "reasons": "The records agree with what the complainant told us.",
        "remedy": _remedy(scenario, remedy),
        "remedy_amount": remedy,
        "letter": _BLANK.sub(lambda blank: next(whole, blank[0]), letter),
    }


def _remedy(scenario: Scenario, amount: Decimal) -> str:
    if scenario.outcome == "not_upheld":
        return ""
    return "Payment and an apology" if amount else "An apology; the records are put right"


def _approval(scenario: Scenario, step: Step, earlier: int) -> dict[str, Any]:
    is_decision = step.element != "approve_refusal"
    if is_decision and earlier < scenario.returns:
        return {"approval": "returned", "comment": "Please say more plainly what went wrong."}
    return {"approval": "approved", "comment": ""}
