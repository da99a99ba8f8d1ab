"""Timers fall due at a time that Redress can compute; what cannot be read is guessed and asked."""

import re
from datetime import datetime
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import bpmn, document, kind, label
from engine.process.repair.duration import duration, duration_in_label, duration_inside
from engine.process.repair.messages import become, definitions, kind_of
from engine.process.repair.record import Job
from engine.process.repair.settled import Settled
from engine.process.repair.translation import translated
from engine.process.timetable import read_alarm

_KINDS: Final = ("timeDuration", "timeDate", "timeCycle")
_GUESS: Final = "P1D"
_FEEL: Final = re.compile(r"(?:duration|cycle)\(\s*[\"']([^\"']+)[\"']?\s*\)?")
_CYCLE: Final = re.compile(r"\s*R(-1|\d*)/(.+)", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+)?(?:Z|[+-]\d\d:?\d\d)?")
_CRON: Final = re.compile(r"(?:[\d*/,?LW#A-Za-z-]+\s+){4,6}[\d*/,?LW#A-Za-z-]+")
_STEPS: Final = (("PT{}M", 60), ("PT{}H", 24), ("P{}D", 31))


def set_timers(job: Job) -> None:
    """Let every timer say a duration, date or cycle that can be read."""
    for node in job.sheet.nodes:
        for definition in definitions(node):
            if kind_of(definition) == "timer":
                _set(job, node, definition)


def _set(job: Job, node: etree._Element, definition: etree._Element) -> None:
    written = [part for part in definition if kind(part) in _KINDS]
    of, source = (kind(written[0]), xml.text(written[0])) if written else ("", "")
    may_repeat = kind(node) != "intermediateCatchEvent"
    if _is_read(of, source, may_repeat=may_repeat) and len(written) == 1:
        return
    new, text, is_guess = _read(of, source, label(node), may_repeat=may_repeat)
    for part in written:
        definition.remove(part)
    timer = etree.SubElement(definition, bpmn(new))
    timer.text = text
    if source:
        document(node, f"Its timer was: {source}")
    was = f"; it said “{source}”" if source else "; it said nothing"
    job.did(node, f"Its timer is “{text}” now{was}.")
    if is_guess:
        job.ask(node, f"Its time was set to “{text}”.", "Say how long it waits.")


def _is_read(of: str, source: str, *, may_repeat: bool) -> bool:
    if of == "timeCycle" and not may_repeat:
        return False
    try:
        read_alarm(of, source.strip("\"'").strip())
    except ValueError:
        return False
    return True


def _read(of: str, source: str, name: str, *, may_repeat: bool) -> tuple[str, str, bool]:
    """Return kind and text of a timer as we read it, and whether it was guessed."""
    plain = re.sub(r"^\s*[$#]\{(.*)\}\s*$", r"\1", source.strip()).strip().lstrip("=").strip("\"' ")
    if found := _FEEL.fullmatch(plain):
        plain = found[1]
    if found := _CYCLE.fullmatch(plain):
        return _cycle(found[1], found[2], may_repeat=may_repeat)
    if (length := duration(plain)) or (length := _every(plain)):
        if may_repeat and (of == "timeCycle" or _CRON.fullmatch(plain)):
            return "timeCycle", f"R/{length}", False
        return "timeDuration", length, False
    if date := _date(plain):
        return "timeDate", date, False
    length = duration_inside(source) or ("" if source else duration_in_label(name))
    return "timeDuration", length or _GUESS, True


def _cycle(times: str, rest: str, *, may_repeat: bool) -> tuple[str, str, bool]:
    parts = rest.split("/")
    length = next((found for part in parts if (found := duration(part))), "")
    count = times.lstrip("0") if times != "-1" else ""
    if not may_repeat or (times and not count) or not length:
        return "timeDuration", length or _GUESS, not length
    return "timeCycle", f"R{count[:5]}/{length}", False


def _date(plain: str) -> str:
    """Return a date that stands in a text, in UTC where it says no offset."""
    found = _DATE.search(plain)
    if found is None:
        return ""
    try:
        instant = datetime.fromisoformat(found.group())
    except ValueError:
        return ""
    return instant.isoformat() if instant.tzinfo else f"{instant.isoformat()}+00:00"


def _every(plain: str) -> str:
    """Return how often a cron line comes: every so many minutes, hours, days, or months."""
    if not _CRON.fullmatch(plain):
        return ""
    fields = plain.split()
    fields = fields[1:] if len(fields) > 5 else fields
    for field, (pattern, most) in zip(fields, _STEPS, strict=False):
        if step := re.search(r"/(\d+)$", field):
            return pattern.format(max(1, min(int(step[1]), most)))
        if field == "*":
            return pattern.format(1)
    day, weekday = fields[2], fields[4]
    if weekday not in {"*", "?"}:
        return "P7D"
    return "P1M" if day not in {"*", "?"} else "P1D"


def set_conditions(job: Job) -> None:
    """Let events wait for a condition that can be read; for any other a message says it."""
    for node in job.sheet.nodes:
        for definition in definitions(node):
            if kind_of(definition) != "conditional":
                continue
            holder = definition.find(bpmn("condition"))
            source = xml.text(holder)
            found = translated(source) if source else None
            is_awaited = kind(node) == "intermediateCatchEvent"
            if found is not None and is_awaited and Settled(job).lacks(node, found.names):
                found = None
            if found is None or holder is None:
                _say_by_message(job, node, source)
            elif found.source != source:
                document(node, f"Its condition was: {source}")
                holder.text = found.source
                job.did(node, f"It waits for the condition “{found.source}” now.")


def _say_by_message(job: Job, node: etree._Element, source: str) -> None:
    if kind(node) == "intermediateCatchEvent":
        for definition in definitions(node):
            node.remove(definition)
        job.sheet.retag(node, "userTask")
        document(node, "Say here when it has happened.")
        job.did(node, "A person says when it has happened.", "Its condition is not read here.")
    else:
        become(job, node, "message")
        job.did(node, f"It waits for the message “{label(node)}” now.",
                "Its condition is not read here.")  # fmt: skip
    if source:
        document(node, f"It waited until: {source}")
