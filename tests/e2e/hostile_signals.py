"""Texts that try to do something, in what is said of signals and charts."""

from datetime import date
from typing import Any

from engine.domain.signal import Disposition
from engine.services.signals import answering
from tests.e2e.hostile import ROLF
from tests.integration.signal_ways import shown


def answer_signals(pen: Any) -> int:
    """Say what a signal is, and what was changed, in a hostile text; return its number."""
    number = shown(pen.site.platform)
    answer = {"number": number, "disposition": Disposition.CHANCE}
    pen.write(answering.answer_signal, actor=ROLF, reason=pen.reason, **answer)
    change = {"chart": "received", "since": date(2025, 9, 1)}
    pen.write(answering.set_baseline, actor=ROLF, reason=pen.reason, **change)
    return number
