"""How the commands on the journal itself are given; see ``commands``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.case_set import CaseSet
from engine.domain.kpi import Period
from engine.services.audit import journal_export, verifying
from engine.services.figures import case_export
from engine.services.journal import checkpoints
from engine.store.database import Database
from tests.integration.office import execute

Act = Callable[[Platform], object]


def accept(desk: Any) -> Act:
    office = desk.office
    office.lodge()
    checkpoints.make(office.platform)
    file = checkpoints.file_of(office.platform)
    whole = file.path.read_text("utf-8")
    office.lodge()
    checkpoints.make(office.platform)
    later = file.path.read_text("utf-8").removeprefix(whole)
    for trigger in ("UPDATE", "DELETE"):
        unguard(office.platform.database, "checkpoint", trigger)
    execute(office.platform.database, "DELETE FROM checkpoint WHERE number = 2")
    file.path.write_text(whole + later, "utf-8")
    return lambda p: checkpoints.accept(p, actor=office.staff["vera"], reason="A restore.")


def unguard(database: Database, table: str, deed: str) -> None:
    """Take away what forbids a deed on a table, as whoever owns the database can."""
    if database.is_sqlite:
        execute(database, f"DROP TRIGGER {table}_forbids_{deed}")
    elif deed == "UPDATE":
        execute(database, f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def take_a_list(desk: Any) -> Act:
    desk.office.lodge()
    period = Period.last_days(1, desk.clock.now, desk.office.platform.policy.calendar.zone)
    cases = CaseSet("received", period.begin, period.end, desk.clock.now)
    return lambda p: case_export.as_csv(p, actor=desk.office.staff["mara"], cases=cases)


def sign(desk: Any) -> Act:
    desk.office.lodge()
    return checkpoints.make


def renew_key(desk: Any) -> Act:
    checkpoints.make(desk.office.platform)
    return lambda p: checkpoints.renew_key(p, actor=SYSTEM, reason="Somebody left.")


def verify(desk: Any) -> Act:
    desk.office.lodge()
    return verifying.run


def export_case(desk: Any) -> Act:
    reference = desk.office.lodge()
    vera = desk.office.staff["vera"]
    return lambda p: journal_export.of_case(p, actor=vera, reference=reference)


def export_period(desk: Any) -> Act:
    desk.office.lodge()
    vera, now = desk.office.staff["vera"], desk.clock.now
    day = {"begin": now - timedelta(days=1), "end": now + timedelta(days=1)}
    return lambda p: journal_export.of_period(p, actor=vera, **day)
