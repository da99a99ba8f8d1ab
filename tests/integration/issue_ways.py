"""How the commands on issues are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.investigation import issues

ISSUE = {"text": "Nobody called back", "category": "Conduct of staff"}
FOUND = {"facts": "It was charged twice.", "conclusion": "upheld", "cause_area": "systems"}
CAUSE = {"cause_area": "process", "root_cause": "Bills are not compared."}


def _on_a_case(name: str, **said: Any) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        where = desk.known("hanna", desk.office.reach("assess"))
        if name == "restate":
            issues.add(desk.office.platform, answers=ISSUE, **where)
        return lambda p: getattr(issues, name)(p, **where, **said)

    return prepare


ALL: Mapping[str, Any] = {
    "issues.add": _on_a_case("add", answers=ISSUE),
    "issues.restate": _on_a_case("restate", number=2, answers=ISSUE | {"text": "No call"}),
    "issues.find": _on_a_case("find", answers=FOUND),
    "issues.name_cause": _on_a_case("name_cause", answers=CAUSE),
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "issues.add": lambda a: issues.add(a.platform, answers=ISSUE, **a.of_case),
    "issues.restate": lambda a: issues.restate(a.platform, number=2, answers=ISSUE, **a.of_case),
    "issues.find": lambda a: issues.find(a.platform, answers=FOUND, **a.of_case),
    "issues.name_cause": lambda a: issues.name_cause(a.platform, answers=CAUSE, **a.of_case),
}
"""How each is asked for by anybody."""


def _rival(service: Callable[..., None], **said: Any) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        service, office.platform, actor=office.staff["hanna"], reference=reference, **said
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "issues.add": _rival(issues.add, answers=ISSUE),
    "issues.restate": _rival(issues.restate, number=2, answers=ISSUE),
    "issues.find": _rival(issues.find, answers=FOUND),
    "issues.name_cause": _rival(issues.name_cause, answers=CAUSE),
}
"""How each is given on a case that others work on."""
