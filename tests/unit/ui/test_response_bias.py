"""How it is said whether those who answered speak for those who were asked."""

from dataclasses import replace

from engine.domain.response_bias import OTHER, Stratum, Trait, response_bias_of
from engine.services.door import survey_bias
from tests.unit.ui.office import texts
from ui.parts import response_bias

TOLD = response_bias_of(
    [
        Stratum("phone", "en", "upheld", 3, 50, 40, 40, 200),
        Stratum("web_form", "de", "not_upheld", 3, 150, 10, 10, 10),
    ],
    10,
)


def _part():
    import streamlit as st  # noqa: PLC0415 - this function runs as a script

    from engine.domain.kpi import Period  # noqa: PLC0415 - as above
    from ui.parts.response_bias import draw_response_bias  # noqa: PLC0415 - as above
    from ui.session import platform  # noqa: PLC0415 - as above

    st.session_state["opinion.bias"] = True
    draw_response_bias(Period.last_days(30, platform().now(), "UTC"))


def test_both_results_stand_side_by_side_with_their_numbers():
    said = response_bias._result(TOLD)

    assert "50 of 200 answered" in said
    assert "4.20 as it was answered (n = 50), 2.00 with each outcome" in said


def test_of_few_it_is_said_why_nothing_is_told():
    few = replace(TOLD, answered=3, scored=3, plain=None, weighted=None)

    assert "From 10 overall scores on" in response_bias._result(few)


def test_groups_are_named_as_people_read_them():
    lines = [response_bias._line(Trait.CHANNEL, each) for each in TOLD.groups[Trait.CHANNEL]]

    assert lines == [
        {"Channel": "Web form", "Asked": "150", "Answered": "10", "Rate": "7%", "Overall": "1.0"},
        {"Channel": "Phone", "Asked": "50", "Answered": "40", "Rate": "80%", "Overall": "5.0"},
    ]
    assert response_bias._named(Trait.OUTCOME, OTHER) == "Other, each of few"
    assert response_bias._named(Trait.OUTCOME, "") == "None"


def test_a_manager_opens_who_answered(office, mara, monkeypatch):
    monkeypatch.setattr(survey_bias, "response_bias", lambda _platform, **_known: TOLD)

    test = office.sits(mara, _part)

    assert not test.exception
    assert "50 of 200 answered" in texts(test)
    assert len(test.table) == len(Trait)
