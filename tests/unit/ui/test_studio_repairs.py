"""The studio offers to make a draft runnable, lists what was done, and takes it back."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.process_draft import DraftFile, FileKind, RepairKind
from engine.services.studio import draft_repairing, process_drafts
from engine.services.studio.draft_files import Uploaded
from tests.integration.process_ways import FOREIGN
from tests.unit.ui.office import HOSTILE, Office, markup, texts

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))


def _page():
    from ui.pages import studio  # noqa: PLC0415 - this function runs as a script

    studio.show()


@pytest.fixture
def draft(office: Office):
    return process_drafts.open_process_draft(office.platform, actor=OTTO, files=[FOREIGN])


def _sits(office, draft, view):
    test = office.sits(OTTO, _page, draft=str(draft.number), view=view)
    assert not test.exception
    return test


def _now(office, draft):
    return process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)


@pytest.mark.parametrize("view", ["draw", "tables", "forms", "tryout", "propose", "files"])
def test_each_view_of_what_stands_in_the_way_offers_to_make_it_runnable(office, draft, view):
    test = _sits(office, draft, view)

    assert "6 things stand in the way: Make it runnable mends 3, 3 need you." in texts(test)
    test.button(key="offer:repair").click().run()

    assert not test.exception
    said = texts(test)
    assert "A person does it now. It did not say who or what does it." in said
    assert [each.value.split(" \\(")[0] for each in test.subheader] == [
        "To decide",
        "To confirm",
        "Done",
    ]
    assert "3 things stand in the way; they need you." in said
    assert len(_now(office, draft).files) == 2


def test_what_was_guessed_is_confirmed_in_the_list(office: Office, draft):
    made = draft_repairing.repair_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev
    )
    test = _sits(office, made, "repairs")

    (button,) = [each for each in test.button if each.label == "It is right"]
    button.click().run()

    assert not test.exception
    kinds = {each.kind for each in _now(office, draft).repairs}
    assert kinds == {RepairKind.DONE, RepairKind.CONFIRMED}
    assert "Confirmed." in texts(test)


def test_the_original_is_taken_back_in_the_list(office: Office, draft):
    made = draft_repairing.repair_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev
    )
    test = _sits(office, made, "repairs")

    (button,) = [each for each in test.button if each.label == "Take it back"]
    button.click().run()

    assert not test.exception
    assert _now(office, draft).files == draft.files


def test_a_row_leads_to_its_element_and_on_to_the_editor(office: Office, draft):
    made = draft_repairing.repair_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev
    )
    test = _sits(office, made, "repairs")

    key = f"repairs:{draft.number}:{FOREIGN.name}"
    next(each for each in test.button if each.label == "**Nein**").click().run()
    assert test.session_state[f"focus:{key}"].id == "nein"
    test.button(key=f"{key}:draw").click().run()

    assert not test.exception
    assert "draw" in test.query_params["view"]
    assert test.session_state[f"focus:draw:{draft.number}:{FOREIGN.name}"].id == "nein"


def test_a_wrong_id_of_the_process_is_put_right_beside_the_finding(office: Office, draft):
    test = _sits(office, draft, "draw")

    (button,) = [each for each in test.button if each.label == "Give the process the right id"]
    button.click().run()

    assert not test.exception
    assert 'process id="complaint"' in _now(office, draft).files[0].content


def test_hostile_words_of_a_repaired_element_are_shown_as_text(office: Office):
    name = HOSTILE.replace("<", "&lt;").replace('"', "&quot;").encode()
    hostile = Uploaded(FOREIGN.name, FOREIGN.content.replace(b"Pr\xfcfen", name))
    draft = process_drafts.open_process_draft(office.platform, actor=OTTO, files=[hostile])
    made = draft_repairing.repair_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev
    )

    test = _sits(office, made, "repairs")

    said = markup(test) + "".join(each.label for each in test.button)
    assert "evil" in said
    assert "![x]" not in said
    assert "<img" not in said.replace("\\<img", "")


def test_a_draft_that_nothing_can_read_is_only_reported(office: Office, draft):
    half = DraftFile(draft.files[0].name, FileKind.DIAGRAM, "<bpmn:definitions")
    process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=[half]
    )

    test = _sits(office, draft, "draw")

    assert "no well-formed XML" in texts(test)
    assert [each for each in test.button if each.key == "offer:repair"] == []
