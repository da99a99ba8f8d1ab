"""Writes logs of a told story, and what is to be found in them; see ``mining``."""

import json
import sqlite3
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.actor import Actor, Role
from engine.domain.event_log import SILENT, SILENT_GROUPS, SUBJECTS, Selection
from engine.domain.kpi import Period
from engine.services.demo import demo
from engine.services.exports import event_logs
from engine.services.exports.event_logs import LogShape

MARA = Actor(username="mara", name="Mara", roles=frozenset({Role.MANAGER}))
EVER = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
FILES = {
    "log.xes": LogShape.XES,
    "log.json": LogShape.OCEL_JSON,
    "log.xml": LogShape.OCEL_XML,
    "log.sqlite": LogShape.OCEL_SQLITE,
}
PARTS = ("complaint_case", "issue", "remedy", "document", "communication")
PEOPLE = """
    SELECT actor FROM journal WHERE type <> 'step.opened' AND type <> 'case.moved'
    UNION SELECT owner FROM complaint_case WHERE owner IS NOT NULL
"""
ENDS = {"step.opened": "start", "step.skipped": "manualskip", "step.cancelled": "withdraw"}


def write(folder: Path, cases: int) -> None:
    """Write the logs of a story of so many complaints into a new folder, and what is meant."""
    folder.mkdir(parents=True)
    platform = open_platform(Settings(), home=folder / "home")
    platform.database.migrate()
    demo.tell_story(platform, cases=cases, seed=1)
    for name, shape in FILES.items():
        event_logs.write_event_log(
            platform,
            actor=MARA,
            chosen=Selection(EVER),
            shape=shape,
            file=folder / name,
            is_packed=False,
        )
    meant = _meant(folder / "home" / "redress.db")
    (folder / "meant.json").write_text(json.dumps(meant), "utf-8")


def _meant(path: Path) -> dict[str, dict[str, int]]:
    """Return what is to be found, by the database alone."""
    with sqlite3.connect(path) as database:
        asked = "SELECT case_id, at, type, detail FROM journal ORDER BY case_id, seq"
        traces: dict[int, list[tuple[str, str]]] = defaultdict(list)
        moments: dict[int, list[str]] = defaultdict(list)
        for case_id, at, kind, detail in database.execute(asked):
            if kind not in SILENT and kind.split(".")[0] not in SILENT_GROUPS:
                traces[case_id].append(_named(kind, json.loads(detail)))
                moments[case_id].append(at)
        people = {name for (name,) in database.execute(PEOPLE)} - {"system", "(complainant)"}
        tables = [f"SELECT count(*) FROM {table}" for table in PARTS]  # noqa: S608 - fixed words
        tables.append("SELECT count(DISTINCT subject_id) FROM complaint_case")
        things = sum(database.execute(query).fetchone()[0] for query in tables)
    events = sum(map(len, traces.values()))
    of_steps = {tuple(name for name, _ in trace) for trace in traces.values()}
    told = {
        case_id: [f"{name} ({end})" if end else name for name, end in trace]
        for case_id, trace in traces.items()
    }
    of_kinds = {tuple(names) for names in told.values()}
    # The tables of the standard keep no order among what happened at one moment.
    sorted_kinds = {
        tuple(name for _at, name in sorted(zip(moments[case_id], names, strict=True)))
        for case_id, names in told.items()
    }
    known = {"cases": len(traces), "events": events}
    log = known | {"variants": len(of_kinds), "objects": things + len(people)}
    found = {name: log for name in FILES if name != "log.xes"}
    found["log.sqlite"] = log | {"variants": len(sorted_kinds)}
    return {"log.xes": known | {"variants": len(of_steps)}, **found}


def _named(kind: str, told: dict[str, Any]) -> tuple[str, str]:
    words = kind.replace(".", " ").replace("_", " ").capitalize()
    about = next((str(told[name]).replace("_", " ") for name in SUBJECTS if told.get(name)), "")
    end = "withdraw" if told.get("ending") in {"cancelled", "moved"} else ENDS.get(kind, "")
    return told.get("title") or (f"{words}: {about}" if about else words), end


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
