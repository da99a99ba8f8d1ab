"""What scenarios have tried of a version of the process, and what none of them ever touches."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.process.bundle import ProcessBundle
from engine.services.tryout.playing import Played


@dataclass(frozen=True, slots=True)
class Untried:
    """Something that no scenario touches.

    Attributes:
        kind: What it is: an element, a flow, or a rule of a table.
        id: Of the element, of the flow, or of the rule.
        words: What a reader calls it.
    """

    kind: str
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a version was tried.

    Attributes:
        touched: Ids of elements that were passed.
        elements: How many elements were passed, and how many there are; the same for flows, and
            for rules of tables that the diagram asks.
    """

    touched: frozenset[str]
    elements: tuple[int, int]
    flows: tuple[int, int]
    rules: tuple[int, int]
    untried: tuple[Untried, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether everything was tried."""
        return not self.untried


def coverage(bundle: ProcessBundle, played: Iterable[Played]) -> Coverage:
    """Return what scenarios have tried, whether or not they are green."""
    passed: set[str] = set()
    flows: set[str] = set()
    matched: set[tuple[str, str]] = set()
    for each in played:
        passed.update(each.passed)
        flows.update(each.flows)
        matched.update((taken.table, rule) for taken in each.decisions for rule in taken.rules)
    rules = _rules(bundle)
    untried = [
        *(
            Untried("element", e.id, e.title)
            for e in bundle.elements.values()
            if e.id not in passed
        ),
        *(Untried("flow", id_, _way(bundle, id_)) for id_ in bundle.flows if id_ not in flows),
        *(
            Untried("rule", rule, words)
            for (t, rule), words in rules.items()
            if (t, rule) not in matched
        ),
    ]
    return Coverage(
        touched=frozenset(passed & bundle.elements.keys()),
        elements=(len(bundle.elements.keys() & passed), len(bundle.elements)),
        flows=(len(bundle.flows.keys() & flows), len(bundle.flows)),
        rules=(len(rules.keys() & matched), len(rules)),
        untried=tuple(untried),
    )


def _way(bundle: ProcessBundle, flow: str) -> str:
    ends = (bundle.flows[flow].source, bundle.flows[flow].target)
    source, target = (bundle.elements[each].title for each in ends)
    return f"{source} → {target}"


def _rules(bundle: ProcessBundle) -> dict[tuple[str, str], str]:
    """Return the rules of the tables that the diagram itself asks, by table and id."""
    asked = dict.fromkeys(e.decision for e in bundle.elements.values() if e.decision)
    tables = (bundle.tables[name] for name in asked if name in bundle.tables)
    return {
        (table.id, rule.id): f"{table.label}, rule {rule.number}"
        for table in tables
        for rule in table.rules
    }
