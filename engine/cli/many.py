"""One command on many things, with a bar while it runs and the end of each."""

from collections.abc import Callable, Sequence

import typer

from engine.console import Format, bar, complain, say, show_json
from engine.services.bulk.many import Ends, Thing, for_each


def tell(
    title: str, things: Sequence[Thing], act: Callable[[Thing], object], output: Format
) -> None:
    """Do something with each and say how it ended; end with 1 unless all is done.

    Args:
        title: What was done, as ``Resolved``.
        things: Names or numbers.
        act: Calls one service.
        output: Who reads it.

    Raises:
        Exit: Something was refused, or done in vain.
    """
    if len(things) > 1:
        with bar(title, len(things)) as progress:
            task = progress.task_ids[0]
            ends = for_each(things, act, progress=lambda n: progress.update(task, completed=n))
    else:
        ends = for_each(things, act)
    _show(title, ends, output)
    if not ends.is_whole:
        raise typer.Exit(1)


def _show(title: str, ends: Ends[Thing], output: Format) -> None:
    if output is Format.JSON:
        show_json({"done": ends.done, "in_vain": ends.in_vain, "refused": dict(ends.refused)})
        return
    for thing, sentence in ends.refused:
        complain(f"{thing}: {sentence}")
    for thing in ends.in_vain:
        complain(f"{thing}: it did not work this time either.")
    of = len(ends.done) + len(ends.in_vain) + len(ends.refused)
    say(f"{title}: {len(ends.done)} of {of}.")
