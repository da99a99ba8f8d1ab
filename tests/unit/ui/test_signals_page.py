"""The page of signals: what waits, its chart, and what somebody says of it."""

from datetime import date

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.signal import Disposition
from engine.services.signals import answering, charts
from tests.integration.signal_ways import shown
from tests.unit.ui.office import HOSTILE, markup, texts
from ui.parts import control_chart
from ui.place import PLACES, _titled

WHY = "A new tariff was sent to everybody."


def _page():
    from ui.pages import signals  # noqa: PLC0415 - this function runs as a script

    signals.show()


@pytest.fixture
def number(office):
    """A signal that waits."""
    return shown(office.platform)


def view(office):
    return charts.signals_view(office.platform, actor=SYSTEM)


def test_without_charts_the_page_says_when_there_will_be_some(office, mara):
    test = office.sits(mara, _page)

    assert not test.exception
    assert "No signal waits for an answer" in texts(test)
    assert "the night after the first whole week" in texts(test)


def test_a_signal_is_shown_with_its_rule_since_when_and_whose_it_is(office, mara, number):
    test = office.sits(mara, _page)

    assert not test.exception
    said = texts(test)
    assert "A point above the upper limit, since 8 Dec 2025" in said
    assert "Any manager can take it, answer by" in said
    assert "They come from 24 points, 9 Jun 2025 to 17 Nov 2025." in said
    assert "The centre line is the mean count" in said


def test_a_manager_takes_a_signal_and_answers_it(office, mara, number):
    test = office.sits(mara, _page)

    test.button(key=f"signal:take:{number}").click().run()
    test = office.sits(mara, _page)
    assert f"signal:take:{number}" not in [button.key for button in test.button]
    test.button(key=f"signal:answer:{number}").click().run()
    test.radio(key=f"signal:disposition:{number}").set_value(Disposition.KNOWN_CHANGE)
    test.text_area(key=f"signal:reason:{number}").set_value(WHY)
    test.button(key=f"signal:answer:{number}").click()
    test.button(key="signal:answer:do").click().run()

    assert not test.exception
    (signal,) = view(office).settled
    assert (signal.owner, signal.answers[0].disposition) == ("mara", Disposition.KNOWN_CHANGE)


def test_limits_begin_anew_with_a_reason(office, mara, number):
    test = office.sits(mara, _page)

    test.button(key="signals:anew").click().run()
    test.date_input(key="signal:since:received").set_value(date(2025, 9, 1))
    test.text_area(key="signal:change:received").set_value(WHY)
    test.button(key="signals:anew").click()
    test.button(key="signal:anew:do").click().run()

    assert not test.exception
    assert view(office).charts[0].baselines[0].baseline.since == date(2025, 9, 1)
    assert f"Limits begin anew on 1 Sep 2025 ({mara.name}): {WHY}" in texts(
        office.sits(mara, _page)
    )


def test_an_auditor_looks_and_is_offered_nothing_to_do(office, vera, number):
    keys = [button.key or "" for button in office.sits(vera, _page).button]

    assert f"signal:chart:{number}" in keys
    assert not [key for key in keys if "answer" in key or "take" in key or "anew" in key]


def test_what_was_said_is_shown_as_text(office, mara, number):
    known = {"actor": mara, "reason": HOSTILE}
    investigated = {"number": number, "disposition": Disposition.TO_INVESTIGATE}
    answering.answer_signal(office.platform, **investigated, **known)
    answering.set_baseline(office.platform, chart="received", since=date(2025, 9, 1), **known)

    test = office.sits(mara, _page)

    assert not test.exception
    assert "To be investigated" in texts(test)
    drawn = markup(test).replace("\\<", "").replace("\\]", "")
    assert "<" not in drawn
    assert "](" not in drawn


def test_the_navigation_counts_what_waits_for_managers(office, mara, vera, number):
    place = next(place for place in PLACES if place.path == "signals")

    assert _titled(place, mara) == "Signals (1)"
    assert _titled(place, vera) == "Signals"
    assert not place.is_open_to(office.people["hanna"])


def test_a_chart_is_told_in_words_for_whoever_does_not_see_it(office, number):
    (chart,) = view(office).charts

    assert control_chart.told(chart) == (
        "Control chart, Received per week: 27 points from 9 Jun 25 to 8 Dec 25, the last one 30. "
        "Centre 10, lower limit 0.5, upper limit 19.5. A point above the upper limit from 8 Dec 25."
    )
