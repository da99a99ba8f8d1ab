"""Figures that were kept when a month ended, on the page of figures."""

from datetime import timedelta

import pytest

from engine.services.upkeep import jobs
from tests.integration.office import execute
from tests.unit.ui.desk import sit_down, texts


def _page() -> None:
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


@pytest.fixture
def month(office, clock, hanna):
    """An office that has kept the figures of its first month, and knows more of it by now."""
    office.lodge(hanna)
    clock.advance(days=30)
    jobs.run(office.platform, name="month_close")
    return office


def _opened(office, person):
    test = sit_down(_page, office.platform, person)
    test.query_params["days"] = "month"
    return test.run()


def test_last_month_is_a_choice_and_says_that_its_figures_were_kept(month, mara):
    test = _opened(month, mara)

    assert not test.exception
    assert "1 Jan 2026 to 31 Jan 2026" in texts(test)
    assert "all as they are today" in texts(test)


def test_figures_that_have_changed_stand_beside_what_they_were(month, clock, hanna, mara):
    month.lodge(hanna, received_at=clock.now - timedelta(days=9))

    test = _opened(month, mara)

    (kept,) = (e for e in test.expander if "today" in e.label)
    (table,) = kept.table
    lines = {
        line["Figure"]: (line["Then"], line["Today"]) for line in table.value.to_dict("records")
    }
    assert "figures are different today" in kept.label
    assert lines["Received"] == ("1", "2")


def test_figures_that_somebody_has_changed_are_pointed_out(month, mara):
    execute(month.platform.database, "UPDATE snapshot SET figures = '{}'")

    test = _opened(month, mara)

    assert "not the ones that the journal tells of" in test.error[0].value


def test_a_stretch_that_nobody_keeps_says_nothing(month, mara):
    test = sit_down(_page, month.platform, mara).run()

    assert not [e for e in test.expander if "today" in e.label]
    assert "Kept on" not in texts(test)
