"""The ways that lead from the gateways of a diagram, each with the steps it leads to first."""

from collections.abc import Iterator, Mapping, Sequence

from engine.domain.process_health import Way
from engine.process.bundle import ProcessBundle
from engine.process.diagram import Flow

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


def ways_of(bundle: ProcessBundle) -> Iterator[Way]:
    """Yield the ways from gateways that choose, as the diagram has them.

    The steps of a way are those that whoever takes it comes to first. It has none where it may
    come to an end, or into a part that is drawn apart, before anybody does anything.
    """
    onward: dict[str, list[Flow]] = {}
    for flow in bundle.flows.values():
        onward.setdefault(flow.source, []).append(flow)
    for name, flows in onward.items():
        if bundle.elements[name].kind in _CHOOSING and len(flows) > 1:
            for flow in flows:
                yield Way(flow.id, name, _first_steps(bundle, onward, flow))


def _first_steps(
    bundle: ProcessBundle, onward: Mapping[str, Sequence[Flow]], way: Flow
) -> frozenset[str]:
    """Return the steps that a way leads to first; none where it may lead to no step."""
    ahead, passed, steps = [way.target], set[str](), set[str]()
    while ahead:
        name = ahead.pop()
        if name in passed:
            continue
        passed.add(name)
        if bundle.elements[name].roles:
            steps.add(name)
        elif onward.get(name) and not _is_apart(bundle.elements[name].kind):
            ahead += [flow.target for flow in onward[name]]
        else:
            return frozenset()
    return frozenset(steps)


def _is_apart(kind: str) -> bool:
    return kind == "callActivity" or kind.endswith(("Process", "transaction"))
