"""How the commands on remedies are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.handling import remedies
from tests.integration.office import FINANCE

REMEDY = {
    "kind": "refund",
    "amount": "250",
    "text": "The second payment is returned.",
    "owner": "hanna",
    "due_on": "2030-01-31",
}
PROOF = {"proof": "Payment 4711"}
WHY = "She wants none."


def _on_a_case(name: str, element: str, **said: Any) -> Any:
    """Return how a command is given on a case of which the decision may be drafted."""

    def prepare(desk: Any) -> Callable[[Any], object]:
        where = desk.known("hanna", desk.office.reach(element))
        if name in {"restate", "drop"}:
            remedies.propose(desk.office.platform, answers=REMEDY, **where)
        if name == "verify":
            _pay(desk.office.platform, where["reference"])
        who = {"actor": FINANCE} if name == "carry_out" else {}
        return lambda p: getattr(remedies, name)(p, **where | who | said)

    return prepare


def _pay(platform: Any, reference: str) -> None:
    remedies.carry_out(platform, actor=FINANCE, reference=reference, number=1, answers=PROOF)


ALL: Mapping[str, Any] = {
    "remedies.propose": _on_a_case("propose", "assess", answers=REMEDY),
    "remedies.restate": _on_a_case("restate", "assess", number=1, answers=REMEDY),
    "remedies.drop": _on_a_case("drop", "assess", number=1, reason=WHY),
    "remedies.carry_out": _on_a_case("carry_out", "closing_check", number=1, answers=PROOF),
    "remedies.verify": _on_a_case("verify", "closing_check", number=1),
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "remedies.propose": lambda a: remedies.propose(a.platform, answers=REMEDY, **a.of_case),
    "remedies.restate": lambda a: remedies.restate(
        a.platform, number=1, answers=REMEDY, **a.of_case
    ),
    "remedies.drop": lambda a: remedies.drop(a.platform, number=1, reason=WHY, **a.of_case),
    "remedies.carry_out": lambda a: remedies.carry_out(
        a.platform, number=1, answers=PROOF, **a.of_case
    ),
    "remedies.verify": lambda a: remedies.verify(a.platform, number=1, **a.of_case),
    "remedies.page": lambda a: remedies.page(a.platform, actor=a.actor),
    "remedies.paid": lambda a: remedies.paid(a.platform, issue=1, **a.of_case),
}
"""How each is asked for by anybody."""


def _rival(service: Callable[..., None], **said: Any) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        service, office.platform, **{"actor": office.staff["hanna"], "reference": reference} | said
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "remedies.propose": _rival(remedies.propose, answers=REMEDY),
    "remedies.restate": _rival(remedies.restate, number=1, answers=REMEDY),
    "remedies.drop": _rival(remedies.drop, number=1, reason=WHY),
    "remedies.carry_out": _rival(remedies.carry_out, actor=FINANCE, number=1, answers=PROOF),
    "remedies.verify": _rival(remedies.verify, number=1),
}
"""How each is given on a case that others work on."""
