"""A form from its declaration, with a draft that is saved as people type."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st
from pydantic import BaseModel, ValidationError

from engine.domain.filling import problems_of
from engine.domain.own_answers import asking_of
from engine.errors import RedressError
from ui.parts.field import Choices, Field, default_of, draw, fields_of, to_draft, to_widget
from ui.parts.source import source
from ui.parts.words import clock_time, counted, plain

Model = TypeVar("Model", bound=BaseModel)
Save = Callable[[dict[str, Any]], datetime | None]
"""Keeps a draft and returns when, or None where it is kept for a while only; refuses with a
``RedressError``."""

_autosave = st.components.v2.component("redress_autosave", js=source("autosave.js"))


def step_form(
    model: type[Model],
    *,
    key: str,
    initial: Mapping[str, Any],
    save: Save,
    submit: str,
    choices: Choices,
    zone: ZoneInfo,
    saved_at: datetime | None = None,
) -> Model | None:
    """Draw a form and return what was stated, once, when it was submitted and is right.

    What is wrong is said beside its field; what was typed stays until ``forget`` is called.
    Each change is handed to ``save`` at once, whether it is right or not.

    Args:
        model: The fields, with titles, limits and defaults.
        key: Stable for this step of this case; another key is another form.
        initial: Draft or proposal by field name, as ``save`` was given it; may be empty.
        save: Keeps the draft.
        submit: Label of the button.
        choices: The lists that fields name under ``choices``.
        zone: Zone in which the reader states and reads times.
        saved_at: When ``initial`` was saved; None when it is no draft.
    """
    fields = fields_of(model, key=key, choices=choices, zone=zone)
    _restore(fields, initial)
    problems: dict[str, str] = st.session_state.setdefault(f"{key}:problems", {})
    _draw_summary(problems)
    for row in _rows(_asked(model, fields)):
        places = _places(row)
        for place, field in zip(places, row, strict=True):
            with place:
                draw(field, lambda field=field: _changed(key, fields, save, field))  # type: ignore[misc]
                _draw_problem(field, problems)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            submit,
            type="primary",
            key=f"{key}:submit",
            on_click=_submitted,
            args=(key, model, fields),
        )
        _draw_saved(key, saved_at, zone)
    _autosave(key=f"{key}:autosave", height=1)
    result: Model | None = st.session_state.pop(f"{key}:result", None)
    return result


def draw_purpose(model: type[BaseModel]) -> None:
    """Draw what a form is for, where it says that."""
    if model.__doc__:
        st.markdown(plain(inspect.cleandoc(model.__doc__)))


def forget(key: str) -> None:
    """Forget what was typed into a form, after it was accepted."""
    for name in [name for name in st.session_state if str(name).startswith((f"{key}.", f"{key}:"))]:
        del st.session_state[name]


def _restore(fields: list[Field], initial: Mapping[str, Any]) -> None:
    """Put draft or defaults into widgets that hold nothing yet."""
    for field in fields:
        if field.key not in st.session_state:
            stored = initial.get(field.name, default_of(field))
            st.session_state[field.key] = to_widget(field, stored)


def _asked(model: type[BaseModel], fields: list[Field]) -> list[Field]:
    """Return the fields that are asked, by what is typed so far."""
    asking = asking_of(model)
    hidden = asking.hidden(_stated(fields)) if asking else frozenset[str]()
    for field in fields:
        if field.name in hidden:  # Streamlit forgets what is not drawn, and it may come back
            st.session_state[field.key] = st.session_state[field.key]
    asked = (each for each in fields if each.is_asked and not each.goes_without_saying)
    return [each for each in asked if each.name not in hidden]


def _stated(fields: list[Field]) -> dict[str, Any]:
    return {field.name: to_draft(field, st.session_state.get(field.key)) for field in fields}


def _changed(key: str, fields: list[Field], save: Save, field: Field) -> None:
    problems: dict[str, str] | None = st.session_state.get(f"{key}:problems")
    if problems is None:
        return  # forgotten: the browser told of the field once more before it was taken away
    problems.pop(field.title, None)
    try:
        st.session_state[f"{key}:saved"] = save(_stated(fields))
    except RedressError as refusal:
        st.session_state[f"{key}:saved"] = str(refusal)


def _submitted(key: str, model: type[BaseModel], fields: list[Field]) -> None:
    # A field left empty is one that was not stated: its default or "is needed" applies.
    stated = {name: value for name, value in _stated(fields).items() if value is not None}
    try:
        st.session_state[f"{key}:result"] = model.model_validate(stated)
    except ValidationError as error:
        st.session_state[f"{key}:problems"] = problems_of(error, model)
    else:
        st.session_state[f"{key}:problems"] = {}


def _rows(fields: list[Field]) -> list[list[Field]]:
    """Return the fields line by line: neighbours that name the same ``row`` share one."""
    rows: list[list[Field]] = []
    for field in fields:
        row = field.declared("row")
        if rows and row is not None and rows[-1][0].declared("row") == row:
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


def _places(row: list[Field]) -> Sequence[Any]:
    """Return where the fields of a line go; a switch stands level with its neighbour."""
    if len(row) == 1:
        return [st.container()]
    has_switch = any(field.kind is bool for field in row)
    return st.columns(len(row), vertical_alignment="bottom" if has_switch else "top")


def _draw_problem(field: Field, problems: Mapping[str, str]) -> None:
    if field.title in problems:
        st.markdown(f":red[:material/error: {plain(_sentence(field, problems))}]")


def _sentence(field: Field, problems: Mapping[str, str]) -> str:
    text = problems[field.title]
    return f"{field.title} {text}" if text[:1].islower() else text


def _draw_summary(problems: Mapping[str, str]) -> None:
    if not problems:
        return
    whole = problems.get("", "")
    count = len(problems) - bool(whole)
    parts = [f"{counted(count, 'field needs', 'fields need')} your attention."] if count else []
    st.error(plain(" ".join([*parts, whole]).strip()), icon=":material/error:")


def _draw_saved(key: str, saved_at: datetime | None, zone: ZoneInfo) -> None:
    saved = st.session_state.get(f"{key}:saved", saved_at)
    if isinstance(saved, datetime):
        st.markdown(f":small[Saved {plain(clock_time(saved, zone))}]", width="content")
    elif isinstance(saved, str):
        st.markdown(f":red[:material/error: Not saved. {plain(saved)}]", width="content")
