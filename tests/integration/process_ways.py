"""How drafts of a process are opened, saved and put away, for tests of every command."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.process_draft import DraftRepair, ProcessDraft, RepairKind
from engine.services.proposing import proposals, publishing
from engine.services.studio import (
    draft_forms,
    draft_history,
    draft_repairing,
    drawing,
    process_comparison,
    process_drafts,
    process_versions,
    releasing,
)
from engine.services.studio.draft_files import Uploaded

OTTO = Actor(username="otto", name="Otto", roles=frozenset({Role.PROCESS_OWNER}))
"""Drafts processes."""
WHY = "Kinder words."


def shipped(name: str) -> Uploaded:
    """Return a file that Redress ships, as somebody would upload it."""
    return Uploaded(name, (files("bpmn") / name).read_bytes())


def opened(platform: Any) -> ProcessDraft:
    """Open a draft from the live version."""
    return process_drafts.open_process_draft(platform, actor=OTTO)


def kinder(draft: ProcessDraft, words: str = "Kindly write") -> dict[str, Any]:
    """Return what saves a draft with another name for a step of its diagram."""
    main = draft.files[0]
    changed = replace(main, content=main.content.replace('name="Write', f'name="{words}', 1))
    return {"number": draft.number, "rev": draft.rev, "files": [changed]}


def _open(_desk: Any) -> Callable[[Any], object]:
    return opened


def _save(desk: Any) -> Callable[[Any], object]:
    given = kinder(opened(desk.office.platform))
    return lambda p: process_drafts.save_process_draft(p, actor=OTTO, **given)


def _add(desk: Any) -> Callable[[Any], object]:
    draft = opened(desk.office.platform)
    table = shipped("triage.dmn")
    kinder_table = replace(table, content=table.content.replace(b'label="', b'label="Kind ', 1))
    given = {"number": draft.number, "rev": draft.rev, "files": [kinder_table]}
    return lambda p: process_drafts.add_process_files(p, actor=OTTO, **given)


def _name(desk: Any) -> Callable[[Any], object]:
    content = shipped("complaint.bpmn").content.replace(b' id="complaint"', b' id="P"')
    draft = process_drafts.open_process_draft(
        desk.office.platform, actor=OTTO, files=[Uploaded("x.bpmn", content)]
    )
    given = {"number": draft.number, "rev": draft.rev}
    return lambda p: process_drafts.name_main_process(p, actor=OTTO, **given)


FOREIGN = Uploaded(
    "Antrag.bpmn",
    b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="Antrag" name="Antrag">
    <startEvent id="s" /><task id="pruefen" name="Pr\xfcfen" />
    <exclusiveGateway id="g" name="In Ordnung?" />
    <endEvent id="ja" name="Ja" /><endEvent id="nein" name="Nein" />
    <sequenceFlow id="f1" sourceRef="s" targetRef="pruefen" />
    <sequenceFlow id="f2" sourceRef="pruefen" targetRef="g" />
    <sequenceFlow id="f3" name="ja" sourceRef="g" targetRef="ja" />
    <sequenceFlow id="f4" name="nein" sourceRef="g" targetRef="nein" />
  </process>
</definitions>
""",
)
"""A diagram of another tool: no drawing, no roles, an untyped task, an undecided gateway."""


def uploaded(platform: Any) -> ProcessDraft:
    """Open a draft from a diagram of another tool."""
    return process_drafts.open_process_draft(platform, actor=OTTO, files=[FOREIGN])


def _repair(desk: Any) -> Callable[[Any], object]:
    draft = uploaded(desk.office.platform)
    given = {"number": draft.number, "rev": draft.rev}
    return lambda p: draft_repairing.repair_process_draft(p, actor=OTTO, **given)


def _repaired(desk: Any) -> ProcessDraft:
    made: Any = _repair(desk)(desk.office.platform)
    return made


def _confirm(desk: Any) -> Callable[[Any], object]:
    draft = _repaired(desk)
    guess = next(each for each in draft.repairs if each.kind is RepairKind.GUESS)
    given = {"number": draft.number, "rev": draft.rev, "repair": guess}
    return lambda p: draft_repairing.confirm_process_repair(p, actor=OTTO, **given)


def _return(desk: Any) -> Callable[[Any], object]:
    draft = _repaired(desk)
    given = {"number": draft.number, "rev": draft.rev, "save": 1}
    return lambda p: draft_history.return_process_draft(p, actor=OTTO, **given)


def _take_back(desk: Any) -> Callable[[Any], object]:
    draft = _repaired(desk)
    (original,) = draft_history.process_draft_originals(
        desk.office.platform, actor=OTTO, number=draft.number
    )
    given = {"number": draft.number, "rev": draft.rev, "original": original.number}
    return lambda p: draft_history.take_back_original(p, actor=OTTO, **given)


def _rename(desk: Any) -> Callable[[Any], object]:
    given = {"actor": OTTO, "number": opened(desk.office.platform).number}
    return lambda p: process_drafts.rename_process_draft(p, title="Kinder words", **given)


def _attend(desk: Any) -> Callable[[Any], object]:
    given = {"actor": OTTO, "number": opened(desk.office.platform).number}
    return lambda p: process_drafts.attend_process_draft(p, **given)


def _discard(desk: Any) -> Callable[[Any], object]:
    given = {"actor": OTTO, "number": opened(desk.office.platform).number}
    return lambda p: process_drafts.discard_process_draft(p, **given)


def _propose(desk: Any) -> Callable[[Any], object]:
    platform = desk.office.platform
    saved = process_drafts.save_process_draft(platform, actor=OTTO, **kinder(opened(platform)))
    given = {"number": saved.number, "rev": saved.rev, "reason": WHY, "risk": "None."}
    return lambda p: publishing.propose_process_draft(p, actor=OTTO, **given)


