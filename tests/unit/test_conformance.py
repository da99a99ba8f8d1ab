"""Every clause by which handling is audited says what proves it, or what is not there yet."""

import re
from pathlib import Path

from tests.conftest import clauses

WANTED = [*(f"4.{n}" for n in range(3, 12)), *(f"7.{n}" for n in range(1, 10))]
REPORT = Path(__file__).parents[2] / "docs/conformance.md"


def _told(report):
    """Return by clause how many tests prove it, and what is said to be missing."""
    rows = re.findall(r"^\| (\d\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]*)\|$", report, re.MULTILINE)
    return {clause: (count.strip(), missing.strip()) for clause, count, missing in rows}


def _silent(told):
    """Return the clauses that neither a test proves nor anybody says why."""
    return [c for c in WANTED if c not in told or (told[c][0] == "none yet" and not told[c][1])]


def test_every_clause_is_proved_or_says_what_is_missing():
    told = _told(REPORT.read_text())

    assert list(clauses()) == WANTED
    assert {clause: row["missing"] for clause, row in clauses().items()} == {
        clause: missing for clause, (_, missing) in told.items()
    }
    assert _silent(told) == []


def test_a_clause_that_is_left_out_is_noticed():
    report = REPORT.read_text()
    without = "\n".join(line for line in report.splitlines() if not line.startswith("| 7.6 |"))

    assert _silent(_told(without)) == ["7.6"]
    assert _silent(
        _told(re.sub(r"\| 7\.8 \|[^\n]*", "| 7.8 | x | none yet | |", report, count=1))
    ) == ["7.8"]
