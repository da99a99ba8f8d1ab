"""The plain library on the shipped process: what every figure is compared with.

What the plain library cannot read is replaced by what costs it less: decision tables and sent
letters by a line of script, people's steps by user tasks without a form.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from tests.benchmarks.reference import Deed

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SCRIPTS = {
    "triage": "route = 'complex'; priority = 2",
    "authority": "approval_level = 'approver'",
    # What a message says does not reach its case; so the answers of the story are set beforehand.
    "send_decision": "answer = 'accepted' if review else 'rejected'",
}
_VARIABLES = {"category": "Price", "safety": "none", "vulnerable": False, "review": ""}


def _readable(source: bytes) -> etree._Element:
    """Return the shipped diagram as the plain library can read it."""
    root = etree.XML(source, etree.XMLParser(resolve_entities=False, remove_blank_text=True))
    for kind in ("serviceTask", "businessRuleTask"):
        for task in list(root.iter(f"{_BPMN}{kind}")):
            task.tag = f"{_BPMN}scriptTask"
            line = etree.SubElement(task, f"{_BPMN}script")
            line.text = _SCRIPTS.get(str(task.get("id")), "sent = True")
    for extension in list(root.iter(f"{_BPMN}extensionElements")):
        extension.getparent().remove(extension)
    for length in root.iter(f"{_BPMN}timeDuration"):
        length.text = f"'{length.text}'"
    return root


@dataclass(frozen=True)
class Plain:
    """The plain library with the diagram read once, and its JSON serializer."""

    spec: Any
    inner: Any
    serializer: BpmnWorkflowSerializer

    @classmethod
    def read(cls) -> "Plain":
        """Read the shipped process."""
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(_readable((files("bpmn") / "complaint.bpmn").read_bytes()))
        serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        inner = parser.get_subprocess_specs("complaint")
        return cls(parser.get_spec("complaint"), inner, serializer)

    def start(self) -> BpmnWorkflow:
        """Begin a case and run it to its first step."""
        case = BpmnWorkflow(self.spec, self.inner)
        case.task_tree.set_data(**_VARIABLES)
        case.do_engine_steps()
        return case

    def do(self, case: BpmnWorkflow, deed: Deed) -> None:
        """Complete a step, or hand in a message, and run to the next pause."""
        if deed.is_step:
            ready = case.get_tasks(state=TaskState.READY)
            task = next(each for each in ready if each.task_spec.name == deed.name)
            task.data.update(deed.routing)
            task.run()
        else:
            case.send_event(BpmnEvent(MessageEventDefinition(deed.name), {}))
        case.do_engine_steps()
        case.refresh_timers()

    def write(self, case: BpmnWorkflow) -> str:
        """Return a case as its serializer writes it."""
        written: str = self.serializer.serialize_json(case)
        return written

    def load(self, written: str) -> BpmnWorkflow:
        """Return a case that was written."""
        return self.serializer.deserialize_json(written)
