"""A case on a draft, clicked through step by step; what was clicked can be kept as a scenario."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.domain.allowance import Allowance, AllowanceUnit
from engine.domain.kept_scenario import Origin
from engine.domain.playbook import Line, Passes, Playbook
from engine.domain.playbook_writer import write_line, write_playbook
from engine.domain.process_draft import FileKind, ProcessDraft
from engine.errors import RedressError
from engine.services.tryout import clicking
from engine.services.tryout.clicking import Clicked, ClickStep
from ui.parts import words
from ui.parts.diagram import show_diagram
from ui.parts.form import forget, step_form
from ui.parts.words import counted, plain
from ui.session import actor, platform, zone

if TYPE_CHECKING:
    from engine.domain.form import Form

_UNITS = (
    AllowanceUnit.WORKING_DAYS,
    AllowanceUnit.DAYS,
    AllowanceUnit.WORKING_HOURS,
    AllowanceUnit.HOURS,
    AllowanceUnit.WEEKS,
)


def show(draft: ProcessDraft) -> None:
    """Draw where the case stands, and what can happen to it next."""
    playbook = _playbook(draft)
    clicked = clicking.click_through(
        platform(),
        actor=actor(),
        playbook=playbook,
        diagrams=draft.contents(FileKind.DIAGRAM),
        tables=draft.contents(FileKind.TABLE),
        forms=draft.contents(FileKind.FORM),
    )
    _draw_head(draft, playbook, clicked)
    show_diagram(
        clicked.xml,
        key=f"tryout.click.{draft.number}",
        alt=f"Diagram of the draft. {_standing(clicked)}",
        current=clicked.played.standing_at,
        done=sorted(set(clicked.played.passed) - set(clicked.played.standing_at)),
        height=380,
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_steps(draft, clicked)
    with right:
        _draw_beside(draft, clicked)


def _key(draft: ProcessDraft) -> str:
    return f"tryout:clicked:{draft.number}"


def _playbook(draft: ProcessDraft) -> Playbook:
    """Return what was clicked so far; a new case begins with nothing but its category."""
    known = st.session_state.get(_key(draft))
    if isinstance(known, Playbook):
        return known
    categories = platform().policy.categories
    return Playbook(
        title="Clicked through", known={"category": categories[0] if categories else ""}
    )


def _go_on(draft: ProcessDraft, line: Line) -> None:
    st.session_state[_key(draft)] = _playbook(draft).going_on(line)
    st.rerun()


def _draw_head(draft: ProcessDraft, playbook: Playbook, clicked: Clicked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Click through", width="content")
        st.badge(plain(words.moment(clicked.now, zone())), icon=":material/schedule:", color="gray")
        if clicked.status:
            st.badge(plain(clicked.status.replace("_", " ").capitalize()), color="blue")
        st.space("stretch")
        if st.button("Undo", icon=":material/undo:", key="click:undo", disabled=not playbook.lines):
            lines = playbook.lines[:-1]
            st.session_state[_key(draft)] = playbook.model_copy(update={"lines": lines})
            st.rerun()
        if st.button("Start again", key="click:again", disabled=not playbook.lines):
            st.session_state.pop(_key(draft), None)
            st.rerun()
        if st.button(
            "Keep as scenario",
            icon=":material/bookmark_add:",
            key="click:keep",
            disabled=not playbook.lines or bool(clicked.stuck),
        ):
            text = write_playbook(clicking.with_expectations(clicked))
            st.session_state["tryout:keep"] = (draft.number, text, Origin.CLICKED)
            st.rerun()
    if clicked.stuck:
        st.error(plain(clicked.stuck), icon=":material/error:")


def _standing(clicked: Clicked) -> str:
    if clicked.is_complete:
        end = clicked.played.ended_at
        return f"The case has ended at {end.words}." if end else "The case has ended."
    titles = ", ".join(f"“{each.step.title}”" for each in clicked.steps)
    return f"It waits for {titles}." if titles else "It waits for a message, or for time to pass."


def _draw_steps(draft: ProcessDraft, clicked: Clicked) -> None:
    st.subheader("Waits now")
    if not clicked.steps:
        st.markdown(plain(_standing(clicked)))
    for number, each in enumerate(clicked.steps):
        roles = ", ".join(role.replace("_", " ") for role in each.step.roles)
        with st.expander(
            plain(each.step.title), expanded=number == 0, key=f"click:step:{each.step.token}"
        ):
            st.markdown(f":small[{plain(f'For {roles}, {_due(each)}')}]")
            if each.hint:
                st.markdown(plain(each.hint))
            _draw_form(draft, clicked, each)


def _due(each: ClickStep) -> str:
    return f"due {words.moment(each.step.due_at, zone())}"


def _draw_form(draft: ProcessDraft, clicked: Clicked, each: ClickStep) -> None:
    count = len(clicked.played.playbook.lines)
    key = f"click:{draft.number}:{draft.rev}:{count}:{each.step.token}"
    stated: Form | None = step_form(
        each.form,
        key=key,
        initial=each.begins,
        save=lambda _typed: None,
        submit="Complete the step",
        choices=_choices(),
        zone=zone(),
    )
    if stated is not None:
        forget(key)
        _go_on(draft, clicking.did(each, stated))


def _choices() -> dict[str, Any]:
    """Return the lists of forms, as far as a case has them that nobody made."""
    return {
        "categories": [(name, name) for name in platform().policy.categories],
        "handlers": [("somebody", "Somebody")],
        "issues": [(1, "The complaint")],
        "routes": [],
        "unheard": [],
    }


def _draw_beside(draft: ProcessDraft, clicked: Clicked) -> None:
    if not clicked.is_complete and not clicked.stuck:
        _draw_time(draft, clicked)
        _draw_message(draft, clicked)
    running = [each for each in clicked.limits if each.standing == "running"]
    over = [each for each in clicked.limits if each.standing != "running"]
    if clicked.limits:
        st.subheader("Time limits")
    for each in (*running, *over):
        said = f"{each.title}: {each.standing}, due {words.moment(each.due_at, zone())}"
        st.markdown(plain(said))
    _draw_lines(clicked)


def _draw_time(draft: ProcessDraft, clicked: Clicked) -> None:
    st.subheader("Let time pass")
    if clicked.next_due is not None:
        said = f"Something falls due {words.moment(clicked.next_due, zone())}."
        st.markdown(f":small[{plain(said)}]")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = st.number_input("Amount", 1, 1000, 1, key="click:amount", width=110)
        unit = st.selectbox(
            "Unit", _UNITS, format_func=lambda u: u.value.replace("_", " "), key="click:unit"
        )
        if st.button("Let it pass", key="click:pass"):
            _go_on(draft, Passes(time=Allowance(amount=int(amount), unit=unit)))


def _draw_message(draft: ProcessDraft, clicked: Clicked) -> None:
    if not clicked.messages:
        return
    st.subheader("A message arrives")
    message = st.selectbox(
        "Message", clicked.messages, format_func=clicking.message_words, key="click:message"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        said = st.text_input("Brings", key="click:brings", placeholder="answer = accepted")
        if st.button("Let it arrive", key="click:arrive"):
            try:
                line = clicking.arrived(message, said)
            except RedressError as refusal:
                st.error(plain(str(refusal)), icon=":material/error:")
            else:
                _go_on(draft, line)


def _draw_lines(clicked: Clicked) -> None:
    told = clicked.played.told
    if not told:
        return
    with st.expander(f"So far: {counted(len(told), 'line')}", key="click:lines"):
        for each in told:
            st.markdown(f":small[{plain(write_line(each.line))}]")
            if each.said:
                st.markdown(f":small[:gray[{plain(each.said)}]]")
