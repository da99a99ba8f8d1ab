"""Commands that serve, import, check and measure."""

import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine import supervise
from engine.bootstrap import Platform, open_platform, read_settings
from engine.cli.kpi import show_report
from engine.cli.seat import As, ready
from engine.console import Format, bar, complain, say, show_json, show_pairs, show_table
from engine.domain.actor import SYSTEM
from engine.services.accounts import links
from engine.services.bulk import mappings
from engine.services.demo import demo
from engine.services.demo.story import Story
from engine.services.figures import reporting
from engine.services.intake import importing
from engine.services.process import processes, taxonomy
from engine.services.running import rebuild as rebuilding
from engine.services.studio import repairing

_DEMO_CASES = 100
"""Of half a year: enough for charts, for looking ahead, and for an inbox with something in it."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Complaints handling by ISO 10002:2018 on your own BPMN diagrams.",
)


@app.command()
def up(
    *,
    port: Annotated[
        int, typer.Option(min=1, max=65_535, help="where people reach the pages")
    ] = 8080,
    with_demo: Annotated[
        bool, typer.Option("--demo", help="fill an empty database with a demo organisation")
    ] = False,
) -> None:
    """Serve the web application, the scheduler and the outbox, supervised as one."""
    platform = ready()
    supervise.prepare(home=platform.home, port=port)
    processes.install_shipped(platform)
    if with_demo:
        _install_demo(platform)
    elif token := links.make_first(platform):
        say("There is no administrator yet. Whoever opens this first becomes it, within a day:")
        say(f"http://127.0.0.1:{port}{links.PATH}{token}")
    platform.database.close()
    supervise.become(home=platform.home, port=port)


@app.command("demo")
def tell_demo(
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="how many complaints")] = 200,
    seed: Annotated[int, typer.Option(help="the same seed tells the same story")] = 1,
    database: Annotated[
        str, typer.Option(help="an empty database to keep the story in; else it is thrown away")
    ] = "",
    output: As = Format.TEXT,
) -> None:
    """Drive complaints through the whole process with simulated staff and a fast clock."""
    with _scratch(database) as folder:
        home = Path(folder)
        platform = open_platform(
            home=home, database_url=database or f"sqlite:///{home / 'demo.db'}"
        )
        platform.database.migrate()
        with bar("Complaints over", cases) as progress:
            task = progress.task_ids[0]
            story = demo.tell_story(
                platform,
                cases=cases,
                seed=seed,
                progress=lambda n: progress.update(task, completed=n),
            )
        platform.database.close()
    _show_story(story, output, platform.policy.calendar.zone)
    if story.wrong:
        raise typer.Exit(1)


@app.command("import")
def import_complaints(
    file: Annotated[Path, typer.Argument(help="CSV, Excel, or JSON with an array of objects")],
    mapping: Annotated[
        str, typer.Option(help=f"one of {', '.join(mappings.shipped_mappings())}, or a TOML file")
    ],
    output: As = Format.TEXT,
) -> None:
    """Make an open case of each row; broken off, it goes on where it stopped."""
    platform = ready()
    processes.install_shipped(platform)
    with bar(f"Lines of {file.name}", importing.count_lines(file)) as progress:
        task = progress.task_ids[0]
        told = importing.import_file(
            platform,
            actor=SYSTEM,
            path=file,
            mapping=mapping,
            progress=lambda line: progress.update(task, completed=line),
        )
        progress.update(task, completed=progress.tasks[0].total)
    counts = {"accepted": told.run.accepted, "known": told.run.known, "rejected": told.run.rejected}
    if output is Format.JSON:
        show_json(counts | {"rejections": [{"line": n, "reason": r} for n, r in told.rejections]})
    else:
        show_pairs(f"Imported from {file.name}", counts)
        for line, reason in told.rejections:
            complain(reason if reason.startswith("line") else f"line {line}: {reason}")
    if told.rejections:
        raise typer.Exit(1)


@app.command("taxonomy")
def read_taxonomy(
    file: Annotated[Path, typer.Argument(help="a table of complaint types: Excel, CSV or JSON")],
) -> None:
    """Write a table of complaint types as categories of the policy and rules of a mapping."""
    say(taxonomy.as_toml(taxonomy.read(file), source=file.name))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help=".bpmn, .dmn and .json files")],
    *,
    layer: Annotated[str, typer.Option(help="running, complaints or drawing; else all")] = "",
    is_tried: Annotated[
        bool, typer.Option("--try", help="then start a case in memory, and say where it waits")
    ] = False,
    output: As = Format.TEXT,
) -> None:
    """Say what would break in diagrams, tables and forms, and what could be better."""
    findings = processes.check_files(files, layer=layer)
    blocks = any(finding.severity.value == "blocking" for finding in findings)
    stop = repairing.try_first_steps(paths=files) if is_tried and not blocks else None
    ahead = repairing.outlook_of_files(paths=files) if blocks and not layer else None
    if output is Format.JSON:
        mended = ahead.mended if ahead else ()
        said = [asdict(each) | {"repairable": each in mended} for each in findings]
        show_json({"findings": said, "first_stop": stop and asdict(stop)} if is_tried else said)
    else:
        for question, told in processes.by_layer(findings):
            say(question)
            for each in told:
                say(f"{each.severity.value}: {each.sentence} [{each.rule}]")
        say(f"{len(findings)} findings." if findings else "No findings.")
        if ahead is not None:
            say(repairing.way_ahead(ahead))
        if stop is not None:
            say(f"A case was started and passed {stop.passed} elements.")
            for waits in stop.waits or ("It came to its end.",):
                say(waits)
        elif is_tried:
            say("No case was started: the blocking findings forbid it.")
    if blocks:
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Make inbox, subscriptions and due times again from the stored states."""
    say(f"{rebuilding.rebuild(ready(), actor=SYSTEM)} open cases rebuilt.")


def _install_demo(platform: Platform) -> None:
    keep = platform.home / "demo-password.txt"
    if not keep.exists():
        say("Preparing the demo organisation …")
    password = demo.install(platform, cases=_DEMO_CASES, is_long=True)
    if password is not None:
        keep.touch(mode=0o600)
        keep.write_text(password, encoding="utf-8")
    if not keep.exists():
        return
    rows = [(p.username, p.name, ", ".join(r.title for r in sorted(p.roles))) for p in demo.staff()]
    show_table("Who can sign in", ("User name", "Name", "Seat"), rows)
    say(f"Password of all of them: {keep.read_text(encoding='utf-8')}")


def _scratch(database: str) -> AbstractContextManager[str]:
    """Return a folder that goes when the story is told; with its database stay the keys to it."""
    if database:
        return nullcontext(str(read_settings().home))
    return tempfile.TemporaryDirectory(prefix="redress-demo-")


def _show_story(story: Story, output: Format, zone: str) -> None:
    if output is Format.JSON:
        show_json(
            {
                "cases": story.cases,
                "counts": dict(story.counts),
                "wrong": dict(story.wrong),
                "digest": story.digest,
                "kpi": reporting.as_table(story.report),
            }
        )
        return
    show_pairs("What happened", story.counts)
    show_report(story.report, zone)
    say(f"Story {story.digest[:16]}: the same seed tells it again.")
    for reference, problem in story.wrong:
        complain(f"{reference} {problem}")
    if not story.wrong:
        say("Every case ended as its diagram says.")
