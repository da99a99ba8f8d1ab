"""Pages are tested on one kind of database: they know services only."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engine.bootstrap import Platform
    from tests.unit.ui.office import Office


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def office(platform: "Platform", hanna, ivo, tom, ada, mara, sam, vera) -> "Office":
    """The platform with the shipped process and everybody's account."""
    from engine.services import processes  # noqa: PLC0415 - tests of the gate start faster
    from tests.unit.ui.office import Office  # noqa: PLC0415 - as above

    processes.install_shipped(platform)
    return Office(platform, (hanna, ivo, tom, ada, mara, sam, vera))
