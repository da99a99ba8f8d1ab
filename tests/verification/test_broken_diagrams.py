"""Diagrams that others have labelled as faulty or sound: what the check says of each of them.

The labels stand in the names of files and folders: BPMNspector and betsy number the constraints of
BPMN 2.0 (a folder such as 110), bpmnlint names its rules. A faulty file counts as found when it
is refused or reported *about the right element*: the finding is about an element of a kind that
the constraint speaks of, and does not only say that a step has no role, no type or no label.

A sound file is drawn for another purpose and says neither who does a step nor in our words when a
way is taken. So it is read fairly: refusing it counts as wrong when a finding accuses it of
breaking BPMN, and not when it says what Redress does not run or still has to be told. The files of
bpmnlint are cuttings: each shows what one rule asks for, and leaves out what leads there. Both
figures are printed, the fair one and the one of the files as they are. After “make it runnable”
only those are refused that hold no process at all: there is nothing to repair.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from engine.process import rules
from engine.process.bundle import inspect
from engine.process.diagram import NODES
from engine.process.finding import Finding, Layer, blocks
from engine.process.repair import repair
from engine.process.tree import Tree
from engine.process.xml import parse

DATA = Path(__file__).parents[3] / "shared" / "realdata" / "bpmn"
BROKEN = DATA / "broken"
MORE = DATA / "conform"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not BROKEN.is_dir(), reason="the files of others are not here"),
]

_FAULTY = re.compile(r"fail|(?<![a-z])invalid|incorrect|^ref_\d", re.IGNORECASE)
_SOUND = re.compile(r"success|correct|(?<![a-z])valid|^ignore", re.IGNORECASE)

TOLD_TO_ALL = {
    *("roles-are-known", "operations-are-known", "steps-say-what-to-do", "waiting-is-explained"),
    *("every-way-tells-the-outcome", "complaints-are-acknowledged", "everything-is-drawn"),
    *(
        "elements-have-labels",
        "has-a-process",
        "processes-are-called",
        "variables-are-set-somewhere",
    ),
}
"""What is said of sound files as well, and so finds no fault."""

NOT_MEANT_FOR_US = {
    "kinds-are-known": "Steps without a type and transactions are sound, and not run here.",
    "roles-are-known": "Who does a step is said in our own attributes.",
    "operations-are-known": "What a service does is said in our own attributes.",
    "scopes-begin-once": "BPMN lets a process begin without a start event, or with several.",
    "events-are-run": "A case begins when it is recorded, and nothing is compensated.",
    "events-say-what-they-wait-for": "A drawing may leave open what an event is.",
    "nothing-starts-a-case": "A case begins when it is recorded.",
    "references-lead-somewhere": "A drawing may leave open which message is meant.",
    "signals-are-caught": "A drawing may leave open which signal is meant.",
    "links-have-names": "A drawing may leave open which link is meant.",
    "timers-can-be-read": "A drawing may leave open the time, or say it in another language.",
    "conditions-can-be-read": "Conditions are written in the language of another engine.",
    "scripts-can-be-read": "Scripts are written in the language of another engine.",
    "gateways-decide": "A drawing may leave open which way is taken when.",
    "repeats-can-be-counted": "How often is said in the language of another engine, or as a list.",
    "markers-stand-alone": "What instances throw is not run here.",
    "calls-find-their-process": "What is called lies in another file.",
    "throws-are-caught": "What is thrown may be caught by another engine.",
    "code-is-not-for-other-engines": "It was drawn for another engine.",
    "has-a-process": "A file may hold only a collaboration, or nothing.",
}
"""Findings that accuse nobody of breaking BPMN, and why."""

LEFT_OUT_OF_CUTTINGS = {"everything-is-reached"}

_EVENTS = {kind for kind in NODES if kind.endswith("Event")}
_ACTIVITIES = {
    k for k in NODES if k.endswith(("Task", "task", "Activity", "rocess", "transaction"))
}
_GATEWAYS = {kind for kind in NODES if kind.endswith("Gateway")}
_DATA = {"dataInput", "dataOutput", "dataObject", "dataObjectReference", "inputSet", "outputSet"}
_ASSOCIATIONS = {"dataInputAssociation", "dataOutputAssociation"}
_FLOW = {"sequenceFlow"}
_TALKS = {"collaboration", "choreography", "globalConversation"}
_CALLS = {"callActivity", "process"}
_CHOREOGRAPHIES = {"choreographyTask", "callChoreography", "subChoreography"}
_IMPORT = {""}
_ANY = {"*"}

SPEAKS_OF: Mapping[str, set[str]] = {
    **dict.fromkeys(("001", "path", "preprocessing", "wsdl"), _IMPORT | {"callActivity"}),
    **dict.fromkeys(("002", "003", "ref"), _ANY),
    **dict.fromkeys(("006", "007", "021", "022", "023", "024", "028", "152"), _FLOW | NODES),
    **dict.fromkeys(("008", "009", "031", "102", "108", "119"), {"messageFlow"} | NODES),
    "010": {"textAnnotation"},
    "011": {"escalation"} | _EVENTS,
    **dict.fromkeys(("012", "013", "014", "025"), NODES | _FLOW),
    **dict.fromkeys(("017", "018", "019", "135", "136", "137", "138", "139"), _GATEWAYS | _FLOW),
    **dict.fromkeys(("140", "141", "142"), _GATEWAYS | _ACTIVITIES),
    **dict.fromkeys(("020", "075", "076", "081", "083"), _DATA),
    "026": NODES,
    **dict.fromkeys(("027", "032", "033"), _TALKS),
    "029": {"participant"},
    "030": {"participant"},
    "035": {"process"},
    **dict.fromkeys(("036", "056"), _CHOREOGRAPHIES),
    **{f"{n:03}": _ACTIVITIES for n in (37, 38, 39, 40, 41, *range(42, 54), *range(57, 63))},
    **{f"{n:03}": _ACTIVITIES | _EVENTS for n in (58, 59, 60)},
    **dict.fromkeys(("063", "064", "065"), _CALLS),
    **{f"{n:03}": _ACTIVITIES for n in range(66, 75)},
    **dict.fromkeys(("077", "078", "079", "080", "082"), _ANY),
    **{f"{n:03}": _DATA | {"process"} | NODES for n in range(84, 91)},
    **dict.fromkeys(("091", "092"), _ASSOCIATIONS),
    **{f"{n:03}": _EVENTS | {"process", "subProcess"} for n in (*range(93, 102), *range(103, 119))},
    **{f"{n:03}": _EVENTS for n in (*range(120, 135), 143, 144, *range(146, 150))},
    "103": _EVENTS | {"messageFlow"},
    "109": _EVENTS | {"messageFlow"},
    "104": _EVENTS | _FLOW,
    "112": _EVENTS | _FLOW,
    "145": _ACTIVITIES,
    **dict.fromkeys(("150", "151"), NODES),
    "conditional-event": _EVENTS,
    "conditional-flows": NODES | _FLOW,
    "end-event-required": {"process"} | _ACTIVITIES,
    "event-based-gateway": _GATEWAYS | _FLOW,
    "event-sub-process-typed-start-event": _EVENTS | _ACTIVITIES,
    "fake-join": _EVENTS | _ACTIVITIES,
    "global": {"message", "signal", "error", "escalation"},
    "label-required": NODES | _FLOW,
    "link-event": _EVENTS,
    "no-bpmndi": _ANY,
    "no-disconnected": NODES,
    "no-duplicate-sequence-flows": NODES | _FLOW,
    **dict.fromkeys(
        (
            "no-gateway-join-fork",
            "superfluous-gateway",
            "no-inclusive-gateway",
            "no-complex-gateway",
        ),
        _GATEWAYS,
    ),
    **dict.fromkeys(("no-implicit-split", "no-implicit-end", "no-implicit-start"), NODES),
    "no-overlapping-elements": NODES,
    "single-blank-start-event": {"process", "startEvent"} | _ACTIVITIES,
    "single-event-definition": _EVENTS,
    "standard-size": NODES | {"participant"},
    "start-event-required": {"process"} | _ACTIVITIES,
    "sub-process-blank-start-event": _EVENTS | _ACTIVITIES,
    "superfluous-termination": _EVENTS,
    "ad-hoc-sub-process": NODES,
}
"""The kinds of elements that a constraint speaks of; an empty one for the file itself."""

ASKED_FOR = {"no-bpmndi": {"everything-is-drawn"}, "label-required": {"elements-have-labels"}}
"""What is told to all, where it is the fault itself."""


def labelled(pattern: re.Pattern[str], folder: Path = BROKEN) -> list[Path]:
    """Return the files whose name says what they are."""
    files = sorted(folder.rglob("*.bpmn"))
    if pattern is _SOUND:
        return [f for f in files if _SOUND.search(f.stem) and not _FAULTY.search(f.stem)]
    return [f for f in files if _FAULTY.search(f.stem)]


def constraint(file: Path) -> str:
    """Return the number or name of the constraint that a file is about, from its folder or name."""
    names = [part.lower().removeprefix("ext") for part in file.parts[-3:-1]]
    known = [name for name in reversed(names) if name in SPEAKS_OF]
    by_name = [name for name in SPEAKS_OF if file.stem.startswith(name)]
    return (known or sorted(by_name, key=len, reverse=True) or ["?"])[0]


def about_the_fault(file: Path, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings about an element of a kind that the constraint speaks of."""
    tree, about = Tree([parse(file.read_bytes())]), constraint(file)
    kinds = SPEAKS_OF.get(about, set())
    noise = TOLD_TO_ALL - ASKED_FOR.get(about, set())
    return [
        each
        for each in findings
        if each.rule not in noise
        and (kinds == _ANY or tree.kind(each.element) in kinds)
        and not (each.rule == "kinds-are-known" and tree.kind(each.element) == "task")
    ]


