"""How services about accounts, sessions and keys are asked; see ``asking``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.asking import Ask

ASKS: Mapping[str, Ask] = {
    "keys.all_keys": lambda a: keys.all_keys(a.platform, actor=a.actor),
    "keys.create": lambda a: keys.create(
        a.platform, actor=a.actor, name="Website", scopes=["read"], days=9
    ),
    "keys.mine": lambda a: keys.mine(a.platform, actor=a.actor),
    "keys.revoke": lambda a: keys.revoke(a.platform, actor=a.actor, key_id=1),
}
