"""Drafts and proposals of a process in hostile words."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.domain.actor import Actor
from engine.domain.process_draft import DraftFile, FileKind
from engine.domain.process_health import Change, Finding
from engine.services.figures import process_health
from engine.services.proposing import publishing
from engine.services.studio import process_drafts, releasing
from engine.services.tryout import playbooks
from tests.integration import health_ways
from tests.integration.upkeep_ways import another_process


def change_the_process(pen: Any, folder: Path, owner: Actor, other: Actor) -> None:
    """Draft and propose what the pen writes, and leave one of each.

    Args:
        pen: Writes.
        folder: For files.
        owner: Drafts and proposes.
        other: Decides.
    """
    paths = another_process(folder)
    first = pen.write(publishing.propose, actor=owner, paths=paths, reason=pen.reason)
    pen.write(publishing.reject, actor=other, number=first.number, reason=pen.reason)
    said = {"reason": pen.reason, "risk": pen.reason}
    pen.write(publishing.propose, actor=owner, paths=paths, **said)
    title = " ".join(pen.text.split())[:110].strip()
    draft = pen.write(process_drafts.open_process_draft, actor=owner, title=title)
    of_draft = {"actor": owner, "number": draft.number}
    pen.write(process_drafts.rename_process_draft, title=title, **of_draft)
    name = "".join(c for c in title if c not in "/\\")[:90]
    hostile = DraftFile(f"{name}.dmn", FileKind.TABLE, pen.text)
    platform = pen.site.platform
    saved = process_drafts.save_process_draft(platform, rev=draft.rev, files=[hostile], **of_draft)
    main = replace(saved.files[0], content=saved.files[0].content + "\n")
    whole = process_drafts.save_process_draft(
        platform, rev=saved.rev, files=[main], without=[hostile.name], **of_draft
    )
    third = pen.write(publishing.propose_process_draft, rev=whole.rev, **said, **of_draft)
    publishing.approve(platform, actor=other, number=third.number)
    pen.write(releasing.roll_back, actor=owner, number=1, reason=pen.reason)
    pen.write(releasing.retire_version, actor=owner, number=2, reason=pen.reason)
    again = pen.write(process_drafts.open_process_draft, actor=owner, title=title)
    process_drafts.save_process_draft(
        platform, actor=owner, number=again.number, rev=again.rev, files=[hostile, _form(pen.text)]
    )
    text = f"Scenario: {title}\n\n# {title}\nwaits for: nobody\n"
    of_again = {"actor": owner, "draft": again.number}
    pen.write(playbooks.save_scenario, text=text, **of_again)
    gone = pen.write(playbooks.save_scenario, text=text.replace(": ", ": No ", 1), **of_again)
    pen.write(playbooks.drop_scenario, number=gone.number, rev=gone.rev, **of_again)


def note_the_health(pen: Any, owner: Actor) -> None:
    """Find what is called by hostile words in a week to come, and note it in such words."""
    title = pen.text[:100]
    of_week = Finding(Change.SLOWER, "assess", 10_800, 57_600, 41, title=title)
    week = health_ways.found(pen.site.platform, of_week, back=-1)
    pen.write(process_health.note_changes, actor=owner, week=week, note=pen.text)


def _form(text: str) -> DraftFile:
    """Return a form that says the same everywhere."""
    title = " ".join(text.split())[:190]
    choices = [{"value": f"v{n}", "title": f"{title[:70]} {n}"} for n in range(5)]
    asked = {"title": title, "help": text[:900], "kind": "choice", "choices": choices}
    said = {"id": "own", "title": title, "help": text[:900]}
    fields = [{"name": "one"} | asked, {"name": "two"} | asked | {"title": f"{title} 2"}]
    return DraftFile("own.json", FileKind.FORM, json.dumps(said | {"fields": fields}))
