"""Ways to ask for letters, and to give commands about them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.letter import LetterKind
from engine.services.handling import approvals, letter_gate
from engine.services.post import letters, printing

_WHY = "The reasons are too short."

STANDS = {
    "kind": LetterKind.HOLDING,
    "text": "Dear Jane, we are still waiting for the sheets of the meter. You hear from us soon.",
}


def _send(desk: Any) -> Callable[[Any], object]:
    where = desk.known("hanna", desk.office.reach("assess"))
    return lambda p: letters.send(p, **where, **STANDS)


ALL: Mapping[str, Any] = {"letters.send": _send}
"""Brings an office to where a command can be given, and returns what gives it."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "letters.send": lambda office, reference: partial(
        letters.send,
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        **STANDS,
    )
}
"""How each is given on a case that others work on."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "approvals.approve": lambda a: approvals.approve(a.platform, **a.of_step),
    "approvals.return_draft": lambda a: approvals.return_draft(
        a.platform, reasons=_WHY, **a.of_step
    ),
    "approvals.waiting": lambda a: approvals.waiting(a.platform, actor=a.actor),
    "approvals.drafted": lambda a: approvals.drafted(a.platform, **a.of_case),
    "letter_gate.look": lambda a: letter_gate.look(a.platform, **a.of_case),
    "letters.missing": lambda a: letters.missing(a.platform, **a.of_case, **STANDS),
    "letters.send": lambda a: letters.send(a.platform, **a.of_case, **STANDS),
    "letters.suggested": lambda a: letters.suggested(
        a.platform, kind=LetterKind.HOLDING, **a.of_case
    ),
    "printing.deliveries": lambda a: printing.deliveries(a.platform, **a.of_case),
    "printing.draft_pages": lambda a: printing.draft_pages(a.platform, **a.of_case),
    "printing.letter_pdf": lambda a: printing.letter_pdf(a.platform, number=1, **a.of_case),
}
