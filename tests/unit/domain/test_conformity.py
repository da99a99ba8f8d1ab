"""What follows from counts, whatever is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bootstrap import shipped_duties
from engine.domain.conformity import (
    Count,
    EvidenceRun,
    Measure,
    Verdict,
    chosen_shares,
    counted,
    digest_of,
    judge_clause,
    judge_measure,
    parse_duties,
    since_when,
    worst_of,
)
from engine.errors import InvalidInputError

MEASURE = Measure(code="kept", asks="It is kept.", of="things", pass_at=0.9, warn_at=0.5)
GOOD = """["7.4"]
title = "Acknowledgement"
duty = "Receipt is confirmed."
owner = "manager"
every = "day"
measures = [{ code = "kept", asks = "It is.", of = "things" }]
"""
shares = st.integers(min_value=0, max_value=1000)


@given(fine=shares, wrong=shares)
def test_a_verdict_follows_from_the_share_alone(fine, wrong):
    verdict = judge_measure(MEASURE, Count(fine + wrong, fine)).verdict

    total = fine + wrong
    assert (verdict is Verdict.NOT_APPLICABLE) == (total == 0)
    assert (verdict is Verdict.PASS) == (total > 0 and 10 * fine >= 9 * total)
    assert (verdict is Verdict.FAIL) == (total > 0 and 2 * fine < total)


@given(fine=shares, wrong=shares, worse=shares)
def test_more_that_is_wrong_is_never_better(fine, wrong, worse):
    order = [Verdict.PASS, Verdict.WARN, Verdict.FAIL]
    before = judge_measure(MEASURE, Count(fine + wrong + 1, fine)).verdict
    after = judge_measure(MEASURE, Count(fine + wrong + worse + 1, fine)).verdict

    assert order.index(after) >= order.index(before)


@given(found=st.lists(st.booleans(), max_size=60), seed=st.text(max_size=5), size=shares)
def test_everything_is_counted_and_the_sample_is_of_it(found, seed, size):
    things = [(f"thing {number}", fine) for number, fine in enumerate(found)]

    count = counted(things, seed=seed, size=size)

    assert (count.looked_at, count.in_order) == (len(things), sum(found))
    assert set(count.sample) <= set(things)
    assert len(count.sample) == min(size, len(things))
    assert count == counted(things, seed=seed, size=size)
    assert list(count.wrong) == [name for name, fine in things if not fine][:20]


def test_what_must_be_there_and_is_not_fails():
    measure = MEASURE.model_copy(update={"least": 1})

    assert judge_measure(measure, Count(0, 0)).verdict is Verdict.FAIL


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1))
def test_a_clause_stands_as_its_worst_measure(verdicts):
    worst = worst_of(verdicts)

    assert worst in verdicts
    assert worst is Verdict.FAIL or Verdict.FAIL not in verdicts


def test_the_digest_tells_every_count_apart():
    (duty,) = parse_duties(GOOD)
    told = {
        digest_of([judge_clause(duty, {"kept": Count(n, k)})]) for n in range(4) for k in range(4)
    }

    assert len(told) == 16


def test_it_is_known_since_when_a_clause_stands_as_it_does():
    day = [datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 5)]
    verdicts = (Verdict.FAIL, Verdict.FAIL, Verdict.PASS, Verdict.FAIL)
    runs = [
        EvidenceRun(n, at, "", {"7.4": (verdict, 1, 1)})
        for n, (at, verdict) in enumerate(zip(reversed(day), verdicts, strict=True))
    ]

    assert since_when(runs, "7.4") == day[2]
    assert since_when(runs, "7.5") is None
    assert since_when([], "7.4") is None
    assert day[3] - day[2] == timedelta(days=1)


def test_an_organisation_chooses_shares():
    (duty,) = parse_duties(GOOD)

    chosen = chosen_shares(duty, {"7.4.kept": 0.5, "7.5.kept": 0.1})

    assert [(each.pass_at, each.warn_at) for each in chosen.measures] == [(0.5, 0.5)]


@pytest.mark.parametrize(
    "text",
    [
        "[",
        GOOD.replace("7.4", "9.4"),
        GOOD.replace('owner = "manager"', 'owner = "king"'),
        GOOD.replace('of = "things"', 'of = "things", warn_at = 0.9, pass_at = 0.5'),
        GOOD.replace('of = "things"', 'of = "things", pass_at = 1.5'),
        GOOD.replace("]\n", ', { code = "kept", asks = "It is.", of = "things" }]\n'),
        'title = "no table"',
    ],
)
def test_duties_that_are_wrong_are_refused(text):
    with pytest.raises(InvalidInputError):
        parse_duties(text)


def test_every_row_of_the_standard_is_there():
    clauses = [duty.clause for duty in shipped_duties()]

    principles = [f"4.{n}" for n in range(1, 16)]
    assert clauses == principles + [
        f"{part}.{n}" for part, last in ((5, 4), (6, 4), (7, 9), (8, 7)) for n in range(1, last + 1)
    ]
