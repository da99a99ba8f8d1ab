"""How the commands on persons complained about are given, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.services.staffing import kept_out, respondents

PERSON = {"username": "sam", "about": "He was rude on the telephone."}
TOLD = {"told": "Somebody says that you were rude on the telephone."}
REPLY = {"reply": "I was calm, and the line was bad."}
TIE = {"reason": "She is my neighbour."}
WHY = "It was another Sam."

_SAID: Mapping[str, tuple[Any, str, dict[str, Any]]] = {
    "respondents.name": (respondents, "hanna", {"answers": PERSON}),
    "respondents.remove": (respondents, "tom", {"number": 1, "reason": WHY}),
    "respondents.inform": (respondents, "hanna", {"number": 1, "answers": TOLD}),
    "respondents.take_reply": (respondents, "hanna", {"number": 1, "answers": REPLY}),
    "respondents.note_silence": (respondents, "hanna", {"number": 1}),
    "kept_out.declare_conflict": (kept_out, "hanna", {"answers": TIE}),
    "kept_out.lift_conflict": (kept_out, "tom", {"username": "ada", "reason": WHY}),
}
"""By command: its module, who gives it, and what is said."""


def _service(name: str) -> Callable[..., None]:
    """Return a command as it is now: a test may have put another one in its place."""
    found: Callable[..., None] = getattr(_SAID[name][0], name.partition(".")[2])
    return found


def _on_a_case(name: str) -> Any:
    _module, who, said = _SAID[name]

    def prepare(desk: Any) -> Callable[[Any], object]:
        reference = desk.office.reach("assess")
        where, platform = desk.known("hanna", reference), desk.office.platform
        if "number" in said:
            respondents.name(platform, answers=PERSON, **where)
        if name == "respondents.note_silence":
            respondents.inform(platform, answers=TOLD, number=1, **where)
            desk.clock.advance(days=30)
        if name == "kept_out.lift_conflict":
            kept_out.declare_conflict(platform, answers=TIE, **desk.known("ada", reference))
        return lambda p: _service(name)(p, **desk.known(who, reference), **said)

    return prepare


ALL: Mapping[str, Any] = {name: _on_a_case(name) for name in _SAID}
"""Brings an office to where a command can be given, and returns what gives it."""


def _ask(name: str) -> Callable[[Any], object]:
    return lambda a: _service(name)(a.platform, **a.of_case, **_SAID[name][2])


ASKS: Mapping[str, Callable[[Any], object]] = {
    **{name: _ask(name) for name in _SAID},
    "respondents.of_case": lambda a: respondents.of_case(a.platform, **a.of_case),
}
"""How each is asked for by anybody."""


def _rival(name: str) -> Callable[[Any, str], Callable[[], object]]:
    _module, who, said = _SAID[name]
    return lambda office, reference: partial(
        _service(name), office.platform, actor=office.staff[who], reference=reference, **said
    )


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    name: _rival(name) for name in _SAID
}
"""How each is given on a case that others work on."""
