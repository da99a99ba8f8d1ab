"""Repairs small diagrams for the tests, and looks at what became of them."""

import json

from engine.process import xml
from engine.process.bundle import build_bundle
from engine.process.drawing import Sheet
from engine.process.drawing.element import kind
from engine.process.repair import repair
from tests.unit.process.drawing import Story, document, node, process

FOREIGN = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
    "flowable": "http://flowable.org/bpmn",
    "imixs": "http://www.imixs.org/bpmn2",
}


def foreign(*processes):
    """Return a file that also uses the words of other tools."""
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in FOREIGN.items())
    content = document(*processes).decode()
    return content.replace("<bpmn:definitions ", f"<bpmn:definitions {spaces} ").encode()


def person(id_, body="", **attributes):
    """Draw a step of a person for whom nothing of Redress is said."""
    return node("user", id_, body, step={}, **attributes)


class Mended:
    """A diagram after its repair."""

    def __init__(self, content, **options):
        self.before = content
        self.result = repair(content, **options)
        self.sheet = Sheet(xml.parse(self.result.content))

    @property
    def said(self):
        return [each.sentence for each in self.result.repairs]

    @property
    def questions(self):
        return [each.sentence for each in self.result.questions]

    @property
    def forms(self):
        read = [json.loads(form) for form in self.result.forms]
        return {form["id"]: form for form in read}

    def kind(self, id_):
        found = self.sheet.find(id_)
        return None if found is None else kind(found)

    def after(self, id_):
        return [each.get("id") for each in self.sheet.successors(self.sheet.find(id_))]

    def kinds_after(self, id_):
        return [kind(each) for each in self.sheet.successors(self.sheet.find(id_))]

    def condition(self, flow):
        found = self.sheet.find(flow).find(f"{{{xml.BPMN}}}conditionExpression")
        return None if found is None else found.text

    def notes(self, id_):
        parts = self.sheet.find(id_).iterfind(f"{{{xml.BPMN}}}documentation")
        return " ".join(part.text or "" for part in parts)

    def fields(self, step):
        """Return the fields that a step asks, by their name."""
        found = self.sheet.find(step).find(f".//{{{xml.REDRESS}}}step")
        form = self.forms[found.get("form")]
        return {field["name"]: field for field in form["fields"]}

    def told_about(self, id_):
        return [each for each in self.result.repairs if each.element == id_]

    def story(self, **variables):
        return Story(build_bundle([self.result.content], (), self.result.forms), **variables)


def mended(*parts, **options):
    """Return the repair of one process that is drawn of these parts."""
    return Mended(foreign(process("p", *parts)), **options)
