"""Who answered of those who were asked: against plain counting, and nobody is told of alone."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import response_bias as bias
from engine.domain.kpi import FEW
from engine.domain.response_bias import OTHER, Stratum, Trait, response_bias_of

CHANNELS, OUTCOMES = ("phone", "email", "letter"), ("upheld", "not_upheld", "")


def stratum(channel, outcome, invited, answered=0, score=3, language="en", severity=3):
    return Stratum(
        channel, language, outcome, severity, invited, answered, answered, answered * score
    )


@st.composite
def _strata(draw):
    found = []
    for channel, outcome in product(CHANNELS, OUTCOMES):
        invited = draw(st.integers(min_value=0, max_value=60))
        answered = draw(st.integers(min_value=0, max_value=invited))
        if invited:
            score = draw(st.integers(min_value=1, max_value=5))
            found.append(stratum(channel, outcome, invited, answered, score))
    return found


@given(_strata())
def test_every_trait_counts_everybody_once_and_means_are_within_the_scores(strata):
    told = response_bias_of(strata, FEW)

    asked, answered = sum(s.invited for s in strata), sum(s.answered for s in strata)
    assert (told.invited, told.answered) == (asked, answered)
    for groups in told.groups.values():
        assert sum(each.invited for each in groups) == asked
        assert sum(each.answered for each in groups) == answered
    if told.plain is not None:
        assert 1 <= told.plain <= 5
        assert 1 <= told.weighted <= 5
    assert (told.plain is None) == (answered < FEW)


@given(_strata())
def test_no_mean_of_few_is_told_and_none_can_be_taken_away_from_the_whole(strata):
    told = response_bias_of(strata, FEW)

    for groups in told.groups.values():
        untold = [each for each in groups if each.mean is None]
        assert all(each.answered >= FEW for each in groups if each.mean is not None)
        hidden = sum(each.answered for each in untold)
        assert hidden == 0 or hidden >= FEW or len(untold) == len(groups)
        small = [each for each in groups if each.invited < FEW]
        assert not small or len(groups) == 1
        assert all(each.rate is None for each in small)


@given(st.lists(st.integers(min_value=1, max_value=5), min_size=9, max_size=9))
def test_where_every_class_answers_alike_both_results_are_one(scores):
    pairs = zip(product(CHANNELS, OUTCOMES), scores, strict=True)
    told = response_bias_of([stratum(*pair, 40, 20, score) for pair, score in pairs], FEW)

    assert told.weighted == pytest.approx(told.plain)
    assert told.classes == 9


@pytest.mark.iso("8.3")
def test_those_who_did_not_answer_are_counted_as_those_like_them_who_did():
    told = response_bias_of(
        [stratum("phone", "upheld", 50, 40, 5), stratum("phone", "not_upheld", 150, 10, 1)], FEW
    )

    assert told.plain == pytest.approx((40 * 5 + 10 * 1) / 50)
    assert told.weighted == pytest.approx((50 * 5 + 150 * 1) / 200)
    rates = {each.name: each.rate for each in told.groups[Trait.OUTCOME]}
    assert rates == {"not_upheld": pytest.approx(10 / 150), "upheld": 0.8}


def test_weights_by_answers_instead_of_questions_would_be_noticed(monkeypatch):
    """Plant the bug: a class counts as large as it answered."""

    def as_answered(classes):
        known = list(classes)
        return sum(each.total for each in known) / sum(each.scored for each in known)

    monkeypatch.setattr(bias, "_weighted", as_answered)

    told = response_bias_of(
        [stratum("phone", "upheld", 50, 40, 5), stratum("phone", "not_upheld", 150, 10, 1)], FEW
    )

    assert told.weighted == told.plain != 2.0


def test_small_groups_are_told_as_one_and_take_another_along_where_they_are_still_few():
    strata = [stratum("phone", "", 40, 20), stratum("email", "", 12, 11), stratum("letter", "", 3)]
    strata.append(stratum("chat", "", 2, 1))

    groups = response_bias_of(strata, FEW).groups[Trait.CHANNEL]

    assert [(each.name, each.invited) for each in groups] == [("phone", 40), (OTHER, 17)]
    counted = Counter({each.name: each.answered for each in groups})
    assert counted == {"phone": 20, OTHER: 12}


def test_of_nobody_nothing_is_told():
    told = response_bias_of([], FEW)

    assert (told.invited, told.plain, told.weighted) == (0, None, None)
    assert all(groups == () for groups in told.groups.values())
