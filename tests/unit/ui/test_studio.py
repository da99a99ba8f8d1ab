"""The studio lists versions and drafts, and shows one draft with its views."""

from dataclasses import replace

import pytest

from engine.domain.actor import Actor, Role
from engine.services.studio import draft_history, process_drafts
from tests.unit.ui.office import HOSTILE, Office, texts

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))


def _page():
    from ui.pages import studio  # noqa: PLC0415 - this function runs as a script

    studio.show()


@pytest.fixture
def draft(office: Office):
    return process_drafts.open_process_draft(office.platform, actor=OTTO, title=HOSTILE)


def _saved(office, draft):
    changed = replace(draft.files[0], content=draft.files[0].content + "\n")
    return process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[changed]
    )


def test_versions_and_drafts_are_listed_as_text(office: Office, draft):
    test = office.sits(OTTO, _page)

    assert not test.exception
    said = texts(test)
    assert "Version 1" in said
    assert "No complaint runs on it" in said
    assert "from version 1, saved just now by otto" in said
    assert "![x]" not in said


def test_a_draft_is_opened_from_a_version(office: Office):
    test = office.sits(OTTO, _page)

    test.button(key="version:open:1").click().run()

    (made,) = process_drafts.process_drafts(office.platform, actor=OTTO)
    assert made.title == "Draft from version 1"


@pytest.mark.parametrize("asked", ["99", "x", "-1", "²", "9" * 30])
def test_a_draft_that_is_not_there_is_said_to_be_none(office: Office, asked):
    test = office.sits(OTTO, _page, draft=asked)

    assert not test.exception
    assert "There is no draft" in test.error[0].value


def test_a_draft_shows_its_files_and_gives_one_up(office: Office, draft):
    test = office.sits(OTTO, _page, draft=str(draft.number), view="files")
    assert not test.exception

    test.button(key="file:drop:triage.dmn").click().run()

    left = process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    assert [file.name for file in left.files] == ["complaint.bpmn", "authority.dmn"]


def test_one_goes_back_to_an_earlier_state_and_loses_nothing(office: Office, draft):
    saved = _saved(office, draft)
    test = office.sits(OTTO, _page, draft=str(draft.number), view="files")

    test.button(key="save:1").click().run()

    now = process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    assert (now.files, now.rev) == (draft.files, 3)
    known = {"actor": OTTO, "number": draft.number}
    saves = draft_history.process_draft_saves(office.platform, **known)
    before = draft_history.process_draft_at(office.platform, save=2, **known)
    assert before == saved.files
    assert [save.rev for save in saves] == [3, 2, 1]
