"""Commands for the stored files of documents: compare them with their rows, and tidy up."""

from typing import Annotated

import typer

from engine.cli.seat import As, WhoActs, acting, ready
from engine.console import Format, say, show_json, show_table
from engine.services.documents import document_upkeep

app = typer.Typer(no_args_is_help=True, help="The stored files of documents.")


@app.command("check")
def check_files(
    *,
    reads_all: Annotated[
        bool, typer.Option("--all", help="read every file, and compare its hash")
    ] = False,
    who: WhoActs = "",
    output: As = Format.TEXT,
) -> None:
    """Compare stored files with what the database says of them; nothing is changed."""
    platform = ready()
    found = document_upkeep.compare(platform, actor=acting(platform, who), reads_all=reads_all)
    wrong = [(of, number, "lost") for of, number in found.lost]
    wrong += [(of, number, "damaged") for of, number in found.damaged]
    if output is Format.JSON:
        told = [{"case": of, "document": number, "file": what} for of, number, what in wrong]
        show_json({"files": found.files, "wrong": told, "strays": list(found.strays)})
    else:
        if wrong:
            show_table("Files that are not as they were", ("Case", "Document", "File"), wrong)
        say(f"{found.files} files compared; {len(found.strays)} that nothing speaks of.")
    if not found.is_whole:
        raise typer.Exit(1)


@app.command("tidy")
def tidy_files(who: WhoActs = "", output: As = Format.TEXT) -> None:
    """Remove files that nothing speaks of, and look into those that nothing could look into."""
    platform = ready()
    done = document_upkeep.tidy(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json({"removed": done.removed, "seen": done.seen})
    else:
        say(f"{done.removed} files removed; {done.seen} looked into.")
