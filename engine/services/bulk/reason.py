"""What somebody has to say in words before something is done."""

from engine.domain.text import without_controls
from engine.errors import InvalidInputError

LONGEST = 10_000
"""Characters of what is written down beside the steps."""


def needed(field: str, text: str) -> str:
    """Return what was said, without what nobody types around it.

    Args:
        field: What it is called where it is asked for.
        text: As typed.

    Raises:
        InvalidInputError: Nothing was said, or too much.
    """
    stripped: str = without_controls(text).strip()
    if not stripped:
        raise InvalidInputError({field: "is needed."})
    if len(stripped) > LONGEST:
        raise InvalidInputError({field: f"may have at most {LONGEST:,} characters."})
    return stripped
