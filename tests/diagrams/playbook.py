"""A playbook: one way through a diagram, told as it happens.

    case = given(severity=4).does("register").does("acknowledge").does("assess")
    case.waits_for("assign")

After every act the case is written down and taken up again from what was written, as services do.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from config.settings import Settings
from engine.bootstrap import Platform
from engine.domain.allowance import Allowance
from engine.domain.working_time import Calendar
from engine.process.bundle import ProcessBundle, build_bundle
from engine.process.core import LiveCase
from engine.process.progress import Progress, Scalar
from engine.store.database import Database

BEGIN = datetime(2026, 1, 5, 10, tzinfo=UTC)

USUAL: Mapping[str, Mapping[str, Scalar]] = {
    "register": {"scope": "complaint", "category": "Price"},
    "assess": {
        "severity": 3,
        "safety": "none",
        "complexity": "moderate",
        "amount": 600,
        "vulnerable": False,
    },
    "resolve_frontline": {"frontline_result": "resolved"},
    "draft_decision": {"outcome": "upheld", "remedy_amount": 250, "remedy_deviates": False},
    "approve_decision": {"approval": "approved"},
    "approve_decision_senior": {"approval": "approved"},
    "approve_refusal": {"approval": "approved"},
    "review_rejection": {"review": "final"},
}
"""What is answered at an element where a playbook says nothing else."""


@cache
def shipped() -> ProcessBundle:
    """Return the process that Redress ships."""
    folder = files("bpmn")
    tables = [folder.joinpath(name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
    return build_bundle([folder.joinpath("complaint.bpmn").read_bytes()], tables)


def nowhere() -> Platform:
    """Return a platform whose database is never opened: what is tried out is stored nowhere."""
    policy = Settings().policy
    database = Database("sqlite:////nowhere/at/all.db")
    return Platform(database, policy, Calendar(policy.calendar), home=Path("/nowhere"))


@cache
def _calendar() -> Calendar:
    return Calendar(Settings().policy.calendar)


def _timetable(allowance: Allowance, start: datetime) -> datetime:
    return _calendar().due(start, allowance)


class Playbook:
    """A case on its way.

    Args:
        bundle: The process.
        facts: What is answered, by variable, wherever an element asks for it.
        touched: Collects the elements that are passed.
    """

    def __init__(
        self, bundle: ProcessBundle, facts: Mapping[str, Scalar], touched: set[str]
    ) -> None:
        self._bundle, self._facts, self._touched = bundle, facts, touched
        self._now = BEGIN
        self.passed: list[str] = []
        self.sent: list[str] = []
        self._progress = self._written(
            LiveCase.start(bundle, {"category": "Price"}, now=BEGIN, timetable=_timetable)
        )

    @property
    def waiting(self) -> list[str]:
        """Elements at which somebody is waited for, in the order of the alphabet."""
        return sorted(step.element for step in self._progress.open_steps)

    @property
    def messages(self) -> set[str]:
        """Messages that would be heard now."""
        return {subscription.message for subscription in self._progress.subscriptions}

    @property
    def is_complete(self) -> bool:
        """Tell whether the case has ended."""
        return self._progress.is_complete

    def does(self, *elements: str, **answers: Scalar) -> "Playbook":
        """Complete steps, one after the other; ``answers`` are for the last of them."""
        for element in elements:
            known = {
                name: self._facts.get(name, value) for name, value in USUAL.get(element, {}).items()
            }
            said = known | (answers if element == elements[-1] else {})
            token = next(s.token for s in self._progress.open_steps if s.element == element)
            self._act(lambda case, t=token, a=said: case.complete(t, a, self._now))
        return self

    def hears(self, message: str, **payload: Scalar) -> "Playbook":
        """Receive a message."""
        self._act(lambda case: case.deliver(message, payload, self._now))
        return self

    def after(self, **amount: float) -> "Playbook":
        """Let time pass, such as ``days=28``, and everything fire that is due."""
        self._now += timedelta(**amount)
        self._act(lambda case: case.fire_due(self._now))
        return self

    def waits_for(self, *elements: str) -> "Playbook":
        """Insist that exactly these steps wait."""
        assert self.waiting == sorted(elements)
        return self

    def has_sent(self, *operations: str) -> "Playbook":
        """Insist that exactly these letters have left, in this order."""
        assert self.sent == [f"send_{name}" for name in operations]
        return self

    def ends_at(self, element: str) -> None:
        """Insist that the case has ended, and that this is where."""
        assert self._progress.is_complete
        assert self.passed[-1] == element
        assert not self.waiting
        assert not self.messages

    def _act(self, act: Callable[[LiveCase], object]) -> None:
        case = LiveCase.load(self._bundle, self._progress.state, timetable=_timetable)
        act(case)
        self._progress = self._written(case)

    def _written(self, case: LiveCase) -> Progress:
        progress = case.progress()
        self.passed += [passage.element for passage in progress.passages]
        self._touched.update(self.passed)
        self.sent += [asked.operation for asked in progress.operations]
        return progress


class Given:
    """Begins playbooks, and remembers which elements they came through."""

    def __init__(self, bundle: ProcessBundle) -> None:
        self.bundle = bundle
        self.touched: set[str] = set()

    def __call__(self, **facts: Scalar) -> Playbook:
        """Begin a case of which these facts are known."""
        return Playbook(self.bundle, facts, self.touched)
