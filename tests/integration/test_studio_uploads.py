"""Diagrams that others drew go the studio's way: uploaded, made runnable, and kept as they came."""

import random
from collections import Counter
from pathlib import Path

import pytest

from engine.domain.process_draft import FileKind
from engine.errors import ConflictError, InvalidInputError, ProcessFailedError
from engine.process.bundle import build_bundle
from engine.process.finding import Layer, Severity
from engine.process.trial import first_stop
from engine.services.studio import draft_history, draft_repairing, process_drafts, repairing
from engine.services.studio.draft_files import Uploaded
from tests.integration.upkeep_ways import OTTO
from tests.verification.foreign_diagrams import FILES, owners

SAMPLE = 12
ENOUGH = 0.97
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not FILES.exists(), reason="the diagrams of others are not at hand"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def gone_through(platform, path: Path) -> tuple[str, list[str]]:
    """Upload a file and make it runnable; return what became of it, and what should not be."""
    came = Uploaded(path.name[-90:], path.read_bytes())
    try:
        draft = process_drafts.open_process_draft(platform, actor=OTTO, files=[came])
    except InvalidInputError as refusal:
        said = refusal.problems[came.name[:60]]
        return "refused", [] if "BPMN 2.0" in said or said == "is empty." else [said]
    of = {"actor": OTTO, "number": draft.number}
    seen = draft_repairing.process_draft_outlook(platform, **of)
    try:
        made = draft_repairing.repair_process_draft(platform, rev=draft.rev, **of)
    except ConflictError:
        made = draft
    faults = list(_faults(platform, of, came, seen))
    process_drafts.discard_process_draft(platform, **of)
    if any(each.layer is Layer.RUNNING for each in seen.left):
        return "open", faults
    try:
        first_stop(build_bundle(*(made.contents(kind) for kind in FileKind)))
    except ProcessFailedError as failure:
        faults.append(f"it stops: {failure}")
    return "runnable", faults


def _faults(platform, of, came, seen):
    """Yield what is not as the pages tell it."""
    said = repairing.way_ahead(seen)
    found = process_drafts.check_process_draft(platform, **of)
    blocking = tuple(each for each in found if each.severity is Severity.BLOCKING)
    if blocking != tuple(each for each in seen.left if each.rule):
        yield f"another outlook than what came of it: {said}"
    if bool(seen.number) != ("in the way" in said):
        yield f"something in the way, and nothing said: {said}"
    kept = draft_history.process_draft_originals(platform, **of)
    if came.content not in {each.content for each in kept}:
        yield "the original is not kept"
    draft = process_drafts.process_draft(platform, **of)
    if any("BPMNPlane" not in file.content for file in draft.of(FileKind.DIAGRAM)):
        yield "it is not drawn"
    if any(not each.what.strip() for each in draft.repairs):
        yield "a repair without words"


def _went(office, paths):
    ends = {path: gone_through(office.platform, path) for path in paths}
    faults = [f"{path.name}: {fault}" for path, (_, found) in ends.items() for fault in found]
    return Counter(end for end, _ in ends.values()), faults


def test_a_sample_goes_the_way_of_the_studio(office):
    chosen = random.Random(11).sample(owners(), SAMPLE)

    ends, faults = _went(office, chosen)

    assert faults == []
    assert ends["runnable"] >= SAMPLE - 1


@pytest.mark.fuzz
@pytest.mark.timeout(1_800)
def test_every_file_goes_the_way_of_the_studio(office, capsys):
    ends, faults = _went(office, owners())

    with capsys.disabled():
        print(f"\nuploaded: {dict(ends)}, {ends['runnable'] / ends.total():.1%} runnable")  # noqa: T201 - the figures are what it is for
    assert faults == []
    assert ends["runnable"] >= ENOUGH * ends.total()


def test_an_original_that_is_lost_is_noticed(office, monkeypatch):
    """Plant the bug: what is uploaded is not kept as it came."""
    monkeypatch.setattr(draft_history, "process_draft_originals", lambda *_, **__: ())

    _, faults = _went(office, owners()[:1])

    assert "the original is not kept" in faults[0]
