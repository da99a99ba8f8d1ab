"""How scenarios are kept and dropped, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.playbook_text import read_playbook
from engine.services import clicking, playbooks, recording, replaying
from tests.integration.upkeep_ways import OTTO

BOTH = Actor(username="bo", name="Bo", roles=frozenset({Role.PROCESS_OWNER, Role.MANAGER}))
"""Owns the process, and reads complaints."""
TEXT = "Scenario: A complaint is registered\n\nwaits for: (register)\n"


def diagrams() -> dict[str, list[bytes]]:
    """Return the shipped process as files that are not live."""
    folder = files("bpmn")
    tables = [folder.joinpath(name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
    return {"diagrams": [folder.joinpath("complaint.bpmn").read_bytes()], "tables": tables}


def _save(desk: Any) -> Callable[[Any], object]:
    desk.office.lodge()
    return lambda p: playbooks.save_scenario(p, actor=OTTO, text=TEXT)


def _drop(desk: Any) -> Callable[[Any], object]:
    known = playbooks.save_scenario(desk.office.platform, actor=OTTO, text=TEXT)
    return lambda p: playbooks.drop_scenario(p, actor=OTTO, number=known.number, rev=known.rev)


def _record(desk: Any) -> Callable[[Any], object]:
    reference = desk.office.reach("acknowledge")
    return lambda p: recording.record_scenario(p, actor=BOTH, reference=reference)


ALL: Mapping[str, Any] = {
    "recording.record_scenario": _record,
    "playbooks.save_scenario": _save,
    "playbooks.drop_scenario": _drop,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "playbooks.kept_scenarios": lambda a: playbooks.kept_scenarios(a.platform, actor=a.actor),
    "playbooks.save_scenario": lambda a: playbooks.save_scenario(
        a.platform, actor=a.actor, text=TEXT, number=10**6
    ),
    "playbooks.drop_scenario": lambda a: playbooks.drop_scenario(
        a.platform, actor=a.actor, number=10**6, rev=1
    ),
    "recording.record_scenario": lambda a: recording.record_scenario(a.platform, **a.of_case),
    "replaying.replay_closed": lambda a: replaying.replay_closed(
        a.platform, actor=a.actor, **diagrams()
    ),
    "clicking.click_through": lambda a: clicking.click_through(
        a.platform, actor=a.actor, playbook=read_playbook(TEXT), **diagrams()
    ),
    "playbooks.try_scenarios": lambda a: playbooks.try_scenarios(
        a.platform, actor=a.actor, process="nothing kept", **diagrams()
    ),
    "playbooks.try_text": lambda a: playbooks.try_text(
        a.platform, actor=a.actor, text=TEXT, **diagrams()
    ),
}
"""How each is asked for by anybody."""

RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "recording.record_scenario": lambda office, reference: partial(
        recording.record_scenario, office.platform, actor=BOTH, reference=reference
    )
}
"""How each is given on a case that others work on."""
