"""Find the browser that the tests drive, or install it where that is allowed.

Run as ``python -m tests.browser`` by ``make test``; the browser tests import ``find_browser``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
"""The same browser without windows of its own: the tests take a third less time in it."""
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_QUICKLY = ("-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
"""Where there is no network, that is known soon."""
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


def install_browser() -> None:
    """Install the browser where this is root on Debian or Ubuntu, as far as they have it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    sys.stdout.write("Installing Chromium for the browser tests.\n")
    sys.stdout.flush()
    _apt_get("update")
    _apt_get("install", "-y", SHELL)
    if find_browser() is None:
        _apt_get("install", "-y", "chromium")


def _apt_get(*command: str) -> None:
    subprocess.run(
        ["apt-get", *_QUICKLY, *command],  # noqa: S607 - where it lies is the system's business
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def main() -> int:
    """Return 0 when there is a browser to drive, else 1 after saying what to do."""
    if "CHROMIUM" not in os.environ and shutil.which(SHELL) is None:
        install_browser()
    if find_browser() is None:
        sys.stderr.write(f"{ADVICE}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
