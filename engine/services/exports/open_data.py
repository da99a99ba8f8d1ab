"""Open data: a table about groups of complaints that anybody may read (ISO 10002:2018, 8.1)."""

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain import open_data, sheet
from engine.domain.actor import Actor, Deed
from engine.domain.event_log import Selection
from engine.domain.kpi import Period
from engine.domain.open_data import COLUMNS, COUNT, Group
from engine.domain.sheet import Cell
from engine.services.accounts import reach
from engine.services.journal.jotting import jot_organisation

TABLE = "complaints.csv"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class OpenTable:
    """What is made public.

    Attributes:
        columns: Names of the columns by which complaints are grouped.
        groups: Each of at least so many complaints as the policy asks.
        told: Complaints that are in a group.
        not_told: Complaints that are in none, since they are few.
    """

    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    told: int
    not_told: int


def look_at_open_data(platform: Platform, *, actor: Actor, period: Period) -> OpenTable:
    """Return what would be made public of the complaints that were received in some months.

    Raises:
        NotAllowedError: The actor may not take complaints out.
        InvalidInputError: The period is no whole months that are over.
    """
    actor.require(Deed.EXPORT)
    policy, zone = platform.policy.open_data, platform.policy.calendar.zone
    open_data.whole_months(period, platform.now(), zone)
    counted: Counter[open_data.Key] = Counter()
    with platform.database.read() as tx:
        stream = tx.case_stream(reach.sight(platform, tx, actor=actor, deed=Deed.EXPORT))
        for page in stream.pages(Selection(period)):
            counted.update(
                open_data.key_of(
                    case,
                    policy.columns,
                    categories=platform.policy.categories,
                    zone=ZoneInfo(zone),
                )
                for case in page
            )
    guarded = open_data.guarded(counted, smallest=policy.smallest)
    groups = open_data.told_of(guarded, left_out=policy.small_groups == "left_out")
    told = sum(group.number for group in groups)
    return OpenTable(policy.columns, groups, told, counted.total() - told)


def write_open_data(platform: Platform, *, actor: Actor, period: Period, file: Path) -> OpenTable:
    """Write the table with its dictionary as a ZIP file, and keep that it left the house.

    Raises:
        NotAllowedError: The actor may not take complaints out.
        InvalidInputError: The period is no whole months that are over.
    """
    actor.require(Deed.EXPORT)
    table = look_at_open_data(platform, actor=actor, period=period)
    made = sheet.as_csv(*_sheet(platform, table))
    parts = {
        TABLE: made,
        f"{TABLE}-metadata.json": _dictionary(platform, table, period),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    told: dict[str, Any] = {"begin": period.begin.isoformat(), "end": period.end.isoformat()}
    told |= {"groups": len(table.groups), "cases": table.told}
    told |= {"sha256": hashlib.sha256(made).hexdigest()}
    platform.database.write(
        lambda tx: jot_organisation(platform, tx, actor=actor, kind="open_data.exported", **told)
    )
    return table


def _sheet(platform: Platform, table: OpenTable) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    """Return headings and rows: of groups with their number, or of complaints one by one."""
    if platform.policy.open_data.rows == "complaints":
        return table.columns, (group.key for group in table.groups for _ in range(group.number))
    rows: Iterator[Sequence[Cell]] = ((*group.key, group.number) for group in table.groups)
    return (*table.columns, COUNT), rows


def _dictionary(platform: Platform, table: OpenTable, period: Period) -> bytes:
    """Return what the columns mean, as CSVW has it (W3C, Metadata Vocabulary for Tabular Data)."""
    policy, zone = platform.policy, ZoneInfo(platform.policy.calendar.zone)
    first, end = (at.astimezone(zone) for at in (period.begin, period.end))
    columns: list[dict[str, Any]] = [
        {
            "name": name,
            "titles": name,
            "dc:title": COLUMNS[name].title,
            "dc:description": f"{COLUMNS[name].about} “{open_data.ANY}” where this is not told.",
            "datatype": "string",
            "required": True,
        }
        for name in table.columns
    ]
    if policy.open_data.rows == "groups":
        columns.append(
            {
                "name": COUNT,
                "titles": COUNT,
                "dc:title": "Complaints",
                "dc:description": "How many complaints are alike in all that stands before.",
                "datatype": {"base": "integer", "minimum": policy.open_data.smallest},
                "required": True,
            }
        )
    told = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": TABLE,
        "dc:title": f"Complaints to {policy.organisation.name}",
        "dc:description": (
            f"Complaints received from {first:%Y-%m} to before {end:%Y-%m}. No group of fewer than "
            f"{policy.open_data.smallest} complaints is told of: small ones are "
            f"{policy.open_data.small_groups.replace('_', ' ')}."
        ),
        "dc:publisher": policy.organisation.name,
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {"columns": columns},
    }
    return json.dumps(told, indent=1, ensure_ascii=False).encode()
