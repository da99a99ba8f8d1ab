"""Executes the jobs: ``python -m workflows.runner --home var --port 4200``."""

import argparse
import asyncio
import os
import signal
from pathlib import Path

from engine import logbook
from workflows.quiet import environment


def main() -> None:
    """Run until interrupted; Prefect is imported once its settings are in place."""
    parser = argparse.ArgumentParser(prog="python -m workflows.runner")
    parser.add_argument("--home", type=Path, required=True, help="folder of this installation")
    parser.add_argument("--port", type=int, required=True, help="port of the scheduler")
    given = parser.parse_args()
    logbook.configure()
    wanted = environment(os.environ, home=given.home.absolute(), port=given.port)
    os.environ.clear()
    os.environ.update(wanted)
    asyncio.run(_run())


async def _run() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - after its settings
    from prefect.settings import (  # noqa: PLC0415 - as above
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from engine.bootstrap import open_platform  # noqa: PLC0415 - as above
    from workflows.dispatch import Dispatcher  # noqa: PLC0415 - as above
    from workflows.flows import deployed  # noqa: PLC0415 - as above
    from workflows.watch import keep_watch  # noqa: PLC0415 - as above

    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    # A heartbeat would start a process for each run; a run here lives and dies with this process.
    platform = open_platform()
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        async with get_client() as client:
            dispatcher = Dispatcher(client, deployed(platform))
            await asyncio.gather(dispatcher.run(stopping), keep_watch(platform, stopping))


if __name__ == "__main__":
    main()
