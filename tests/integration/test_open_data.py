"""What is made public is true, holds nobody's data, and fits its dictionary."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.domain.kpi import Period
from engine.errors import InvalidInputError, NotAllowedError
from engine.services.exports import open_data
from tests.integration.office import execute, rows

QUARTER = Period.of_dates(date(2026, 1, 1), date(2026, 3, 31), "Europe/London")
NASTY = '=HYPERLINK("http://evil")'


@pytest.fixture
def database_url(sqlite_url):
    """The numbers of complaints are read as for event logs, which are compared on both."""
    return sqlite_url


@pytest.fixture
def many(office, clock):
    """Fourteen complaints of January about prices, one about what somebody typed; it is April."""
    policy = office.platform.policy
    chosen = policy.open_data.model_copy(update={"smallest": 5})
    policy = policy.model_copy(update={"open_data": chosen})
    office.platform = replace(office.platform, policy=policy)
    for number in range(15):
        office.lodge(
            summary=f"Charged twice {number}",
            complainant_name=f"Canary Number{number}",
            email=f"canary{number}@example.org",
            category="Price",
            channel="phone" if number % 2 else "email",
        )
    execute(
        office.platform.database, "UPDATE complaint_case SET category = :to WHERE id = 1", to=NASTY
    )
    clock.now = datetime(2026, 4, 2, tzinfo=UTC)
    return office


def _taken(office, folder, **changes):
    """Return the rows and the dictionary of what is made public."""
    policy = office.platform.policy
    chosen = policy.open_data.model_copy(update=changes)
    platform = replace(office.platform, policy=policy.model_copy(update={"open_data": chosen}))
    file = folder / f"open-{len(list(folder.iterdir()))}.zip"
    open_data.write_open_data(platform, actor=office.staff["mara"], period=QUARTER, file=file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(parts[f"{open_data.TABLE}-metadata.json"])
    table = csv.DictReader(io.StringIO(parts[told["url"]].decode("utf-8-sig")))
    return list(table), told, b"".join(parts.values()).decode()


@pytest.mark.iso("8.1")
def test_groups_hold_every_complaint_and_none_is_small(many, tmp_path):
    table, _told, _text = _taken(many, tmp_path)

    assert sum(int(row["complaints"]) for row in table) == 15
    assert min(int(row["complaints"]) for row in table) >= 5
    assert {row["month"] for row in table} <= {"2026-01", "any"}


def test_no_name_reference_or_text_of_anybody_is_made_public(many, tmp_path):
    references = rows(many.platform.database, "SELECT reference FROM complaint_case")
    for changes in ({}, {"rows": "complaints"}, {"columns": ("category",), "smallest": 3}):
        _table, _told, text = _taken(many, tmp_path, **changes)

        for (reference,) in references:
            assert reference not in text
        for said in ("Canary", "canary", "Charged", "HYPERLINK", *many.staff):
            assert said not in text


def test_one_row_for_each_complaint_says_the_same(many, tmp_path):
    groups, told, _ = _taken(many, tmp_path)
    single, of_single, _ = _taken(many, tmp_path, rows="complaints")

    by_one = {tuple(row.values()): 0 for row in single}
    for row in single:
        by_one[tuple(row.values())] += 1
    assert by_one == {tuple(row.values())[:-1]: int(row["complaints"]) for row in groups}
    assert [c["name"] for c in told["tableSchema"]["columns"]] == list(groups[0])
    assert [c["name"] for c in of_single["tableSchema"]["columns"]] == list(single[0])


def test_what_is_few_can_be_left_out_instead(many, tmp_path):
    table, _told, _text = _taken(many, tmp_path, small_groups="left_out")

    assert not any("any" in row.values() for row in table)
    assert 15 - sum(int(row["complaints"]) for row in table) not in range(1, 5)


def test_too_few_complaints_are_a_table_without_rows(many, tmp_path):
    table, told, _text = _taken(many, tmp_path, smallest=16)

    assert table == []
    assert "16" in told["dc:description"]


def test_a_month_that_is_not_over_is_refused(many, tmp_path):
    known = {"actor": many.staff["mara"], "file": tmp_path / "open.zip"}
    april = Period.of_dates(date(2026, 4, 1), date(2026, 4, 30), "Europe/London")

    with pytest.raises(InvalidInputError, match="over"):
        open_data.write_open_data(many.platform, period=april, **known)
    with pytest.raises(NotAllowedError):
        open_data.write_open_data(
            many.platform, period=QUARTER, **(known | {"actor": many.staff["tom"]})
        )
    assert not known["file"].exists()


def test_that_it_was_made_public_is_kept(many, tmp_path):
    _taken(many, tmp_path)

    ((actor, detail),) = rows(
        many.platform.database,
        "SELECT actor, detail FROM organisation_event WHERE type = 'open_data.exported'",
    )
    told = json.loads(detail)
    assert (actor, told["cases"]) == ("mara", 15)
    assert len(told["sha256"]) == 64
