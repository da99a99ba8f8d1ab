"""How small and how large an answer may be, on its maker's desk."""

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from engine.domain.field_kind import FieldKind
from engine.domain.form_sheet import FormSheet
from engine.domain.own_limit import PLACES, day_of, number_of
from ui.parts.studio_form_desk import Desk

_LABELS = {
    FieldKind.TEXT: ("Fewest characters", "Most characters"),
    FieldKind.PARAGRAPH: ("Fewest characters", "Most characters"),
    FieldKind.CHOICES: ("Choose at least", "Choose at most"),
    FieldKind.DATE: ("Not before", "Not after"),
}
_FIRST, _LAST = date(1000, 1, 1), date(9000, 1, 1)


def draw_limits(desk: Desk, sheet: FormSheet, at: int) -> None:
    """Draw the two limits of a question."""
    kind = sheet.kind(at)
    labels = _LABELS.get(kind, ("At least", "At most"))
    for place, part, text in zip(st.columns(2), ("minimum", "maximum"), labels, strict=True):
        stored = sheet.fields[at].get(part)
        with place:
            if kind is FieldKind.DATE:
                draw = partial(
                    st.date_input, text, format="DD/MM/YYYY", min_value=_FIRST, max_value=_LAST
                )
                desk.ask(draw, part, at, _day(stored))
            else:
                places = 0 if kind.is_counted else PLACES[kind]
                desk.ask(partial(_ask_number, text, places), part, at, _number(stored, places))


def _ask_number(text: str, places: int, **given: Any) -> None:  # noqa: ANN401 - handed on
    if places:
        form = "%.2f" if places == PLACES[FieldKind.AMOUNT] else "%.15g"
        st.number_input(text, step=0.01, format=form, placeholder="Any", **given)
    else:
        st.number_input(text, step=1, placeholder="Any", **given)


def _number(stored: object, places: int) -> float | int | None:
    try:
        number = number_of(stored)
    except ValueError:
        return None
    return float(number) if places else int(number)


def _day(stored: object) -> date | None:
    try:
        return day_of(stored)
    except ValueError:
        return None
