"""How what leaves the house is taken; see ``commands`` and ``asking``."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain.event_log import Selection
from engine.domain.kpi import Period
from engine.domain.regulator_return import KeptReturn, ReturnKind
from engine.services.exports import (
    due_returns,
    event_logs,
    kept_returns,
    open_data,
    return_prep,
    returns,
)
from engine.services.exports.event_logs import LogShape
from tests.integration.filing import under_disp

LAST_YEAR = Period.of_dates(date(2025, 1, 1), date(2025, 12, 31), "Europe/London")
EMPTY = hashlib.sha256(b"").hexdigest()
Act = Callable[[Any], object]


def _taken(desk: Any) -> dict[str, Any]:
    desk.office.lodge()
    zone = desk.office.platform.policy.calendar.zone
    chosen = Selection(Period.last_days(1, desk.clock.now, zone))
    return {"actor": desk.office.staff["mara"], "chosen": chosen}


def _log(desk: Any) -> Act:
    known = _taken(desk) | {"shape": LogShape.XES, "file": desk.folder / "log.xes"}
    return lambda p: event_logs.write_event_log(p, **known)


def _open_data(desk: Any) -> Act:
    known = {"actor": _taken(desk)["actor"], "period": LAST_YEAR}
    return lambda p: open_data.write_open_data(p, file=desk.folder / "open.zip", **known)


def _return(desk: Any) -> Act:
    known = {"actor": _taken(desk)["actor"], "period": LAST_YEAR, "kind": ReturnKind.DISP}
    return lambda p: returns.write_return(p, file=desk.folder / "return.csv", **known)


def _again(desk: Any) -> Act:
    _return(desk)(desk.office.platform)
    known = {"actor": desk.office.staff["mara"], "number": 1}
    return lambda p: kept_returns.take_kept_return(p, **known)


def _prepare(desk: Any) -> Act:
    """Let a half-year end of a firm that makes a return, ten working days before it is due."""
    desk.office.lodge(category="Price")
    desk.clock.advance(days=204)
    return lambda p: return_prep.prepare_returns(under_disp(p))


ALL: Mapping[str, Any] = {
    "return_prep.prepare_returns": _prepare,
    "kept_returns.take_kept_return": _again,
    "open_data.write_open_data": _open_data,
    "returns.write_return": _return,
    "event_logs.write_event_log": _log,
}
"""Brings an office to where something can be taken, and returns what takes it."""


def really(platform: Any) -> Any:
    """Return a platform that stores what it does: what is shown comes after what is kept."""
    return replace(platform, database=getattr(platform.database, "_database", platform.database))


def _kept(asked: Any) -> int:
    """Let somebody send a return, and return its number."""
    database = really(asked.platform).database
    period, at = LAST_YEAR, asked.platform.now()
    kept = KeptReturn(0, ReturnKind.DISP, period, 0, asked.actor.username, at, EMPTY)
    return database.write(lambda tx: tx.kept_returns.add(kept, b""))


ASKS: Mapping[str, Act] = {
    "due_returns.due_returns": lambda a: due_returns.due_returns(a.platform, actor=a.actor),
    "due_returns.waiting_returns": lambda a: due_returns.waiting_returns(a.platform, actor=a.actor),
    "return_prep.prepare_returns": lambda a: return_prep.prepare_returns(a.platform, actor=a.actor),
    "kept_returns.kept_returns": lambda a: kept_returns.kept_returns(a.platform, actor=a.actor),
    "kept_returns.take_kept_return": lambda a: kept_returns.take_kept_return(
        a.platform, actor=a.actor, number=_kept(a)
    ),
    "event_logs.count_for_log": lambda a: event_logs.count_for_log(
        a.platform, actor=a.actor, chosen=Selection(a.period)
    ),
    "event_logs.write_event_log": lambda a: event_logs.write_event_log(
        really(a.platform), actor=a.actor, chosen=Selection(a.period), shape=LogShape.XES,
        file=a.folder / "log.xes",
    ),
    "open_data.look_at_open_data": lambda a: open_data.look_at_open_data(
        a.platform, actor=a.actor, period=LAST_YEAR
    ),
    "open_data.write_open_data": lambda a: open_data.write_open_data(
        a.platform, actor=a.actor, period=LAST_YEAR, file=a.folder / "open.zip"
    ),
    "returns.look_at_return": lambda a: returns.look_at_return(
        a.platform, actor=a.actor, kind=ReturnKind.DISP, period=LAST_YEAR
    ),
    "returns.write_return": lambda a: returns.write_return(
        a.platform, actor=a.actor, kind=ReturnKind.DISP, period=LAST_YEAR,
        file=a.folder / "return.csv",
    ),
}  # fmt: skip
"""How each is asked for by anybody."""

SHOWN: Mapping[str, Callable[[Any, Any], bool]] = {
    "event_logs.count_for_log": lambda told, _asked: told > 0,
    "event_logs.write_event_log": lambda told, _asked: told.cases > 0,
}
"""How to see that a complaint is among what was taken."""

PERMISSIONS = """
                                   int han inv tea app saf fin man rep dat qua own aud adm sys
    due_returns.due_returns         -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    due_returns.waiting_returns     -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    return_prep.prepare_returns     -   -   -   -   -   -   -   -   -   -   -   -   -   h   h
    event_logs.count_for_log        -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    event_logs.write_event_log      -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    kept_returns.kept_returns       -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    kept_returns.take_kept_return   -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    open_data.look_at_open_data     -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    open_data.write_open_data       -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    returns.look_at_return          -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
    returns.write_return            -   -   -   -   -   -   -   o   e   -   -   -   e   -   -
"""
"""Who may take what; see ``permission_table``."""

OF_PAST_MONTHS = {"due_returns.due_returns", "due_returns.waiting_returns",
                  "kept_returns.kept_returns", "kept_returns.take_kept_return",
                  "open_data.look_at_open_data", "open_data.write_open_data",
                  "returns.look_at_return", "returns.write_return"}  # fmt: skip
"""What is about months that are over, and not about one complaint; tested beside it."""
