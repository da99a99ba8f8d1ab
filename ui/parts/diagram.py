"""Shows BPMN diagrams: one with marks upon it, or two versions beside each other."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from ui.asset import asset_address
from ui.parts.drawing_words import words_of
from ui.parts.source import source

_viewer = st.components.v2.component(
    "redress.diagram",
    js=source("diagram.js").replace("@VIEWER@", asset_address("viewer.js")),
)


class Waiting(NamedTuple):
    """How many cases wait at a step, and how many of them are late."""

    n: int
    late: int = 0


class Warmth(NamedTuple):
    """One element of a heat map: how warm it is, and what its badge says.

    Attributes:
        value: In any unit; colours run from the least to the greatest of a diagram.
        label: The value for a reader, short: ``3 d``.
        title: A sentence with more, for those who point at it or listen; empty for none.
    """

    value: float
    label: str
    title: str = ""


class Back(NamedTuple):
    """A way on which work went back: drawn as an arc above the diagram.

    Attributes:
        origin: Id of the step that was done last before.
        target: Id of the step that was begun anew; may be the same.
        n: How often; the arc is the wider.
        title: A sentence, for those who point at it or listen.
    """

    origin: str
    target: str
    n: int
    title: str


class Focus(NamedTuple):
    """A wish to see an element; each new ``n`` is a new wish, also for the same element."""

    id: str
    n: int


class Version(NamedTuple):
    """A diagram as BPMN 2.0, and what a reader calls it."""

    xml: str
    title: str


class Difference(NamedTuple):
    """What differs between two versions, by the ids of the elements.

    Attributes:
        added: In the later version only.
        removed: In the earlier version only.
        changed: A sentence per element that both have: what differs, invisible properties too.
    """

    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    changed: Mapping[str, str] = {}


def show_diagram(
    xml: str,
    *,
    key: str,
    alt: str,
    current: Collection[str] = (),
    done: Collection[str] = (),
    counts: Mapping[str, Waiting] | None = None,
    height: int = 420,
) -> str | None:
    """Draw a diagram and return the step that was just clicked.

    Args:
        xml: The diagram as BPMN 2.0.
        key: Name of this view, unique on its page; it keeps zoom and position between reruns.
        alt: What the diagram shows, for those who do not see it.
        current: Ids of the steps that wait now; they pulse.
        done: Ids of the elements that were passed; they are green.
        counts: Cases waiting per step id; steps without cases may be left out.
        height: Height of the frame in pixels, at most: a wide diagram on a telephone needs less.

    Returns:
        The id of the element that was clicked in this run; None when there was no click.
    """
    waiting = {step: count._asdict() for step, count in (counts or {}).items()}
    marks = {"current": list(current), "done": list(done), "counts": waiting}
    return _show(key, height, alt=alt, xml=xml, **marks)


def show_heat(
    xml: str,
    *,
    key: str,
    alt: str,
    heat: Mapping[str, Warmth],
    scale: str,
    loops: Sequence[Back] = (),
    focus: Focus | None = None,
    height: int = 460,
) -> str | None:
    """Draw a heat map upon a diagram and return the step that was just clicked.

    Args:
        xml: The diagram as BPMN 2.0.
        key: Name of this view, unique on its page.
        alt: What the diagram shows, for those who do not see it.
        heat: The warm elements by id; the others stay white.
        scale: What the colours measure, for the legend: ``Median working time``.
        loops: Where work went back; those of steps that are not drawn are passed over.
        focus: The element to bring into sight.
        height: Height of the frame with its legend in pixels, at most.
    """
    warm = {id_: warmth._asdict() for id_, warmth in heat.items()}
    back = [{"from": way.origin, "to": way.target, "n": way.n, "title": way.title} for way in loops]
    marks = {"heat": warm, "scale": scale, "loops": back}
    return _show(key, height, alt=alt, xml=xml, focus=_wish(focus), **marks)


def show_coverage(
    xml: str,
    *,
    key: str,
    alt: str,
    covered: Collection[str],
    missed: Collection[str],
    focus: Focus | None = None,
    height: int = 460,
) -> str | None:
    """Draw which elements were passed and which never, and return the step just clicked."""
    marks = {"covered": list(covered), "missed": list(missed)}
    return _show(key, height, alt=alt, xml=xml, focus=_wish(focus), **marks)


def show_repairs(
    xml: str,
    *,
    key: str,
    alt: str,
    repaired: Mapping[str, str],
    guessed: Mapping[str, str],
    undecided: Mapping[str, str],
    focus: Focus | None = None,
    height: int = 520,
) -> str | None:
    """Draw what was repaired and what a person must say, and return the step just clicked.

    Args:
        xml: The diagram as BPMN 2.0.
        key: Name of this view, unique on its page.
        alt: What the diagram shows, for those who do not see it.
        repaired: What was done, by the id of the element.
        guessed: What its owner is asked to confirm, by the id of the element.
        undecided: What keeps it from running, by the id of the element.
        focus: The element to bring into sight.
        height: Height of the frame with its legend in pixels.
    """
    marks = {"repaired": dict(repaired), "guessed": dict(guessed), "open": dict(undecided)}
    return _show(key, height, alt=alt, xml=xml, focus=_wish(focus), **marks)


def show_comparison(
    before: Version,
    after: Version,
    *,
    key: str,
    alt: str,
    difference: Difference,
    focus: Focus | None = None,
    height: int = 520,
) -> str | None:
    """Draw two versions beside each other, on a phone below each other, moving as one.

    Args:
        before: The earlier version, on which removed elements are marked.
        after: The later version, on which added elements are marked.
        key: Name of this view, unique on its page.
        alt: What the diagrams show, for those who do not see them.
        difference: What to mark; elements that are not drawn are passed over.
        focus: The element to bring into sight, in the version that has it.
        height: Height of both with their legend in pixels.

    Returns:
        The id of the element that was clicked in this run; None when there was no click.
    """
    return _show(
        key,
        height,
        alt=alt,
        before=before.xml,
        revBefore=_digest(before.xml),
        xml=after.xml,
        titles={"before": before.title, "after": after.title},
        added=list(difference.added),
        removed=list(difference.removed),
        changed=dict(difference.changed),
        focus=_wish(focus),
    )


def _show(key: str, height: int, *, xml: str, **data: Any) -> str | None:  # noqa: ANN401 - any JSON
    words = dict(words_of("diagram", "loading"))
    result = _viewer(
        key=key,
        data={"xml": xml, "rev": _digest(xml), "height": height, "words": words, **data},
        height="content",
        on_clicked_change=_rerun_only,
    )
    clicked: str | None = result.clicked
    return clicked


def _digest(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()[:16]


def _wish(focus: Focus | None) -> dict[str, Any] | None:
    return None if focus is None else focus._asdict()


def _rerun_only() -> None:
    """Do nothing: a click reruns the page, which reads the step from the result."""
