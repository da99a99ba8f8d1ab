"""What letters and approvals refuse in a case that is tried out, as they would in a real one."""

from engine.domain.case import Step
from engine.domain.form import ApprovalForm, Form
from engine.domain.letter import DRAFTED, SENT
from engine.errors import ProcessFailedError, StepNotOpenError


class TrialLetters:
    """Which forms were completed in a case, and what became of the drafts among them."""

    def __init__(self) -> None:
        self._stated: set[str] = set()
        self._drafted = ""
        self._results: dict[str, str] = {}

    def take_in(self, step: Step, form: Form) -> None:
        """Take note of a form before its step is completed.

        Raises:
            StepNotOpenError: It decides about a draft, and nothing was drafted.
        """
        if isinstance(form, ApprovalForm):
            if not self._drafted:
                raise StepNotOpenError(step.title, "Nothing was drafted.")
            self._results[self._drafted] = form.approval
        self._stated.add(step.form)
        if step.form in DRAFTED:
            self._drafted = step.form
            self._results.pop(step.form, None)

    def send(self, operation: str) -> None:
        """Refuse a letter that could not leave.

        Raises:
            ProcessFailedError: Nobody has written it, or it was not approved.
        """
        _, form = SENT[operation]
        if form not in self._stated:
            why = f"nobody has completed the form “{form}” before it"
            raise ProcessFailedError(operation, why)
        if self._results.get(form, "approved") != "approved":
            raise ProcessFailedError(operation, "what it would send was not approved")
