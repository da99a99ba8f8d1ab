"""Figures of real event logs, brought in as complaints, are what their journal says (8.2)."""

import csv
import gzip
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.kpi import Period
from engine.services.figures import facts, reporting
from engine.services.intake import importing
from tests.integration.case_oracle import CaseOracle
from tests.integration.test_case_facts import told_of

LOGS = Path(__file__).parents[3] / "shared" / "realdata" / "logs"
FILES = sorted([*LOGS.glob("*.xes.gz"), *LOGS.glob("*.csv")])
OUTCOMES = ("Upheld", "Not upheld", "Partly upheld", "Resolved at first contact", "")
"""In turns; every fifth is still open."""
MOST = 150
"""Cases of a log: each is begun by the engine."""
HEAD = "id,received,closed,outcome,channel,summary,complainant,category,email"

Span = tuple[datetime, datetime]

pytestmark = pytest.mark.realdata


def of_xes(path: Path) -> Iterator[Span]:
    """Yield when each trace of a log begins and ends."""
    with gzip.open(path) as log:
        for _event, element in ET.iterparse(log):  # noqa: S314 - logs of well-known collections
            if element.tag.rpartition("}")[2] != "trace":
                continue
            dates = [
                datetime.fromisoformat(each.get("value", ""))
                for each in element.iter()
                if each.get("key") == "time:timestamp"
            ]
            element.clear()
            if dates:
                yield min(dates), max(dates)


def of_csv(path: Path) -> Iterator[Span]:
    """Yield when each case of a table of events begins and ends."""
    found: dict[str, list[datetime]] = {}
    with path.open(encoding="utf-8-sig", newline="") as table:
        rows = csv.DictReader(table)
        heads = rows.fieldnames or ()
        case = next(name for name in heads if "case" in name.lower())
        times = [name for name in heads if "time" in name.lower()]
        for row in rows:
            for name in times:
                with suppress(ValueError):
                    found.setdefault(row[case], []).append(datetime.fromisoformat(row[name]))
    yield from ((min(dates), max(dates)) for dates in found.values())


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or UTC).replace(microsecond=0)


def as_complaints(path: Path, target: Path, categories: list[str]) -> int:
    """Write the first cases of a log as a list of complaints; return how many they are."""
    spans = of_csv(path) if path.suffix == ".csv" else of_xes(path)
    lines = [HEAD]
    for number, (first, last) in enumerate(islice(spans, MOST)):
        outcome = OUTCOMES[number % len(OUTCOMES)]
        closed = _aware(last).isoformat() if outcome else ""
        category = categories[number % len(categories)]
        lines.append(
            f"L-{number},{_aware(first).isoformat()},{closed},{outcome},email,From a log,"
            f"Jane Doe,{category},jane{number // 3}@example.org"
        )
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines) - 1


@pytest.mark.fuzz
@pytest.mark.iso("8.2")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_figures_of_a_real_log_are_what_the_journal_says(office, clock, tmp_path, path):
    listed = tmp_path / "complaints.csv"
    number = as_complaints(path, listed, sorted(office.platform.policy.categories))
    told = importing.import_file(office.platform, actor=SYSTEM, path=listed, mapping="plain")
    assert (told.run.accepted, told.rejections) == (number, ())
    facts.keep_up(office.platform, longest=None)

    oracle = CaseOracle(office.platform)
    begins = sorted(tale.received_at for tale in oracle.tales)
    middle = begins[len(begins) // 2].replace(hour=0, minute=0, second=0, microsecond=0)
    periods = [
        Period(begins[0].astimezone(UTC) - timedelta(days=1), clock.now + timedelta(days=1)),
        Period(middle.astimezone(UTC), middle.astimezone(UTC) + timedelta(days=31)),
        Period(middle.astimezone(UTC) - timedelta(days=90, hours=7), middle.astimezone(UTC)),
    ]
    for period in periods:
        right = oracle.figures(period, clock.now, knows_restricted=True)
        assert told_of(office, period, "mara") == right
    whole = reporting.report(office.platform, actor=office.staff["mara"], period=periods[0])
    assert next(f.figure.n for f in whole.figures if f.measure.id == "received") == number > 4
