"""How changes of the calendar are proposed, decided and applied, for tests of every command."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.working_time import Calendar
from engine.services.intake import intake
from engine.services.running import recounting
from tests.integration.office import Office

WHY = "These days are no holidays here any more."
RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
"""Confirms what Mara proposes."""


def behind(office: Office) -> None:
    """Record a complaint that is counted by another calendar than the one in force."""
    policy = office.platform.policy.calendar
    today = office.platform.calendar.day_of(office.platform.now())
    days = [today + timedelta(days=n) for n in range(1, 6)]
    before = policy.model_copy(update={"special_days": dict.fromkeys(days, ())})
    organisation = office.platform.policy.model_copy(update={"calendar": before})
    other = replace(office.platform, policy=organisation, calendar=Calendar(before))
    intake.lodge(other, actor=office.staff["hanna"], complaint=office.heard(), wanted=["iso"])


def _propose(desk: Any) -> Callable[[Any], object]:
    behind(desk.office)
    return lambda p: recounting.propose(p, actor=desk.office.staff["mara"], reason=WHY)


def _decide(desk: Any) -> Callable[[Any], object]:
    _propose(desk)(desk.office.platform)
    return lambda p: recounting.decide(p, actor=RITA, change_id=1, confirm=True)


def _apply(desk: Any) -> Callable[[Any], object]:
    behind(desk.office)
    _decide(desk)(desk.office.platform)
    return recounting.apply


ALL: Mapping[str, Any] = {"recounting.propose": _propose, "recounting.decide": _decide}
PIECEWISE: Mapping[str, Any] = {"recounting.apply": _apply}
"""Bring an office to where a command can be given, and return what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "recounting.all_changes": lambda a: recounting.all_changes(a.platform, actor=a.actor),
    "recounting.apply": lambda a: recounting.apply(a.platform, actor=a.actor),
    "recounting.decide": lambda a: recounting.decide(
        a.platform, actor=a.actor, change_id=1, confirm=True
    ),
    "recounting.propose": lambda a: recounting.propose(a.platform, actor=a.actor, reason=WHY),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "recounting.apply": lambda o, _r: partial(recounting.apply, o.platform),
}
"""How each is given on a case that others work on."""
