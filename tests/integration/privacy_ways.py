"""How the commands about what is held on people are given and asked; see ``commands``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.actor import SYSTEM, Actor, Role
from engine.services.accounts import legal_hold
from engine.services.privacy import erasure, subject_access
from engine.services.upkeep import master_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.integration.asking import Ask
    from tests.integration.commands import Act, Desk

DORA = Actor(username="dora", name="Dora", roles=frozenset({Role.DATA_PROTECTION}))
REX = Actor(username="rex", name="Rex", roles=frozenset({Role.REPRESENTATIVE}))
WHY = {"reason": "She asked for it."}


def _closed(desk: Desk) -> str:
    reference = desk.office.reach("closing_check")
    desk.office.do(reference, "closing_check")
    return reference


def propose_erasure(desk: Desk) -> Act:
    reference = _closed(desk)
    return lambda p: erasure.propose_erasure(p, actor=DORA, reference=reference, **WHY)


def propose_due(desk: Desk) -> Act:
    _closed(desk)
    desk.clock.advance(days=7 * 366)
    return lambda p: erasure.propose_due(p, actor=DORA, **WHY)


def _proposed(desk: Desk) -> int:
    reference = _closed(desk)
    return erasure.propose_erasure(desk.office.platform, actor=DORA, reference=reference, **WHY)


def confirm(desk: Desk) -> Act:
    number = _proposed(desk)
    return lambda p: erasure.confirm(p, actor=REX, number=number)


def refuse(desk: Desk) -> Act:
    number = _proposed(desk)
    return lambda p: erasure.refuse(p, actor=REX, number=number)


def place(desk: Desk) -> Act:
    reference = desk.office.lodge()
    return lambda p: legal_hold.place(p, actor=DORA, reference=reference, **WHY)


def lift(desk: Desk) -> Act:
    reference = desk.office.lodge()
    legal_hold.place(desk.office.platform, actor=DORA, reference=reference, **WHY)
    return lambda p: legal_hold.lift(p, actor=DORA, reference=reference, **WHY)


def export(desk: Desk) -> Act:
    reference = desk.office.lodge()
    return lambda p: subject_access.export(p, actor=DORA, reference=reference, **WHY)


def renew(desk: Desk) -> Act:
    desk.office.lodge()
    return lambda p: master_key.renew(p, actor=SYSTEM)


def forget(desk: Desk) -> Act:
    desk.office.lodge()
    master_key.renew(desk.office.platform, actor=SYSTEM)
    return lambda p: master_key.forget(p, actor=SYSTEM)


ALL: Mapping[str, Callable[[Desk], Act]] = {
    "erasure.confirm": confirm,
    "erasure.propose_due": propose_due,
    "erasure.propose_erasure": propose_erasure,
    "erasure.refuse": refuse,
    "legal_hold.lift": lift,
    "legal_hold.place": place,
    "subject_access.export": export,
}
PIECEWISE: Mapping[str, Callable[[Desk], Act]] = {
    "master_key.forget": forget,
    "master_key.renew": renew,
}

ASKS: Mapping[str, Ask] = {
    "erasure.confirm": lambda a: erasure.confirm(a.platform, actor=a.actor, number=1),
    "erasure.count_due": lambda a: erasure.count_due(a.platform, actor=a.actor),
    "erasure.overview": lambda a: erasure.overview(a.platform, actor=a.actor),
    "erasure.propose_due": lambda a: erasure.propose_due(a.platform, actor=a.actor, **WHY),
    "erasure.propose_erasure": lambda a: erasure.propose_erasure(a.platform, **a.of_case, **WHY),
    "erasure.refuse": lambda a: erasure.refuse(a.platform, actor=a.actor, number=1),
    "legal_hold.lift": lambda a: legal_hold.lift(a.platform, **a.of_case, **WHY),
    "legal_hold.place": lambda a: legal_hold.place(a.platform, **a.of_case, **WHY),
    "master_key.forget": lambda a: master_key.forget(a.platform, actor=a.actor),
    "master_key.renew": lambda a: master_key.renew(a.platform, actor=a.actor),
    "subject_access.export": lambda a: subject_access.export(a.platform, **a.of_case, **WHY),
    "subject_access.find": lambda a: subject_access.find(a.platform, actor=a.actor, who="Jane"),
}
