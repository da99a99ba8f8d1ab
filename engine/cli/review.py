"""Commands for the management review: packs of a month or a quarter, made, listed, written."""

from datetime import datetime
from typing import Annotated, Any

import typer

from engine.cli.export import Into
from engine.cli.seat import As, Whoever, acting, local, ready
from engine.console import Format, say, show_json, show_table
from engine.domain.review import Pack, PackForm, PackKind
from engine.services.bulk.new_file import new_file
from engine.services.reviews import review_pack
from engine.services.reviews.review_pack import ReviewsView

app = typer.Typer(no_args_is_help=True, help="What top management reviews (ISO 10002, 8.6).")


@app.command()
def make(
    kind: Annotated[PackKind, typer.Argument(help="of a month or of a quarter")],
    *,
    of: Annotated[
        datetime | None,
        typer.Option("--of", formats=["%Y-%m"], help="a month such as 2026-03; else the latest"),
    ] = None,
    who: Whoever = "",
) -> None:
    """Make the pack of a month or quarter that is over; jobs do it by themselves."""
    platform = ready()
    last = of.date() if of else None
    actor = acting(platform, who)
    number = review_pack.make_review_pack(platform, actor=actor, kind=kind, last=last)
    say(f"Pack {number} is made. Read it with: redress review write {number} -o FILE.pdf")


@app.command("list")
def list_packs(*, who: Whoever = "", output: As = Format.TEXT) -> None:
    """List the packs, the latest first, with when they were reviewed and what is open of it."""
    platform = ready()
    view = review_pack.reviews_view(platform, actor=acting(platform, who))
    if output is Format.JSON:
        show_json([_as_data(view, pack) for pack in view.packs])
        return
    head = ("No.", "Pack", "Made", "By", "Reviewed", "Decisions", "Open")
    rows = [
        (
            pack.number,
            pack.title,
            local(platform, pack.made_at),
            view.names.get(pack.made_by, pack.made_by),
            ", ".join(each.held_on.isoformat() for each in view.meetings[pack.number]),
            *view.decided(pack.number),
        )
        for pack in view.packs
    ]
    show_table("Management reviews", head, rows)
    say(f"{len(view.packs)} shown.")


@app.command()
def write(
    number: Annotated[int, typer.Argument(help="as “redress review list” shows it")],
    *,
    file: Into,
    who: Whoever = "",
) -> None:
    """Write a pack to a new file: a page where its name ends with .html, else PDF."""
    platform = ready()
    form = PackForm.HTML if file.suffix.lower() in {".html", ".htm"} else PackForm.PDF
    actor = acting(platform, who)
    content = review_pack.review_pack_file(platform, actor=actor, number=number, form=form)
    with new_file(file) as beside:
        beside.write_bytes(content)
    say(f"{file} is written.")


def _as_data(view: ReviewsView, pack: Pack) -> dict[str, Any]:
    decisions, still = view.decided(pack.number)
    return {
        "number": pack.number,
        "kind": pack.kind.value,
        "first": pack.first.isoformat(),
        "last": pack.last.isoformat(),
        "made_at": pack.made_at.isoformat(),
        "made_by": pack.made_by,
        "short": list(pack.content["short"]),
        "sha256": {form.value: pack.hash_of(form) for form in PackForm},
        "meetings": [each.held_on.isoformat() for each in view.meetings[pack.number]],
        "decisions": decisions,
        "open": still,
    }
