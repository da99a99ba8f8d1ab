"""Commands for auditors: how each clause of ISO 10002 stands, and the pack that proves it."""

from typing import Annotated

import typer

from engine.cli.export import Into
from engine.cli.journal import FirstDay, LastDay, days
from engine.cli.seat import As, WhoActs, Whoever, acting, ready
from engine.console import Format, bar, say, show_json, show_table
from engine.domain.conformity import Verdict
from engine.domain.kpi import Period
from engine.services.bulk.new_file import new_file
from engine.services.evidence import conforming, evidence_pack
from engine.services.evidence.evidence_page import SIGNS

app = typer.Typer(no_args_is_help=True, help="How each clause of ISO 10002 is kept, with proof.")

Seed = Annotated[str, typer.Option("--seed", help="draws samples; the same draws the same")]


@app.command()
def check(
    clauses: Annotated[list[str] | None, typer.Argument(help="such as 7.4; all without it")] = None,
    *,
    who: Whoever = "",
    begin: FirstDay = "",
    end: LastDay = "",
    seed: Seed = "",
    output: As = Format.TEXT,
) -> None:
    """Tell how clauses stand on the records as they are; ends with 1 when one is not kept."""
    platform = ready()
    over = days(platform, begin, end)
    results = conforming.check_clauses(
        platform,
        actor=acting(platform, who),
        period=Period(*over) if over else None,
        seed=seed,
        clauses=clauses or (),
    )
    if output is Format.JSON:
        show_json([each.as_data() for each in results])
    else:
        rows = [
            (
                f"{r.duty.clause} {r.duty.title}",
                f"{SIGNS[r.verdict]} {r.verdict.words}",
                f"{r.in_order:,} of {r.looked_at:,}",
                "" if r.verdict is Verdict.PASS else r.reason,
            )
            for r in results
        ]
        show_table("ISO 10002:2018", ["Clause", "Verdict", "In order", "Why"], rows)
    if any(each.verdict is Verdict.FAIL for each in results):
        raise typer.Exit(1)


@app.command()
def pack(
    *,
    file: Into,
    who: WhoActs,
    begin: FirstDay = "",
    end: LastDay = "",
    seed: Seed = "",
    is_personal: Annotated[
        bool, typer.Option("--personal", help="with what people wrote; treat it as complaints")
    ] = False,
) -> None:
    """Write every clause with its records and proof; whoever has it runs verify.py in it."""
    platform = ready()
    over = days(platform, begin, end)
    with new_file(file) as beside, bar("Clauses", len(platform.duties)) as progress:
        task = progress.task_ids[0]
        beside.write_bytes(
            evidence_pack.write_evidence_pack(
                platform,
                actor=acting(platform, who),
                period=Period(*over) if over else None,
                seed=seed,
                is_personal=is_personal,
                progress=lambda n, total: progress.update(task, completed=n, total=total),
            )
        )
    say(f"{file} is written. Whoever has it can run: python verify.py")
