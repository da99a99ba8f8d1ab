"""Finds the built files in ``ui/assets``, whose names carry a digest of their content."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets"
"""What the application serves under ``/assets``."""


@cache
def asset(stem: str, suffix: str) -> str:
    """Return the address of the one built file, for example ``/assets/viewer.3f1c.js``.

    Args:
        stem: What stands before the digest, for example ``viewer``.
        suffix: The ending without its dot, for example ``js``.

    Raises:
        FileNotFoundError: Not exactly one such file is there; the build in ``ui/frontend`` is
            to be repeated.
    """
    found = [path.name for path in FOLDER.glob(f"{stem}.*.{suffix}")]
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files {stem}.*.{suffix} in {FOLDER}, wanted one.")
    return f"/assets/{found[0]}"
