"""How systemic issues, actions and their effect are dealt with; see ``commands``."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.governance import RecordAct
from engine.domain.improvement import Effect, WantedAction, WantedIssue, Wants, Way
from engine.domain.issue import CauseArea
from engine.services.evidence import register
from engine.services.improvement import (
    improvement_board,
    improving,
    judging,
    overdue_improvements,
)
from engine.services.improvement.improvement_board import Board
from engine.services.improvement.overdue_improvements import Overdue
from tests.integration.conformity_ways import THEO
from tests.integration.office import execute, rows
from tests.integration.signal_ways import shown

Act = Callable[[Any], object]
TOM = Actor(username="tom", name="Tom", roles=frozenset({Role.MANAGER}))
WHY = "The meter was read on two days."


def action(**other: Any) -> WantedAction:
    """Return what somebody wants to be done."""
    usual: dict[str, Any] = {
        "title": "Compare the two readings",
        "text": "A bill with two readings is looked at before it leaves.",
        "owner": "tom",
        "within": 20,
        "way": Way.CORRECTIVE,
    }
    return WantedAction(**(usual | other))


def issue(**other: Any) -> WantedIssue:
    """Return a cause that affects others."""
    usual: dict[str, Any] = {
        "title": "Two readings",
        "text": WHY,
        "owner": "tom",
        "within": 60,
        "cause_area": CauseArea.SYSTEMS,
        "category": "Price",
        "affected": 400,
    }
    return WantedIssue(**(usual | other))


def board(office: Any, actor: Actor = THEO) -> Board:
    """Return what somebody sees on the page of improvement."""
    return improvement_board.improvement_board(office.platform, actor=actor)


def one(office: Any) -> Any:
    """Return the only action."""
    (found,) = board(office).actions
    return found


def told(office: Any, kind: str) -> list[dict[str, Any]]:
    """Return what the organisation's journal says of events of a kind."""
    query = "SELECT detail FROM organisation_event WHERE type = :kind ORDER BY seq"
    return [json.loads(detail) for (detail,) in rows(office.platform.database, query, kind=kind)]


def climb(office: Any) -> Overdue:
    """Let what is overdue climb; return what did."""
    return overdue_improvements.climb_overdue(office.platform)


def waiting(office: Any, actor: Actor) -> int:
    """Return how many things wait for somebody."""
    return improvement_board.waiting_improvements(office.platform, actor=actor)


def proposed(office: Any, **other: Any) -> int:
    """Let Mara propose an action that moves the figure of a signal; return its number."""
    wanted = action(**({"chart": "received", "wants": Wants.LOWER} | other))
    return improving.propose_action(office.platform, actor=office.staff["mara"], wanted=wanted)


def carried_out(office: Any, **other: Any) -> int:
    """Let an action be approved by Theo and carried out by Mara."""
    number = proposed(office, **other)
    move(office, number, THEO, RecordAct.APPROVE)
    move(office, number, office.staff["mara"], RecordAct.CARRY_OUT)
    return number


def name_cause(office: Any) -> None:
    """Let every issue have a cause that affects others."""
    named = "UPDATE issue SET cause_area = 'systems', is_systemic = :yes, found_at = raised_at"
    execute(office.platform.database, named, yes=True)


def move(office: Any, number: int, actor: Any, act: RecordAct) -> None:
    """Do something with a record."""
    known = {"number": number, "act": act, "said": "It was done."}
    register.act_on_record(office.platform, actor=actor, **known)


def judge(platform: Any, actor: Any, **other: Any) -> None:
    """Judge the first look at an action."""
    usual = {"check": 1, "verdict": Effect.EFFECTIVE, "reason": "Half as many came."}
    judging.judge_effect(platform, actor=actor, **(usual | other))


def _propose(desk: Any) -> Act:
    shown(desk.office.platform)
    known = {"actor": desk.office.staff["mara"]}
    return lambda p: improving.propose_action(p, wanted=action(), **known)


def _answer(desk: Any) -> Act:
    number = shown(desk.office.platform)
    known = {"actor": desk.office.staff["mara"], "number": number, "reason": WHY}
    return lambda p: improving.answer_by_action(p, wanted=action(), **known)


def _raise(desk: Any) -> Act:
    known = {"actor": desk.office.staff["mara"], "wanted": issue()}
    return lambda p: improving.raise_systemic_issue(p, **known)


