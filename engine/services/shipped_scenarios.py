"""The scenarios that Redress ships, and how they come to a process."""

from functools import cache
from importlib.resources import files

from engine.bootstrap import Platform
from engine.domain.actor import SYSTEM
from engine.domain.kept_scenario import Origin
from engine.domain.playbook import Playbook
from engine.domain.playbook_text import read_playbooks
from engine.store.transaction import Transaction


@cache
def shipped_scenarios() -> tuple[Playbook, ...]:
    """Return the scenarios of the shipped process; read once per program."""
    found = sorted((files("bpmn") / "scenarios").iterdir(), key=lambda file: file.name)
    return tuple(each for file in found for each in read_playbooks(file.read_text("utf-8")))


def bring(platform: Platform, tx: Transaction, process_id: str) -> None:
    """Keep the shipped scenarios with a process that never had any."""
    if not tx.scenarios.had_any(process_id):
        tx.scenarios.add_all(
            shipped_scenarios(),
            process_id=process_id,
            origin=Origin.SHIPPED,
            by=SYSTEM.username,
            at=platform.now(),
        )
