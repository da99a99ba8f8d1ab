"""Every refusal that leaves the engine.

RedressError
├── NotFoundError               no record has this reference
├── NotAllowedError             the actor's roles do not permit this
│   ├── SeparationOfDutiesError the actor took part in what is to be decided
│   ├── OutOfReachError         the roles permit it, and not on this complaint
│   ├── OverLimitError          it is more money than the person may agree to
│   ├── CompetenceMissingError  the step asks for a competence that the person does not have
│   └── OutOfScopeError         the API key does not reach so far
├── SignInError                 user name, password or session are not good
│   └── SecondFactorNeededError the password is right, and a code is asked for besides
├── ConflictError               somebody was faster
│   ├── StepNotOpenError        the step is taken, or not reached yet
│   ├── StepClaimedError        somebody else works on the step
│   ├── CaseClosedError         the case is over
│   ├── CaseErasedError         what was personal in the case is gone
│   ├── KeptError               personal data must stay for now
│   ├── CaseSuspendedError      the case rests until somebody resumes it
│   ├── CaseChangedError        the case is not the one that was looked at any more
│   ├── CommandReusedError      the id of a command came with something else
│   └── NotAwaitedError         the case waits for no such message
├── CourseError                 an operator cannot lead the case so
├── InvalidInputError           a form, row or argument is wrong; lists every problem
│   └── FileRefusedError        a file is of no kind that is kept, or could do harm
├── DiagramRejectedError        a diagram or decision table breaks a rule; lists every finding
├── ProcessFailedError          a case could not run on its diagram; becomes an incident
├── BackupError                 a backup is damaged, or cannot be restored here
├── UnsafeMailError             a letter would leave as another mail than was meant
├── JournalAlteredError         the journal is not the one that was signed
├── UnknownStateError           stored state of a version this engine does not read
└── UnavailableError            the database or another system does not answer
    ├── FileLostError           a file is not where it was stored
    ├── KeyLostError            the key that personal data were sealed with is not there
    └── SealBrokenError         what was sealed was altered, or moved from somewhere else

Anything else that escapes is a defect and must not be caught.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Protocol

_LONGEST_NAME = 60
"""Characters of a name that is repeated in a refusal; an address can hold thousands."""


class RedressError(Exception):
    """A refusal that can be explained to the person who asked.

    Attributes:
        code: Stable identifier for logs, tests and translations.
    """

    code: ClassVar[str] = "redress"


class NotFoundError(RedressError):
    """No record has this reference."""

    code = "redress.not-found"

    def __init__(self, kind: str, reference: str) -> None:
        named = reference if len(reference) <= _LONGEST_NAME else f"{reference[:_LONGEST_NAME]}…"
        super().__init__(f"There is no {kind} {named}.")
        self.kind = kind
        self.reference = reference


class NotAllowedError(RedressError):
    """The actor's roles do not permit this."""

    code = "redress.not-allowed"

    def __init__(self, actor: str, deed: str, needed: Iterable[str]) -> None:
        self.needed = tuple(sorted(needed))
        roles = " or ".join(role.replace("_", " ") for role in self.needed)
        super().__init__(f"{actor} may not {deed}: this needs the role {roles}.")
        self.actor = actor
        self.deed = deed

    def _say(self, actor: str, deed: str, sentence: str, needed: Iterable[str] = ()) -> None:
        """Take another sentence than that about roles."""
        RedressError.__init__(self, sentence)
        self.actor, self.deed, self.needed = actor, deed, tuple(sorted(needed))


class OutOfReachError(NotAllowedError):
    """The actor's roles permit this, and not on this complaint."""

    code = "redress.out-of-reach"

    def __init__(self, actor: str, deed: str, why: str, needed: Iterable[str]) -> None:
        self._say(actor, deed, f"{actor} may not {deed}: {why}", needed)


class SeparationOfDutiesError(NotAllowedError):
    """The actor took part in what is to be decided (four eyes)."""

    code = "redress.separation-of-duties"

    def __init__(self, actor: str, deed: str, part: str) -> None:
        self._say(actor, deed, f"{actor} may not {deed}: {actor} {part}.")
        self.part = part


class OverLimitError(NotAllowedError):
    """It is more money than the person may agree to."""

    code = "redress.over-limit"

    def __init__(self, actor: str, amount: str, limit: str) -> None:
        deed = f"agree to {amount}"
        self._say(actor, deed, f"{actor} may not {deed}: the limit is {limit}.")


class CompetenceMissingError(NotAllowedError):
    """The step asks for a competence that the person does not have.

    Attributes:
        missing: What the person lacks.
    """

    code = "redress.competence-missing"

    def __init__(self, actor: str, deed: str, missing: str, names: Iterable[str]) -> None:
        self._say(actor, deed, f"{actor} may not {deed}: this needs {missing}.")
        self.missing = tuple(names)


class OutOfScopeError(NotAllowedError):
    """The API key does not reach so far, whatever the roles of its owner permit."""

    code = "redress.out-of-scope"

    def __init__(self, actor: str, deed: str) -> None:
        self._say(actor, deed, f"This API key of {actor} does not permit to {deed}.")


class SignInError(RedressError):
    """User name, password or session are not good; the reason stays unsaid on purpose."""

    code = "redress.sign-in"


class SecondFactorNeededError(SignInError):
    """The password is right, and a code is asked for besides.

    Attributes:
        challenge: Proof of the password, for whoever brings the code; a secret.
        must_begin: The person has no second factor yet, and a role asks for one.
    """

    code = "redress.second-factor-needed"

    def __init__(self, challenge: str, *, must_begin: bool) -> None:
        super().__init__("A code of your second factor is needed besides the password.")
        self.challenge = challenge
        self.must_begin = must_begin


