"""Find the browser that the tests drive, or install it where that is allowed.

Run as ``python -m tests.browser`` by ``make test``; the browser tests import ``find_browser``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ADVICE = (
    "The browser tests need Chromium or Chrome, and none was found. "
    "Install one, or name it: CHROMIUM=/path/to/chromium make test"
)


def find_browser() -> Path | None:
    """Return the browser of ``CHROMIUM``, else the system's own; None when there is none."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return Path(found)
    return MAC if MAC.exists() else None


def install_browser() -> bool:
    """Install Chromium when this is root on Debian or Ubuntu; tell whether it was tried."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    sys.stdout.write("No browser was found; installing Chromium for the browser tests.\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
        subprocess.run(
            ["apt-get", *command],  # noqa: S607 - where it lies is the system's business
            env=quiet,
            stdout=subprocess.DEVNULL,
            check=False,
        )
    return True


def main() -> int:
    """Return 0 when there is a browser to drive, else 1 after saying what to do."""
    if find_browser() is None:
        install_browser()
    if find_browser() is None:
        sys.stderr.write(f"{ADVICE}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
