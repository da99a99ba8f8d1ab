"""Figures of the survey: what is told of many answers, and what is not told of few."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain import survey
from engine.domain.kpi import FEW
from engine.domain.survey import Item, Scores, told_apart

COUNTS = st.tuples(*[st.integers(0, 12)] * 5)
GROUPS = st.dictionaries(st.sampled_from(["", "upheld", "not_upheld", "withdrawn"]), COUNTS)


def _scores(groups):
    return [Scores(Item.RESPECT, outcome, counts) for outcome, counts in groups.items()]


def _could_be_read(groups, told):
    """Return groups of a few people whose answers follow from what is told, by subtraction."""
    shown = {each.outcome: each.count for each in told if each.mean is not None}
    if None not in shown:
        return [name for name in shown if shown[name] < FEW]
    hidden = [sum(groups[name]) for name in groups if name not in shown and sum(groups[name])]
    return [sum(hidden)] if 0 < sum(hidden) < FEW else []


@given(groups=GROUPS)
def test_no_few_answers_can_be_read_from_the_figures(groups):
    assert _could_be_read(groups, told_apart(_scores(groups), FEW)) == []


def test_figures_from_which_few_answers_follow_are_noticed(monkeypatch):
    """Plant the bug: only groups that are small themselves are kept back."""
    groups = {"upheld": (0, 0, 0, 0, 20), "not_upheld": (3, 0, 0, 0, 0)}
    plain = lambda own, few: [survey._figure(each, few) for each in own]  # noqa: E731 - the bug
    monkeypatch.setattr(survey, "_by_outcome", plain)

    assert _could_be_read(groups, told_apart(_scores(groups), FEW)) == [3]


@given(groups=GROUPS)
def test_every_answer_is_counted_whole_and_by_outcome(groups):
    told = told_apart(_scores(groups), FEW)

    whole = sum(each.count for each in told if each.outcome is None)
    assert whole == sum(sum(counts) for counts in groups.values())
    assert whole == sum(each.count for each in told if each.outcome is not None)


def test_mean_median_and_share_are_those_of_the_answers():
    (whole, part) = told_apart([Scores(Item.OVERALL, "upheld", (1, 1, 2, 4, 2))], FEW)

    assert (whole.outcome, part.outcome) == (None, "upheld")
    assert (whole.count, whole.mean, whole.median, whole.good) == (10, 3.5, 4.0, 0.6)


def test_questions_come_in_the_order_in_which_they_are_asked():
    given_ = [Scores(item, "", (0, 0, 0, 0, 10)) for item in reversed(Item)]

    told = [each.item for each in told_apart(given_, FEW) if each.outcome is None]

    assert told == list(Item)
