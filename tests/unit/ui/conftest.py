"""Pages are tested on one kind of database: they know services only."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from tests.unit.ui.office import Office


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Look once which packages bring components: Streamlit reads them all for every page anew."""
    from streamlit.components.v2 import manifest_scanner  # noqa: PLC0415 - as below

    look = manifest_scanner.scan_component_manifests
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, look.__name__, cache(look))
        yield


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(platform: "Platform", hanna, ivo, tom, ada, mara, sam, vera) -> "Office":
    """The platform with the shipped process and everybody's account."""
    from engine.services.process import processes  # noqa: PLC0415 - tests of the gate start faster
    from tests.unit.ui.office import Office  # noqa: PLC0415 - as above

    processes.install_shipped(platform)
    return Office(platform, (hanna, ivo, tom, ada, mara, sam, vera))
