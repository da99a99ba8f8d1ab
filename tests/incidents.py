"""Things that came to a halt, for tests of what is said and done about them."""

from engine.bootstrap import Platform
from engine.domain.incident import IncidentKind
from engine.services.running import monitoring
from engine.store.transaction import Transaction


def come_to_a_halt(platform: Platform, references: list[str]) -> None:
    """Let one mail server refuse a letter of each complaint, and the first case stand still."""

    def note(tx: Transaction) -> None:
        for reference in references:
            tx.incidents.note(
                IncidentKind.LETTER,
                f"letter of {reference}",
                case_id=tx.cases.get(reference).id,
                element="",
                cause=f"The mail server did not take “Your complaint {reference}”. It said: 550",
                at=platform.now(),
                attempts=12,
            )

    platform.database.write(note)
    for _ in range(3):
        monitoring.note_failure(platform, case_id=1, failure=ValueError("x"))
