"""What people can do: one competence in any spelling, all that a step asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.competence import (
    LONGEST,
    MOST,
    key_of,
    lacking,
    listed,
    named_in,
    once,
    problem_of,
)
from engine.domain.inbox import read, written

LETTERS = st.characters(blacklist_categories=["C"], blacklist_characters=",;|")
NAMES = st.text(LETTERS, min_size=1, max_size=20).filter(key_of)
SETS = st.lists(NAMES, max_size=5)


@pytest.mark.iso("4.14")
@given(needed=SETS, held=SETS)
def test_somebody_lacks_exactly_what_they_do_not_hold(needed, held):
    person = Actor(username="x", name="X", roles=frozenset(), competences=frozenset(held))

    missing = person.lacks(needed)

    assert {key_of(n) for n in missing} == {key_of(n) for n in needed} - {key_of(h) for h in held}
    assert [name for name in needed if name in missing] == list(missing)


@given(name=NAMES)
def test_capitals_and_spaces_make_no_other_competence(name):
    assert lacking([f"  {name.upper()} "], [name.upper().lower()]) == ()
    assert len(once([name, f" {name} ", name])) == 1


@given(names=SETS, known=SETS)
def test_a_spelling_in_use_is_kept_and_nothing_is_lost(names, known):
    found = once(names, known=known)

    assert [key_of(name) for name in found] == list(dict.fromkeys(map(key_of, names)))
    spelled = {key_of(name): name for name in known}
    assert all(name == spelled.get(key_of(name), name) for name in found)


@given(names=SETS)
def test_a_list_in_a_diagram_is_read_as_it_was_written(names):
    assert named_in(" , ".join(names)) == once(names)


@given(roles=st.sets(st.sampled_from(list(Role)), min_size=1), names=SETS)
def test_who_may_take_a_step_is_read_back_as_it_was_written(roles, names):
    asked = once(names)

    assert read(written(tuple(roles), asked)) == (tuple(sorted(roles)), tuple(sorted(asked)))


def test_a_job_lacks_nothing():
    assert SYSTEM.lacks(["Fees"]) == ()


@pytest.mark.parametrize("name", ["a" * (LONGEST + 1), "fees, law", "fees;law", "fees\nlaw"])
def test_what_cannot_be_a_competence_is_said(name):
    assert problem_of([name])
    assert problem_of([f"c{n}" for n in range(MOST + 1)])
    assert problem_of(["Fees", "Tax law", "b" * LONGEST]) == ""


def test_several_are_named_in_one_sentence():
    assert listed(["a", "b", "c"]) == "the competences “a”, “b” and “c”"
