"""Nobody in a small group can be recognised, and no more is kept back than that needs."""

from hypothesis import example, given
from hypothesis import strategies as st

from engine.domain.kpi import Figure
from engine.domain.response_bias import Stratum, Trait, response_bias_of
from engine.domain.review import told_by_size
from engine.domain.small_group import too_small
from engine.domain.survey import Item, Scores, told_apart
from engine.services.figures import breakdown

SIZES = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40))
FEWS = st.integers(1, 30)


@given(sizes=SIZES, few=FEWS)
@example(sizes={"a": 0, "b": 12}, few=10)
@example(sizes={"a": 3, "b": 12, "c": 12}, few=10)
def test_what_is_not_told_is_nobody_or_many_and_no_more_than_needed(sizes, few):
    hidden = too_small(sizes, few)

    together = sum(sizes[each] for each in hidden)
    assert all(sizes[each] >= few for each in sizes.keys() - hidden)
    assert together == 0 or together >= few or hidden == sizes.keys()
    taken_along = [each for each in hidden if sizes[each] >= few]
    assert len(taken_along) <= 1
    assert all(0 < together - sizes[each] < few for each in taken_along)


GROUPS = {"upheld": 4, "withdrawn": 12, "not_upheld": 40}
"""How many complaints there are of each outcome."""


def _told_of(few):
    """Return of which outcomes something is told, by each that tells figures by groups."""
    scores = [Scores(Item.OVERALL, each, (0, 0, 0, 0, n)) for each, n in GROUPS.items()]
    strata = [Stratum("phone", "en", name, 3, 99, n, n, n) for name, n in GROUPS.items()]
    found = {name: Figure("satisfied", 0.5, n, name) for name, n in GROUPS.items()}
    bias = response_bias_of(strata, few)
    return (
        {each.outcome for each in told_apart(scores, few) if each.mean and each.outcome},
        {each.name for each in bias.groups[Trait.OUTCOME] if each.mean},
        {name for name, each in breakdown.told_apart(found, few).items() if each.value},
        {name for name, _n in told_by_size(tuple(GROUPS.items()), few)[0]},
    )


def test_everything_told_by_groups_keeps_the_same_ones_back_however_few_are_few():
    assert _told_of(3) == (set(GROUPS),) * 4
    assert _told_of(10) == ({"not_upheld"},) * 4
    assert _told_of(30) == (set(),) * 4
