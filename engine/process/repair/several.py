"""Several diagrams of one process, made runnable together."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine.process.bundle import inspect
from engine.process.drawing.element import bpmn
from engine.process.drawing.layout import is_undrawn
from engine.process.drawing.sheet import Sheet
from engine.process.file_name import called, main_process
from engine.process.finding import Finding, blocks
from engine.process.repair.mechanic import repair
from engine.process.repair.reading import read_any
from engine.process.repair.record import Repair


@dataclass(frozen=True, slots=True)
class RepairedDiagram:
    """One of several diagrams, after a repair.

    Attributes:
        content: In UTF-8; the very bytes that came where nothing was repaired.
        forms: Forms of one's own that were written for its steps, as JSON.
        questions: What its owner is asked besides what the rules find.
    """

    content: bytes
    forms: tuple[bytes, ...]
    repairs: tuple[Repair, ...]
    questions: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands in the way of publishing, and what repairs do about it.

    Attributes:
        found: What forbids publishing now.
        mended: Those of them that a repair mends.
        left: What forbids publishing afterwards: a person must decide.
        undrawn: How many diagrams say nowhere where their elements stand, and are drawn anew.
        is_named: The main process is called as it must be afterwards.
    """

    found: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]
    undrawn: int
    is_named: bool

    @property
    def number(self) -> int:
        """Return how many things stand in the way, those included that show only afterwards."""
        return len(self.mended) + len(self.left)

    @property
    def hidden(self) -> int:
        """Return how many of what is left show only when the rest is mended."""
        return self.number - len(self.found)

    @property
    def is_worth_it(self) -> bool:
        """Tell whether a repair does anything about it."""
        return bool(self.mended or self.undrawn)


def main_first(diagrams: Sequence[bytes]) -> tuple[int, ...]:
    """Return in which order to keep diagrams, by their places: the main one, then the others.

    The main one calls others and is called by none; where that tells nothing, it is the first
    with a process that is executable.

    Raises:
        DiagramRejectedError: One is no XML, no BPMN 2.0, or too large to be read.
    """
    roots = [read_any(each)[0] for each in diagrams]
    calls = [
        {each.get("calledElement", "").rpartition(":")[2] for each in root.iter(_CALL)} - {""}
        for root in roots
    ]
    own = [{each.get("id", "") for each in root.iter(_PROCESS)} for root in roots]

    def rank(place: int) -> tuple[bool, bool, bool]:
        others = [other for other in range(len(roots)) if other != place]
        return (
            any(calls[other] & own[place] for other in others),
            not any(calls[place] & own[other] for other in others),
            not _is_executable(roots[place]),
        )

    first = min(range(len(roots)), key=rank, default=0)
    return (first, *(place for place in range(len(roots)) if place != first)) if roots else ()


_CALL = bpmn("callActivity")
_PROCESS = bpmn("process")


def _is_executable(root: etree._Element) -> bool:
    return any(each.get("isExecutable") in {"true", "1"} for each in root.iter(_PROCESS))


def repair_all(
    diagrams: Sequence[bytes],
    *,
    process_id: str = "",
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
) -> tuple[RepairedDiagram, ...]:
    """Return the diagrams of one process made runnable together, in their order.

    Args:
        diagrams: BPMN files in any encoding; the first holds the main process.
        process_id: What the main process is to be called; empty for whatever it is called.
        tables: DMN files at hand.
        forms: Forms of one's own at hand, as JSON.

    Raises:
        DiagramRejectedError: One is no XML, no BPMN 2.0, or too large to be read.
    """
    plain = [_readable(each) for each in diagrams]
    done: list[RepairedDiagram] = []
    known = tuple(forms)
    for place in reversed(range(len(diagrams))):
        result = repair(
            diagrams[place],
            process_id="" if place else process_id,
            tables=tables,
            forms=known,
            called=[each.content for each in done],
            callers=plain[:place],
        )
        written = result.forms[len(known) :]
        asked = tuple(each for each in result.questions if not each.rule)
        done.insert(0, RepairedDiagram(result.content, written, result.repairs, asked))
        known = result.forms
    return tuple(done)


def _readable(content: bytes) -> bytes:
    """Return a diagram as any reader of XML reads it."""
    root, told = read_any(content)
    return bytes(etree.tostring(root, encoding="UTF-8")) if told else content


def outlook(
    diagrams: Sequence[bytes],
    *,
    process_id: str = "",
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
) -> Outlook:
    """Return what stands in the way of publishing, and how much of it a repair mends.

    Args:
        diagrams: BPMN files, the one with the main process first; not in any encoding.
        process_id: What the main process must be called; empty for whatever it is called.
        tables: DMN files.
        forms: Forms of one's own, as JSON.

    Raises:
        DiagramRejectedError: A diagram cannot be repaired.
    """
    found = blocks(inspect(called(diagrams, process_id), tables, forms))
    done = repair_all(diagrams, process_id=process_id, tables=tables, forms=forms)
    more = [form for each in done for form in each.forms]
    left = blocks(inspect([each.content for each in done], tables, (*forms, *more)))
    left += blocks(question for each in done[:1] for question in each.questions)
    still = [_what(each) for each in left]
    mended: list[Finding] = []
    for each in found:
        if _what(each) in still:
            still.remove(_what(each))
        else:
            mended.append(each)
    undrawn = sum(is_undrawn(Sheet(read_any(each)[0])) for each in diagrams)
    is_named = not done or main_process(done[0].content) == process_id
    return Outlook(found, tuple(mended), left, undrawn, is_named)


def _what(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.element
