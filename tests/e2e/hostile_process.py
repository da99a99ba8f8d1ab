"""Drafts and proposals of a process in hostile words."""

import json
from pathlib import Path
from typing import Any

from engine.domain.actor import Actor
from engine.domain.process_draft import DraftFile, FileKind
from engine.services import playbooks, process_drafts, publishing
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
    pen.write(publishing.propose, actor=owner, paths=paths, reason=pen.reason)
    title = " ".join(pen.text.split())[:110].strip()
    draft = pen.write(process_drafts.open_process_draft, actor=owner, title=title)
    of_draft = {"actor": owner, "number": draft.number}
    pen.write(process_drafts.rename_process_draft, title=title, **of_draft)
    text = f"Scenario: {title}\n\n# {title}\nwaits for: nobody\n"
    pen.write(playbooks.save_scenario, actor=owner, text=text)
    pen.write(playbooks.save_scenario, actor=owner, text=text, process=title)
    gone = pen.write(playbooks.save_scenario, actor=owner, text=text.replace(": ", ": No ", 1))
    pen.write(playbooks.drop_scenario, actor=owner, number=gone.number, rev=gone.rev)
    name = "".join(c for c in title if c not in "/\\")[:90]
    hostile = [DraftFile(f"{name}.dmn", FileKind.TABLE, pen.text), _form(pen.text)]
    process_drafts.save_process_draft(pen.site.platform, rev=draft.rev, files=hostile, **of_draft)


def _form(text: str) -> DraftFile:
    """Return a form that says the same everywhere."""
    title = " ".join(text.split())[:190]
    choices = [{"value": f"v{n}", "title": f"{title[:70]} {n}"} for n in range(5)]
    asked = {"title": title, "help": text[:900], "kind": "choice", "choices": choices}
    said = {"id": "own", "title": title, "help": text[:900]}
    fields = [{"name": "one"} | asked, {"name": "two"} | asked | {"title": f"{title} 2"}]
    return DraftFile("own.json", FileKind.FORM, json.dumps(said | {"fields": fields}))
