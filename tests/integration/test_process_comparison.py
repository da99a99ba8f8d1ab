"""What a change of the process would change is said in words, for versions, drafts and files."""

from pathlib import Path

import pytest

from engine.errors import InvalidInputError, NotFoundError
from engine.services.proposing import publishing
from engine.services.studio import process_comparison, process_drafts
from tests.integration.process_ways import OTTO, kinder, opened, shipped
from tests.integration.upkeep_ways import another_process

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = "“Write the acknowledgement” is now called “Kindly write the acknowledgement”."


def _sentences(comparison):
    return [sentence for told in comparison.told for sentence in told.sentences]


def test_a_draft_is_compared_with_the_version_it_was_opened_from(office, tmp_path):
    made = publishing.propose(
        office.platform, actor=OTTO, paths=another_process(tmp_path), reason="Kinder."
    )
    draft = opened(office.platform)
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)
    process_drafts.save_process_draft(office.platform, actor=OTTO, **kinder(draft))
    known = {"actor": OTTO, "number": draft.number}

    with_base = process_comparison.compare_draft(office.platform, **known)
    with_live = process_comparison.compare_draft(office.platform, version=0, **known)

    assert _sentences(with_base.comparison) == [SAID]
    assert (with_base.before.title, with_live.before.title) == ("Version 1", "Version 2")
    assert with_live.comparison.is_same


@ON_SQLITE
def test_two_versions_are_compared_by_their_numbers(office, tmp_path):
    made = publishing.propose(
        office.platform, actor=OTTO, paths=another_process(tmp_path), reason="Kinder."
    )
    publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)
    known = {"actor": office.staff["hanna"]}

    found = process_comparison.compare_versions(office.platform, before=1, **known)

    assert _sentences(found.comparison) == [SAID]
    assert list(found.comparison.changed) == ["acknowledge"]
    with pytest.raises(NotFoundError):
        process_comparison.compare_versions(office.platform, before=9, **known)


def test_files_and_folders_are_compared(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    another_process(other)
    for name in ("complaint.bpmn", "triage.dmn", "authority.dmn"):
        (one / name).write_bytes(shipped(name).content)

    whole = process_comparison.compare_files([one], [other])
    table = process_comparison.compare_files([one / "triage.dmn"], [other / "triage.dmn"])

    assert _sentences(whole) == [SAID]
    assert table.is_same
    with pytest.raises(InvalidInputError, match="is no diagram"):
        process_comparison.compare_files([tmp_path / "x.txt"], [one])
    with pytest.raises(InvalidInputError, match="cannot be read"):
        process_comparison.compare_files([tmp_path / "x.bpmn"], [one])
