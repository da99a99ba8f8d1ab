"""What a snapshot is named: its kind, and its last day where the organisation is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.kpi import Period
from engine.domain.snapshot import SnapshotKey, SnapshotKind, snapshot_key

ZONES = st.sampled_from(["Europe/London", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, ZONES, st.sampled_from([(1, SnapshotKind.DAILY), (7, SnapshotKind.WEEKLY)]))
def test_a_snapshot_is_named_by_its_last_day_there_also_west_of_greenwich(last, zone, length):
    days, kind = length

    period = Period.of_dates(last - timedelta(days=days - 1), last, zone)

    assert snapshot_key(period, zone) == SnapshotKey(kind, last)


@given(st.integers(2000, 2040), st.integers(1, 12), ZONES)
def test_a_whole_month_is_named_by_its_last_day(year, month, zone):
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

    key = snapshot_key(Period.of_dates(first, last, zone), zone)

    assert key == SnapshotKey(SnapshotKind.MONTHLY, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-02-01", "2026-02-27"), ("2026-02-02", "2026-03-01"), ("2026-01-01", "2026-02-28")],
)
def test_other_periods_are_not_kept(first, last):
    period = Period.of_dates(date.fromisoformat(first), date.fromisoformat(last), "Europe/London")

    assert snapshot_key(period, "Europe/London") is None


def test_a_day_of_another_zone_is_not_kept():
    period = Period.of_dates(date(2026, 2, 1), date(2026, 2, 1), "Asia/Tokyo")

    assert snapshot_key(period, "Europe/London") is None
