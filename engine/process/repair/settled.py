"""Which variables have surely been set when a case comes to an element."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from engine.domain.form import FORMS
from engine.process import xml
from engine.process.diagram import SUB_PROCESSES
from engine.process.drawing.element import bpmn, kind, step_of
from engine.process.expressions import Expression, compile_script
from engine.process.operators import ExpressionError
from engine.process.repair.record import Job
from engine.process.vocabulary import VARIABLES

_MOST_PASSES: Final = 20
"""Passes over a scope; loops within loops settle in fewer."""
_Names = frozenset[str] | None
"""Names of variables; None where nobody can tell which, so that each counts as set."""


class Settled:
    """What is known where, in one state of a diagram.

    Args:
        job: The diagram.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._before: dict[str, _Names] = {}
        self._after: dict[str, _Names] = {}
        begin = frozenset({"category", *(VARIABLES if job.is_ours else ())})
        for process in job.sheet.processes:
            self._settle(process, begin)

    def lacks(self, node: etree._Element, names: Iterable[str]) -> list[str]:
        """Return those of the names that may not have been set at a node."""
        known = self._before.get(node.get("id", ""))
        return [] if known is None else sorted({*names} - known)

    def _settle(self, scope: etree._Element, begin: _Names) -> bool:
        """Pass over a scope until nothing changes; tell whether anything did."""
        passes = range(_MOST_PASSES)
        return next((n > 0 for n in passes if not self._pass_over(scope, begin)), True)

    def _pass_over(self, scope: etree._Element, begin: _Names) -> bool:
        """Compute all nodes of a scope once; tell whether anything changed."""
        has_changed = False
        for node in self._job.sheet.nodes_of(scope):
            id_ = node.get("id", "")
            before = self._known_before(node, begin)
            has_changed |= self._before.get(id_, ()) != before
            self._before[id_] = before
            after = _joined(before, self._sets(node))
            if kind(node) in SUB_PROCESSES:
                has_changed |= self._settle(node, before)
                after = _joined(after, self._at_end(node))
            self._after[id_] = after
        return has_changed

    def _known_before(self, node: etree._Element, begin: _Names) -> _Names:
        if kind(node) == "boundaryEvent":
            return self._before.get(node.get("attachedToRef", ""))
        flows = self._job.sheet.incoming(node)
        if not flows:
            return begin
        known = [self._after.get(flow.get("sourceRef", "")) for flow in flows]
        if kind(node) == "parallelGateway":
            return _union(known)
        certain = [names for names in known if names is not None]
        return frozenset.intersection(*certain) if certain else None

    def _at_end(self, scope: etree._Element) -> _Names:
        ends = [n for n in self._job.sheet.nodes_of(scope) if not self._job.sheet.outgoing(n)]
        known = [self._after.get(node.get("id", "")) for node in ends]
        certain = [names for names in known if names is not None]
        return frozenset.intersection(*certain) if certain else frozenset()

    def _sets(self, node: etree._Element) -> _Names:
        """Return what is set at a node itself."""
        step, id_ = step_of(node), node.get("id", "")
        form = step.get("form", "")
        asked = {str(each["name"]) for each in self._job.asked.get(id_, ())}
        if form in FORMS:
            asked |= {*FORMS[form].routes_by}
        elif form in self._job.given:
            asked |= self._job.given[form]
        elif form and id_ not in self._job.asked:
            return None
        asked |= self._job.outputs.get(step.get("decision", ""), frozenset())
        return frozenset(asked | {*assigned(node)})


def assigned(node: etree._Element) -> Iterable[str]:
    """Return the variables that the script of a node sets."""
    return [name for name, _ in read_script(node)]


def read_script(node: etree._Element) -> tuple[tuple[str, Expression], ...]:
    """Return the lines of the script of a node; none where there is none that can be read."""
    try:
        return compile_script(xml.text(node.find(bpmn("script"))))
    except ExpressionError:
        return ()


def _joined(one: _Names, other: _Names) -> _Names:
    return None if one is None or other is None else one | other


def _union(many: Iterable[_Names]) -> _Names:
    known = [names for names in many if names is not None]
    return frozenset().union(*known) if known else None
