"""Simulated staff acknowledge calls upwards: some at once, some when they have climbed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain import ladder
from engine.domain.case import Escalation, Step
from engine.domain.complaint import EscalationReason
from engine.domain.ladder import Level
from engine.services.handling.casefile import CaseFile, OpenStep
from engine.store.incidents import TRIES

_MOST = 1_000
_EVER = timedelta(days=3_650)
_NOTICED_AFTER = timedelta(hours=1)


def noticed(platform: Platform, *, heard_on: Mapping[int, Level]) -> list[int]:
    """Return the cases with a call that somebody acknowledges now, in the order of their time.

    Args:
        platform: Where the cases are.
        heard_on: By id of a case, the rung on which its calls are acknowledged.
    """
    now = platform.now()
    with platform.database.read() as tx:
        return [
            case_id
            for case_id in tx.calls.due(now + _EVER, _MOST, tries=TRIES)
            if case_id in heard_on
            and any(
                is_heard(call, heard_on[case_id]) and _is_noticed(call, now)
                for call in tx.records.of(Escalation, case_id)
                if call.acknowledged_at is None
            )
        ]


def open_calls(file: CaseFile) -> dict[str, Escalation]:
    """Return the calls that nobody has acknowledged, by the tokens of their steps."""
    return {each.token: each for each in file.escalations if each.acknowledged_at is None}


def heard(file: CaseFile, on: Level) -> list[OpenStep]:
    """Return the steps that somebody does now; a case is closed when all calls were answered."""
    calls = open_calls(file)
    return [
        each
        for each in file.steps
        if is_heard(calls.get(each.step.token), on) and not (calls and each.step.form == "closing")
    ]


def first_heard(file: CaseFile, on: Level) -> OpenStep | None:
    """Return the step that somebody does next; None while all of them wait."""
    found = heard(file, on)
    return min(found, key=lambda each: (each.step.due_at, each.step.element), default=None)


def is_heard(call: Escalation | None, on: Level) -> bool:
    """Tell whether somebody does a step now; a call may have to climb before."""
    return call is None or call.climb_at is None or on not in ladder.above(call.level)


def as_called(step: Step, call: Escalation | None) -> Step:
    """Return a step as it waits for those on the rung to which its call has climbed."""
    if call is None or call.level_at == call.raised_at:
        return step
    return replace(step, roles=(ladder.role_of(call.level),))


def _is_noticed(call: Escalation, now: datetime) -> bool:
    since = call.level_at or call.raised_at
    return call.reason is EscalationReason.SAFETY or now - since >= _NOTICED_AFTER
