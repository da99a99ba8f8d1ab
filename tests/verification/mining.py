"""Reads exported logs with pm4py and compares what it counts with the journal.

pm4py is AGPL: neither the product nor its tests may import it. So this is a program of its own,
run by ``make mining`` in an environment of its own beside the one of the product; the logs are
written before, by the product, with what is to be found in them.
"""

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any


def counted(folder: Path) -> dict[str, dict[str, int]]:
    """Return what pm4py finds in each log of a folder."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pm4py  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415 - see above

        frame = pm4py.read_xes(str(folder / "log.xes"))
        found = {
            "log.xes": {
                "cases": int(frame["case:concept:name"].nunique()),
                "events": len(frame),
                "variants": _variants(frame),
            }
        }
        for name, read in (
            ("log.json", pm4py.read_ocel2_json),
            ("log.xml", pm4py.read_ocel2_xml),
            ("log.sqlite", pm4py.read_ocel2_sqlite),
        ):
            log = read(str(folder / name))
            flat = pm4py.ocel_flattening(log, "Complaint")
            if name == "log.sqlite":
                flat = flat.sort_values(["time:timestamp", "concept:name"])
            found[name] = {
                "cases": int((log.objects["ocel:type"] == "Complaint").sum()),
                "events": len(log.events),
                "objects": len(log.objects),
                "variants": _variants(flat),
            }
    return found


def _variants(frame: Any) -> int:
    """Return how many courses there are; what happened at one moment stays in its order."""
    courses = frame.groupby("case:concept:name", sort=False)["concept:name"].agg(tuple)
    return int(courses.nunique())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    meant, found = json.loads((folder / "meant.json").read_text("utf-8")), counted(folder)
    for name, figures in meant.items():
        found[name] = {key: found[name][key] for key in figures}
        sys.stdout.write(f"{name}: journal {figures}\n{' ' * len(name)}   pm4py {found[name]}\n")
    sys.exit(meant != found)
