"""Runs Prefect's server: ``python -m workflows.server --home var --port 4200``."""

import argparse
import os
import runpy
import sys
from pathlib import Path

from workflows.collector import collect_beside
from workflows.quiet import HOST, environment


def main() -> None:
    """Be the server, in this process, so that whoever started it ends the server itself."""
    parser = argparse.ArgumentParser(prog="python -m workflows.server")
    parser.add_argument("--home", type=Path, required=True, help="folder of this installation")
    parser.add_argument("--port", type=int, required=True, help="port on this machine")
    given = parser.parse_args()
    settings = environment(os.environ, home=given.home.absolute(), port=given.port)
    os.environ.clear()
    os.environ.update(settings)
    collect_beside()
    sys.argv = ["prefect", "server", "start", "--host", HOST, "--port", str(given.port)]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
