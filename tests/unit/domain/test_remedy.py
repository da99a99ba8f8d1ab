"""Remedies: what is open, what somebody verifies, and which payment is unlike the others."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.complaint import Severity
from engine.domain.remedy import (
    PaidRange,
    Remedy,
    RemedyKind,
    RemedyState,
    named,
    needs_check,
    proposed,
    total,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AMOUNTS = st.lists(st.decimals(0, 10**6, places=2), min_size=5, max_size=60)


def _remedy(state=RemedyState.PROPOSED, **facts):
    known = {
        "number": 1,
        "issue": 1,
        "kind": RemedyKind.REFUND,
        "text": "Money back",
        "amount": Decimal(10),
        "owner": "hanna",
        "due_on": date(2026, 6, 1),
        "proposed_by": "hanna",
        "proposed_at": NOON,
        "state": state,
    }
    return Remedy(**(known | facts))


@pytest.mark.parametrize(
    ("state", "checked", "unchecked"),
    [
        (RemedyState.PROPOSED, True, True),
        (RemedyState.OFFERED, True, True),
        (RemedyState.ACCEPTED, True, True),
        (RemedyState.DECLINED, False, False),
        (RemedyState.CARRIED_OUT, True, False),
        (RemedyState.VERIFIED, False, False),
        (RemedyState.DROPPED, False, False),
    ],
)
def test_a_remedy_is_open_until_it_is_done_and_where_needed_verified(state, checked, unchecked):
    assert _remedy(state, needs_check=True).is_open is checked
    assert _remedy(state, needs_check=False).is_open is unchecked


@pytest.mark.parametrize(
    ("amount", "severity", "expected"),
    [
        (0, Severity.MODERATE, False),
        (0, Severity.MAJOR, True),
        (1, Severity.NEGLIGIBLE, True),
    ],
)
def test_money_and_grave_harm_are_verified_by_somebody_else(amount, severity, expected):
    assert needs_check(Decimal(amount), severity) is expected


def test_only_what_was_offered_and_is_not_done_is_late():
    after = date(2026, 6, 2)

    assert _remedy(RemedyState.OFFERED).is_late(after)
    assert not _remedy(RemedyState.OFFERED).is_late(date(2026, 6, 1))
    assert not _remedy(RemedyState.CARRIED_OUT).is_late(after)


def test_what_was_dropped_counts_for_no_total():
    kept, dropped = _remedy(), _remedy(RemedyState.DROPPED, number=2)

    assert total([kept, dropped]) == 10
    assert proposed([kept, dropped]) == (kept,)
    assert named([kept]) == "1. Refund: Money back"


@given(AMOUNTS)
def test_the_quartiles_stand_in_order_and_part_the_payments(amounts):
    told = PaidRange.of(amounts)

    assert told.low <= told.lower <= told.middle <= told.upper <= told.high
    assert sum(amount <= told.middle for amount in amounts) * 2 >= len(amounts)
    assert sum(amount >= told.middle for amount in amounts) * 2 >= len(amounts)
    assert not told.is_outlier(told.middle)


@given(AMOUNTS, st.randoms())
def test_a_range_does_not_depend_on_the_order_of_payments(amounts, dice):
    mixed = list(amounts)
    dice.shuffle(mixed)

    assert PaidRange.of(mixed) == PaidRange.of(amounts)


@pytest.mark.parametrize("count", range(5))
def test_of_too_few_payments_no_range_is_told(count):
    assert PaidRange.of([Decimal(100)] * count) is None


def test_a_payment_far_from_the_others_is_an_outlier():
    told = PaidRange.of([Decimal(each) for each in (100, 110, 120, 130, 140)])

    assert told.fences == (80, 160)
    assert [told.is_outlier(Decimal(each)) for each in (79, 80, 160, 161)] == [
        True,
        False,
        False,
        True,
    ]
