"""What charts are made of, against somebody who goes through every complaint by hand."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain.signal import whole_weeks
from engine.store import weekly as store
from tests.integration.planted import Planted, plant

ZONE = "Europe/London"
BEGIN = datetime(2025, 9, 17, 12, tzinfo=UTC)
NOW = datetime(2025, 11, 19, 12, tzinfo=UTC)
"""The clocks are set back on 26 October, between the two."""
MINUTES = 9 * 7 * 24 * 60


def invented(seed, number=400):
    """Return complaints of nine weeks, many of them near a midnight between two weeks."""
    dice = random.Random(seed)
    made = []
    for _ in range(number):
        received = BEGIN + timedelta(minutes=dice.randrange(MINUTES))
        if dice.random() < 0.3:
            received = datetime(2025, 10, 26, 22, tzinfo=UTC) + timedelta(
                minutes=30 * dice.randrange(5)
            )
        due = received + timedelta(hours=dice.randrange(300))
        met = dice.choice([None, due, due + timedelta(seconds=1), due - timedelta(hours=3)])
        state = dice.choice(["running", "met", "met", "cancelled"])
        closed = dice.choice([None, received + timedelta(minutes=dice.randrange(20_000))])
        made.append(
            Planted(
                received,
                category=dice.choice(["Price", "Privacy", ""]),
                safety=dice.choice(["none", "none", "potential", "actual_serious"]),
                decided_at=closed,
                closed_at=closed,
                outcome=dice.choice(["upheld", "partly_upheld", "not_upheld", "withdrawn", None]),
                clocks={dice.choice(["acknowledgement", "final_response"]): (due, met, state)},
            )
        )
    return made


def by_hand(complaints, monday):
    """Return what happened in the week from a Monday on, from the calendar on the wall."""

    def is_in(at):
        if at is None:
            return False
        return 0 <= (at.astimezone(ZoneInfo(ZONE)).date() - monday).days < 7

    received, due = {}, {}
    for each in complaints:
        if is_in(each.received_at):
            received[each.category] = received.get(each.category, 0) + 1
        for code, (due_at, met_at, state) in each.clocks.items():
            if is_in(due_at) and state != "cancelled":
                kept, n = due.get(code, (0, 0))
                due[code] = (kept + (met_at is not None and met_at <= due_at), n + 1)
    merits = {"upheld": 1, "partly_upheld": 1, "not_upheld": 0}
    decided = [merits[c.outcome] for c in complaints if is_in(c.decided_at) and c.outcome in merits]
    closed = sorted(each.seconds for each in complaints if is_in(each.closed_at))
    median = closed[(len(closed) - 1) // 2] if closed else 0
    return received, due, (sum(decided), len(decided)), (median, len(closed))


def compare(office, seed):
    complaints = invented(seed)
    plant(office, complaints)
    with office.platform.database.read() as tx:
        weeks = whole_weeks(tx.weekly.first(), NOW, ZONE, most=104)
        told = tx.weekly.read(weeks)
        between = list(tx.weekly.between(weeks[0][1].begin, category="Price", safety=True))
    assert [monday.isoformat() for monday, _ in weeks][:: len(weeks) - 1] == [
        "2025-09-22",
        "2025-11-10",
    ]
    counted = zip(told.received, told.due, told.decided, told.closed, strict=True)
    for (monday, _), week in zip(weeks, counted, strict=True):
        assert week == by_hand(complaints, monday)
    at_stake = sorted(
        each.received_at
        for each in complaints
        if each.category == "Price"
        and each.safety != "none"
        and each.received_at >= weeks[0][1].begin
    )
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(at_stake)]
    assert between == list(zip(at_stake[1:], gaps, strict=True))


def test_weeks_are_counted_as_by_hand(office):
    compare(office, seed=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leaving_out_what_is_late_and_still_open_would_be_found(office, monkeypatch):
    """A figure that gets better the longer the worst cases stay open."""
    better = store._DUE.where(store._CLOCK.c.met_at.is_not(None))
    monkeypatch.setattr(store, "_DUE", better)

    with pytest.raises(AssertionError):
        compare(office, seed=1)


def test_a_week_counts_once_it_is_over_and_from_the_first_whole_one_on():
    monday = datetime(2026, 3, 30, 0, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    def mondays(first, now, most=104):
        return [each.isoformat() for each, _ in whole_weeks(first, now, ZONE, most=most)]

    week = timedelta(weeks=1)
    assert mondays(monday, monday + week - timedelta(seconds=1)) == []
    assert mondays(monday, monday + week) == ["2026-03-30"]
    assert mondays(monday + timedelta(seconds=1), monday + 2 * week) == ["2026-04-06"]
    assert mondays(monday - 9 * week, monday, most=2) == ["2026-03-16", "2026-03-23"]
