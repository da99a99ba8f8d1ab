"""How services on waivers are asked for by anybody."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.separation import Rule
from engine.services.accounts import waivers

WHY = "There are two of us."

ASKS: Mapping[str, Callable[[Any], object]] = {
    "waivers.all_waivers": lambda a: waivers.all_waivers(a.platform, actor=a.actor),
    "waivers.decide": lambda a: waivers.decide(
        a.platform, actor=a.actor, waiver_id=1, confirm=True
    ),
    "waivers.end": lambda a: waivers.end(a.platform, actor=a.actor, waiver_id=1),
    "waivers.propose": lambda a: waivers.propose(
        a.platform,
        actor=a.actor,
        rule=Rule.PAYMENT,
        reason=WHY,
        control=WHY,
        until_at=a.later,
    ),
}
