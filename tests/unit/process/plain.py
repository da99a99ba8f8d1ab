"""A case on the plain library, with the same face as a story told on our core."""

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser import BpmnDmnParser
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from tests.unit.process.drawing import document, line, node, process

MOST_STEPS = 2_000
"""Elements after which a run of the library is taken for endless."""


class EndlessError(Exception):
    """The library would not have come to an end."""


class Plain:
    """A case on the plain library."""

    def __init__(self, *parts, **variables):
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(document(process("p", *parts)))
        spec, inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self.case = BpmnWorkflow(spec, inner)
        self.case.task_tree.set_data(**variables)
        self.steps = 0
        self._run()

    @property
    def open(self):
        return sorted(task.task_spec.name for task in self._ready())

    @property
    def is_complete(self):
        return self.case.is_completed()

    def states(self, element):
        return [t.state for t in self.case.tasks.values() if t.task_spec.name == element]

    def task(self, element):
        return next(task for task in self._ready() if task.task_spec.name == element)

    def variables(self, element):
        return self.task(element).data

    def does(self, element, **answers):
        task = self.task(element)
        task.data.update(answers)
        task.run()
        self._run()
        return self

    def hears(self, message):
        self.case.catch(BpmnEvent(MessageEventDefinition(message), {}))
        self._run()
        return self

    def moments(self, element):
        """Return the due times that the tasks of an element hold."""
        held = (t.internal_data for t in self.case.tasks.values() if t.task_spec.name == element)
        return {value for data in held for value in data.values() if isinstance(value, str)}

    def is_overdue_again(self, element):
        """Let every cycle of a timer be overdue, look at the timers once, and go on."""
        for task in self.case.tasks.values():
            if task.task_spec.name == element:
                task.internal_data["event_value"]["next"] = "2000-01-01T00:00:00+00:00"
        self.case.refresh_waiting_tasks()
        self._run()
        return self

    def restored(self):
        """Write the case down and read it back."""
        serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.case = serializer.deserialize_json(serializer.serialize_json(self.case))
        return self

    def run_directly(self):
        """Run what is ready without the tree walk that no longer sees it in a long loop."""
        while ready := [t for t in self.case.tasks.values()
                        if t.state == TaskState.READY and not t.task_spec.manual]:  # fmt: skip
            for task in ready:
                task.run()

    def _ready(self):
        return self.case.get_tasks(state=TaskState.READY, manual=True)

    def _run(self):
        self.case.do_engine_steps(will_complete_task=self._count)

    def _count(self, _):
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise EndlessError


def plainly_decided(content, **variables):
    """Return what the library makes of a decision table."""
    parser = BpmnDmnParser()
    parser.add_dmn_str(content)
    parser.dmn_parsers["t"].parse()
    engine = DMNEngine(parser.dmn_parsers["t"].decision.decisionTables[0])
    case = Plain(node("start", "s"), node("user", "u"), line("s", "u"), **variables)
    return engine.result(case.task("u"))
