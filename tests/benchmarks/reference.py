"""One complaint from receipt to closing: 20 human steps and three messages.

A draft is returned twice, the complainant rejects the first decision, the case is reopened, and
somebody is called upwards, once: the plain library hears such a call only the first time. The same
story is told to the services, to the process core alone, and to the plain library.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.filling import filled
from engine.domain.form import FORMS
from engine.process.progress import Variables
from tests.integration.office import ANSWERS, LETTER


@dataclass(frozen=True)
class Deed:
    """One thing that happens to a case.

    Attributes:
        name: Element of the step, or message that comes in.
        form: Of the step; empty for a message.
        said: Answers as people give them, or what the message says.
    """

    name: str
    form: str
    said: Mapping[str, Any]

    @property
    def is_step(self) -> bool:
        """Tell whether a person completes a step."""
        return bool(self.form)

    @property
    def routing(self) -> Variables:
        """Return what the process learns from it."""
        return filled(FORMS[self.form], self.said).routing() if self.form else dict(self.said)


def _step(name: str, form: str = "", **said: Any) -> Deed:
    return Deed(name, form or name, {**ANSWERS[form or name], **said})


def _message(name: str, **said: Any) -> Deed:
    return Deed(name, "", said)


def _investigation() -> Iterator[Deed]:
    yield _step("plan")
    yield _step("investigate", "finding")
    yield _step("draft_decision", "decision")


def _call() -> Iterator[Deed]:
    yield _message("escalation_raised")
    yield _step("respond_to_escalation", "escalation_response")


def _returned() -> Iterator[Deed]:
    yield _step("approve_decision", "approval", approval="returned", comment="Say why, please.")
    yield _step("draft_decision", "decision")


def story() -> tuple[Deed, ...]:
    """Return what happens, in order."""
    return (
        _step("register"),
        _step("acknowledge", text=LETTER),
        _step("assess", severity=4, complexity="complex"),
        _step("assign"),
        *_call(),
        *_investigation(),
        *_returned(),
        _step("approve_decision", "approval"),
        _message("answer", answer="rejected"),
        _step("review_rejection", "rejection_review", review="reopen"),
        _step("assign"),
        *_investigation(),
        *_returned(),
        _step("approve_decision", "approval"),
        _message("answer", answer="accepted"),
        _step("closing_check", "closing"),
    )
