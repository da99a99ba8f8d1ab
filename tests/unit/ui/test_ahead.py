"""The page of what if: a question is put together, and its answer read."""

import pytest

from engine.services.demo import demo
from engine.services.process import processes
from tests.unit.ui.desk import sit_down, texts


@pytest.fixture
def department(platform):
    processes.install_shipped(platform)
    return platform


def _page():
    from ui.pages import ahead  # noqa: PLC0415 - this function runs as a script

    ahead.show()


def test_a_new_department_is_told_what_is_missing(department, mara):
    page = sit_down(_page, department, mara).run()

    assert "0 complaints had been closed by then" in texts(page)
    assert len(page.number_input) == 0


def test_a_question_is_answered_beside_how_things_are(department, mara):
    demo.install(department, cases=40)
    page = sit_down(_page, department, mara).run()
    assert "as things are it would be" not in texts(page)

    people = {field.label: field for field in page.number_input}
    people["Handler"].set_value(0).run()

    assert not page.exception
    assert "as things are it would be" in texts(page)
    assert "Nobody is left who has done" in page.warning[0].value
    assert "“Investigate”" in page.warning[0].value

    people["Handler"].set_value(3).run()
    page.selectbox(key="ahead.back").select(4).run()
    assert not page.exception
