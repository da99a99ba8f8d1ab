"""The axis of a chart on which texts stand in their order, such as weeks or days."""

from collections.abc import Sequence

import altair as alt

_MOST = 7
"""Names that have room beside each other in the narrowest chart of a desk."""


def named_axis(names: Sequence[str]) -> alt.Axis:
    """Return the axis under some names: every so many-th of them is written, from the first on.

    Charts of the same weeks so name the same ones. Where there is less room, every other of those
    is left out.

    Args:
        names: Of all places on the axis, in order; each once.
    """
    step = -(-len(names) // _MOST) or 1
    return alt.Axis(
        grid=False,
        labelAngle=0,
        labelOverlap="parity",
        ticks=False,
        values=list(names[::step]),
    )
