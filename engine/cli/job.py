"""Commands for jobs: what runs by itself, how it does, and running one now."""

from typing import Any

import typer

from engine.bootstrap import Platform
from engine.cli.seat import As, Whoever, acting, local, ready
from engine.console import Format, complain, say, show_json, show_pairs, show_table
from engine.domain.job import JOBS
from engine.services.upkeep import job_health, jobs
from engine.services.upkeep.job_health import JobHealth, JobRun

app = typer.Typer(no_args_is_help=True, help="What runs by itself: list it, see to it, run it now.")


@app.command("list")
def list_jobs(who: Whoever = "", output: As = Format.TEXT) -> None:
    """List every job with what it does, when it is due, and how it does."""
    platform = ready()
    found = job_health.health(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([_as_data(each) for each in found])
        return
    rows = [
        (
            each.job.name,
            each.job.does,
            each.schedule.text,
            each.state.title,
            local(platform, each.last.started_at) if each.last else "",
            local(platform, each.next_at) if each.next_at else "",
        )
        for each in found
    ]
    show_table("Jobs", ("Name", "What it does", "When", "How", "Last", "Next"), rows)


@app.command()
def health(who: Whoever = "", output: As = Format.TEXT) -> None:
    """Say which jobs failed or are late; ends with 1 when there is one."""
    platform = ready()
    found = job_health.health(platform, actor=acting(platform, who))
    bad = [each for each in found if each.state.needs_a_look]
    if output is Format.JSON:
        show_json({"jobs": len(found), "to_see_to": [_as_data(each) for each in bad]})
    else:
        for each in bad:
            complain(f"{each.job.title} ({each.job.name}): {_trouble(platform, each)}")
        say(f"{len(found) - len(bad)} of {len(found)} jobs run as they should.")
    if bad:
        raise typer.Exit(1)


@app.command()
def run(name: str, who: Whoever = "", output: As = Format.TEXT) -> None:
    """Run one job now, and wait for its end."""
    platform = ready()
    result = jobs.run(platform, name=name, actor=acting(platform, who))
    if output is Format.JSON:
        show_json({"name": result.name, "state": result.state, **result.summary})
    elif result.state != "done":
        complain(f"“{JOBS[name].title}” is running already; wait until it has ended.")
    else:
        show_pairs(f"{JOBS[name].title}: {result.state}", result.summary)
        say(JOBS[name].told(result.summary))
    if result.state != "done":
        raise typer.Exit(1)


@app.command()
def overdue(who: Whoever = "", output: As = Format.TEXT) -> None:
    """Run now what the scheduler should have run and did not; ends with 1 when a job failed."""
    platform = ready()
    results = jobs.run_overdue(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([{"name": each.name, "state": each.state, **each.summary} for each in results])
    else:
        for each in results:
            say(f"{JOBS[each.name].title} ({each.name}): {each.state}")
        say(f"{len(results)} jobs were overdue.")
    if any(each.state == "failed" for each in results):
        raise typer.Exit(1)


def _trouble(platform: Platform, found: JobHealth) -> str:
    if found.late_since:
        return f"late; it was due on {local(platform, found.late_since)}."
    return f"failed: {found.problem}"


def _as_data(found: JobHealth) -> dict[str, Any]:
    return {
        "name": found.job.name,
        "title": found.job.title,
        "does": found.job.does,
        "schedule": found.schedule.text,
        "state": found.state.value,
        "late_since": found.late_since and found.late_since.isoformat(),
        "next_at": found.next_at and found.next_at.isoformat(),
        "last": found.last and _run_as_data(found.last),
        "problems": [_run_as_data(each) for each in found.problems],
    }


def _run_as_data(run: JobRun) -> dict[str, Any]:
    return {
        "scheduled_for": run.scheduled_for.isoformat(),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(),
        "state": run.state,
        "tries": run.tries,
        "asked_by": run.asked_by,
        "problem": run.problem,
        "summary": dict(run.summary),
    }
