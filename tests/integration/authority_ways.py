"""How the commands on authorities are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.people import authorities

SIGNED = {"name": "Ruth Canary", "kind": "signed_authority", "received_on": "2026-01-02"}
SEEN = {"finding": "The signature is that of the contract."}
WHY = {"reason": "The day is missing."}

_SAID: Mapping[str, dict[str, Any]] = {
    "authorities.record_authority": {"answers": SIGNED},
    "authorities.check_authority": {"number": 1, "answers": SEEN},
    "authorities.refuse_authority": {"number": 1, "answers": WHY},
    "authorities.withdraw_authority": {"number": 1, "answers": WHY},
}
"""By command: what is said."""


def _service(name: str) -> Callable[..., None]:
    """Return a command as it is now: a test may have put another one in its place."""
    found: Callable[..., None] = getattr(authorities, name.partition(".")[2])
    return found


def _on_a_case(name: str) -> Any:
    def prepare(desk: Any) -> Callable[[Any], object]:
        where = desk.known("hanna", desk.office.reach("assess"))
        if "number" in _SAID[name]:
            authorities.record_authority(desk.office.platform, answers=SIGNED, **where)
        return lambda p: _service(name)(p, **where, **_SAID[name])

    return prepare


ALL: Mapping[str, Any] = {name: _on_a_case(name) for name in _SAID}
"""Brings an office to where a command can be given, and returns what gives it."""


def _ask(name: str) -> Callable[[Any], object]:
    return lambda a: _service(name)(a.platform, **a.of_case, **_SAID[name])


ASKS: Mapping[str, Callable[[Any], object]] = {
    **{name: _ask(name) for name in _SAID},
    "authorities.of_case": lambda a: authorities.of_case(a.platform, **a.of_case),
}
"""How each is asked for by anybody."""


def _rival(name: str) -> Callable[[Any, str], Callable[[], object]]:
    return lambda office, reference: partial(
        _service(name),
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        **_SAID[name],
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    name: _rival(name) for name in _SAID
}
"""How each is given on a case that others work on."""
