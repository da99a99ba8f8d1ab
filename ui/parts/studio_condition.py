"""When a question is asked: chosen from what stands above it, or written out."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from engine.domain.field_kind import FieldKind
from engine.domain.form_sheet import FormSheet
from ui.parts.studio_form_desk import Desk

_ALWAYS, _WRITTEN = "", "\N{NULL}written"


def draw_condition(desk: Desk, sheet: FormSheet, at: int) -> None:
    """Draw when a question is asked: ready answers to the questions above, or an expression."""
    stored = sheet.text("shown_when", at)
    ready = dict(_ready(sheet, at))
    key = f"{desk.key}:{at}:written"
    is_written = bool(st.session_state.get(key)) or (stored != _ALWAYS and stored not in ready)
    labels = {_ALWAYS: "Always", **ready, _WRITTEN: "Another condition …"}
    chosen = f"{desk.key}:{at}:when"
    if chosen not in st.session_state:
        st.session_state[chosen] = _WRITTEN if is_written else stored
    st.selectbox(
        "Asked",
        list(labels),
        format_func=lambda each: labels.get(each, each),
        key=chosen,
        on_change=partial(_choose, desk, at, chosen, key),
    )
    if is_written:
        above = ", ".join(sheet.text("name", each) for each in range(at)) or "none"
        help_ = (
            "Such as: size > 3 and kind == 'gas'. It can look at the questions above "
            f"({above}) and at the variables of the process, such as severity."
        )
        desk.text_input("Condition", "shown_when", at, help_)


def _choose(desk: Desk, at: int, chosen: str, key: str) -> None:
    said = st.session_state[chosen]
    st.session_state[key] = said == _WRITTEN
    if said != _WRITTEN:
        st.session_state.pop(f"{desk.key}:{at}:shown_when", None)
        desk.put("shown_when", at, said)


def _ready(sheet: FormSheet, at: int) -> Iterator[tuple[str, str]]:
    """Yield the conditions that need no writing, with their words."""
    for each in range(at):
        name, title, kind = sheet.text("name", each), sheet.text("title", each), sheet.kind(each)
        if kind is FieldKind.YES_NO:
            yield f"{name} == true", f"If “{title}” is Yes"
            yield f"{name} == false", f"If “{title}” is No"
        elif kind is FieldKind.CHOICE:
            yield from _of_list(name, title, _choices(sheet, each))


def _of_list(name: str, title: str, choices: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    for choice in choices:
        value = choice.get("value")
        if isinstance(value, str) and not {"'", "\\"} & {*value}:
            yield f"{name} == '{value}'", f"If “{title}” is {choice.get('title')}"


def _choices(sheet: FormSheet, at: int) -> list[dict[str, object]]:
    found = sheet.fields[at].get("choices")
    entries = found if isinstance(found, list) else []
    return [each for each in entries if isinstance(each, dict)]
