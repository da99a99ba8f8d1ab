"""That somebody looked at a case is an event too (ISO 10002:2018, 4.10).

Opening a case is kept once for each person, case and hour: whoever works on it all morning leaves
a few marks, not hundreds. Lists and searches are not kept; taking them out of the house is. Nor is
it kept that Redress itself looks: what it then does is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM, Actor
from engine.domain.journal import Event
from engine.services.journal.jotting import jot_look
from engine.store.transaction import Transaction

KIND = "case.read"
_ONCE_IN = timedelta(hours=1)


def is_news(events: Iterable[Event], *, actor: Actor, now: datetime) -> bool:
    """Tell whether a look of somebody is to be kept: none was, within the last hour."""
    if actor.username == SYSTEM.username:
        return False
    since = now - _ONCE_IN
    return not any(
        event.type == KIND and event.actor == actor.username and event.at > since
        for event in events
    )


def note(platform: Platform, tx: Transaction, *, actor: Actor, case_id: int) -> None:
    """Keep that somebody looks at a case; of two looks at the same moment, one."""
    case = tx.cases.take_by_id(case_id)
    before = tx.journal.last_of(case_id, kind=KIND, actor=actor.username)
    if is_news([before] if before else [], actor=actor, now=platform.now()):
        jot_look(platform, tx, case=case, actor=actor, kind=KIND)
