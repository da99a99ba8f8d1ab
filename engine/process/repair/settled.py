"""Which variables have surely been set when a case comes to an element."""

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Place:
    """One node, as far as it matters here."""

    id: str
    sources: tuple[str, ...]
    """Ids of the nodes that flows lead from; for a border event its activity."""
    is_border: bool
    waits_for_all: bool
    sets: _Names
    inner: tuple["_Place", ...]
    """What is drawn inside it."""


class Settled:
    """What is known where, in one state of a diagram.

    Args:
        job: The diagram.
    """

    def __init__(self, job: Job) -> None:
        self._before: dict[str, _Names] = {}
        self._after: dict[str, _Names] = {}
        begin = frozenset({"category", *(VARIABLES if job.is_ours else ())})
        for process in job.sheet.processes:
            self._settle(_places(job, process), begin)

    def lacks(self, node: etree._Element, names: Iterable[str]) -> list[str]:
        """Return those of the names that may not have been set at a node."""
        known = self._before.get(node.get("id", ""))
        return [] if known is None else sorted({*names} - known)

    def _settle(self, places: tuple[_Place, ...], begin: _Names) -> bool:
        """Pass over a scope until nothing changes; tell whether anything did."""
        passes = range(_MOST_PASSES)
        return next((n > 0 for n in passes if not self._pass_over(places, begin)), True)

    def _pass_over(self, places: tuple[_Place, ...], begin: _Names) -> bool:
        """Compute all nodes of a scope once; tell whether anything changed."""
        has_changed = False
        for place in places:
            before = self._known_before(place, begin)
            has_changed |= self._before.get(place.id, ()) != before
            self._before[place.id] = before
            after = _joined(before, place.sets)
            if place.inner:
                has_changed |= self._settle(place.inner, before)
                after = _joined(after, self._at_end(place.inner))
            self._after[place.id] = after
        return has_changed

    def _known_before(self, place: _Place, begin: _Names) -> _Names:
        if place.is_border:
            return self._before.get(place.sources[0])
        if not place.sources:
            return begin
        known = [self._after.get(source) for source in place.sources]
        return _union(known) if place.waits_for_all else _common(known)

    def _at_end(self, places: tuple[_Place, ...]) -> _Names:
        left = {source for place in places if not place.is_border for source in place.sources}
        return _common([self._after.get(p.id) for p in places if p.id not in left]) or frozenset()


def _places(job: Job, scope: etree._Element) -> tuple[_Place, ...]:
    return tuple(_place(job, node) for node in job.sheet.nodes_of(scope))


def _place(job: Job, node: etree._Element) -> _Place:
    name = kind(node)
    is_border = name == "boundaryEvent"
    sources = [flow.get("sourceRef", "") for flow in job.sheet.incoming(node)]
    return _Place(
        id=node.get("id", ""),
        sources=(node.get("attachedToRef", ""),) if is_border else tuple(sources),
        is_border=is_border,
        waits_for_all=name == "parallelGateway",
        sets=_sets(job, node),
        inner=_places(job, node) if name in SUB_PROCESSES else (),
    )


def _sets(job: Job, node: etree._Element) -> _Names:
    """Return what is set at a node itself."""
    step, id_ = step_of(node), node.get("id", "")
    form = step.get("form", "")
    asked = {str(each["name"]) for each in job.asked.get(id_, ())}
    if form in FORMS:
        asked |= {*FORMS[form].routes_by}
    elif form in job.given:
        asked |= job.given[form]
    elif form and id_ not in job.asked:
        return None
    asked |= job.outputs.get(step.get("decision", ""), frozenset())
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


def _common(many: Iterable[_Names]) -> _Names:
    known = [names for names in many if names is not None]
    return frozenset.intersection(*known) if known else None


def _union(many: Iterable[_Names]) -> _Names:
    known = [names for names in many if names is not None]
    return frozenset().union(*known) if known else None
