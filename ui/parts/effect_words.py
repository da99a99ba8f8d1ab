"""What a figure says about an action, in words."""

from engine.domain.before_after import Side
from engine.services.improvement.improvement_board import Improvement
from engine.services.improvement.measured_effect import MeasuredEffect
from ui.parts.control_chart import value_of
from ui.parts.words import counted

_MOVED = {1: "higher", 0: "the same", -1: "lower"}


def side_told(effect: MeasuredEffect, side: Side) -> tuple[str, str]:
    """Return the value of one side, and how much stands behind it."""
    value = None if side.value is None else float(side.value)
    told = f"{counted(side.points, 'point')}, n = {side.n:,}"
    return value_of(effect.view, value), told


def effect_told(action: Improvement) -> str:
    """Return in a sentence or two what the figure of an action says of it."""
    effect = action.effect
    if effect is None:
        return "No figure is watched for it."
    compared, figure = effect.compared, effect.view.watched.title
    if not compared.after.points:
        return f"{figure}: no whole point has passed since it was carried out."
    before, _ = side_told(effect, compared.before)
    after, _ = side_told(effect, compared.after)
    moved = compared.moved()
    wanted = "as it should be" if moved == effect.wants.side else f"it should be {effect.wants}"
    said = f"{figure}: {before} before, {after} after; {_MOVED[moved]}, {wanted}."
    if compared.why:
        return f"{said} {compared.why}"
    if not compared.is_more_than_chance(moved):
        return f"{said} By the limits of before that can be chance."
    found = "; ".join(dict.fromkeys(words for side, words in compared.beyond if side == moved))
    wrong = "" if moved == effect.wants.side else ", the wrong way"
    return f"{said} By the limits of before it is more than chance{wrong}: {found}."