def _aim(desk: Any) -> Act:
    shown(desk.office.platform)
    number = proposed(desk.office, chart="", wants=None)
    known = {"actor": desk.office.staff["mara"], "number": number, "chart": "received"}
    return lambda p: improving.aim_action(p, wants=Wants.LOWER, **known)


def _judge(desk: Any) -> Act:
    shown(desk.office.platform)
    carried_out(desk.office)
    desk.clock.advance(days=31)
    return lambda p: judge(p, THEO)


def _climb(desk: Any) -> Act:
    shown(desk.office.platform)
    proposed(desk.office)
    carried_out(desk.office, title="Another one")
    desk.clock.advance(days=60)
    return overdue_improvements.climb_overdue


ALL: Mapping[str, Any] = {
    "improving.propose_action": _propose,
    "improving.answer_by_action": _answer,
    "improving.raise_systemic_issue": _raise,
    "improving.aim_action": _aim,
    "judging.judge_effect": _judge,
    "overdue_improvements.climb_overdue": _climb,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Act] = {
    "improving.propose_action": lambda a: improving.propose_action(
        a.platform, actor=a.actor, wanted=action()
    ),
    "improving.answer_by_action": lambda a: improving.answer_by_action(
        a.platform, actor=a.actor, number=1, reason=WHY, wanted=action()
    ),
    "improving.raise_systemic_issue": lambda a: improving.raise_systemic_issue(
        a.platform, actor=a.actor, wanted=issue()
    ),
    "improving.aim_action": lambda a: improving.aim_action(
        a.platform, actor=a.actor, number=1, chart="received", wants=Wants.LOWER
    ),
    "judging.judge_effect": lambda a: judge(a.platform, a.actor),
    "overdue_improvements.climb_overdue": lambda a: overdue_improvements.climb_overdue(
        a.platform, actor=a.actor
    ),
    "improvement_board.improvement_board": lambda a: improvement_board.improvement_board(
        a.platform, actor=a.actor
    ),
    "improvement_board.improvement_csv": lambda a: improvement_board.improvement_csv(
        a.platform, actor=a.actor
    ),
    "improvement_board.waiting_improvements": lambda a: improvement_board.waiting_improvements(
        a.platform, actor=a.actor
    ),
    "improvement_board.cases_of_cause": lambda a: improvement_board.cases_of_cause(
        a.platform, actor=a.actor, area=CauseArea.SYSTEMS
    ),
}
"""How each service is asked for by anybody, whatever becomes of it."""

PERMISSIONS = """
                                         int han inv tea app saf fin man rep dat qua own aud adm sys
    improving.propose_action              -   -   -   -   -   -   -   h   h   -   -    -   -   -   -
    improving.answer_by_action            -   -   -   -   -   -   -   h   -   -   -   -   -   -   -
    improving.raise_systemic_issue        -   -   -   -   -   -   -   h   h   -   -    -   -   -   -
    improving.aim_action                  -   -   -   -   -   -   -   h   h   -   -    -   -   -   -
    judging.judge_effect                  -   -   -   -   -   -   -   h   h   -   -    -   -   -   -
    overdue_improvements.climb_overdue    -   -   -   -   -   -   -   -   -    -   -   -   -   h   h
    improvement_board.improvement_board   -   -   -    -   -   -   -   h   h   -   -   -   h   -   h
    improvement_board.improvement_csv     -   -   -    -   -   -   -   h   h   -   -   -   h   -   h
    improvement_board.waiting_improvements -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    improvement_board.cases_of_cause      -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    survey_bias.response_bias              -   -   -   t   -   -   -   o   e   -   -   -   e   -   e
    second_looking.draw_mails              -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    second_looking.judge_mail              h   -   -   h   -   -   -   h   -   -   -   -   -   -   h
    second_looking.second_looks            h   -   -   h   -   -   -   h   -   -   -   -   -   -   h
"""
"""Who may look and write; see ``permission_table``."""

OF_TOP_MANAGEMENT = frozenset(
    {
        "improving.propose_action",
        "improving.raise_systemic_issue",
        "improving.aim_action",
        "judging.judge_effect",
        "improvement_board.improvement_board",
        "improvement_board.improvement_csv",
        "improvement_board.waiting_improvements",
    }
)
"""What top management may besides."""

SHOWN: Mapping[str, Callable[[Any, Any], bool]] = {
    "improvement_board.cases_of_cause": lambda told, asked: asked.reference in told,
}
"""How to see that a complaint was shown."""
