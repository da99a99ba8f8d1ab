"""Definitions of figures are data, and a wrong one is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from config.kpi import Better, KpiPolicy, Kpis, Way, parse, shipped
from engine.domain.case_fact import CaseFact as Fact
from engine.domain.case_fact import FactKind
from engine.domain.case_set import COUNTS
from engine.domain.fact_line import VALUES, coarse, fine, read_word, word_of
from engine.domain.kpi import Figure
from engine.services.figures import office_figures
from engine.services.figures.breakdown import told_apart
from tests.conftest import MONDAY

ONE = """
[[kpi]]
id = "received"
code = "K10"
title = "Received"
sentence = "Complaints whose time of receipt lies in the period."
formula = "number of complaints received in P"
unit = "complaints"
owner = "manager"
version = 1
way = "count"
facts = "received"
opens = "received"
"""


def test_every_definition_counts_facts_that_there_are_and_opens_a_set_that_there_is():
    for each in shipped():
        if each.way is Way.OFFICE:
            assert each.facts in office_figures._READERS
            continue
        assert FactKind(each.facts)
        assert each.opens == "open" or each.opens in COUNTS
        assert not each.of or FactKind(each.of)
        if each.way in {Way.COUNT, Way.SHARE, Way.PERCENTILE} and each.opens != "open":
            assert COUNTS[each.opens].kind in {each.facts, "received", "decided", "due"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (ONE + ONE, "defined twice"),
        (ONE.replace('"count"', '"ratio"'), "measured by other facts"),
        (ONE + "percent = 50\n", "has a percent"),
        (ONE.replace("K10", "10"), "code"),
        (ONE.replace('"count"', '"office"'), "says of what"),
        (ONE + 'nothing = "There is none."\nbehind = ["one", "many"]\n', "says of what"),
        (ONE + 'colour = "red"\n', "colour"),
    ],
)
def test_a_definition_that_is_not_whole_is_refused(wrong, why):
    with pytest.raises(ValidationError, match=why):
        parse(wrong)


def test_an_organisation_names_targets_of_figures_that_there_are():
    kpis = TypeAdapter(Kpis)

    assert kpis.validate_python({"backlog": {"target": 10}}) == {"backlog": KpiPolicy(target=10)}
    with pytest.raises(ValidationError, match="no such figure"):
        kpis.validate_python({"backlogs": {"target": 10}})
    assert {each.better for each in shipped()} == set(Better)


@pytest.mark.parametrize("seconds", [0, 1, 2, 59, 3_600, 86_401, 10**9])
def test_a_coarse_class_holds_its_fine_ones(seconds):
    fact = Fact(1, FactKind.CLOSED, 1, MONDAY, "3_days", seconds, good=True)
    each = fact.value_class

    assert each in fine(coarse(each))
    assert read_word(word_of(fact, VALUES)) == ("", None, each)
    assert read_word(word_of(fact, "")) == ("3_days", True, 0)
    assert read_word(word_of(fact, "team")) == ("3_days", True, coarse(each))


def told(**numbers):
    found = {group: Figure("upheld", 0.5, n, group) for group, n in numbers.items()}
    return {group: each.value for group, each in told_apart(found, 10).items()}


def test_of_a_small_group_only_the_number_is_told_and_no_other_tells_it():
    assert told(yes=3, no=500) == {"yes": None, "no": None}
    assert told(a=4, b=7, c=500) == {"a": None, "b": None, "c": 0.5}
    assert told(a=4, b=12, c=500) == {"a": None, "b": None, "c": 0.5}
    assert told(a=10, b=500) == {"a": 0.5, "b": 0.5}
