"""A finding in the list of the studio is mended at a click, and the draft remembers it."""

from dataclasses import replace

import pytest

from engine.domain.actor import Actor, Role
from engine.services.studio import process_drafts
from tests.unit.ui.office import Office, texts

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))


def _page():
    import streamlit as st  # noqa: PLC0415 - this function runs as a script

    from engine.services.studio import process_drafts  # noqa: PLC0415
    from ui.parts import studio_findings  # noqa: PLC0415
    from ui.session import actor, platform  # noqa: PLC0415

    number = int(st.query_params["draft"])
    draft = process_drafts.process_draft(platform(), actor=actor(), number=number)
    studio_findings.draw_findings(studio_findings.findings_of(draft), draft=draft, key="k")


@pytest.fixture
def draft(office: Office):
    made = process_drafts.open_process_draft(office.platform, actor=OTTO, title="Kinder")
    diagram = made.files[0]
    content = diagram.content.replace('role="approver" fourEyes="true"', 'role="approver"')
    return _save(office, made, content)


def _save(office, draft, content):
    changed = replace(draft.files[0], content=content)
    return process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[changed]
    )


def _mend(test):
    (button,) = [each for each in test.button if each.label == "Ask for four eyes"]
    return button.click().run()


def test_a_click_mends_the_draft_and_the_finding_is_gone(office: Office, draft):
    test = office.sits(OTTO, _page, draft=str(draft.number))
    assert not test.exception
    assert "Whoever did the work may approve it as well." in texts(test)

    test = _mend(test)

    assert not test.exception
    assert "Nothing is found." in texts(test)
    now = process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    assert [each.what for each in now.repairs] == ["Mended: ask for four eyes."]


def test_a_click_on_what_changed_meanwhile_mends_nothing_else(office: Office, draft):
    test = office.sits(OTTO, _page, draft=str(draft.number))
    content = draft.files[0].content.replace("approve_decision", "look_twice")
    saved = _save(office, draft, content)

    test = _mend(test)

    assert not test.exception
    now = process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    assert (now.rev, now.repairs) == (saved.rev, ())


def test_what_a_person_must_decide_has_no_button(office: Office, draft):
    _save(office, draft, draft.files[0].content.replace('form="plan"', 'form="nowhere"'))

    test = office.sits(OTTO, _page, draft=str(draft.number))

    assert "is not known" in texts(test)
    assert [each.label for each in test.button if each.label != "Show"] == ["Ask for four eyes"]
