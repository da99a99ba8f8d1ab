"""Fixtures of the playbooks."""

import pytest

from engine.bootstrap import Platform
from tests.diagrams.playbook import Given, nowhere, shipped


@pytest.fixture
def given() -> Given:
    """Begin a case on the shipped process."""
    return Given(shipped())


@pytest.fixture(scope="session")
def imagined() -> Platform:
    """A platform on which nothing is stored."""
    return nowhere()
