"""Files that browsers keep: fonts, scripts and pictures under ``/assets``."""

import re
from importlib.resources import files
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

FOLDER = Path(str(files("ui") / "assets"))

_HASHED = re.compile(r"\.[0-9a-f]{8,}\.\w+$")
_YEAR = "public, max-age=31536000, immutable"


class _Assets(StaticFiles):
    """Serves files; a name with a hash never changes its content, any other may."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with the time a browser may keep it."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = _YEAR if _HASHED.search(path) else "no-cache"
        return response


def asset_app() -> ASGIApp:
    """Return the application that serves the assets, compressed where that helps."""
    return GZipMiddleware(_Assets(directory=FOLDER), minimum_size=1024)


def asset_address(name: str) -> str:
    """Return the address of the asset ``name``, for example ``inter-latin.woff2``.

    The hash between stem and suffix is filled in. Empty when the asset is not installed.
    """
    stem, _, suffix = name.rpartition(".")
    found = sorted(FOLDER.glob(f"{stem}.*.{suffix}")) or sorted(FOLDER.glob(name))
    return f"/assets/{found[0].name}" if found else ""
