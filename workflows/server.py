"""Becomes Prefect's server: ``python -m workflows.server --home var --port 4200``."""

import argparse
import os
import sys
from pathlib import Path

from workflows.quiet import HOST, environment


def main() -> None:
    """Replace this process by the server, so that whoever started it ends the server itself."""
    parser = argparse.ArgumentParser(prog="python -m workflows.server")
    parser.add_argument("--home", type=Path, required=True, help="folder of this installation")
    parser.add_argument("--port", type=int, required=True, help="port on this machine")
    given = parser.parse_args()
    command = ["-m", "prefect", "server", "start", "--host", HOST, "--port", str(given.port)]
    os.execve(  # noqa: S606 - the same interpreter, fixed words and a number
        sys.executable,
        [sys.executable, *command],
        environment(os.environ, home=given.home.absolute(), port=given.port),
    )


if __name__ == "__main__":
    main()
