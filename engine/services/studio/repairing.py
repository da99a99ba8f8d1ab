"""Diagrams drawn elsewhere: made runnable, and tried as far as their first steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.domain.form_file import read_form
from engine.errors import DiagramRejectedError, InvalidInputError
from engine.process.bundle import build_bundle
from engine.process.repair import Outlook, Repaired, outlook, repair
from engine.process.trial import FirstStop, first_stop
from engine.services.process.processes import read_files


@dataclass(frozen=True, slots=True)
class RepairedFile:
    """What became of a file.

    Attributes:
        result: The repaired diagram, every repair, and what is left to a person.
        written: The diagram first, then a file for each form of one's own that it names.
    """

    result: Repaired
    written: tuple[Path, ...]


def make_runnable(
    *,
    content: bytes,
    process_id: str = "",
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
) -> Repaired:
    """Return a diagram made runnable, with every repair, and what is left to a person.

    Args:
        content: A BPMN file of any tool, in any encoding; the caller keeps it.
        process_id: What the main process is to be called; empty for whatever it is called.
        tables: Decision tables (DMN) that belong to it.
        forms: Forms of one's own (JSON) that belong to it.

    Raises:
        DiagramRejectedError: It is no XML, no BPMN 2.0, or too large to be read.
    """
    return repair(content, process_id=process_id, tables=tables, forms=forms)


def repair_file(
    *, path: Path, out: Path, beside: Sequence[Path] = (), process_id: str = ""
) -> RepairedFile:
    """Write a diagram made runnable, and each form that it names beside it.

    Args:
        path: A BPMN file; it stays as it is.
        out: Where the repaired one goes; the forms are called after it.
        beside: Decision tables (.dmn) and forms (.json) that belong to it.
        process_id: As in ``make_runnable``.

    Raises:
        InvalidInputError: A file cannot be read or written, is no diagram, or is the same.
    """
    if out.resolve() == path.resolve():
        raise InvalidInputError({"": f"{out} is the original, which is kept; name another file."})
    _, tables, forms = read_files(beside)
    try:
        result = repair(path.read_bytes(), process_id=process_id, tables=tables, forms=forms)
    except OSError as error:
        raise InvalidInputError({"": f"{path} cannot be read: {error.strerror}."}) from error
    except DiagramRejectedError as refusal:
        raise InvalidInputError({"": f"{path} cannot be repaired. {refusal}"}) from refusal
    named = [(out, result.content)]
    named += [(out.with_name(f"{out.stem}.{read_form(f).id}.json"), f) for f in result.forms]
    try:
        for place, content in named:
            place.write_bytes(content)
    except OSError as error:
        raise InvalidInputError({"": f"{out} cannot be written: {error.strerror}."}) from error
    return RepairedFile(result, tuple(place for place, _ in named))


def way_ahead(seen: Outlook) -> str:
    """Return in words what stands in the way, and who mends it; empty for nothing."""
    number, left = seen.number, len(seen.left)
    if not number:
        return "Nothing says where its elements stand." if seen.undrawn else ""
    said = "1 thing stands in the way" if number == 1 else f"{number:,} things stand in the way"
    need = f"{left:,} {'needs' if left == 1 else 'need'} you"
    if not seen.mended:
        return f"{said}; it needs you." if number == 1 else f"{said}; they need you."
    if not left:
        return f"{said}: Make it runnable mends {'it' if number == 1 else 'all of them'}."
    only = f" ({seen.hidden:,} of them only then)" if seen.hidden > 0 else ""
    return f"{said}: Make it runnable mends {len(seen.mended):,}, {need}{only}."


def outlook_of_files(*, paths: Sequence[Path]) -> Outlook | None:
    """Return how much of what forbids to publish files a repair mends; None where it mends none.

    Raises:
        InvalidInputError: A file cannot be read, or is of no known kind.
    """
    diagrams, tables, forms = read_files(paths)
    try:
        return outlook(diagrams, tables=tables, forms=forms)
    except DiagramRejectedError:
        return None


def try_first_steps(*, paths: Sequence[Path]) -> FirstStop:
    """Start a case on diagrams, tables and forms, in memory, and return where it waits first.

    Raises:
        InvalidInputError: A file cannot be read, or is of no known kind.
        DiagramRejectedError: A finding forbids to run it.
        ProcessFailedError: A case stops before its first pause, or runs without one.
    """
    return first_stop(build_bundle(*read_files(paths)))
