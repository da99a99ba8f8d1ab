"""The process that looks into one file: ``python -m engine.inspection.worker``.

It is told on its standard input which sealed file to read and by which key, and answers on its
standard output: a line of JSON, then what is to be kept instead of the file, if anything. Before
it reads anything, it gives up what it does not need: most memory, time, and writing any file.
"""

import base64
import json
import resource
import sys
from pathlib import Path

from engine.domain.document import Kind, Limits
from engine.inspection.content import look_into
from engine.inspection.report import RefusedError, Report
from engine.sealed_file import unsealed

MOST_MEMORY = 1536 * 2**20
"""Bytes of addresses."""
MOST_SECONDS = 30
"""Of computing."""


def main() -> None:
    """Look into the file and answer."""
    _give_up_rights()
    told = json.load(sys.stdin)
    limits = Limits(told["largest"], told["most_pixels"], tuple(map(Kind, told["kinds"])))
    with Path(told["path"]).open("rb") as file:
        data = b"".join(unsealed(file, base64.b64decode(told["key"])))
    try:
        _answer(look_into(data, limits))
    except RefusedError as refusal:
        _say({"refused": str(refusal)})
    except (MemoryError, RecursionError):
        _say({"refused": "Looking into it takes more memory than an honest file needs."})


def _give_up_rights() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _answer(report: Report) -> None:
    is_rewritten = report.rewritten is not None
    _say({"kind": report.kind.value, "finding": report.finding, "is_rewritten": is_rewritten})
    sys.stdout.buffer.write(report.rewritten or b"")


def _say(told: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    main()
