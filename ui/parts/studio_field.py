"""The questions of a form on its maker's desk: a line each, and the one that is worked on."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from engine.domain.field_kind import FieldKind
from engine.domain.form_sheet import FormSheet, choices_as_lines, choices_from_lines
from engine.domain.own_form import MOST_FIELDS
from engine.services.studio.draft_forms import DraftForm
from ui.parts.studio_condition import draw_condition
from ui.parts.studio_form_desk import Desk
from ui.parts.studio_limit import draw_limits
from ui.parts.words import label, plain

_ICONS = {
    FieldKind.TEXT: "short_text",
    FieldKind.PARAGRAPH: "notes",
    FieldKind.INTEGER: "tag",
    FieldKind.DECIMAL: "decimal_increase",
    FieldKind.AMOUNT: "payments",
    FieldKind.DATE: "event",
    FieldKind.YES_NO: "toggle_on",
    FieldKind.CHOICE: "radio_button_checked",
    FieldKind.CHOICES: "checklist",
}


def draw_fields(desk: Desk, sheet: FormSheet, form: DraftForm) -> None:
    """Draw the questions of a form in their order, and let them be changed."""
    st.subheader("Questions")
    opened = f"{desk.key}:open"
    for at in range(len(sheet.fields)):
        is_open = st.session_state.get(opened) == at
        with st.container(border=True, gap="small", key=f"question:{desk.key}:{at}"):
            _draw_line(desk, sheet, form, at, is_open=is_open)
            if is_open:
                _draw_parts(desk, sheet, form, at)
    st.button(
        "Add a question",
        icon=":material/add:",
        key=f"{desk.key}:add",
        disabled=len(sheet.fields) >= MOST_FIELDS,
        on_click=_add,
        args=(desk, len(sheet.fields)),
    )


def _draw_line(desk: Desk, sheet: FormSheet, form: DraftForm, at: int, *, is_open: bool) -> None:
    """Draw a question in a line, with what moves it."""
    kind, key = sheet.kind(at), f"{desk.key}:{at}"
    problems = problems_at(form, sheet, at)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            label(sheet.text("title", at) or f"Question {at + 1}"),
            icon=f":material/{_ICONS[kind]}:",
            type="tertiary",
            key=f"{key}:toggle",
            help="Put it away" if is_open else "Change this question",
            on_click=_turn,
            args=(desk, at),
        )
        st.space("stretch")
        if problems and not is_open:
            st.badge("To mend", icon=":material/error:", color="red")
        for badge in _badges(sheet, at):
            st.badge(plain(badge), color="gray")


def _badges(sheet: FormSheet, at: int) -> Sequence[str]:
    said = {"required": "Required", "shown_when": "Sometimes", "routes": "Decides the way"}
    return [word for part, word in said.items() if sheet.fields[at].get(part)]


def _draw_parts(desk: Desk, sheet: FormSheet, form: DraftForm, at: int) -> None:
    """Draw everything that a question says, with what is wrong beside it."""
    kind = sheet.kind(at)
    say = partial(_draw_problems, form, sheet, at)
    desk.text_input("Question", "title", at)
    say("title")
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        titles = {each.value: each.title for each in FieldKind}
        draw = partial(st.selectbox, "Kind of answer", list(titles), format_func=titles.get)
        desk.ask(draw, "kind", at, kind.value)
    with right:
        desk.ask(
            partial(st.toggle, "Must be answered"),
            "required",
            at,
            sheet.fields[at].get("required") is True,
        )
    say("kind", "required")
    if kind.is_chosen:
        _draw_choices(desk, sheet, at)
        say("choices")
    if kind.has_limits:
        draw_limits(desk, sheet, at)
        say("minimum", "maximum")
    desk.text_input("Explanation", "help", at, "Shown at the question mark; may be empty.")
    say("help")
    draw_condition(desk, sheet, at)
    say("shown_when")
    _draw_routing(desk, sheet, at)
    say("name", "routes", "")
    _draw_ending(desk, sheet, at)


def _draw_choices(desk: Desk, sheet: FormSheet, at: int) -> None:
    lines = choices_as_lines(sheet.fields[at].get("choices"))
    draw = partial(
        st.text_area,
        "Answers to choose from",
        height=120,
        help="One a line. “power = Electricity” shows Electricity and keeps power.",
    )
    desk.ask(draw, "choices", at, lines, of=choices_from_lines)


def _draw_routing(desk: Desk, sheet: FormSheet, at: int) -> None:
    """Draw whether the answer decides the way, and under which name it is known."""
    is_routing = sheet.fields[at].get("routes") is True
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        help_ = "The answer is a variable, which conditions in the diagram can look at."
        desk.ask(
            partial(
                st.toggle,
                "Decides the way",
                help=help_,
                disabled=not (sheet.kind(at).can_route or is_routing),
            ),
            "routes",
            at,
            is_routing,
        )
    with right:
        desk.text_input("Name in conditions", "name", at, "Letters, digits and “_”.")


def _draw_ending(desk: Desk, sheet: FormSheet, at: int) -> None:
    key = f"{desk.key}:{at}"
    with st.container(horizontal=True):
        for by, icon, said in ((-1, "arrow_upward", "Up"), (1, "arrow_downward", "Down")):
            st.button(
                said,
                icon=f":material/{icon}:",
                key=f"{key}:{said}",
                disabled=not 0 <= at + by < len(sheet.fields),
                on_click=_move,
                args=(desk, at, by),
            )
        st.button(
            "Duplicate",
            icon=":material/content_copy:",
            key=f"{key}:twin",
            disabled=len(sheet.fields) >= MOST_FIELDS,
            on_click=_twin,
            args=(desk, at),
        )
        st.button(
            "Remove",
            icon=":material/delete:",
            key=f"{key}:remove",
            on_click=_remove,
            args=(desk, at),
        )


def problems_at(form: DraftForm, sheet: FormSheet, at: int, *parts: str) -> list[str]:
    """Return what is wrong with a question, or with some of its parts, in sentences."""
    said = [f.said for f in form.faults if f.field == at and (not parts or f.part in parts)]
    if parts and "shown_when" not in parts:
        return said
    name = f"{form.id}#{sheet.text('name', at)}"
    found = [each for each in form.findings if each.element == name]
    return [*said, *(" ".join(filter(None, (f.problem, f.why, f.fix))) for f in found)]


def _draw_problems(form: DraftForm, sheet: FormSheet, at: int, *parts: str) -> None:
    for said in problems_at(form, sheet, at, *parts):
        st.markdown(f":red[:material/error: {plain(said)}]")


def _turn(desk: Desk, at: int) -> None:
    opened = f"{desk.key}:open"
    st.session_state[opened] = None if st.session_state.get(opened) == at else at


def _open(desk: Desk, at: int | None) -> None:
    st.session_state[f"{desk.key}:open"] = at


def _add(desk: Desk, at: int) -> None:
    desk.change(lambda sheet: sheet.with_field())
    _open(desk, at)


def _move(desk: Desk, at: int, by: int) -> None:
    was_open = st.session_state.get(f"{desk.key}:open")
    desk.change(lambda sheet: sheet.moved(at, by))
    places = {at: at + by, at + by: at}
    _open(desk, places.get(was_open, was_open) if was_open is not None else None)


def _twin(desk: Desk, at: int) -> None:
    desk.change(lambda sheet: sheet.with_twin(at))
    _open(desk, at + 1)


def _remove(desk: Desk, at: int) -> None:
    desk.change(lambda sheet: sheet.without(at))
    _open(desk, None)
