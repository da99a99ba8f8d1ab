"""Which process of a file is the one that cases run on."""

import re
from typing import Final

from lxml import etree

from engine.process import xml
from engine.process.drawing.element import bpmn, kind, label
from engine.process.repair.record import Job

_OUTSIDERS: Final = re.compile(
    r"\b(customer|client|complainant|claimant|applicant|citizen|visitor|user|buyer|consumer"
    r"|patient|passenger|guest|kunde|kundin|antragsteller|besteller|bürger|käufer|klant|burger"
    r"|aanvrager|cliente|client|usager|ciudadano)",
    re.IGNORECASE,
)
_WORK: Final = ("Task", "task", "callActivity", "subProcess", "adHocSubProcess", "transaction")


def choose_process(job: Job) -> None:
    """Leave the processes in which something is drawn, and let the main one be executable."""
    if job.sheet.processes and not job.sheet.nodes:
        _begin(job, _main(job))
    for process in job.sheet.processes:
        if not job.sheet.nodes_of(process):
            _empty(job, process)
    if not job.sheet.processes:
        return
    main = _main(job)
    if job.process_id and main.get("id") != job.process_id:
        _rename(job, main, job.process_id)
    if main.get("isExecutable") not in {"true", "1"}:
        main.set("isExecutable", "true")
        job.did(main, "The process was marked as one that is run.")
    for process in job.sheet.processes:
        if process is main:
            break
        if process.get("isExecutable") in {"true", "1"}:
            process.set("isExecutable", "false")
            why = f"The process “{label(main)}” is the main one."
            job.did(process, "The process is no longer marked as one that is run by itself.", why)


def _begin(job: Job, process: etree._Element) -> None:
    """Draw a start and an end in a process that is still to be drawn."""
    start = job.sheet.put_first(process, "startEvent")
    job.sheet.append(start, "endEvent")
    job.did(process, "A start and an end were drawn.", "Nothing was drawn in it.")
    job.ask(process, "A case ends as soon as it begins.", "Draw the steps between start and end.")


def _empty(job: Job, process: etree._Element) -> None:
    """Remove a process in which nothing is drawn; its pool stays, as one nobody looks into."""
    job.did(process, "The process was left out; nothing is drawn in it.")
    id_ = process.get("id", "")
    for pool in job.sheet.root.iter(bpmn("participant")):
        if pool.get("processRef", "").rpartition(":")[2] == id_:
            del pool.attrib["processRef"]
    for plane in job.sheet.root.iter("{*}BPMNPlane"):
        if plane.get("bpmnElement") == id_:
            diagram = plane.getparent()
            around = None if diagram is None else diagram.getparent()
            if around is not None and diagram is not None:
                around.remove(diagram)
    job.sheet.remove(process)


def _main(job: Job) -> etree._Element:
    """Return the process that cases run on: executable, called by no other, and the largest."""
    processes = job.sheet.processes
    called = job.called
    pools = {
        pool.get("processRef", "").rpartition(":")[2]: pool.get("name", "")
        for pool in job.sheet.root.iter(bpmn("participant"))
    }

    def rank(process: etree._Element) -> tuple[bool, bool, bool, bool, int]:
        id_ = process.get("id", "")
        names = f"{process.get('name', '')} {pools.get(id_, '')}"
        work = sum(kind(part).endswith(_WORK) for part in process.iter(etree.Element))
        return (
            bool(job.process_id) and id_ == job.process_id,
            process.get("isExecutable") in {"true", "1"},
            id_ not in called,
            _OUTSIDERS.search(names) is None,
            work,
        )

    return max(processes, key=rank)


def _rename(job: Job, main: etree._Element, new: str) -> None:
    old = main.get("id", "")
    taken = job.sheet.find(new)
    if taken is not None:
        job.sheet.rename(taken, job.sheet.fresh_id(new))
        job.did(taken, f"Its id was “{new}”, as the process is to be called.")
    if not main.get("name"):
        main.set("name", old)
    for element in job.sheet.root.iter(etree.Element):
        for name in ("processRef", "bpmnElement", "calledElement"):
            if element.get(name, "").rpartition(":")[2] == old and xml.tag(element)[1]:
                element.set(name, new)
    job.sheet.rename(main, new)
    job.did(main, f"The process has the id “{new}” now; it was “{old}”.")
