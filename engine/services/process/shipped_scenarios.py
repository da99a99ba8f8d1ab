"""The scenarios that Redress ships, and how they come to a process."""

from functools import cache
from importlib.resources import files

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.kept_scenario import Origin, kept_all
from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbooks
from engine.store.transaction import Transaction


@cache
def shipped_scenarios() -> tuple[Playbook, ...]:
    """Return the scenarios of the shipped process; read once per program."""
    found = sorted((files("bpmn") / "scenarios").iterdir(), key=lambda file: file.name)
    return tuple(each for file in found for each in read_playbooks(file.read_text("utf-8")))


def bring(platform: Platform, tx: Transaction, digest: str) -> None:
    """Keep the shipped scenarios with the shipped version, unless it ever had any."""
    if tx.scenarios.of_version(digest) is None:
        by, at = SYSTEM.username, platform.now()
        kept = kept_all(shipped_scenarios(), origin=Origin.SHIPPED, by=by, at=at)
        tx.scenarios.keep(digest, kept, by=by, at=at)
