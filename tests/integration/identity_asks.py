"""How services about accounts, sessions and keys are asked; see ``asking``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.services.accounts import (
    accounts,
    keys,
    links,
    passwords,
    roles,
    roster,
    second_factor,
    sessions,
    ties,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.asking import Ask

WHY = "She changed to another office."

ASKS: Mapping[str, Ask] = {
    "accounts.close": lambda a: accounts.close(
        a.platform, actor=a.actor, username="hanna", reason=WHY
    ),
    "accounts.member": lambda a: accounts.member(a.platform, actor=a.actor, username="hanna"),
    "accounts.page": lambda a: accounts.page(a.platform, actor=a.actor),
    "accounts.reopen": lambda a: accounts.reopen(a.platform, actor=a.actor, username="hanna"),
    "keys.all_keys": lambda a: keys.all_keys(a.platform, actor=a.actor),
    "keys.create": lambda a: keys.create(
        a.platform, actor=a.actor, name="Website", scopes=["read"], days=9
    ),
    "keys.mine": lambda a: keys.mine(a.platform, actor=a.actor),
    "keys.revoke": lambda a: keys.revoke(a.platform, actor=a.actor, key_id=1),
    "links.make": lambda a: links.make(a.platform, actor=a.actor, username="hanna"),
    "passwords.change": lambda a: passwords.change(
        a.platform, actor=a.actor, old="x", new="y", token=""
    ),
    "roles.change": lambda a: roles.change(
        a.platform, actor=a.actor, username="hanna", roles=["approver"], reason=WHY
    ),
    "roles.decide": lambda a: roles.decide(a.platform, actor=a.actor, request_id=1, grants=True),
    "roles.waiting": lambda a: roles.waiting(a.platform, actor=a.actor),
    "roster.carry_out": lambda a: roster.carry_out(
        a.platform, actor=a.actor, lines=[roster.Line(2, "new", "New", ("handler",))]
    ),
    "roster.plan": lambda a: roster.plan(a.platform, actor=a.actor, lines=[]),
    "second_factor.begin": lambda a: second_factor.begin(a.platform, actor=a.actor),
    "second_factor.confirm": lambda a: second_factor.confirm(
        a.platform, actor=a.actor, code="123456"
    ),
    "second_factor.remove": lambda a: second_factor.remove(a.platform, actor=a.actor, password="x"),
    "second_factor.renew_codes": lambda a: second_factor.renew_codes(
        a.platform, actor=a.actor, password="x"
    ),
    "second_factor.reset": lambda a: second_factor.reset(
        a.platform, actor=a.actor, username="hanna"
    ),
    "sessions.end": lambda a: sessions.end(a.platform, actor=a.actor, session_id="x"),
    "sessions.end_all": lambda a: sessions.end_all(a.platform, actor=a.actor),
    "sessions.of_person": lambda a: sessions.of_person(a.platform, actor=a.actor),
    "ties.begin_own": lambda a: ties.begin_own(a.platform, actor=a.actor, password="x"),
    "ties.begun": lambda a: ties.begun(a.platform, actor=a.actor, token="x"),
    "ties.of_person": lambda a: ties.of_person(a.platform, actor=a.actor),
    "ties.tie": lambda a: ties.tie(a.platform, actor=a.actor, username="hanna", subject="s-1"),
    "ties.untie": lambda a: ties.untie(
        a.platform, actor=a.actor, username="hanna", issuer="x", subject="s-1"
    ),
    "ties.untie_own": lambda a: ties.untie_own(
        a.platform, actor=a.actor, issuer="x", subject="s-1", password="x", token=""
    ),
}
