"""How a complaint is assessed anew, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.handling import assessing

ANEW = {
    "severity": 4,
    "safety": "none",
    "complexity": "complex",
    "amount": "600",
    "override_reason": "She has called four times already.",
}


def _reassess(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("investigate"))
    return lambda p: assessing.reassess(p, answers=ANEW, **where)


ALL: Mapping[str, Any] = {"assessing.reassess": _reassess}
"""Brings an office to where the command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "assessing.reassess": lambda a: assessing.reassess(a.platform, answers=ANEW, **a.of_case),
    "assessing.suggest": lambda a: assessing.suggest(a.platform, answers=ANEW, **a.of_case),
    "assessing.of_case": lambda a: assessing.of_case(a.platform, **a.of_case),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "assessing.reassess": lambda office, reference: partial(
        assessing.reassess,
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        answers=ANEW,
    )
}
"""How it is given on a case that others work on."""
