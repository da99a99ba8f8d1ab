"""A finding about a draft is mended at a click, and the draft keeps what was done."""

import re

import pytest

from engine.errors import ConflictError
from engine.process.finding import Finding, Severity
from engine.process.mends import mending
from engine.process.mends.mending import OFFERS
from engine.services.studio import process_drafts, process_mending
from tests.integration.upkeep_ways import OTTO

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def draft(office):
    """A draft in which an approval does without four eyes."""
    made = process_drafts.open_process_draft(office.platform, actor=OTTO, version=1)
    (diagram,) = (file for file in made.files if file.name.endswith(".bpmn"))
    content = diagram.content.replace('role="approver" fourEyes="true"', 'role="approver"')
    return _save(office, made, [type(diagram)(diagram.name, diagram.kind, content)])


def _save(office, draft, files, repairs=()):
    return process_drafts.save_process_draft(
        office.platform, actor=OTTO, number=draft.number, rev=draft.rev, files=files,
        repairs=repairs,
    )  # fmt: skip


def _found(office, draft):
    return process_drafts.check_process_draft(office.platform, actor=OTTO, number=draft.number)


def test_a_finding_is_mended_saved_and_remembered(office, draft):
    (finding,) = _found(office, draft)
    assert (finding.rule, process_mending.title_of(finding)) == (
        "approvals-take-two", "Ask for four eyes",
    )  # fmt: skip

    done = process_mending.mended(draft, finding)
    after = _save(office, draft, done.files, [done.repair])

    assert _found(office, after) == ()
    assert [each.what for each in after.repairs] == ["Mended: ask for four eyes."]
    assert after.repairs[0].element == "approve_decision"


def test_what_nobody_can_mend_changes_nothing(draft):
    finding = Finding(Severity.ADVICE, "assess", "Assess", "Unclear.")

    assert process_mending.title_of(finding) == ""
    with pytest.raises(ConflictError, match="a person must decide"):
        process_mending.mended(draft, finding)


def test_a_mend_that_would_forbid_publishing_is_refused_and_changes_nothing(office, draft):
    border = re.search('<bpmn:boundaryEvent id="([^"]+)"', draft.files[0].content)[1]
    finding = Finding(Severity.ADVICE, border, "Late", "It waits.", mend="plain-start")

    with pytest.raises(ConflictError, match="this would forbid publishing then: “"):
        process_mending.mended(draft, finding)

    now = process_drafts.process_draft(office.platform, actor=OTTO, number=draft.number)
    assert (now.rev, now.files) == (draft.rev, draft.files)


def test_a_mend_that_leaves_its_finding_is_refused(office, draft, monkeypatch):
    idle = OFFERS["set-four-eyes"]._replace(change=lambda _sheet, _element: None)
    monkeypatch.setattr(mending, "OFFERS", {**OFFERS, "set-four-eyes": idle})
    (finding,) = _found(office, draft)

    with pytest.raises(ConflictError, match="A click does not mend it here"):
        process_mending.mended(draft, finding)
