"""How scenarios are kept and dropped, for the tests that give every command."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

from engine.domain.actor import Actor, Role
from engine.domain.playbook_text import read_playbook
from engine.services.proposing import publishing
from engine.services.studio import process_drafts
from engine.services.tryout import clicking, playbooks, recording, replaying, trial_running
from tests.integration.upkeep_ways import OTTO

BOTH = Actor(username="bo", name="Bo", roles=frozenset({Role.PROCESS_OWNER, Role.MANAGER}))
"""Owns the process, and reads complaints."""
TEXT = "Scenario: A complaint is registered\n\nwaits for: (register)\n"


def diagrams() -> dict[str, list[bytes]]:
    """Return the shipped process as files that are not live."""
    folder = files("bpmn")
    tables = [folder.joinpath(name).read_bytes() for name in ("triage.dmn", "authority.dmn")]
    return {"diagrams": [folder.joinpath("complaint.bpmn").read_bytes()], "tables": tables}


def with_draft(platform: Any) -> dict[str, Any]:
    """Open a draft, and return how the scenarios of it are asked for."""
    draft = process_drafts.open_process_draft(platform, actor=OTTO)
    return {"actor": OTTO, "draft": draft.number}


def _save(desk: Any) -> Callable[[Any], object]:
    of = with_draft(desk.office.platform)
    return lambda p: playbooks.save_scenario(p, text=TEXT, **of)


def _drop(desk: Any) -> Callable[[Any], object]:
    of = with_draft(desk.office.platform)
    known = playbooks.save_scenario(desk.office.platform, text=TEXT, **of)
    return lambda p: playbooks.drop_scenario(p, number=known.number, rev=known.rev, **of)


def _replay_draft(desk: Any) -> Callable[[Any], object]:
    number = with_draft(desk.office.platform)["draft"]
    return lambda p: trial_running.replay_process_draft(p, actor=OTTO, number=number)


def propose(platform: Any, draft: int, **given: Any) -> Any:
    """Propose a draft as it is now."""
    rev = process_drafts.process_draft(platform, actor=OTTO, number=draft).rev
    said = {"actor": OTTO, "reason": "It is shown.", "risk": "None."} | given
    return publishing.propose_process_draft(platform, number=draft, rev=rev, **said)


def propose_and_approve(office: Any, draft: int, **given: Any) -> int:
    """Propose a draft as it is now, let Mara approve it, and return the number of the version."""
    made = propose(office.platform, draft, **given)
    return publishing.approve(office.platform, actor=office.staff["mara"], number=made.number)


def _proposed(desk: Any) -> dict[str, Any]:
    """Propose a draft, and return how its proposal is asked for by whoever decides."""
    platform = desk.office.platform
    of = with_draft(platform)
    playbooks.save_scenario(platform, text=TEXT, **of)
    return {"actor": desk.office.staff["mara"], "number": propose(platform, of["draft"]).number}


def _play(desk: Any) -> Callable[[Any], object]:
    given = _proposed(desk)
    return lambda p: trial_running.play_proposal(p, **given)


def _replay(desk: Any) -> Callable[[Any], object]:
    given = _proposed(desk)
    return lambda p: trial_running.replay_proposal(p, **given)


def _record(desk: Any) -> Callable[[Any], object]:
    reference = desk.office.reach("acknowledge")
    return lambda p: recording.record_scenario(p, actor=BOTH, reference=reference)


ALL: Mapping[str, Any] = {
    "recording.record_scenario": _record,
    "playbooks.save_scenario": _save,
    "playbooks.drop_scenario": _drop,
    "trial_running.play_proposal": _play,
    "trial_running.replay_process_draft": _replay_draft,
    "trial_running.replay_proposal": _replay,
}
"""Brings an office to where a command can be given, and returns what gives it."""

ASKS: Mapping[str, Callable[[Any], object]] = {
    "playbooks.kept_scenarios": lambda a: playbooks.kept_scenarios(
        a.platform, actor=a.actor, number=10**6
    ),
    "playbooks.version_scenarios": lambda a: playbooks.version_scenarios(
        a.platform, actor=a.actor, number=0
    ),
    "playbooks.save_scenario": lambda a: playbooks.save_scenario(
        a.platform, actor=a.actor, draft=10**6, text=TEXT
    ),
    "playbooks.drop_scenario": lambda a: playbooks.drop_scenario(
        a.platform, actor=a.actor, draft=10**6, number=10**6, rev=1
    ),
    "trial_running.play_proposal": lambda a: trial_running.play_proposal(
        a.platform, actor=a.actor, number=10**6
    ),
    "trial_running.replay_process_draft": lambda a: trial_running.replay_process_draft(
        a.platform, actor=a.actor, number=10**6
    ),
    "trial_running.replay_proposal": lambda a: trial_running.replay_proposal(
        a.platform, actor=a.actor, number=10**6
    ),
    "recording.record_scenario": lambda a: recording.record_scenario(a.platform, **a.of_case),
    "replaying.replay_closed": lambda a: replaying.replay_closed(
        a.platform, actor=a.actor, **diagrams()
    ),
    "clicking.click_through": lambda a: clicking.click_through(
        a.platform, actor=a.actor, playbook=read_playbook(TEXT), **diagrams()
    ),
    "playbooks.try_scenarios": lambda a: playbooks.try_scenarios(
        a.platform, actor=a.actor, number=10**6
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
