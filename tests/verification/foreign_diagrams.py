"""Diagrams that others drew, repaired: what became of each, and how cases run on it."""

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from engine.errors import DiagramRejectedError, ProcessFailedError
from engine.process import xml
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from engine.process.diagram import NODES
from engine.process.repair import repair
from engine.process.repair.reading import read_any
from engine.process.trial import first_stop

FILES = Path(__file__).parents[3] / "shared" / "realdata" / "bpmn"
_BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_TOPICS = re.compile(
    r"complain|grievance|appeal|objection|redress|ombuds|bezwaar|klacht|beschwerde|reklamation"
    r"|reclam|recours|widerspruch|corrective.?action|\bfoia?\b|\bCOMP\d?\b|\bBF\d?\b|\bIEDET\b"
    r"|\bPOGR\d?\b|\bPSU\b",
    re.IGNORECASE,
)
_NAMES = re.compile(rb'\b(?:name|id)="([^"]*)"')


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes:
        state: ``runnable``, ``open`` where a person must decide, or ``unusable``.
        faults: What should not be; empty for nothing.
    """

    name: str
    state: str
    is_about_complaints: bool
    half: int
    faults: tuple[str, ...] = ()
    repairs: int = 0


def owners() -> list[Path]:
    return _below("owner")


def suites() -> list[Path]:
    return _below("conform")


def _below(folder: str) -> list[Path]:
    return sorted(path for path in (FILES / folder).rglob("*") if path.is_file())


def is_about_complaints(name: str, content: bytes) -> bool:
    """Tell it by the words of its path and of the process it draws."""
    said = b" ".join(_NAMES.findall(content[:2_000])).decode(errors="replace")
    words = re.sub(r"[_/+.-]", " ", f"{name} {said}")
    return _TOPICS.search(words) is not None


def tried(path: Path) -> Outcome:
    """Repair a file, and look whether everything about the result is as promised."""
    content = path.read_bytes()
    name = str(path.relative_to(FILES))
    known = (is_about_complaints(name, content), sha256(content).digest()[0] % 2)
    try:
        done = repair(content)
    except DiagramRejectedError as refusal:
        return Outcome(name, "unusable", *known, () if refusal.findings else ("no reason",))
    faults = [*lost(content, done), *_changing(done)]
    if not done.is_runnable:
        nameless = [q for q in done.questions if not q.sentence]
        faults += ["a question without words"] if nameless else []
        return Outcome(name, "open", *known, tuple(faults), len(done.repairs))
    try:
        first_stop(build_bundle([done.content], (), done.forms))
    except (DiagramRejectedError, ProcessFailedError) as failure:
        faults.append(f"it does not run: {failure}")
    return Outcome(name, "runnable", *known, tuple(faults), len(done.repairs))


def lost(content, done):
    """Yield the elements that are gone without a word of it."""
    named = {each.element for each in done.repairs}
    told = " ".join(each.done for each in done.repairs)
    for id_ in _ids(content) - _ids(done.content) - named:
        if f"“{id_}”" not in told:
            yield f"{id_} was lost"


def _ids(content):
    root, _ = read_any(content)
    parts = (each for each in root.iter() if xml.tag(each)[0] == xml.BPMN)
    return {each.get("id", "") for each in parts if xml.tag(each)[1] in NODES} - {""}


def _changing(done):
    again = repair(done.content, forms=done.forms)
    if again.repairs or again.content != done.content:
        yield "repairing it again changes it"


def counted(outcomes) -> Counter:
    return Counter(outcome.state for outcome in outcomes)


def share(outcomes) -> float:
    """Return which share of the files is runnable, from 0 to 1."""
    return counted(outcomes)["runnable"] / len(outcomes)


def walked(path: Path, seed: int, commands: int = 60) -> str:
    """Run a case with random answers; return ``end``, ``on``, or why it stopped."""
    done = repair(path.read_bytes())
    bundle = build_bundle([done.content], (), done.forms)
    forms = {form["id"]: form["fields"] for form in map(json.loads, done.forms)}
    chance, now = random.Random(seed), _BEGIN
    try:
        live = LiveCase.start(bundle, {}, now=now, timetable=_later)
        for _ in range(commands):
            progress = live.progress()
            if progress.is_complete:
                return "end"
            live = LiveCase.load(bundle, progress.state, timetable=_later)
            now += timedelta(days=2)
            _act(live, progress, bundle, forms, chance, now)
    except ProcessFailedError as failure:
        return failure.reason
    return "on"


def _act(live, progress, bundle, forms, chance, now):
    heard = (*progress.subscriptions, *progress.signals)
    waiting = [*progress.open_steps * 3, *heard, *progress.timers]
    chosen = chance.choice(waiting)
    if chosen in progress.open_steps:
        fields = forms.get(bundle.elements[chosen.element].form, ())
        live.complete(chosen.token, {f["name"]: _answer(f, chance) for f in fields}, now)
    elif chosen in progress.timers:
        live.fire_due(now)
    else:
        live.deliver(chosen.message, {}, now)


def _answer(field, chance):
    if field["kind"] == "yes_no":
        return chance.random() < 0.5
    if field["kind"] == "choice":
        return chance.choice(field["choices"])["value"]
    return chance.randint(0, 3) if field["kind"] in {"integer", "decimal"} else "a"


def _later(_, begin):
    return begin + timedelta(days=1)
