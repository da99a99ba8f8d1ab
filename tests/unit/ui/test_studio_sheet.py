"""Saving a file of a draft while it is drawn: nobody's work is overwritten, and none is lost."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from engine.domain.actor import Actor, Role
from engine.domain.process_draft import ProcessDraft
from engine.services.studio import process_drafts
from tests.integration.reach_ways import hire
from tests.unit.ui.office import Office, texts
from ui.parts.sheet import digest_of

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))
OLGA = Actor(username="olga", name="Olga Ost", roles=frozenset({Role.PROCESS_OWNER}))


def _page():
    import streamlit as st  # noqa: PLC0415 - this function runs as a script

    from engine.services.studio import process_drafts  # noqa: PLC0415 - see above
    from ui.parts.studio_sheet import sheet_of  # noqa: PLC0415 - see above
    from ui.session import actor, platform  # noqa: PLC0415 - see above

    @st.fragment
    def draw():
        draft = process_drafts.process_draft(platform(), actor=actor(), number=1)
        _draft, sheet = sheet_of(draft, draft.files[0], "editor")
        st.text(f"rev {sheet.rev}, saved {sheet.saved}, {len(sheet.xml)} characters")

    draw()


@pytest.fixture
def draft(office: Office) -> ProcessDraft:
    return process_drafts.open_process_draft(office.platform, actor=OTTO)


def _content(office: Office, number: int = 1) -> str:
    found = process_drafts.process_draft(office.platform, actor=OTTO, number=number)
    return found.files[0].content


def _save(office: Office, person: Actor, content: str, *, file: int = 0) -> None:
    draft = process_drafts.process_draft(office.platform, actor=person, number=1)
    process_drafts.save_process_draft(
        office.platform,
        actor=person,
        number=1,
        rev=draft.rev,
        files=[replace(draft.files[file], content=content)],
    )


def _edits(test: AppTest, xml: str, n: int, base: str, rev: str = "0") -> AppTest:
    """Send an edit as the browser does."""
    test.session_state["editor"] = {"edited": {"xml": xml, "n": n, "rev": rev, "base": base}}
    return test.run()


def test_each_edit_is_saved_and_the_browser_keeps_what_it_has(office: Office, draft):
    before = draft.files[0].content
    test = office.sits(OTTO, _page)

    _edits(test, f"{before}<!-- 1 -->", 10, digest_of(before))
    _edits(test, f"{before}<!-- 2 -->", 20, digest_of(before))

    assert _content(office) == f"{before}<!-- 2 -->"
    assert test.text[0].value.startswith("rev 0, saved 20")


def test_what_somebody_saved_meanwhile_is_not_overwritten(office: Office, draft):
    before = draft.files[0].content
    hire(office.platform, OLGA)
    test = office.sits(OTTO, _page)
    _save(office, OLGA, f"{before}<!-- hers -->")

    _edits(test, f"{before}<!-- mine -->", 10, digest_of(before))

    assert _content(office) == f"{before}<!-- hers -->"
    assert "Olga Ost saved it last" in test.error[0].value
    test.run()
    assert _content(office) == f"{before}<!-- hers -->"


def test_what_cannot_be_kept_is_told_and_nobody_is_named(office: Office, draft):
    before = draft.files[0].content
    test = office.sits(OTTO, _page)

    _edits(test, f"{before}\0", 10, digest_of(before))

    assert _content(office) == before
    assert "holds a character that no text holds" in test.error[0].value
    assert "What you did here is not saved yet" in test.error[0].value
    assert "saved it last" not in test.error[0].value


def test_theirs_can_be_loaded(office: Office, draft):
    before = draft.files[0].content
    test = office.sits(OTTO, _page)
    _save(office, OLGA, f"{before}<!-- hers -->")
    _edits(test, f"{before}<!-- mine -->", 10, digest_of(before))

    test.button(key="theirs:complaint.bpmn").click().run()

    assert not test.error
    assert test.text[0].value.startswith("rev 1, saved 0")
    _edits(test, f"{before}<!-- both -->", 30, digest_of(f"{before}<!-- hers -->"), rev="1")
    assert _content(office) == f"{before}<!-- both -->"


def test_mine_can_be_kept_as_a_draft_of_its_own(office: Office, draft):
    before = draft.files[0].content
    test = office.sits(OTTO, _page)
    _save(office, OLGA, f"{before}<!-- hers -->")
    _edits(test, f"{before}<!-- mine -->", 10, digest_of(before))

    test.button(key="copy:complaint.bpmn").click().run()

    assert _content(office, 2) == f"{before}<!-- mine -->"
    assert _content(office) == f"{before}<!-- hers -->"
    assert "kept in a draft of its own" in texts(test)


def test_who_works_on_another_file_is_in_nobodys_way(office: Office, draft):
    before = draft.files[0].content
    test = office.sits(OTTO, _page)
    _save(office, OLGA, f"{draft.files[1].content}<!-- hers -->", file=1)

    _edits(test, f"{before}<!-- mine -->", 10, digest_of(before))

    assert _content(office) == f"{before}<!-- mine -->"
    assert not test.error


def test_what_was_saved_elsewhere_is_shown_to_who_has_edited_nothing(office: Office, draft):
    test = office.sits(OTTO, _page)
    _save(office, OLGA, f"{draft.files[0].content}<!-- hers -->")

    test.run()

    assert test.text[0].value.startswith("rev 1, saved 0")
    assert not test.error


def test_an_edit_that_is_sent_again_after_a_restart_overwrites_nothing(office: Office, draft):
    before = draft.files[0].content
    _save(office, OLGA, f"{before}<!-- hers -->")
    test = office.sits(OTTO, _page)

    _edits(test, f"{before}<!-- mine -->", 10, digest_of(before))

    assert _content(office) == f"{before}<!-- hers -->"
    assert "not saved yet" in test.error[0].value
