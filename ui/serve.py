"""Serves the pages: ``python -m ui.serve --host 127.0.0.1 --port 8080``."""

import argparse
from collections.abc import Iterator

from engine import logbook
from engine.bootstrap import open_platform, read_settings
from ui.asgi import Doorway, create_app, serve
from ui.identity import AccountSessions


def main() -> None:
    """Open the platform as the settings say and serve until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m ui.serve", description="Serve the pages.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on")
    arguments = parser.parse_args()
    logbook.configure()
    settings = read_settings()
    platform = open_platform(settings)
    doorway = Doorway(frozenset(_listed(settings.hosts)), tuple(_listed(settings.trusted_proxies)))
    app = create_app(platform, AccountSessions(platform), doorway)
    serve(app, host=arguments.host, port=arguments.port, doorway=doorway)


def _listed(text: str) -> Iterator[str]:
    """Yield what stands between the commas of a setting."""
    yield from filter(None, (part.strip().lower() for part in text.split(",")))


if __name__ == "__main__":
    main()