def missed(files: Iterable[Path]) -> list[str]:
    """Return the faulty files about whose fault nothing is said."""
    asked = ((file, inspect([file.read_bytes()])) for file in files)
    return [
        "/".join(file.parts[-2:])
        for file, findings in asked
        if not any(f.rule == "files-can-be-read" for f in findings)
        and not about_the_fault(file, findings)
    ]


def refused_after_repair(file: Path) -> set[str]:
    """Return the rules by which a file is still refused after it was made runnable."""
    repaired = repair(file.read_bytes())
    return {each.rule for each in blocks(inspect([repaired.content], [], repaired.forms))}


def tell(capsys, figure: str) -> None:
    with capsys.disabled():
        print(f"\n{figure}.")  # noqa: T201 - the figure is the point


def test_faulty_files_are_refused_or_reported_about_the_right_element(capsys):
    faulty = labelled(_FAULTY)

    silent = missed(faulty)

    tell(capsys, f"faulty, {len(faulty)}: {len(silent)} not found: {silent}")
    assert len(silent) <= 0.05 * len(faulty), silent


def test_the_numbered_constraints_of_betsy_are_found_as_well(capsys):
    faulty = [file for file in labelled(_FAULTY, MORE) if "bpmn_constraints" in file.parts]

    silent = missed(faulty)

    tell(capsys, f"faulty, {len(faulty)}: {len(silent)} not found: {silent}")
    assert len(silent) <= 0.05 * len(faulty), silent


