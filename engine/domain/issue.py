"""Issues: the heads of one complaint, each with its own finding and cause.

Somebody who complains may complain of several things at once. Each is answered by itself, so each
has a category, a finding and, where it is upheld, a cause. The first issue of a case is what its
summary says.

Source: ISO 10002:2018, 7.2, 7.6, 7.7 and 8.2.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.domain.complaint import Outcome, Wording

FIRST = 1
"""Number of the issue that every case has."""
MOST = 50
"""Issues of one case; who finds more complains of something else."""


class FindingResult(Wording):
    """What was found about an issue."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    NO_FINDING_POSSIBLE = "no_finding_possible"
    SETTLED = "settled"
    """The complainant accepted what was done at once, and nothing had to be found."""
    WITHDRAWN = "withdrawn"
    OUT_OF_SCOPE = "out_of_scope"
    MOVED = "moved"
    """It is handled in a complaint of its own, and nothing is found on it here."""


class CauseArea(Wording):
    """Where the root cause of an issue lies."""

    PROCESS = "process"
    PEOPLE = "people"
    SYSTEMS = "systems"
    COMMUNICATION = "communication"
    PRODUCT_DESIGN = "product_design"
    THIRD_PARTY = "third_party"
    GOVERNANCE = "governance"
    CUSTOMER = "customer"
    EXTERNAL = "external"


_UPHELD = frozenset({FindingResult.UPHELD, FindingResult.PARTLY_UPHELD})
_ANSWERED = _UPHELD | {FindingResult.NOT_UPHELD, FindingResult.NO_FINDING_POSSIBLE}
_AT_CLOSING = {
    Outcome.RESOLVED_FIRST_CONTACT: FindingResult.SETTLED,
    Outcome.WITHDRAWN: FindingResult.WITHDRAWN,
    Outcome.NOT_ACCEPTED: FindingResult.OUT_OF_SCOPE,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One head of a complaint.

    Attributes:
        number: From 1 in its case.
        text: What it is about; empty for the first, which the summary of the case tells.
        product: Empty where it is that of the case.
        raised_by: User name of who recorded it.
        found_by: User name of who recorded the finding.
        is_systemic: Whether the cause affects others too.
    """

    number: int
    text: str
    category: str
    product: str
    desired_outcome: str
    raised_by: str
    raised_at: datetime
    result: FindingResult | None = None
    found_by: str | None = None
    found_at: datetime | None = None
    cause_area: CauseArea | None = None
    is_systemic: bool = False

    @property
    def lacks_finding(self) -> bool:
        """Tell whether nothing was found about it so far."""
        return self.result is None

    @property
    def lacks_cause(self) -> bool:
        """Tell whether it was upheld, and nobody has said why it happened."""
        return self.result in _UPHELD and self.cause_area is None

    def titled(self, summary: str) -> str:
        """Return what it is about, in one line.

        Args:
            summary: Of the case.
        """
        return self.text or summary


def outcome_of(issues: Iterable[Issue]) -> Outcome | None:
    """Return the decision that follows from the findings; None while one is missing.

    Upheld where everything that was answered is upheld, not upheld where nothing is, partly
    upheld otherwise. An issue that was withdrawn or settled, or is not ours, counts for nothing.
    """
    results = [issue.result for issue in issues]
    if None in results:
        return None
    answered = [result for result in results if result in _ANSWERED]
    if answered and all(result is FindingResult.UPHELD for result in answered):
        return Outcome.UPHELD
    return Outcome.PARTLY_UPHELD if _UPHELD.intersection(answered) else Outcome.NOT_UPHELD


def result_at_closing(outcome: Outcome | None) -> FindingResult | None:
    """Return what holds for issues without a finding once a case with this outcome is closed."""
    return _AT_CLOSING.get(outcome) if outcome else None


def concluded_as(outcome: Outcome) -> FindingResult:
    """Return the result of every issue of a case that was concluded with an outcome elsewhere."""
    return _AT_CLOSING.get(outcome) or FindingResult(outcome.value)


def here(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return the issues that are answered in their own case, and not in another."""
    return tuple(issue for issue in issues if issue.result is not FindingResult.MOVED)


def named(issues: Collection[Issue], summary: str) -> str:
    """Return issues as a person reads them in a sentence: number and what each is about."""
    return "; ".join(f"{issue.number}. {issue.titled(summary)}" for issue in issues)
