"""How a measured figure reads: few complaints are told as numbers, and changes with what was."""

from datetime import UTC, datetime

from engine.domain.case_set import CaseSet
from engine.domain.kpi import FEW, MEASURE, Figure
from engine.services.figures.reporting import Shown
from ui.parts.figure import NOTHING, behind, change_of, former_of, missing, value_of

SET = CaseSet("received", *[datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)])


def _shown(name, value, n, before=None):
    return Shown(MEASURE[name], MEASURE[name].title, Figure(name, value, n), before, SET)


def test_a_share_of_few_is_shown_as_its_two_numbers():
    few = _shown("acknowledged_on_time", 0.75, 4)
    many = _shown("acknowledged_on_time", 0.756, 400)
    none = _shown("acknowledged_on_time", None, 0)

    assert [value_of(shown) for shown in (few, many, none)] == ["3 of 4", "75.6%", NOTHING]
    assert missing(none) == "Nothing fell due."
    assert behind(few) == "4 fell due"


def test_nine_in_ten_of_few_is_not_told():
    few = _shown("p90_days_to_close", 40.0, FEW - 1)

    assert value_of(few) == NOTHING
    assert str(FEW) in missing(few)


def test_a_spread_is_told_as_a_ratio_and_of_few_not_at_all():
    much, few = _shown("remedy_spread", 2.44, 40), _shown("remedy_spread", None, FEW - 1)

    assert (value_of(much), behind(much)) == ("2.4 to 1", "40 remedies")
    assert (value_of(few), missing(few)) == (NOTHING, "Told from 10 remedies on.")


def test_a_change_names_what_it_was_before():
    measure = "answered_on_time"
    better = _shown(measure, 0.9, 40, Figure(measure, 0.8, 50))
    same = _shown(measure, 0.9, 40, Figure(measure, 0.9, 50))
    chance = _shown(measure, 0.9, 40, Figure(measure, 0.0, 1))

    assert (change_of(better), former_of(better)) == ("+10.0 points", "Was 80.0%.")
    assert (change_of(same), former_of(same)) == (0, "")
    assert (change_of(chance), former_of(chance)) == (None, "")


def test_a_change_that_rounds_to_nothing_is_none():
    shown = _shown("median_days_to_close", 4.01, 40, Figure("median_days_to_close", 4.0, 40))

    assert change_of(shown) == 0
