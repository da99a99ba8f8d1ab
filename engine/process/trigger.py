"""What is thrown and caught: messages, signals, escalations and errors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event throws, or waits for."""

    kind: str
    """``message``, ``signal``, ``escalation`` or ``error``."""
    name: str
    """Name of a message or signal; code of the others, empty for any."""

    def answers(self, thrown: "Trigger") -> bool:
        """Tell whether who waits for this is meant by what was thrown."""
        return self.kind == thrown.kind and self.name in {"", thrown.name}
