"""How long the evidence of a year takes: 20,000 complaints with their whole journals."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from config.settings import Settings
from engine.bootstrap import Platform, open_platform
from engine.domain.actor import SYSTEM
from engine.offline import verify
from engine.services.evidence import conforming, evidence_pack
from tests.benchmarks.figures import Figure, keep
from tests.benchmarks.test_journal_speed import _fill, _worked
from tests.conftest import MONDAY, Clock

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

CASES = int(os.environ.get("REDRESS_BENCH_YEAR", "20000"))
_WITHIN = 60.0
_BESIDE = ("clock", "issue", "remedy", "communication", "assessment")
_SEALED = (
    "summary description desired_outcome complainant_name phone postal_address adjustments "
    "representative_name representative_contact"
)
_SPREAD = (
    "UPDATE complaint_case SET {moved} WHERE id > :of",
    "received_at recorded_at acknowledged_at decided_at closed_at",
)


def _copy_beside(platform: Platform, original: int) -> None:
    """Give each copied complaint what the original has, and spread all over a year."""
    with platform.database.engine.begin() as connection:
        for table in _BESIDE:
            names = [column["name"] for column in inspect(connection).get_columns(table)]
            own = [name for name in names if name not in {"id", "case_id"}]
            listed = ", ".join(f'"{name}"' for name in own)
            copied = ", ".join(f't."{name}"' for name in own)
            connection.execute(
                text(
                    f"INSERT INTO {table} (case_id, {listed}) SELECT c.id, {copied} "  # noqa: S608
                    f"FROM complaint_case c, {table} t WHERE t.case_id = :of AND c.id > :of"
                ),
                {"of": original},
            )
        pattern, columns = _SPREAD
        # What is sealed is bound to the original; the copies say nothing.
        empty = ", ".join(f"{name} = ''" for name in _SEALED.split())
        moved = f"{empty}, email = NULL, " + ", ".join(
            f"{name} = strftime('%Y-%m-%d %H:%M:%f', {name}, '-' || (id % 360) || ' days')"
            for name in columns.split()
        )
        connection.execute(text(pattern.format(moved=moved)), {"of": original})
        connection.execute(text("ANALYZE"))


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Iterator[Platform]:
    """A platform with a year of complaints."""
    home = tmp_path_factory.mktemp("year")
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'redress.db'}")
    opened = open_platform(settings)
    with closing(opened.database):
        opened.database.migrate()
        clock = Clock(MONDAY)
        platform = replace(opened, now=clock)
        original = _worked(platform)
        with platform.database.read() as tx:
            events = len(tx.journal.of(original))
        _fill(platform, original, CASES * events)
        _copy_beside(platform, original)
        clock.now = MONDAY + timedelta(days=30)
        yield platform


def test_the_evidence_of_a_year_is_packed_within_a_minute(year):
    conforming.freeze_evidence(year)

    begun = time.perf_counter()
    pack = evidence_pack.write_evidence_pack(year, actor=SYSTEM, seed="year")
    took = time.perf_counter() - begun

    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = f"evidence of {CASES:,} complaints, packed"
    keep([Figure(name, "s", took, None, took, _WITHIN, is_least=False)])
    assert verify(files).startswith("PROVEN")
    assert took < _WITHIN
