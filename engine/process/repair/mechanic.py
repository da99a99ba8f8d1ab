"""The way of a diagram through all repairs."""

from collections.abc import Callable, Sequence
from typing import Final

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
_Files = tuple[Sequence[bytes], Sequence[bytes]]
"""Decision tables and forms that come beside a diagram."""

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
) -> Repaired:
    """Return a diagram made runnable, with every change, and what a person must decide.

    What runs already comes back as it was. Repairing the result changes nothing more.

    Args:
        content: A BPMN file in any encoding.
        process_id: What the main process is to be called; empty for whatever it is called.
        tables: DMN files at hand.
        forms: Forms of one's own at hand, as JSON.

    Raises:
        DiagramRejectedError: It is no XML, no BPMN 2.0, or too large to be read.
    """
    root, told = read_any(content)
    sheet = Sheet(root)
    plain = sheet.content() if told else content
    if _is_sound(plain, (tables, forms), process_id):
        return _sound(plain, told, forms)
    material = gather([sheet.content()], tables, forms)
    job = Job(
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
        is_ours=next(root.iter(_STEP), None) is not None,
    )
    for said in told:
        job.did(None, said)
    if _too_large(material):
        return Repaired(
            plain, tuple(forms), tuple(job.repairs), blocks(rules.check(material, Layer.RUNNING))
        )
    for _ in range(_ROUNDS):
        before = len(job.repairs)
        _go_through(job)
        if len(job.repairs) == before:
            break
    written = asking.write_forms(job)
    if draw_anew(sheet):
        job.did(None, "It was drawn; nothing in the file said where its elements stand.")
    done = sheet.content()
    asked = (*_open(done, (tables, (*forms, *written))), *job.questions)
    return Repaired(done, (*forms, *written), tuple(job.repairs), asked)


def _go_through(job: Job) -> None:
    for mend in _BEFORE:
        mend(job)
    Ways(job).decide()
    for mend in _AFTER:
        mend(job)


def _is_sound(content: bytes, beside: _Files, process_id: str) -> bool:
    try:
        main = _start(content, beside)
    except (DiagramRejectedError, ProcessFailedError):
        return False
    return not process_id or main == process_id


def _sound(content: bytes, told: Sequence[str], forms: Sequence[bytes]) -> Repaired:
    job = Job(Sheet(xml.parse(content)))
    for said in told:
        job.did(None, said)
    return Repaired(content, tuple(forms), tuple(job.repairs), ())


def _start(content: bytes, beside: _Files) -> str:
    """Start a case in memory, and return the id of its process.

    Raises:
        DiagramRejectedError: A rule forbids it.
        ProcessFailedError: It stops before its first pause.
    """
    bundle = build_bundle([content], *beside)
    first_stop(bundle)
    return bundle.process_id


def _open(content: bytes, beside: _Files) -> Sequence[Finding]:
    """Return what still forbids to run it."""
    found = blocks(rules.check(gather([content], *beside), Layer.RUNNING))
    if found:
        return found
    try:
        _start(content, beside)
    except ProcessFailedError as failure:
        why = "Every new case would stop there at once."
        at = next(
            (n for n in gather([content], ()).diagram.nodes if n.label == failure.element), None
        )
        id_ = "" if at is None else at.id
        return [Finding(Severity.BLOCKING, id_, failure.element, str(failure), why)]
    return []


def _too_large(material: Material) -> bool:
    return len(material.diagram.nodes) > structure.MOST_NODES
