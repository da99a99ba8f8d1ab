"""Letters to the complainant: their kinds, and what each of them is told (ISO 10002:2018, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.complaint import Wording
from engine.domain.journal import content_hash


class LetterKind(Wording):
    """What a letter is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    HOLDING = "holding"
    EXTENSION = "extension"
    REFUSAL = "refusal"
    RESOLUTION = "resolution"
    DECISION = "decision"
    STAGE_TWO_ACKNOWLEDGEMENT = "stage_two_acknowledgement"
    STAGE_TWO_DECISION = "stage_two_decision"
    WITHDRAWAL = "withdrawal"
    CLOSING = "closing"


SENT: Mapping[str, tuple[LetterKind, str]] = {
    "send_acknowledgement": (LetterKind.ACKNOWLEDGEMENT, "acknowledge"),
    "send_refusal": (LetterKind.REFUSAL, "decline"),
    "send_resolution": (LetterKind.RESOLUTION, "frontline"),
    "send_decision": (LetterKind.DECISION, "decision"),
    "send_withdrawal_confirmation": (LetterKind.WITHDRAWAL, "withdrawal"),
}
"""Operation of the diagram to the kind of letter, and the form it is made of."""

DRAFTED: Mapping[str, str] = {"decision": "send_decision", "decline": "send_refusal"}
"""Form that a second person approves, to the operation that sends its letter."""


Facts = Mapping[str, str | list[dict[str, str]]]
"""What a template is handed: texts, and lists of texts by name. Never an object."""

_EVERY = frozenset(
    {
        "complainant",
        "summary",
        "reference",
        "received",
        "organisation",
        "external_body",
        "external_limit",
    }
)
_DECIDES = _EVERY | {"issues", "several", "rights"}
KNOWN_FACTS: Mapping[LetterKind, frozenset[str]] = {
    LetterKind.ACKNOWLEDGEMENT: _EVERY | {"final_response"},
    LetterKind.HOLDING: _EVERY | {"reason", "new_date"},
    LetterKind.EXTENSION: _EVERY | {"reason", "before", "new_date"},
    LetterKind.REFUSAL: _EVERY | {"reason", "referred_to"},
    LetterKind.RESOLUTION: _EVERY | {"explanation"},
    LetterKind.DECISION: _DECIDES,
    LetterKind.STAGE_TWO_ACKNOWLEDGEMENT: _EVERY | {"final_response"},
    LetterKind.STAGE_TWO_DECISION: _DECIDES,
    LetterKind.WITHDRAWAL: _EVERY,
    LetterKind.CLOSING: _EVERY | {"outcome"},
}
"""What the template of each kind may name."""

LISTS: Mapping[str, frozenset[str]] = {
    "issues": frozenset({"number", "title", "result", "reasons"}),
    "rights": frozenset({"text"}),
}
"""Facts that are lists, and what each of their entries has."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as a template gave it.

    Attributes:
        template: Names the edition of the template by its content.
        blanks: What the template leaves to be filled in by a person, with its brackets.
    """

    kind: LetterKind
    language: str
    subject: str
    body: str
    template: str
    blanks: tuple[str, ...] = ()


def letter_hash(*, kind: str, language: str, template: str, subject: str, body: str) -> str:
    """Return what names a letter by its content: whoever approves it approves exactly this."""
    return content_hash(
        {
            "kind": kind,
            "language": language,
            "template": template,
            "subject": subject,
            "body": body,
        }
    )
