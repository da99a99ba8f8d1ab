"""How the commands about accounts, sessions and keys are given; see ``commands``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyotp

from config.policy import ProviderPolicy
from engine.domain.actor import SYSTEM, Actor, Role
from engine.errors import SecondFactorNeededError
from engine.services.accounts import (
    accounts,
    keys,
    links,
    passwords,
    roles,
    roster,
    second_factor,
    sessions,
    signing_in,
    ties,
)

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from tests.integration.commands import Act, Desk
    from tests.integration.office import Office

PASSWORD = "correct horse battery"
NEW_PASSWORD = "an uncommon lamp of copper"
WHY = "She changed to another office."
VERA = Actor(username="vera", name="Vera", roles=frozenset({Role.AUDITOR, Role.ADMINISTRATOR}))


def hire(desk: Desk, username: str = "pat") -> Actor:
    """Give somebody an account with a password."""
    return hire_at(desk.office, username)


def hire_at(office: Office, username: str = "pat") -> Actor:
    """Give somebody an account with a password at an office."""
    given = {"username": username, "name": "Pat", "roles": [Role.HANDLER], "password": PASSWORD}
    accounts.add(office.platform, actor=SYSTEM, **given)
    return Actor(username=username, name="Pat", roles=frozenset({Role.HANDLER}))


def _come_in(platform: Platform, password: str = PASSWORD) -> str:
    return signing_in.sign_in(platform, username="pat", password=password, address="10.0.0.1")


def code_of(platform: Platform, begun: second_factor.Begun) -> str:
    """Return what a device shows now."""
    return pyotp.TOTP(begun.secret.replace(" ", "")).at(platform.now())


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


def _close(desk: Desk) -> Act:
    hire(desk)
    return lambda p: accounts.close(p, actor=SYSTEM, username="pat", reason=WHY)


def _reopen(desk: Desk) -> Act:
    _close(desk)(desk.office.platform)
    return lambda p: accounts.reopen(p, actor=SYSTEM, username="pat")


def _make_link(desk: Desk) -> Act:
    hire(desk)
    return lambda p: links.make(p, actor=SYSTEM, username="pat")


def _use_link(desk: Desk) -> Act:
    token = str(_make_link(desk)(desk.office.platform))
    return lambda p: links.use(p, token=token, password=NEW_PASSWORD)


def _change_password(desk: Desk) -> Act:
    pat, token = hire(desk), _come_in(desk.office.platform)
    given = {"old": PASSWORD, "new": NEW_PASSWORD, "token": token}
    return lambda p: passwords.change(p, actor=pat, **given)


def _change_roles(desk: Desk) -> Act:
    hire(desk)
    wanted = {"username": "pat", "roles": ["approver", "administrator"], "reason": WHY}
    return lambda p: roles.change(p, actor=VERA, **wanted)


def _decide(desk: Desk) -> Act:
    _change_roles(desk)(desk.office.platform)
    second = VERA.model_copy(update={"username": "otto", "name": "Otto"})
    return lambda p: roles.decide(p, actor=second, request_id=1, grants=True)


def _begin_factor(desk: Desk) -> Act:
    pat = hire(desk)
    return lambda p: second_factor.begin(p, actor=pat)


def _confirm_factor(desk: Desk) -> Act:
    platform, pat = desk.office.platform, hire(desk)
    code = code_of(platform, second_factor.begin(platform, actor=pat))
    return lambda p: second_factor.confirm(p, actor=pat, code=code)


def _begun(desk: Desk) -> tuple[Actor, second_factor.Begun]:
    platform, pat = desk.office.platform, hire(desk)
    begun = second_factor.begin(platform, actor=pat)
    second_factor.confirm(platform, actor=pat, code=code_of(platform, begun))
    desk.clock.advance(minutes=2)
    return pat, begun


def _renew_codes(desk: Desk) -> Act:
    pat, _begun_one = _begun(desk)
    return lambda p: second_factor.renew_codes(p, actor=pat, password=PASSWORD)


def _remove_factor(desk: Desk) -> Act:
    pat, _begun_one = _begun(desk)
    return lambda p: second_factor.remove(p, actor=pat, password=PASSWORD)


def _reset_factor(desk: Desk) -> Act:
    _begun(desk)
    return lambda p: second_factor.reset(p, actor=SYSTEM, username="pat")


def _check_code(desk: Desk) -> Act:
    _pat, begun = _begun(desk)
    code = code_of(desk.office.platform, begun)
    return lambda p: second_factor.check(p, username="pat", code=code)


def _challenge(platform: Platform) -> str:
    try:
        _come_in(platform)
    except SecondFactorNeededError as needed:
        return needed.challenge
    raise AssertionError("No code was asked for.")


def _answer_code(desk: Desk) -> Act:
    _pat, begun = _begun(desk)
    platform = desk.office.platform
    given = {"challenge": _challenge(platform), "code": code_of(platform, begun)}
    return lambda p: signing_in.answer_code(p, address="10.0.0.1", **given)


def strict(platform: Platform, *needed: str) -> Platform:
    """Return the platform of an organisation whose policy asks these roles for a code."""
    rules = platform.policy.accounts.model_copy(update={"second_factor_for": needed})
    return replace(platform, policy=platform.policy.model_copy(update={"accounts": rules}))


def _begin_at_the_door(desk: Desk) -> Act:
    hire(desk)
    challenge = _challenge(strict(desk.office.platform, "handler"))
    return lambda p: signing_in.begin_factor(p, challenge=challenge)


def _confirm_at_the_door(desk: Desk) -> Act:
    hire(desk)
    platform = desk.office.platform
    challenge = _challenge(strict(platform, "handler"))
    code = code_of(platform, signing_in.begin_factor(platform, challenge=challenge))
    given = {"challenge": challenge, "code": code, "address": "10.0.0.1"}
    return lambda p: signing_in.confirm_factor(p, **given)


def _end_session(desk: Desk) -> Act:
    pat, _token = hire(desk), _come_in(desk.office.platform)
    (session,) = sessions.of_person(desk.office.platform, actor=pat)
    return lambda p: sessions.end(p, actor=pat, session_id=session.id)


def _end_sessions(desk: Desk) -> Act:
    pat = hire(desk)
    for _ in range(2):
        _come_in(desk.office.platform)
    return lambda p: sessions.end_all(p, actor=pat)


def people(*rows: str) -> tuple[roster.Line, ...]:
    """Return lines of a table, each given as ``username,name,roles``."""
    cells = [row.split(",") for row in rows]
    return tuple(
        roster.Line(n, user, name, tuple(held.split(";")))
        for n, (user, name, held) in enumerate(cells, 2)
    )


def _import(desk: Desk) -> Act:
    lines = people("ann,Ann Lee,handler", "bo,Bo Ray,handler;intake")
    return lambda p: roster.carry_out(p, actor=SYSTEM, lines=lines)


def at_provider(platform: Platform, issuer: str, **more: object) -> Platform:
    """Return the platform of an organisation with a sign-in of its own."""
    known = ProviderPolicy(issuer=issuer, client_id="redress", **more)
    rules = platform.policy.accounts.model_copy(update={"provider": known})
    return replace(platform, policy=platform.policy.model_copy(update={"accounts": rules}))


_ELSEWHERE = "https://login.example.org"


def _tie(desk: Desk) -> Act:
    hire(desk)
    known = {"actor": SYSTEM, "username": "pat", "subject": "s-1"}
    return lambda p: ties.tie(at_provider(p, _ELSEWHERE), **known)


def _untie(desk: Desk) -> Act:
    _tie(desk)(desk.office.platform)
    known = {"actor": SYSTEM, "username": "pat", "issuer": _ELSEWHERE, "subject": "s-1"}
    return lambda p: ties.untie(p, **known)


def _untie_own(desk: Desk) -> Act:
    _tie(desk)(desk.office.platform)
    pat = Actor(username="pat", name="Pat", roles=frozenset({Role.HANDLER}))
    known = {"actor": pat, "issuer": _ELSEWHERE, "subject": "s-1"}
    return lambda p: ties.untie_own(p, password=PASSWORD, token="", **known)


def _begin_tie(desk: Desk) -> Act:
    pat = hire(desk)
    return lambda p: ties.begin_own(at_provider(p, _ELSEWHERE), actor=pat, password=PASSWORD)


def _begun_tie(desk: Desk) -> Act:
    token = str(_begin_tie(desk)(desk.office.platform))
    pat = Actor(username="pat", name="Pat", roles=frozenset({Role.HANDLER}))
    return lambda p: ties.begun(p, actor=pat, token=token)


ALL = {
    "accounts.close": _close,
    "accounts.reopen": _reopen,
    "keys.actor_of_key": _use_key,
    "keys.create": _create_key,
    "keys.revoke": _revoke_key,
    "links.make": _make_link,
    "links.make_first": lambda _desk: links.make_first,
    "links.use": _use_link,
    "passwords.change": _change_password,
    "roles.change": _change_roles,
    "roles.decide": _decide,
    "roster.carry_out": _import,
    "second_factor.begin": _begin_factor,
    "second_factor.check": _check_code,
    "second_factor.confirm": _confirm_factor,
    "second_factor.remove": _remove_factor,
    "second_factor.renew_codes": _renew_codes,
    "second_factor.reset": _reset_factor,
    "sessions.end": _end_session,
    "sessions.end_all": _end_sessions,
    "signing_in.begin_factor": _begin_at_the_door,
    "ties.begin_own": _begin_tie,
    "ties.begun": _begun_tie,
    "ties.tie": _tie,
    "ties.untie": _untie,
    "ties.untie_own": _untie_own,
}

PIECEWISE = {
    "signing_in.answer_code": _answer_code,
    "signing_in.confirm_factor": _confirm_at_the_door,
}
"""The second factor counts first, or its code is used up, then the session is opened."""
