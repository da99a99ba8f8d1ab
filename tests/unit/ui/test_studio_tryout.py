"""The studio tries a draft out: scenarios, what is untried, clicking through, closed cases."""

from dataclasses import replace

import pytest

from engine.domain.actor import Actor, Role
from engine.services.studio import process_drafts
from engine.services.tryout import playbooks
from tests.unit.ui.office import Office, markup, texts

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))
TEXT = "Scenario: Odd ![x](http://evil.example)\n\nwaits for: (register)\n"


def _page():
    from ui.pages import studio  # noqa: PLC0415 - this function runs as a script

    studio.show()


@pytest.fixture
def draft(office: Office):
    return process_drafts.open_process_draft(office.platform, actor=OTTO, version=0)


@pytest.fixture
def page(office: Office, draft):
    return office.sits(OTTO, _page, draft=str(draft.number), view="tryout")


def _save(office, draft):
    return playbooks.save_scenario(office.platform, actor=OTTO, draft=draft.number, text=TEXT)


def _known(office, draft):
    return playbooks.kept_scenarios(office.platform, actor=OTTO, number=draft.number)


def _section(test, draft, name):
    return test.segmented_control(key=f"tryout:section:{draft.number}").set_value(name).run()


def test_the_scenarios_of_the_process_are_played_and_green(page):
    assert not page.exception
    assert "28 scenarios: all are green" in texts(page)


def test_a_scenario_that_differs_is_said_with_its_line(office: Office, draft, page):
    old, new = 'review == "reopen"', 'review == "final"'
    changed = replace(draft.files[0], content=draft.files[0].content.replace(old, new))
    process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[changed]
    )

    said = texts(page.run())

    assert "A rejected decision is reviewed, reopened, and final in the end" in said
    assert "Line 16: expected to wait for “Assign the complaint”" in said
    assert "flows" in texts(_section(page, draft, "untried"))


def _dialog():
    """Draw what the dialog of the last scenario holds."""
    import streamlit as st  # noqa: PLC0415 - this function runs as a script

    from engine.services.studio import process_drafts  # noqa: PLC0415 - as above
    from engine.services.tryout import playbooks  # noqa: PLC0415 - as above
    from ui.parts import studio_tryout_scenario  # noqa: PLC0415 - as above
    from ui.session import actor, platform  # noqa: PLC0415 - as above

    draft = process_drafts.process_draft(platform(), actor=actor(), number=1)
    known = playbooks.kept_scenarios(platform(), actor=actor(), number=draft.number)[-1]
    st.session_state.setdefault("scenario:text", known.text)
    studio_tryout_scenario._draw(draft, known, known.origin)
    studio_tryout_scenario._ask_case(draft)


def test_a_scenario_is_shown_as_text_and_opened(office: Office, draft):
    number = _save(office, draft).number
    test = office.sits(OTTO, _page, draft=str(draft.number), view="tryout")

    assert "![x]" not in markup(test)
    test.button(key=f"try:open:{number}").click().run()
    assert test.text_area(key="scenario:text").value == TEXT


def test_a_scenario_is_changed_tried_kept_and_dropped(office: Office, draft):
    _save(office, draft)
    test = office.sits(OTTO, _dialog)

    test.text_area(key="scenario:text").set_value(TEXT.replace("(register)", "nobody"))
    test.button(key="scenario:try").click().run()
    assert "expected to wait for nobody" in texts(test)
    test.button(key="scenario:keep").click().run()

    kept = _known(office, draft)[-1]
    assert (kept.rev, "waits for: nobody" in kept.text) == (2, True)
    test.button(key="scenario:drop").click().run()
    assert kept not in _known(office, draft)


def test_a_line_that_cannot_be_read_is_said_with_its_number(office: Office, draft):
    test = office.sits(OTTO, _dialog)

    test.text_area(key="scenario:text").set_value("Scenario: Odd\n\nsomething")
    test.button(key="scenario:try").click().run()

    assert "Line 3: A line says" in texts(test)


def test_a_case_is_clicked_through_and_one_goes_back(draft, page):
    test = _section(page, draft, "click")
    assert "Register the complaint" in [box.label for box in test.expander]

    (submit,) = [each for each in test.button if each.label == "Complete the step"]
    submit.click().run()
    test.run()

    assert not test.exception
    titles = [box.label for box in test.expander]
    assert titles[:2] == ["Write the acknowledgement", "Assess the complaint"]
    test.button(key="click:pass").click().run()
    assert "So far: 2 lines" in [box.label for box in test.expander]
    test.button(key="click:undo").click().run()
    assert "So far: 1 line" in [box.label for box in test.expander]
    test.button(key="click:keep").click().run()
    assert "Scenario: Clicked through" in test.text_area(key="scenario:text").value


def test_no_closed_case_is_said_so(draft, page):
    test = _section(page, draft, "closed")

    test.button(key=f"tryout:replayed:{draft.number}:do").click().run()

    assert "No case was closed on this process yet." in texts(test)


def test_who_reads_no_complaints_records_none(office: Office, draft):
    test = office.sits(OTTO, _dialog)

    test.text_input(key="record:reference").set_value("C-2026-000001").run()
    test.button(key="record:do").click().run()

    assert test.error
