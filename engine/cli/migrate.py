"""Commands that move running complaints to another version of the process, and back."""

from dataclasses import asdict
from typing import Annotated

import typer

from engine.bootstrap import Platform
from engine.cli.seat import As, WhoActs, Why, acting, local, ready
from engine.console import Format, bar, say, show_json, show_pairs, show_table
from engine.domain.actor import Actor
from engine.domain.migration_plan import MigrationPlan, Outcome, RunningVersion
from engine.errors import InvalidInputError, NotFoundError
from engine.services.migration import migration_plans, migration_run, migration_trial
from engine.services.process.processes import COMPLAINT

migrate_app = typer.Typer(
    no_args_is_help=True,
    help="Move running complaints to another version: plan, map, try out, run, undo.",
)
Number = Annotated[int, typer.Argument(help="as “redress migrate list” shows it")]


@migrate_app.command("versions")
def list_versions(who: WhoActs = "", output: As = Format.TEXT) -> None:
    """List every version and how many complaints run on it, the latest first."""
    platform = ready()
    found = migration_plans.running_versions(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([asdict(each) for each in found])
        return
    lines = [
        (v.process_id, v.version, v.cases, local(platform, v.published_at), v.digest[:16])
        for v in found
    ]
    show_table("Versions", ("Process", "Version", "Running", "Published", "Content"), lines)


@migrate_app.command("list")
def list_plans(who: WhoActs = "", output: As = Format.TEXT) -> None:
    """List every plan, the latest first."""
    platform = ready()
    found = migration_plans.all_migrations(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([_told(each) for each in found])
        return
    lines = [(p.number, p.state, local(platform, p.made_at), p.made_by, _counts(p)) for p in found]
    show_table("Plans", ("No.", "State", "Made", "By", "Complaints"), lines)


@migrate_app.command("plan")
def make_plan(
    sources: Annotated[
        list[int], typer.Option("--from", help="a version; more than once for more")
    ],
    target: Annotated[int, typer.Option("--to", help="the version to which complaints move")],
    who: WhoActs = "",
) -> None:
    """Make a plan; what has the same id, or else the same label, takes the place of what was."""
    platform = ready()
    actor = acting(platform, who)
    known = migration_plans.running_versions(platform, actor=actor)
    number = migration_plans.draft_migration(
        platform,
        actor=actor,
        sources=[_digest(known, each) for each in sources],
        target=_digest(known, target),
    )
    say(f"Plan {number} is made. Try it out: redress migrate dry-run {number}")
    _tell_unmapped(platform, actor, number)


@migrate_app.command("map")
def map_plan(
    number: Number,
    pairs: Annotated[list[str], typer.Argument(help="old=new ids of elements; old= for nothing")],
    who: WhoActs = "",
) -> None:
    """Say what takes the place of what; what is not named stays as it is."""
    platform = ready()
    actor = acting(platform, who)
    plan = migration_plans.migration(platform, actor=actor, number=number).plan
    mapping = dict(plan.mapping) | dict(_pair(each) for each in pairs)
    migration_plans.map_migration(
        platform, actor=actor, number=number, rev=plan.rev, mapping=mapping
    )
    say(f"Plan {number} is saved; try it out again.")
    _tell_unmapped(platform, actor, number)


@migrate_app.command("dry-run")
def dry_run(number: Number, who: WhoActs = "", output: As = Format.TEXT) -> None:
    """Say what would become of every complaint; none is written. Ends with 1 unless all move."""
    platform = ready()
    actor = acting(platform, who)
    view = migration_plans.migration(platform, actor=actor, number=number)
    with bar("Complaints looked at", view.running) as progress:
        task = progress.task_ids[0]
        told = migration_trial.try_migration(
            platform,
            actor=actor,
            number=number,
            progress=lambda done: progress.update(task, completed=done),
        )
    if output is Format.JSON:
        show_json(asdict(told))
    else:
        counts = {"fine": told.fine, "needs mapping": told.needs_mapping, "blocked": told.blocked}
        show_pairs(f"Plan {number} tried out", counts)
        for group in (*told.obstacles, *told.remarks):
            say(f"{group.verdict.title}, {group.count}: {group.text}")
    if told.needs_mapping or told.blocked:
        raise typer.Exit(1)


@migrate_app.command("run")
def run_plan(number: Number, reason: Why, who: WhoActs = "", output: As = Format.TEXT) -> None:
    """Move every complaint that can be moved; broken off, it goes on where it stopped."""
    platform = ready()
    actor = acting(platform, who)
    view = migration_plans.migration(platform, actor=actor, number=number)
    with bar("Complaints done", view.plan.total or view.running) as progress:
        task = progress.task_ids[0]
        plan = migration_run.carry_out_migration(
            platform,
            actor=actor,
            number=number,
            reason=reason,
            progress=lambda done: progress.update(task, completed=done),
        )
    _show_end(plan, output, is_whole=plan.done == plan.counts.get(Outcome.MOVED, 0))


@migrate_app.command("undo")
def undo_plan(
    number: Number,
    reason: Why,
    *,
    case: Annotated[str, typer.Option("--case", help="reference; else all that can be")] = "",
    who: WhoActs = "",
    output: As = Format.TEXT,
) -> None:
    """Move complaints back that nobody has gone on with since."""
    platform = ready()
    actor = acting(platform, who)
    if case:
        migration_run.undo_migrated_case(
            platform, actor=actor, number=number, reference=case, reason=reason
        )
        say(f"{case} is moved back.")
        return
    moved = migration_plans.migration(platform, actor=actor, number=number).plan.counts
    with bar("Complaints moved back", moved.get(Outcome.MOVED, 0)) as progress:
        task = progress.task_ids[0]
        plan = migration_run.undo_migration(
            platform,
            actor=actor,
            number=number,
            reason=reason,
            progress=lambda done: progress.update(task, completed=done),
        )
    _show_end(plan, output, is_whole=not plan.counts.get(Outcome.MOVED, 0))


@migrate_app.command("results")
def show_results(
    number: Number,
    who: WhoActs = "",
    limit: Annotated[int, typer.Option(min=1, help="most lines")] = 50,
    output: As = Format.TEXT,
) -> None:
    """Say what became of each complaint."""
    platform = ready()
    found = migration_plans.migrated_cases(
        platform, actor=acting(platform, who), number=number, limit=limit
    )
    if output is Format.JSON:
        show_json([asdict(each) for each in found])
        return
    lines = [
        (each.reference or "restricted", each.outcome.title, " ".join(each.texts)) for each in found
    ]
    show_table(f"Plan {number}", ("Complaint", "What became of it", "Why"), lines)


def _digest(known: tuple[RunningVersion, ...], version: int) -> str:
    """Return the digest of a version of the process of complaints.

    Raises:
        NotFoundError: There is no such version.
    """
    for each in known:
        if (each.process_id, each.version) == (COMPLAINT, version):
            return each.digest
    raise NotFoundError("version", str(version))


def _pair(text: str) -> tuple[str, str]:
    """Return the two ids of ``old=new``.

    Raises:
        InvalidInputError: It is no such pair.
    """
    before, sign, after = text.partition("=")
    if not sign or not before:
        raise InvalidInputError({text[:60]: "is no pair such as investigate=examine."})
    return before, after


def _tell_unmapped(platform: Platform, actor: Actor, number: int) -> None:
    view = migration_plans.migration(platform, actor=actor, number=number)
    for each in view.unmapped:
        could = ", ".join(each.candidates) or "nothing"
        say(f"{each.element} (“{each.title}”) has no place; possible: {could}")


def _told(plan: MigrationPlan) -> dict[str, object]:
    told = {name: value for name, value in asdict(plan).items() if name != "dry_run"}
    return told | {"counts": {str(outcome): n for outcome, n in plan.counts.items()}}


def _counts(plan: MigrationPlan) -> str:
    return ", ".join(f"{n} {outcome.title}" for outcome, n in sorted(plan.counts.items()))


def _show_end(plan: MigrationPlan, output: Format, *, is_whole: bool) -> None:
    """Say how it ended; end with 1 where something was left.

    Raises:
        Exit: Something was left.
    """
    if output is Format.JSON:
        show_json(_told(plan))
    else:
        show_pairs(f"Plan {plan.number}", {o.title: n for o, n in sorted(plan.counts.items())})
    if not is_whole:
        raise typer.Exit(1)