def accusations(file: Path, findings: Iterable[Finding]) -> set[str]:
    """Return the rules by which findings accuse a file of breaking BPMN."""
    is_cutting = any("bpmnlint" in part for part in file.parts)
    fair = {*NOT_MEANT_FOR_US, *(LEFT_OUT_OF_CUTTINGS if is_cutting else ())}
    return {each.rule for each in findings} - fair


def test_sound_files_are_not_accused(capsys):
    sound = labelled(_SOUND)

    refused = {file: blocks(inspect([file.read_bytes()])) for file in sound}
    accused = {file.name: by for file, found in refused.items() if (by := accusations(file, found))}

    left = {file: by for file in sound if (by := refused_after_repair(file))}
    as_is = sum(map(bool, refused.values()))
    share = f"{len(left)} ({len(left) / len(sound):.1%}) after repair"
    tell(capsys, f"sound, {len(sound)}: {as_is} refused as they are, {share}")
    tell(capsys, f"accused of breaking BPMN: {len(accused)} of {len(sound)}: {accused}")
    assert len(accused) <= 0.02 * len(sound), accused
    assert len(left) <= 0.02 * len(sound), left
    assert {file.name: by for file, by in left.items() if by != {"has-a-process"}} == {}


def test_every_rule_that_is_not_held_against_a_file_exists():
    names = {rules.name_of(rule) for layer in rules.LAYERS.values() for rule in layer}
    beside = {"files-can-be-read", "code-is-not-for-other-engines"}

    assert {*NOT_MEANT_FOR_US, *TOLD_TO_ALL} <= names | beside


def test_every_file_of_the_collection_is_checked_without_a_fault_of_ours():
    for file in sorted(BROKEN.rglob("*.bpmn")):
        inspect([file.read_bytes()])


def test_the_tests_notice_a_layer_that_is_not_asked(monkeypatch):
    running = {Layer.RUNNING: rules.LAYERS[Layer.RUNNING]}
    monkeypatch.setattr(rules, "LAYERS", running)
    faulty = labelled(_FAULTY)

    assert len(missed(faulty)) > 0.05 * len(faulty)
