"""How holidays, self-assessments and audits are looked at, and restores tried; see ``commands``."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from config.routine import BackupPolicy
from engine.bootstrap import Platform
from engine.domain.governance import RecordAct, RecordKind, Wanted
from engine.domain.working_time import Calendar
from engine.services.evidence import programme, register
from engine.services.intake import intake
from engine.services.running import holiday_refresh
from engine.services.upkeep import nightly_backup, restore_trial
from tests.integration.calendar_ways import RITA
from tests.integration.reach_ways import hire

Act = Callable[[Any], object]

DECLARED = date(2026, 1, 7)
"""A Wednesday that was a holiday when a complaint began, and is none any more."""


def in_britain(platform: Platform) -> Platform:
    """Return the platform of an organisation that keeps the holidays of the United Kingdom."""
    policy = platform.policy.calendar.model_copy(update={"country": "GB"})
    organisation = platform.policy.model_copy(update={"calendar": policy})
    return replace(platform, policy=organisation, calendar=Calendar(policy))


def begun_before(office: Any) -> Platform:
    """Record a complaint that is counted by another holiday; return where it runs now."""
    there = in_britain(office.platform)
    days = {**there.calendar.holidays_of(2026), DECLARED: "Day of mourning"}
    before = replace(there, calendar=Calendar(there.policy.calendar, {2026: days}))
    intake.lodge(before, actor=office.staff["hanna"], complaint=office.heard(), wanted=["iso"])
    return there


def policy_of(office: Any, owner: str = "rita", due_on: date = date(2026, 12, 1)) -> int:
    """Put a complaints policy in force for which somebody answers; return its number."""
    hire(office.platform, RITA)
    mara = office.staff["mara"]
    wanted = Wanted("Complaints policy", "We listen.", owner, due_on)
    number = register.keep_record(
        office.platform, actor=mara, kind=RecordKind.POLICY, wanted=wanted
    )
    register.act_on_record(office.platform, actor=RITA, number=number, act=RecordAct.APPROVE)
    return number


def _look(desk: Any) -> Act:
    there = begun_before(desk.office)
    return lambda p: holiday_refresh.look_at_holidays(
        replace(p, policy=there.policy, calendar=there.calendar)
    )


def _assess(desk: Any) -> Act:
    policy_of(desk.office)
    return programme.plan_self_assessment


def _audit(_desk: Any) -> Act:
    return programme.tend_audits


def kept_in(platform: Platform, folder: Any) -> Platform:
    """Return the platform of an organisation that keeps its backups in a folder."""
    told = {"backup": BackupPolicy(folder=str(folder))}
    return replace(platform, policy=platform.policy.model_copy(update=told))


def _try(desk: Any) -> Act:
    desk.office.lodge()
    folder = desk.folder / "tried"
    folder.mkdir(exist_ok=True)
    nightly_backup.back_up(kept_in(desk.office.platform, folder))
    return lambda p: restore_trial.try_restore(kept_in(p, folder))


ALL: Mapping[str, Any] = {
    "holiday_refresh.look_at_holidays": _look,
    "programme.plan_self_assessment": _assess,
    "programme.tend_audits": _audit,
}
PIECEWISE: Mapping[str, Any] = {"restore_trial.try_restore": _try}
"""Bring an office to where a command can be given, and return what gives it."""

ASKS: Mapping[str, Act] = {
    "holiday_refresh.days_off": lambda a: holiday_refresh.days_off(
        a.platform, actor=a.actor, year=2026
    ),
    "holiday_refresh.look_at_holidays": lambda a: holiday_refresh.look_at_holidays(
        a.platform, actor=a.actor
    ),
    "programme.plan_self_assessment": lambda a: programme.plan_self_assessment(
        a.platform, actor=a.actor
    ),
    "programme.tend_audits": lambda a: programme.tend_audits(a.platform, actor=a.actor),
    "restore_trial.try_restore": lambda a: restore_trial.try_restore(a.platform, actor=a.actor),
}
"""How each is asked for by anybody."""

PERMISSIONS = """
                                         int han inv tea app saf fin man rep dat qua own aud adm sys
    holiday_refresh.days_off              h   h   h   h   h   h   -   h   h   -   -   -   h   h   -
    holiday_refresh.look_at_holidays      -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    programme.plan_self_assessment        -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    programme.tend_audits                 -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    restore_trial.try_restore             -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
"""
"""Who may look and write; see ``permission_table``."""
