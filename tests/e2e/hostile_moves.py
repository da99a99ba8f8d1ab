"""Hostile words of those who move running cases to another version, for ``hostile_services``."""

from typing import Any

from engine.services.migration import migration_plans, migration_run, migration_trial
from tests.e2e.hostile import WANDA, lodged
from tests.integration.migration_ways import live, publish

GENTLER = ('name="Write the acknowledgement"', 'name="Gently say that it is here"')


def move_cases(pen: Any) -> None:
    """Move everything that runs for hostile reasons, then one case back, then all the others."""
    reference, before = pen.office.lodge(**lodged(pen.text)), live(pen.office)
    versions = {"sources": [before], "target": publish(pen.office, GENTLER)}
    number = migration_plans.draft_migration(pen.site.platform, actor=WANDA, **versions)
    given = {"actor": WANDA, "number": number}
    migration_trial.try_migration(pen.site.platform, **given)
    pen.write(migration_run.carry_out_migration, reason=pen.reason, **given)
    pen.write(migration_run.undo_migrated_case, reference=reference, reason=pen.reason, **given)
    pen.write(migration_run.undo_migration, reason=pen.reason, **given)
