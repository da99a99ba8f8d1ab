"""How the numbers are stated that complaints are measured by; see ``commands``."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.domain.basis import Basis
from engine.services.figures import stating

OF_DECEMBER = {"of": Basis.CUSTOMERS, "month": date(2025, 12, 1), "number": 12_000}


def _state(desk: Any) -> Callable[[Any], object]:
    mara = desk.office.staff["mara"]
    return lambda p: stating.state_number(p, actor=mara, **OF_DECEMBER)


ALL: Mapping[str, Any] = {"stating.state_number": _state}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "stating.state_number": lambda a: stating.state_number(
        a.platform, actor=a.actor, **OF_DECEMBER
    ),
    "stating.stated_numbers": lambda a: stating.stated_numbers(a.platform, actor=a.actor),
}
"""How each service is asked for by anybody, whatever becomes of it."""
