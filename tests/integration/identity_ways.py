"""How the commands about accounts, sessions and keys are given; see ``commands``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services import keys

if TYPE_CHECKING:
    from tests.integration.commands import Act, Desk


def _create_key(desk: Desk) -> Act:
    hanna = desk.office.staff["hanna"]
    return lambda p: keys.create(p, actor=hanna, name="Website", scopes=["read"], days=9)


def _revoke_key(desk: Desk) -> Act:
    _create_key(desk)(desk.office.platform)
    hanna = desk.office.staff["hanna"]
    return lambda p: keys.revoke(p, actor=hanna, key_id=1)


def _use_key(desk: Desk) -> Act:
    key = _create_key(desk)(desk.office.platform)
    return lambda p: keys.actor_of_key(p, key=str(key))


ALL = {
    "keys.actor_of_key": _use_key,
    "keys.create": _create_key,
    "keys.revoke": _revoke_key,
}
