"""How evidence is chosen, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.investigation import evidence
from engine.services.people import interviews
from tests.integration.inquiry_ways import INTERVIEW

CHOSEN = {"issue": 1, "evidence": ["interview:1"]}
NOTHING = {"issue": 1, "evidence": []}


def _choose(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("assess"))
    interviews.keep(desk.office.platform, answers=INTERVIEW, **where)
    return lambda p: evidence.choose_evidence(p, answers=CHOSEN, **where)


ALL: Mapping[str, Any] = {"evidence.choose_evidence": _choose}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "evidence.choose_evidence": lambda a: evidence.choose_evidence(
        a.platform, answers=NOTHING, **a.of_case
    ),
    "evidence.of_case": lambda a: evidence.of_case(a.platform, **a.of_case),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "evidence.choose_evidence": lambda office, reference: partial(
        evidence.choose_evidence,
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        answers=NOTHING,
    )
}
"""How each is given on a case that others work on."""
