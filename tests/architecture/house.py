"""Where the house stands, and which files are its source."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bpmn", "config", "engine", "ui", "workflows")


def _python(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


SOURCES = [path for name in PACKAGES for path in _python(ROOT / name)]
TESTS = _python(ROOT / "tests")
SERVICES = {path.stem: path for path in (ROOT / "engine" / "services").glob("*/[!_]*.py")}
"""The modules of services by their name; no two have the same, whatever package they are in."""


def documents() -> list[Path]:
    """Return the Markdown pages that belong to the repository."""
    kept = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in kept if "node_modules" not in path.parts)


def run(*command: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command, at the root of the repository unless told otherwise."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
