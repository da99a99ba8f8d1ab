"""Fixtures of the playbooks."""

import pytest

from tests.diagrams.playbook import Given, shipped


@pytest.fixture
def given() -> Given:
    """Begin a case on the shipped process."""
    return Given(shipped())
