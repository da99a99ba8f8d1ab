"""The way of a diagram through all repairs."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from lxml import etree

from engine.errors import DiagramRejectedError, ProcessFailedError
from engine.process import rules, xml
from engine.process.bundle import build_bundle
from engine.process.drawing.layout import draw_anew
from engine.process.drawing.sheet import Sheet
from engine.process.finding import Finding, Layer, Severity, blocks
from engine.process.material import Material, gather
from engine.process.repair import (
    asking,
    attributes,
    borders,
    circles,
    code,
    compensation,
    events,
    flows,
    handwork,
    identity,
    kinds,
    links,
    messages,
    people,
    pools,
    races,
    repeats,
    starts,
    throws,
    timers,
)
from engine.process.repair.reading import read_any
from engine.process.repair.record import Job, Repaired
from engine.process.repair.ways import Ways
from engine.process.rules.running import structure
from engine.process.trial import first_stop

_ROUNDS: Final = 4
"""Times that all repairs are gone through; what one adds, another may have to see to."""
_STEP: Final = f"{{{xml.REDRESS}}}step"

Pass = Callable[[Job], None]


class _Beside(NamedTuple):
    """What a diagram needs beside it to run."""

    diagrams: Sequence[bytes]
    tables: Sequence[bytes]
    forms: Sequence[bytes]


_BEFORE: Final[tuple[Pass, ...]] = (
    identity.give_ids,
    pools.choose_process,
    code.take_out_code,
    kinds.make_known,
    messages.inline_definitions,
    compensation.undo_on_demand,
    flows.connect_flows,
    events.make_events_run,
    links.pair_links,
    races.race_between_events,
    handwork.take_by_hand,
    borders.sit_on_activities,
    messages.point_somewhere,
    attributes.keep_readable,
    attributes.take_over,
    timers.set_timers,
    timers.set_conditions,
    starts.begin_once,
    flows.drop_useless_marks,
    repeats.count_repeats,
)
_AFTER: Final[tuple[Pass, ...]] = (
    throws.catch_throws,
    circles.pause_in_circles,
    starts.end_everywhere,
    people.give_roles,
)


def repair(
    content: bytes,
    *,
    process_id: str = "",
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
    called: Sequence[bytes] = (),
    callers: Sequence[bytes] = (),
) -> Repaired:
    """Return a diagram made runnable, with every change, and what a person must decide.

    What runs already comes back as it was, but for a drawing where it has none. Repairing the
    result changes nothing more.

    Args:
        content: A BPMN file in any encoding.
        process_id: What the main process is to be called; empty for whatever it is called.
        tables: DMN files at hand.
        forms: Forms of one's own at hand, as JSON.
        called: Diagrams at hand that can be read, whose processes it may call.
        callers: Diagrams that can be read and may call it; ids that they use are theirs.

    Raises:
        DiagramRejectedError: It is no XML, no BPMN 2.0, or too large to be read.
    """
    root, told = read_any(content)
    sheet = Sheet(root)
    plain = sheet.content() if told else content
    beside = _Beside(called, tables, forms)
    others = [xml.parse(each) for each in callers]
    if _is_sound(plain, beside, process_id) and not identity.taken_of(sheet, others):
        return _sound(plain, told, forms)
    material = gather([sheet.content()], tables, forms)
    job = _job(sheet, process_id, material, (*map(xml.parse, called), *others))
    for said in told:
        job.did(None, said)
    if _too_large(material):
        return Repaired(
            plain, tuple(forms), tuple(job.repairs), blocks(rules.check(material, Layer.RUNNING))
        )
    identity.give_way(job, others)
    for _ in range(_ROUNDS):
        before = len(job.repairs)
        _go_through(job)
        if len(job.repairs) == before:
            break
    return _finished(job, beside)


def _job(
    sheet: Sheet, process_id: str, material: Material, beside: tuple[etree._Element, ...]
) -> Job:
    return Job(
        sheet,
        process_id=process_id,
        given={
            form.id: frozenset(field.name for field in form.routed)
            for form in material.forms.values()
        },
        outputs={
            id_: frozenset(output.name for output in table.outputs)
            for id_, table in material.tables.items()
        },
        is_ours=next(sheet.root.iter(_STEP), None) is not None,
        beside=beside,
    )


def _finished(job: Job, beside: _Beside) -> Repaired:
    """Write the forms, draw what is not drawn, and say what is left."""
    forms = (*beside.forms, *asking.write_forms(job))
    _draw(job)
    done = job.sheet.content()
    asked = (*_open(done, beside._replace(forms=forms)), *job.questions)
    return Repaired(done, forms, tuple(job.repairs), asked)


def _draw(job: Job) -> bool:
    is_drawn = draw_anew(job.sheet)
    if is_drawn:
        job.did(None, "It was drawn; nothing in the file said where its elements stand.")
    return is_drawn


def _go_through(job: Job) -> None:
    for mend in _BEFORE:
        mend(job)
    Ways(job).decide()
    for mend in _AFTER:
        mend(job)


def _is_sound(content: bytes, beside: _Beside, process_id: str) -> bool:
    try:
        main = _start(content, beside)
    except (DiagramRejectedError, ProcessFailedError):
        return False
    return not process_id or main == process_id


def _sound(content: bytes, told: Sequence[str], forms: Sequence[bytes]) -> Repaired:
    job = Job(Sheet(xml.parse(content)))
    for said in told:
        job.did(None, said)
    done = job.sheet.content() if _draw(job) else content
    return Repaired(done, tuple(forms), tuple(job.repairs), ())


def _start(content: bytes, beside: _Beside) -> str:
    """Start a case in memory, and return the id of its process.

    Raises:
        DiagramRejectedError: A rule forbids it.
        ProcessFailedError: It stops before its first pause.
    """
    bundle = build_bundle([content, *beside.diagrams], beside.tables, beside.forms)
    first_stop(bundle)
    return bundle.process_id


def _open(content: bytes, beside: _Beside) -> Sequence[Finding]:
    """Return what still forbids to run it."""
    material = gather([content, *beside.diagrams], beside.tables, beside.forms)
    found = blocks(rules.check(material, Layer.RUNNING))
    if found:
        return found
    try:
        _start(content, beside)
    except ProcessFailedError as failure:
        why = "Every new case would stop there at once."
        at = next((n for n in material.diagram.nodes if n.label == failure.element), None)
        id_ = "" if at is None else at.id
        return [Finding(Severity.BLOCKING, id_, failure.element, str(failure), why)]
    return []


def _too_large(material: Material) -> bool:
    return len(material.diagram.nodes) > structure.MOST_NODES
