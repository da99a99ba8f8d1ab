"""What people type, without what nobody types."""

import re
from collections.abc import Mapping
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def without_controls(typed: Any) -> Any:  # noqa: ANN401 - whatever a form or a file hands in
    """Return texts without control characters but line breaks and tabs; all else unchanged.

    They come from copying out of other programs, show as nothing, and one of them, NUL, is
    refused by PostgreSQL.

    Args:
        typed: A text, or values by name; other things come back as they are.
    """
    if isinstance(typed, str):
        return _CONTROL.sub("", typed)
    if isinstance(typed, Mapping):
        return {name: without_controls(value) for name, value in typed.items()}
    if isinstance(typed, (list, tuple)):
        return [without_controls(value) for value in typed]
    return typed
