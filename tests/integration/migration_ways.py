"""How running cases are moved to another version, for tests of every command."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from engine.process.bundle import build_bundle
from engine.services.migration import migration_plans, migration_run, migration_trial
from tests.integration.upkeep_ways import OTTO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.integration.office import Office

WHY = "The diagram says it better."
SAME_LABEL = (('"investigate"', '"examine"'), (">investigate<", ">examine<"))
"""Another id for a step; its label tells what takes its place."""
RENAMED = (*SAME_LABEL, ('name="Investigate"', 'name="Look into it"'))
"""Another id and label, so that a plan has to say what takes its place."""
DEAF = (
    ('id="message_clock_breach" name="clock_breach"', 'id="message_clock_breach" name="far"'),
    ('id="message_clock_warning" name="clock_warning"', 'id="message_clock_warning" name="near"'),
)
"""A version that does not await what time limits tell."""


def publish(office: Office, *edits: tuple[str, str]) -> str:
    """Publish the shipped process with some of its text replaced, and return the digest."""
    bundle, diagrams, tables = _built(edits)
    office.platform.bundles[bundle.digest] = bundle
    with office.platform.database.read() as tx:
        if tx.processes.get(bundle.digest) is not None:
            return str(bundle.digest)
    office.platform.database.write(
        lambda tx: tx.processes.publish(
            digest=bundle.digest,
            process_id=bundle.process_id,
            diagrams=diagrams,
            tables=tables,
            by="otto",
            at=office.platform.now(),
            reason=WHY,
        )
    )
    return str(bundle.digest)


@cache
def _built(edits: tuple[tuple[str, str], ...]) -> Any:
    text = (files("bpmn") / "complaint.bpmn").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    tables = tuple((files("bpmn") / name).read_bytes() for name in ("triage.dmn", "authority.dmn"))
    diagrams = (text.encode(),)
    return build_bundle(diagrams, tables), diagrams, tables


def live(office: Office) -> str:
    """Return the digest of the version that complaints begin on."""
    with office.platform.database.read() as tx:
        return tx.releases.valid("complaint", office.platform.now())[0]


def draft(office: Office, *edits: tuple[str, str], actor: Any = OTTO) -> int:
    """Publish another version and plan to move all that runs to it."""
    before = live(office)
    after = publish(office, *(edits or RENAMED))
    return migration_plans.draft_migration(
        office.platform, actor=actor, sources=[before], target=after
    )


def tried(office: Office, *edits: tuple[str, str], **mapping: str) -> int:
    """Plan a move and try it out."""
    number = draft(office, *edits)
    if mapping:
        migration_plans.map_migration(
            office.platform, actor=OTTO, number=number, rev=1, mapping=mapping
        )
    migration_trial.try_migration(office.platform, actor=OTTO, number=number)
    return number


def move_all(office: Office, number: int) -> Any:
    """Carry a plan out."""
    return migration_run.carry_out_migration(office.platform, actor=OTTO, number=number, reason=WHY)


def _draft(desk: Any) -> Callable[[Any], object]:
    desk.office.lodge()
    before = live(desk.office)
    given = {"actor": OTTO, "sources": [before], "target": publish(desk.office, *RENAMED)}
    return lambda p: migration_plans.draft_migration(p, **given)


def _map(desk: Any) -> Callable[[Any], object]:
    given = {"actor": OTTO, "number": draft(desk.office), "rev": 1, "mapping": {"plan": "assess"}}
    return lambda p: migration_plans.map_migration(p, **given)


def _try(desk: Any) -> Callable[[Any], object]:
    desk.office.reach("investigate")
    number = draft(desk.office)
    return lambda p: migration_trial.try_migration(p, actor=OTTO, number=number)


def _carry_out(desk: Any) -> Callable[[Any], object]:
    for element in ("acknowledge", "investigate"):
        desk.office.reach(element)
    given = {"actor": OTTO, "number": tried(desk.office), "reason": WHY}
    return lambda p: migration_run.carry_out_migration(p, **given)


def _go_on(desk: Any) -> Callable[[Any], object]:
    broken_off(desk.office, desk.clock)
    return migration_run.go_on_migrating


def broken_off(office: Office, clock: Any) -> int:
    """Begin to carry a plan out, and break off before the first case."""
    office.reach("investigate")
    number = tried(office)
    state = {"state": "running", "reason": WHY, "begun_by": "otto", "total": 1}
    at = {"begun_at": office.platform.now(), "advanced_at": office.platform.now()}
    office.platform.database.write(lambda tx: tx.migration_plans.change(number, **state, **at))
    clock.advance(minutes=3)
    return number


def _undo(desk: Any) -> Callable[[Any], object]:
    number = _moved(desk)
    given = {"actor": OTTO, "number": number, "reason": WHY}
    return lambda p: migration_run.undo_migration(p, **given)


def _undo_one(desk: Any) -> Callable[[Any], object]:
    number = _moved(desk)
    given = {"actor": OTTO, "number": number, "reference": "C-2026-000001", "reason": WHY}
    return lambda p: migration_run.undo_migrated_case(p, **given)


def _moved(desk: Any) -> int:
    desk.office.reach("acknowledge")
    number = tried(desk.office)
    move_all(desk.office, number)
    return number


ALL: Mapping[str, Any] = {
    "migration_plans.draft_migration": _draft,
    "migration_plans.map_migration": _map,
    "migration_run.undo_migrated_case": _undo_one,
    "migration_trial.try_migration": _try,
}
PIECEWISE: Mapping[str, Any] = {
    "migration_run.carry_out_migration": _carry_out,
    "migration_run.go_on_migrating": _go_on,
    "migration_run.undo_migration": _undo,
}
"""Bring an office to where a command can be given, and return what gives it."""


def _rival(office: Office, reference: str) -> Callable[[], object]:
    """Move a case to the other of two versions, and return what moves it back."""
    versions = {publish(office), publish(office, *SAME_LABEL)}
    source = office.view(reference).case.process
    (target,) = versions - {source}
    number = migration_plans.draft_migration(
        office.platform, actor=OTTO, sources=[source], target=target
    )
    migration_trial.try_migration(office.platform, actor=OTTO, number=number)
    move_all(office, number)
    given = {"actor": OTTO, "number": number, "reference": reference, "reason": WHY}
    return partial(migration_run.undo_migrated_case, office.platform, **given)


RIVALS: Mapping[str, Callable[[Any, str], Callable[[], object]]] = {
    "migration_run.undo_migrated_case": _rival,
}
"""How each is given on a case that others work on."""

_REASON = {"number": 1, "reason": WHY}
ASKS: Mapping[str, Callable[[Any], object]] = {
    "migration_plans.running_versions": lambda a: migration_plans.running_versions(
        a.platform, actor=a.actor
    ),
    "migration_plans.all_migrations": lambda a: migration_plans.all_migrations(
        a.platform, actor=a.actor
    ),
    "migration_plans.migration": lambda a: migration_plans.migration(
        a.platform, actor=a.actor, number=1
    ),
    "migration_plans.migrated_cases": lambda a: migration_plans.migrated_cases(
        a.platform, actor=a.actor, number=1
    ),
    "migration_plans.draft_migration": lambda a: migration_plans.draft_migration(
        a.platform, actor=a.actor, sources=["none"], target="nothing"
    ),
    "migration_plans.map_migration": lambda a: migration_plans.map_migration(
        a.platform, actor=a.actor, number=1, rev=1, mapping={}
    ),
    "migration_trial.try_migration": lambda a: migration_trial.try_migration(
        a.platform, actor=a.actor, number=1
    ),
    "migration_run.carry_out_migration": lambda a: migration_run.carry_out_migration(
        a.platform, actor=a.actor, **_REASON
    ),
    "migration_run.go_on_migrating": lambda a: migration_run.go_on_migrating(
        a.platform, actor=a.actor
    ),
    "migration_run.undo_migration": lambda a: migration_run.undo_migration(
        a.platform, actor=a.actor, **_REASON
    ),
    "migration_run.undo_migrated_case": lambda a: migration_run.undo_migrated_case(
        a.platform, actor=a.actor, reference=a.reference, **_REASON
    ),
}
"""How each is asked for by anybody."""
