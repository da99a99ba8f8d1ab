"""A sample is drawn from every category and outcome, as large as each is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import sample
from engine.domain.sample import shares, size_of

STRATA = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["upheld", "refused"])),
    st.integers(1, 60),
    min_size=1,
)


@given(STRATA, st.data())
def test_each_stratum_is_drawn_from_as_its_part_is_large(strata, data):
    total = sum(strata.values())
    size = data.draw(st.integers(0, total))

    taken = shares(strata, size)

    assert sum(taken.values()) == size
    assert taken.keys() == strata.keys()
    assert all(0 <= n <= strata[name] for name, n in taken.items())
    if size >= len(strata):
        assert min(taken.values()) >= 1
    for name, n in taken.items():
        # Those that would else be left out take one each from the others.
        assert n < size * strata[name] / total + 1 or n == 1
        assert n >= size * strata[name] / total - len(strata)


@given(STRATA)
def test_all_of_them_are_all_of_each(strata):
    assert shares(strata, sum(strata.values())) == strata


def test_more_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="3 are wanted of 2"):
        shares({("a", "upheld"): 2}, 3)


@pytest.mark.parametrize(
    ("closed", "drawn"), [(0, 0), (4, 4), (10, 10), (150, 10), (200, 10), (201, 11), (1000, 50)]
)
def test_five_percent_are_drawn_and_ten_at_least(closed, drawn):
    assert size_of(closed, percent=5, at_least=10) == drawn


def test_the_suite_notices_a_sample_that_takes_the_first(monkeypatch):
    def first(strata, size):
        taken = {}
        for name, n in strata.items():
            taken[name] = min(n, size - sum(taken.values()))
        return taken

    monkeypatch.setattr(sample, "shares", first)
    taken = sample.shares({("a", "x"): 50, ("b", "x"): 50}, 10)

    assert taken != shares({("a", "x"): 50, ("b", "x"): 50}, 10)
