"""How the parties of a complaint are put right, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.people import parties

SAID = {
    "complainant_name": "Jane Canary-Smith",
    "email": "jane.smith@example.org",
    "reason": "She has married and told us on the telephone.",
}


def _restate(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("assess"))
    return lambda p: parties.restate_parties(p, answers=SAID, **where)


ALL: Mapping[str, Any] = {"parties.restate_parties": _restate}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "parties.restate_parties": lambda a: parties.restate_parties(
        a.platform, answers=SAID, **a.of_case
    ),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "parties.restate_parties": lambda office, reference: partial(
        parties.restate_parties,
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        answers=SAID,
    ),
}
"""How each is given on a case that others work on."""
