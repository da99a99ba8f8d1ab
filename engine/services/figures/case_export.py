"""The cases behind a figure as a table for other programs (ISO 10002:2018, 8.2)."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain import sheet
from engine.domain.actor import Actor, Deed
from engine.domain.case_set import CaseLine, CaseSet
from engine.domain.complaint import Outcome, Severity
from engine.services.accounts import reach
from engine.services.journal.jotting import jot_organisation

MOST_LINES = 100_000
"""More cases than this do not fit into most spreadsheets."""

_HEAD = ("Reference", "Summary", "Category", "Severity", "Received", "Decided", "Closed", "Outcome")


def as_csv(platform: Platform, *, actor: Actor, cases: CaseSet) -> bytes:
    """Return the cases of a set as CSV in UTF-8, latest received first, at most ``MOST_LINES``.

    Times are those of the organisation's zone. A cell that a spreadsheet would take for a
    formula begins with an apostrophe, so that what a complainant wrote is never run. That a list
    left the house, and who took it, is an event of the organisation.

    Raises:
        NotAllowedError: The actor may not see the performance figures.
    """
    actor.require(Deed.MEASURE)
    zone = ZoneInfo(platform.policy.calendar.zone)
    with platform.database.read() as tx:
        seen = reach.sight(platform, tx, actor=actor, deed=Deed.MEASURE)
        lines = tx.case_facts.figures(seen).lines(cases, limit=MOST_LINES)
    made = sheet.as_csv(_HEAD, (tuple(_cells(line, zone)) for line in lines))
    told = {"set": cases.name, "cases": len(lines), "sha256": hashlib.sha256(made).hexdigest()}
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind="list.exported", **told)
    )
    return made


def _cells(line: CaseLine, zone: ZoneInfo) -> Iterator[str]:
    yield from (line.reference, line.summary, line.category, Severity(line.severity).title)
    yield from (_local(at, zone) for at in (line.received_at, line.decided_at, line.closed_at))
    yield Outcome(line.outcome).title if line.outcome else ""


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""
