"""The forms of a draft: made field by field, with what handlers will see beside them."""

from collections.abc import Sequence

import streamlit as st

from engine.domain.form_sheet import FormSheet, new_sheet, twin_of
from engine.domain.process_draft import ProcessDraft
from engine.services.studio import draft_forms
from engine.services.studio.draft_forms import DraftForm
from ui.parts.form import draw_purpose, step_form
from ui.parts.studio_field import draw_fields
from ui.parts.studio_form_desk import Desk
from ui.parts.words import plain
from ui.session import actor, platform, zone

_ABOUT = (
    "Questions of your own for the steps of this process. A step asks a form when it names it in "
    "the diagram; what handlers answer is kept with the complaint, and can decide the way it goes."
)


def show(draft: ProcessDraft) -> None:
    """Draw the forms of a draft: which there are, one of them to change, and its preview."""
    forms = draft_forms.forms_of_process_draft(platform(), actor=actor(), number=draft.number)
    own = [form for form in forms if form.is_own]
    chosen = _choose(draft, own)
    if chosen is None:
        with st.container(border=True, key="forms:none"):
            st.markdown("**No form of your own yet**")
            st.markdown(plain(_ABOUT))
            _draw_new(draft, forms, is_first=True)
        return
    desk = Desk(draft, chosen.file)
    desk.draw_trouble()
    making, seeing = st.columns([3, 2], gap="large")
    with making:
        _draw_form(desk, chosen, forms)
    with seeing:
        _draw_preview(draft, chosen)


def _choose(draft: ProcessDraft, own: Sequence[DraftForm]) -> DraftForm | None:
    """Draw which forms there are, and return the one to work on; None where there is none."""
    if not own:
        return None
    files = {form.file: form for form in own}
    key = f"forms:chosen:{draft.number}"
    added = st.session_state.pop(f"{key}:next", None)
    if added in files or st.session_state.get(key) not in files:
        st.session_state[key] = added if added in files else own[0].file
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            "Forms of your own",
            list(files),
            format_func=lambda file: plain(_called(files[file])),
            required=True,
            key=key,
            label_visibility="collapsed",
        )
        _draw_new(draft, own, is_first=False)
    return files[st.session_state[key]]


def _called(form: DraftForm) -> str:
    is_faulty = bool(form.faults) or any(each.severity == "blocking" for each in form.findings)
    return f"{form.title} (!)" if is_faulty else form.title


def _draw_new(draft: ProcessDraft, forms: Sequence[DraftForm], *, is_first: bool) -> None:
    if st.button(
        "New form",
        icon=":material/add:",
        key="forms:new",
        type="primary" if is_first else "secondary",
    ):
        titles = {form.title for form in forms}
        number = next(n for n in range(1, 999) if _numbered(n) not in titles)
        sheet = new_sheet(_numbered(number), taken=[form.id for form in forms])
        _add(draft, sheet)


def _numbered(number: int) -> str:
    return "New form" if number == 1 else f"New form {number}"


def _add(draft: ProcessDraft, sheet: FormSheet) -> None:
    """Add a form to the draft, and go on with it."""
    file = f"{sheet.text('id')}.form.json"
    if Desk(draft, file).keep(sheet):
        st.session_state[f"forms:chosen:{draft.number}:next"] = file
        st.rerun()


def _draw_form(desk: Desk, form: DraftForm, forms: Sequence[DraftForm]) -> None:
    """Draw title and purpose of a form, and its fields."""
    sheet = desk.sheet
    if sheet is None:
        st.error("This file holds no form that can be read.", icon=":material/error:")
        _draw_faults(form)
        _draw_removal(desk, form)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(form.title), width="content")
        st.space("stretch")
        if st.button("Duplicate", icon=":material/content_copy:", key="forms:twin"):
            _add(desk.draft, twin_of(sheet, taken=[each.id for each in forms]))
        _draw_removal(desk, form)
    st.markdown(f":small[{_asked_at(form)}]")
    desk.text_input("Title", "title")
    _draw_faults(form, "title", "id")
    desk.text_area("What it is for", "help", help_="Stands above the fields; may be empty.")
    _draw_faults(form, "help")
    draw_fields(desk, sheet, form)
    _draw_faults(form, "fields", "")


def _asked_at(form: DraftForm) -> str:
    known = f"Steps name it **{plain(form.id)}**." if form.id else ""
    if not form.steps:
        return f"No step asks it yet: choose it at a step of the diagram. {known}"
    return f"Asked at {plain(', '.join(form.steps))}. {known}"


def _draw_faults(form: DraftForm, *parts: str) -> None:
    """Say what is wrong with the form itself, all of it where no part is named."""
    for fault in form.faults:
        if fault.field is None and (not parts or fault.part in parts):
            st.markdown(f":red[:material/error: {plain(fault.said)}]")


def _draw_removal(desk: Desk, form: DraftForm) -> None:
    with st.popover("Remove", icon=":material/delete:"):
        st.markdown(f"Remove “{plain(form.title)}” from this draft?")
        if form.steps:
            st.markdown(f"These steps ask it: {plain(', '.join(form.steps))}.")
        if st.button("Remove it", type="primary", key="forms:remove") and desk.remove():
            st.rerun()


def _draw_preview(draft: ProcessDraft, form: DraftForm) -> None:
    """Draw the form as the case page does, to try out what is asked when."""
    with st.container(border=True, key="forms:preview"):
        st.markdown(":small[:material/visibility: As handlers will see it]")
        if form.asks is None:
            st.markdown("It can be seen here as soon as one question is whole.")
            return
        if form.faults:
            st.markdown(":small[Without the questions that are not whole yet.]")
        st.header(plain(form.steps[0] if form.steps else form.title))
        _try_out(draft, form)


@st.fragment
def _try_out(draft: ProcessDraft, form: DraftForm) -> None:
    if form.asks is None:
        return
    draw_purpose(form.asks)
    key = f"forms:try:{draft.number}:{draft.rev}:{form.file}"
    made = step_form(
        form.asks,
        key=key,
        initial={},
        save=_nowhere,
        submit="Complete this step",
        choices={},
        zone=zone(),
    )
    if made is not None:
        st.success("These answers would be taken.", icon=":material/check_circle:")


def _nowhere(_typed: object) -> None:
    """Keep nothing: what is tried out belongs to no complaint."""
