"""Which state has which colour; everything else stays grey."""

from engine.domain.complaint import Severity
from ui.parts.worklist import Tone


def tone_of(severity: Severity) -> Tone:
    """Return the colour of a severity: red for critical, orange for major."""
    if severity is Severity.CRITICAL:
        return "red"
    return "orange" if severity is Severity.MAJOR else "gray"