def second_version(desk: Any) -> None:
    """Publish a draft that Mara approves."""
    made = _propose(desk)(desk.office.platform)
    publishing.approve(desk.office.platform, actor=desk.office.staff["mara"], number=made.number)


def _retire(desk: Any) -> Callable[[Any], object]:
    second_version(desk)
    given = {"actor": desk.office.staff["mara"], "number": 1, "reason": WHY}
    return lambda p: releasing.retire_version(p, **given)


def _roll_back(desk: Any) -> Callable[[Any], object]:
    second_version(desk)
    return lambda p: releasing.roll_back(p, actor=OTTO, number=1, reason=WHY)


ALL: Mapping[str, Any] = {
    "draft_history.return_process_draft": _return,
    "draft_history.take_back_original": _take_back,
    "draft_repairing.confirm_process_repair": _confirm,
    "draft_repairing.repair_process_draft": _repair,
    "publishing.propose_process_draft": _propose,
    "releasing.retire_version": _retire,
    "releasing.roll_back": _roll_back,
    "process_drafts.add_process_files": _add,
    "process_drafts.attend_process_draft": _attend,
    "process_drafts.discard_process_draft": _discard,
    "process_drafts.name_main_process": _name,
    "process_drafts.open_process_draft": _open,
    "process_drafts.rename_process_draft": _rename,
    "process_drafts.save_process_draft": _save,
}
"""Bring an office to where a command can be given, and return what gives it."""


def _of_draft(asked: Any) -> dict[str, Any]:
    return {"platform": asked.platform, "actor": asked.actor, "number": 99}


ASKS: Mapping[str, Callable[[Any], object]] = {
    "draft_forms.forms_of_process_draft": lambda a: draft_forms.forms_of_process_draft(
        **_of_draft(a)
    ),
    "draft_history.process_draft_at": lambda a: draft_history.process_draft_at(
        save=1, **_of_draft(a)
    ),
    "draft_history.process_draft_originals": lambda a: draft_history.process_draft_originals(
        **_of_draft(a)
    ),
    "draft_history.process_draft_saves": lambda a: draft_history.process_draft_saves(
        **_of_draft(a)
    ),
    "draft_history.return_process_draft": lambda a: draft_history.return_process_draft(
        rev=1, save=1, **_of_draft(a)
    ),
    "draft_history.take_back_original": lambda a: draft_history.take_back_original(
        rev=1, original=1, **_of_draft(a)
    ),
    "draft_repairing.confirm_process_repair": lambda a: draft_repairing.confirm_process_repair(
        rev=1, repair=DraftRepair("", "", "", ""), **_of_draft(a)
    ),
    "draft_repairing.process_draft_outlook": lambda a: draft_repairing.process_draft_outlook(
        **_of_draft(a)
    ),
    "draft_repairing.repair_process_draft": lambda a: draft_repairing.repair_process_draft(
        rev=1, **_of_draft(a)
    ),
    "drawing.pick_lists": lambda a: drawing.pick_lists(**_of_draft(a)),
    "process_comparison.compare_draft": lambda a: process_comparison.compare_draft(**_of_draft(a)),
    "process_comparison.compare_versions": lambda a: process_comparison.compare_versions(
        a.platform, actor=a.actor, before=1
    ),
    "process_drafts.add_process_files": lambda a: process_drafts.add_process_files(
        rev=1, files=(), **_of_draft(a)
    ),
    "process_drafts.attend_process_draft": lambda a: process_drafts.attend_process_draft(
        **_of_draft(a)
    ),
    "process_drafts.check_process_draft": lambda a: process_drafts.check_process_draft(
        **_of_draft(a)
    ),
    "process_drafts.discard_process_draft": lambda a: process_drafts.discard_process_draft(
        **_of_draft(a)
    ),
    "process_drafts.name_main_process": lambda a: process_drafts.name_main_process(
        rev=1, **_of_draft(a)
    ),
    "process_drafts.open_process_draft": lambda a: process_drafts.open_process_draft(
        a.platform, actor=a.actor
    ),
    "process_drafts.process_draft": lambda a: process_drafts.process_draft(**_of_draft(a)),
    "process_drafts.process_drafts": lambda a: process_drafts.process_drafts(
        a.platform, actor=a.actor
    ),
    "process_drafts.rename_process_draft": lambda a: process_drafts.rename_process_draft(
        title="Kinder words", **_of_draft(a)
    ),
    "process_drafts.save_process_draft": lambda a: process_drafts.save_process_draft(
        rev=1, files=(), **_of_draft(a)
    ),
    "process_versions.version_files": lambda a: process_versions.version_files(
        a.platform, actor=a.actor, number=1
    ),
    "proposals.look_at_proposal": lambda a: proposals.look_at_proposal(**_of_draft(a)),
    "proposals.readiness": lambda a: proposals.readiness(**_of_draft(a)),
    "proposals.undecided_proposals": lambda a: proposals.undecided_proposals(
        a.platform, actor=a.actor
    ),
    "publishing.propose_process_draft": lambda a: publishing.propose_process_draft(
        rev=1, reason=WHY, risk=WHY, **_of_draft(a)
    ),
    "releasing.retire_version": lambda a: releasing.retire_version(reason=WHY, **_of_draft(a)),
    "releasing.roll_back": lambda a: releasing.roll_back(reason=WHY, **_of_draft(a)),
    "process_versions.process_versions": lambda a: process_versions.process_versions(
        a.platform, actor=a.actor
    ),
}
"""How each is asked for by anybody."""
