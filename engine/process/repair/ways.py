"""Gateways know which way to take: by conditions we can read, else by asking a person."""

import re
from typing import Final

from lxml import etree

from engine.domain.own_name import name_from
from engine.process import xml
from engine.process.drawing.element import bpmn, document, kind, label, set_condition
from engine.process.repair import asking
from engine.process.repair.events import is_deed
from engine.process.repair.handwork import by_hand
from engine.process.repair.record import Job
from engine.process.repair.settled import Settled, assigned, read_script
from engine.process.repair.translation import translated
from engine.process.repair.usage import Usage, usages, usages_of_values

_DECIDING: Final = ("exclusiveGateway", "inclusiveGateway")
_TEXTS: Final = re.compile(r"(\"[^\"]*\"|'[^']*')")


class Ways:
    """Sees to all conditions of a diagram.

    Args:
        job: The diagram.
    """

    def __init__(self, job: Job) -> None:
        self._job, self._sheet = job, job.sheet
        self._unread: set[str] = set()
        """Flows whose condition cannot be read here."""

    def decide(self) -> None:
        """Let every gateway decide, and every condition be one that can be answered."""
        self._translate()
        for node in self._sheet.nodes:
            self._show_gateway(node)
        for node in self._sheet.nodes:
            if kind(node) == "scriptTask":
                self._feed(node)
        for node in self._sheet.nodes:
            if kind(node) in _DECIDING and len(self._sheet.outgoing(node)) > 1:
                self._settle(node)

    def _translate(self) -> None:
        for scope in self._sheet.scopes:
            for flow in self._sheet.flows_of(scope):
                source = _condition(flow)
                if not source:
                    continue
                found = translated(source)
                if found is None:
                    self._unread.add(flow.get("id", ""))
                elif found.source != source.strip():
                    document(flow, f"Its condition was: {source}")
                    set_condition(flow, found.source)
                    self._job.did(
                        flow, f"Its condition is “{found.source}” now; it was “{source}”."
                    )
        self._rename_reserved()

    def _rename_reserved(self) -> None:
        """Call variables otherwise that would be mistaken for those of Redress."""
        read = usages(_condition(flow) for flow in self._readable())
        taken = {*read}
        for name in read if not self._job.is_ours else ():
            if asking.is_free_variable(name) or name in self._set_by_scripts():
                continue
            new = asking.variable_for(name, taken)
            taken.add(new)
            for flow in self._readable():
                changed = _renamed(_condition(flow), name, new)
                if changed != _condition(flow):
                    set_condition(flow, changed)
            self._job.did(None, f"The variable “{name}” is called “{new}” now.",
                          "Redress means something else by that name.")  # fmt: skip

    def _set_by_scripts(self) -> set[str]:
        found = {name for node in self._sheet.nodes for name in assigned(node)}
        return found.union(*self._job.outputs.values(), *self._job.given.values())

    def _readable(self) -> list[etree._Element]:
        flows = [flow for scope in self._sheet.scopes for flow in self._sheet.flows_of(scope)]
        return [f for f in flows if _condition(f) and f.get("id") not in self._unread]

    def _show_gateway(self, node: etree._Element) -> None:
        """Put a gateway behind an element of another kind whose ways have to be chosen."""
        ways, default = self._sheet.outgoing(node), node.get("default", "")
        if kind(node) in _DECIDING or len(ways) < 2:
            return
        bare = [way for way in ways if not _condition(way) and way.get("id") != default]
        is_choice = len(bare) == len(ways) and all(
            is_deed(target) for target in self._sheet.successors(node)
        )
        if not is_choice and len(bare) == len(ways):
            return
        name = "inclusiveGateway" if bare and not is_choice else "exclusiveGateway"
        gateway = self._sheet.insert_behind(node, name)
        if default:
            gateway.set("default", default)
        for way in bare if not is_choice else ():
            set_condition(way, "true")
        self._job.did(gateway, f"A gateway was put behind “{label(node)}”.",
                      "Not all of the flows out of it are always taken.")  # fmt: skip

    def _feed(self, node: etree._Element) -> None:
        """See that what a script reads is asked before; without such a step a person does it."""
        lines = read_script(node)
        names = {name for _, expression in lines for name in expression.names}
        missing = Settled(self._job).lacks(node, names - {name for name, _ in lines})
        if not missing:
            return
        read = usages_of_values(expression.source for _, expression in lines)
        fields = [self._field(name, read[name], node) for name in missing]
        steps = asking.askers(self._job, node)
        if not steps or not all(fields):
            by_hand(self._job, node, f"Nothing before it sets “{missing[0]}”, which it reads.")
            return
        self._ask(node, steps, fields)

    def _ask(
        self,
        node: etree._Element,
        steps: list[etree._Element],
        fields: list[dict[str, object] | None],
    ) -> None:
        for step in steps:
            for field in fields:
                asking.ask_at(self._job, step, field or {})
        said = f"What it reads is asked at {_named(steps)}."
        self._job.did(node, said, "Nothing before it in the diagram sets it.")

    def _settle(self, node: etree._Element) -> None:
        """See that a gateway can be answered: by what is known there, else by a step before it."""
        ways, default = self._sheet.outgoing(node), node.get("default", "")
        open_ways = [way for way in ways if way.get("id") != default]
        if any(not _condition(w) or w.get("id") in self._unread for w in open_ways):
            self._choose(node)
            return
        read = usages(_condition(way) for way in open_ways)
        missing = Settled(self._job).lacks(node, read)
        if not missing:
            return
        everywhere = usages(_condition(flow) for flow in self._readable())
        fields = [self._field(name, everywhere[name], node) for name in missing]
        if not all(fields):
            self._choose(node)
            return
        self._ask(node, self._steps_before(node), fields)

    def _field(self, name: str, usage: Usage, node: etree._Element) -> dict[str, object] | None:
        """Return the question for a variable; None where it is not clear what to ask."""
        if not usage.kind or not asking.is_free_variable(name):
            return None
        alone = len(usages(_condition(w) for w in self._sheet.outgoing(node) if _condition(w))) == 1
        title = node.get("name") if alone and node.get("name") else _words(name)
        choices = [(text, self._title_of(name, text, node)) for text in usage.texts]
        if usage.kind == "choice" and (usage.is_open or node.get("default") or len(choices) < 2):
            other = asking.free("other", [value for value, _ in choices])
            choices.append((other, self._default_title(node) or "Something else"))
        return asking.field_of(
            name,
            title or _words(name),
            usage.kind,
            choices if usage.kind == "choice" else (),
            required=not usage.may_be_empty,
        )

    def _title_of(self, name: str, text: str, node: etree._Element) -> str:
        """Return the label of the flow that is taken for a value, else the value in words."""
        for way in self._sheet.outgoing(node):
            written = _condition(way).replace("'", '"').replace(" ", "")
            wanted = f'{name}=="{text}"'.replace(" ", "")
            if written.strip("${}=") == wanted and way.get("name"):
                return way.get("name", "")
        return _words(text)

    def _default_title(self, node: etree._Element) -> str:
        default = self._sheet.find(node.get("default", ""))
        return "" if default is None else default.get("name", "")

    def _choose(self, node: etree._Element) -> None:
        """Let a person choose the way, by the labels of the flows."""
        steps = self._steps_before(node)
        if kind(node) == "inclusiveGateway":
            self._choose_several(node, steps)
        else:
            self._choose_one(node, steps)
        self._job.did(node, f"The way is chosen by a person, at {_named(steps)}.",
                      "A flow had no condition, or one that is not read here.")  # fmt: skip

    def _choose_one(self, node: etree._Element, steps: list[etree._Element]) -> None:
        ways = self._sheet.outgoing(node)
        name = asking.variable_for(node.get("name") or f"way_{label(node)}", self._taken())
        values: list[str] = []
        for way in ways:
            values.append(asking.free(name_from(self._title(way)), values))
            if _condition(way):
                document(way, f"Its condition was: {_condition(way)}")
            set_condition(way, f'{name} == "{values[-1]}"')
            self._unread.discard(way.get("id", ""))
        default = node.get("default") or ways[-1].get("id", "")
        node.set("default", str(default))
        for way in ways:
            if way.get("id") == default:
                set_condition(way, "")
        choices = [(value, self._title(way)) for value, way in zip(values, ways, strict=True)]
        field = asking.field_of(
            name, node.get("name") or "Which way?", "choice", choices, required=True
        )
        for step in steps:
            asking.ask_at(self._job, step, field)

    def _choose_several(self, node: etree._Element, steps: list[etree._Element]) -> None:
        default = node.get("default", "")
        names: list[str] = []
        ways = [way for way in self._sheet.outgoing(node) if way.get("id") != default]
        for way in ways:
            if _condition(way):
                document(way, f"Its condition was: {_condition(way)}")
            name = asking.variable_for(self._title(way), {*self._taken(), *names})
            names.append(name)
            set_condition(way, name)
            self._unread.discard(way.get("id", ""))
            field = asking.field_of(name, self._title(way), "yes_no", required=True)
            for step in steps:
                asking.ask_at(self._job, step, field)
        if not default and len(names) > 1:
            others = " or ".join(names[:-1])
            set_condition(ways[-1], f"{names[-1]} or not ({others})")

    def _title(self, way: etree._Element) -> str:
        target = self._sheet.find(way.get("targetRef", ""))
        return way.get("name", "").strip() or ("" if target is None else label(target)) or "On"

    def _taken(self) -> set[str]:
        asked = {str(f["name"]) for fields in self._job.asked.values() for f in fields}
        read = usages(_condition(flow) for flow in self._readable())
        return asked | {*read} | self._set_by_scripts()

    def _steps_before(self, node: etree._Element) -> list[etree._Element]:
        """Return the steps that ask on behalf of a gateway, a new one where there is none."""
        found = asking.askers(self._job, node)
        if found:
            return found
        joins = kind(node) == "inclusiveGateway" and len(self._sheet.incoming(node)) > 1
        title = node.get("name") or "Decide how to go on"
        if joins:
            join = self._sheet.insert_before(node, "inclusiveGateway")
            self._job.did(join, "A gateway that waits was put before the one that decides.")
        step = self._sheet.insert_before(node, "userTask", title)
        self._job.did(step, f"A step was added in which a person decides for “{label(node)}”.",
                      "No step right before it could ask.")  # fmt: skip
        return [step]


def _condition(flow: etree._Element) -> str:
    return xml.text(flow.find(bpmn("conditionExpression")))


def _renamed(source: str, old: str, new: str) -> str:
    parts = _TEXTS.split(source)
    word = re.compile(rf"(?<![\w.]){re.escape(old)}(?!\w)")
    return "".join(p if n % 2 else word.sub(new, p) for n, p in enumerate(parts))


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ")
    return " ".join(spaced.split()).capitalize() or name


def _named(steps: list[etree._Element]) -> str:
    return ", ".join(f"“{label(step)}”" for step in steps)
