"""How the jobs on calls upwards are given and asked for, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.domain.actor import Actor, Role
from engine.services.handling import absence, casework, climbing, inactivity, owing
from engine.services.staffing import ownership
from tests.integration.reach_ways import hire, stand_in

DORA = Actor(username="dora", name="Dora", roles=frozenset({Role.HANDLER}))


def _unheard(desk: Any) -> Callable[[Any], object]:
    """Let two calls wait for longer than they may."""
    for _ in range(2):
        casework.escalate(
            desk.office.platform,
            reason="Help, please.",
            **desk.known("hanna", desk.office.reach("assess")),
        )
    desk.clock.advance(days=2)
    return climbing.climb


def _away(desk: Any) -> Callable[[Any], object]:
    """Let the owner of two complaints be away."""
    hire(desk.office.platform, DORA)
    for _ in range(2):
        desk.office.reach("investigate")
    stand_in(desk.office.platform, desk.office.staff["tom"], "hanna", "dora")
    return absence.hand_on


def _still(desk: Any) -> Callable[[Any], object]:
    """Let nobody act on two complaints."""
    for _ in range(2):
        desk.office.reach("investigate")
    desk.clock.advance(days=9)
    return inactivity.call


def _owing(desk: Any) -> Callable[[Any], object]:
    """Let the remedies of two complaints be due for longer than they may."""
    for _ in range(2):
        desk.office.reach("closing_check")
    desk.clock.advance(days=40)
    return owing.tell_owing


def _give(desk: Any) -> Callable[[Any], object]:
    where = desk.known("tom", desk.office.reach("investigate"))
    hire(desk.office.platform, DORA)
    return lambda p: ownership.give(p, to="dora", reason="She knows the product.", **where)


ALL: Mapping[str, Any] = {"ownership.give": _give}
"""Brings an office to where a command can be given, and returns what gives it."""

PIECEWISE: Mapping[str, Any] = {
    "absence.hand_on": _away,
    "climbing.climb": _unheard,
    "inactivity.call": _still,
    "owing.tell_owing": _owing,
}
"""The same for what is many transactions by design."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "absence.hand_on": lambda a: absence.hand_on(a.platform, actor=a.actor),
    "climbing.climb": lambda a: climbing.climb(a.platform, actor=a.actor),
    "owing.tell_owing": lambda a: owing.tell_owing(a.platform, actor=a.actor),
    "inactivity.call": lambda a: inactivity.call(a.platform, actor=a.actor),
    "ownership.give": lambda a: ownership.give(a.platform, to="ivo", reason="Away.", **a.of_case),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "absence.hand_on": lambda o, _r: partial(absence.hand_on, o.platform),
    "climbing.climb": lambda o, _r: partial(climbing.climb, o.platform),
    "inactivity.call": lambda o, _r: partial(inactivity.call, o.platform),
    "owing.tell_owing": lambda o, _r: partial(owing.tell_owing, o.platform),
    "ownership.give": lambda o, r: partial(
        ownership.give,
        o.platform,
        actor=o.staff["tom"],
        reference=r,
        to="ivo",
        reason="Hanna is away.",
    ),
}
"""How each is given on a case that others work on."""
