"""Shows a BPMN diagram: where a case stands, where it has been, how many cases wait."""

import hashlib
from collections.abc import Collection, Mapping
from typing import NamedTuple

import streamlit as st

from ui.asset import asset_address
from ui.parts.source import source

_viewer = st.components.v2.component(
    "redress.diagram",
    js=source("diagram.js").replace("@VIEWER@", asset_address("viewer.js")),
)


class Waiting(NamedTuple):
    """How many cases wait at a step, and how many of them are late."""

    n: int
    late: int = 0


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
        height: Height of the frame in pixels.

    Returns:
        The id of the element that was clicked in this run; None when there was no click.
    """
    result = _viewer(
        key=key,
        data={
            "xml": xml,
            "rev": hashlib.sha256(xml.encode()).hexdigest()[:16],
            "current": list(current),
            "done": list(done),
            "counts": {step: waiting._asdict() for step, waiting in (counts or {}).items()},
            "height": height,
            "alt": alt,
        },
        height=height,
        on_clicked_change=_rerun_only,
    )
    clicked: str | None = result.clicked
    return clicked


def _rerun_only() -> None:
    """Do nothing: a click reruns the page, which reads the step from the result."""
