"""What is measured of a step, as a person reads it."""

from collections.abc import Iterable
from datetime import timedelta

from engine.domain.heat import HeatMeasure, Loop, StepHeat
from engine.domain.kpi import FEW
from ui.parts.diagram import Back, Warmth
from ui.parts.figure import NOTHING
from ui.parts.words import counted, working

HEAD = ("Step", "Waiting now", "Done", "Median time", "90% done within", "Late", "Done again")


def cells(step: StepHeat, day: timedelta) -> tuple[str, ...]:
    """Return all that is measured of a step, in the order of the columns.

    Args:
        step: Which.
        day: How long a working day is.
    """
    return (
        _waiting(step),
        f"{step.done:,}",
        label(step, HeatMeasure.MEDIAN, day),
        label(step, HeatMeasure.MOST, day),
        _of(label(step, HeatMeasure.LATE, day), step.due),
        _of(label(step, HeatMeasure.AGAIN, day), step.done),
    )


def label(step: StepHeat, measure: HeatMeasure, day: timedelta) -> str:
    """Return one measure, short enough for a badge; a dash where there is nothing to tell."""
    match measure:
        case HeatMeasure.WAITING:
            return f"{step.waiting:,}"
        case HeatMeasure.MEDIAN:
            return NOTHING if step.median is None else working(step.median, day)
        case HeatMeasure.MOST:
            return NOTHING if step.most is None else working(step.most, day)
        case HeatMeasure.LATE:
            return _share(step.late, step.due)
        case HeatMeasure.AGAIN:
            return _share(step.again, step.done)


def warmth(steps: Iterable[StepHeat], measure: HeatMeasure, day: timedelta) -> dict[str, Warmth]:
    """Return what the diagram is coloured by, by element."""
    return {
        step.element: Warmth(value, label(step, measure, day), _sentence(step, measure, day))
        for step in steps
        if (value := step.value(measure)) is not None
    }


def ways_back(steps: Iterable[StepHeat]) -> list[Back]:
    """Return what the diagram draws of loops: from which step to which, and how often."""
    return [
        Back(loop.after, step.element, loop.count, _way_back(step, loop))
        for step in steps
        for loop in step.loops
    ]


def _way_back(step: StepHeat, loop: Loop) -> str:
    times = "once" if loop.count == 1 else f"{loop.count:,} times"
    return f"“{step.title}” was begun anew after “{loop.title or 'the start'}” {times}"


def loops_of(step: StepHeat) -> str:
    """Return where a step was begun anew from, in a sentence; empty where it never was."""
    if not step.loops:
        return ""
    told = [f"{loop.title or 'the start'} ({loop.count:,}×)" for loop in step.loops]  # noqa: RUF001 - times
    return f"Begun anew after {', '.join(told)}."


def _waiting(step: StepHeat) -> str:
    late = f", {step.waiting_late:,} late" if step.waiting_late else ""
    return f"{step.waiting:,}{late}" if step.waiting else NOTHING


def _share(part: int | None, whole: int) -> str:
    """Return a share; below ``FEW`` as the two numbers it is made of."""
    if part is None or not whole:
        return NOTHING
    return f"{part} of {whole}" if whole < FEW else f"{100 * part / whole:.0f}%"


def _of(said: str, whole: int) -> str:
    return f"{said} of {whole:,}" if said.endswith("%") else said


def _sentence(step: StepHeat, measure: HeatMeasure, day: timedelta) -> str:
    said = label(step, measure, day)
    match measure:
        case HeatMeasure.WAITING:
            late = f", {step.waiting_late:,} late" if step.waiting_late else ""
            return f"{counted(step.waiting, 'case')} waiting now{late}"
        case HeatMeasure.MEDIAN:
            return f"half of {step.done:,} done within {said} of working time"
        case HeatMeasure.MOST:
            return f"nine in ten of {step.done:,} done within {said} of working time"
        case HeatMeasure.LATE:
            return f"{_of(said, step.due)} that fell due late"
        case HeatMeasure.AGAIN:
            return " ".join([f"{_of(said, step.done)} had been done before.", loops_of(step)])
