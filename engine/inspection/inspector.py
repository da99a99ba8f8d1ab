"""Has a file looked into, by a process that may fail, run wild or be taken over."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

from engine.domain.document import Kind, Limits
from engine.errors import FileRefusedError, UnavailableError
from engine.inspection.report import Report

_WORKER = (sys.executable, "-I", "-m", "engine.inspection.worker")
_PATIENCE = 60.0
"""Seconds; the process gives up by itself before."""
_NEEDED = ("PATH", "LANG", "LD_LIBRARY_PATH")
"""All of the environment that it gets: no address and no secret."""


def inspect(path: Path, key: bytes, limits: Limits) -> Report:
    """Return what a sealed file is, and what was found in it.

    Args:
        path: Of the sealed file.
        key: That it is sealed with.
        limits: What is taken.

    Raises:
        FileRefusedError: It is of no kind that is taken, or could do harm.
        UnavailableError: No process could be started; the file may be as good as any.
    """
    told = {
        "path": str(path.absolute()),
        "key": base64.b64encode(key).decode(),
        "largest": limits.largest,
        "most_pixels": limits.most_pixels,
        "kinds": [kind.value for kind in limits.kinds],
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own program, with arguments of ours
            _WORKER,
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            cwd="/",
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
    except OSError as error:
        raise UnavailableError("Nothing can look into files at present.") from error
    except subprocess.TimeoutExpired as error:
        raise FileRefusedError("Looking into it takes longer than an honest file needs.") from error
    return _read(done)


def _read(done: "subprocess.CompletedProcess[bytes]") -> Report:
    """Return what was answered.

    Raises:
        FileRefusedError: The file is refused, or has brought the process down.
    """
    line, _, content = done.stdout.partition(b"\n")
    if done.returncode or not line:
        raise FileRefusedError("It brought down the program that looks into files.")
    told = json.loads(line)
    if "refused" in told:
        raise FileRefusedError(told["refused"])
    return Report(Kind(told["kind"]), told["finding"], content if told["is_rewritten"] else None)
