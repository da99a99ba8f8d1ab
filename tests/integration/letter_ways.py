"""Ways to ask for letters, and to give commands about them."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.services import approvals, letter_gate, printing

_WHY = "The reasons are too short."

ASKS: Mapping[str, Callable[[Any], object]] = {
    "approvals.approve": lambda a: approvals.approve(a.platform, **a.of_step),
    "approvals.return_draft": lambda a: approvals.return_draft(
        a.platform, reasons=_WHY, **a.of_step
    ),
    "approvals.waiting": lambda a: approvals.waiting(a.platform, actor=a.actor),
    "approvals.drafted": lambda a: approvals.drafted(a.platform, **a.of_case),
    "letter_gate.look": lambda a: letter_gate.look(a.platform, **a.of_case),
    "printing.deliveries": lambda a: printing.deliveries(a.platform, **a.of_case),
    "printing.draft_pages": lambda a: printing.draft_pages(a.platform, **a.of_case),
    "printing.letter_pdf": lambda a: printing.letter_pdf(a.platform, number=1, **a.of_case),
}