class ConflictError(RedressError):
    """Somebody was faster."""

    code = "redress.conflict"


class StepNotOpenError(ConflictError):
    """The step is taken already, or the case has not reached it."""

    code = "redress.step-not-open"

    def __init__(self, step: str, reason: str = "") -> None:
        # The token of a waiting step is a number that stands on no page.
        named = "This step" if step.isdigit() else f"The step {step}"
        super().__init__(f"{named} is not open. {reason}".strip())
        self.step = step


class StepClaimedError(ConflictError):
    """Somebody else works on the step."""

    code = "redress.step-claimed"

    def __init__(self, step: str, assignee: str) -> None:
        super().__init__(f"{assignee} works on the step {step}.")
        self.step = step
        self.assignee = assignee


class CaseClosedError(ConflictError):
    """The case is over, so its course cannot be changed any more."""

    code = "redress.case-closed"

    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} is closed; nothing about its course can be changed.")
        self.reference = reference


class CaseErasedError(ConflictError):
    """What was personal in the case is gone; only its figures are left."""

    code = "redress.case-erased"

    def __init__(self, reference: str) -> None:
        super().__init__(f"The personal data of {reference} were erased; nothing can be added.")
        self.reference = reference


class KeptError(ConflictError):
    """Personal data must stay for now."""

    code = "redress.kept"

    def __init__(self, reference: str, why: str) -> None:
        super().__init__(f"The personal data of {reference} must be kept: {why}.")
        self.reference = reference
        self.why = why


class CaseSuspendedError(ConflictError):
    """The case rests until somebody resumes it; reading it is always possible."""

    code = "redress.case-suspended"

    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} is suspended; it can be read, and worked on once resumed.")
        self.reference = reference


class CaseChangedError(ConflictError):
    """The case changed after the actor looked at it."""

    code = "redress.case-changed"

    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} has changed meanwhile; look at it again.")
        self.reference = reference


class CommandReusedError(ConflictError):
    """The id of a command that was carried out came with another command."""

    code = "redress.command-reused"


class NotAwaitedError(ConflictError):
    """The case waits for no such message."""

    code = "redress.not-awaited"

    def __init__(self, message: str) -> None:
        super().__init__(f"The case does not wait for “{message}”.")
        self.message = message


class CourseError(RedressError):
    """An operator cannot lead the case so: an approval would be left out, or it could not go on."""

    code = "redress.course"


class InvalidInputError(RedressError):
    """A form, row or argument is wrong.

    Attributes:
        problems: What is wrong, by field; the empty name stands for the whole.
    """

    code = "redress.invalid-input"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(
            " ".join(f"{field}: {text}" if field else text for field, text in problems.items())
        )
        self.problems = dict(problems)


class FileRefusedError(InvalidInputError):
    """A file is of no kind that is kept, or could do harm; nothing of it was kept."""

    code = "redress.file-refused"

    def __init__(self, why: str) -> None:
        super().__init__({"": f"The file was not kept. {why}"})
        self.why = why


class FindingLike(Protocol):
    """What a refusal of a diagram needs to know of a finding."""

    @property
    def sentence(self) -> str:
        """The finding for a reader, naming the element."""


class DiagramRejectedError(RedressError):
    """A diagram or decision table breaks one or more rules."""

    code = "redress.diagram-rejected"

    def __init__(self, findings: Iterable[FindingLike]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.sentence for finding in self.findings))


class ProcessFailedError(RedressError):
    """A case could not run on its diagram.

    Attributes:
        element: Label of the element at which it stopped.
    """

    code = "redress.process-failed"

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"The process stopped at “{element}”: {reason}")
        self.element = element
        self.reason = reason


class BackupError(RedressError):
    """A backup is damaged, or cannot be restored here; nothing was changed."""

    code = "redress.backup"


class UnsafeMailError(RedressError):
    """A letter would leave as another mail than was meant, so it does not leave at all."""

    code = "redress.unsafe-mail"

    def __init__(self, problem: str) -> None:
        super().__init__(f"The mail was not sent: {problem}.")
        self.problem = problem


class JournalAlteredError(RedressError):
    """The journal is not the one that was signed, so nothing more is signed before somebody looks.

    Attributes:
        findings: What is wrong and where, one sentence each.
    """

    code = "redress.journal-altered"

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        shown = " ".join(self.findings[:3])
        more = f" And {len(self.findings) - 3} more." if len(self.findings) > 3 else ""
        super().__init__(f"{shown}{more}")


class UnknownStateError(RedressError):
    """Stored state of a version that this engine does not read; it was left untouched."""

    code = "redress.unknown-state"

    def __init__(self, version: object) -> None:
        super().__init__(f"Stored state of version {version!r} is not known to this release.")
        self.version = version


class UnavailableError(RedressError):
    """The database or another system does not answer."""

    code = "redress.unavailable"


class FileLostError(UnavailableError):
    """A file is not where it was stored; a backup may have it."""

    code = "redress.file-lost"


class SealBrokenError(UnavailableError):
    """What was sealed was altered, or moved from somewhere else."""

    code = "redress.seal-broken"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"What is stored at {place} was altered, or moved there from somewhere else."
        )
        self.place = place


class KeyLostError(UnavailableError):
    """The key that personal data were sealed with is not there."""

    code = "redress.key-lost"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The key file {path} is missing, or is not the one that belongs to this database. "
            "Put it back from where you keep it apart from the backups of the database."
        )
        self.path = path
