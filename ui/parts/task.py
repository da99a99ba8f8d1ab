"""What can be said or done about one thing of a case: buttons, each with a form of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engine.domain.form import Form
from ui.once import attempt, say
from ui.parts.dialog import known
from ui.parts.field import Choices
from ui.parts.form import forget, step_form
from ui.parts.look import Look


@dataclass(frozen=True, slots=True)
class Task:
    """Something that can be said or done, in a form of its own.

    Attributes:
        label: Of the button.
        service: Takes the answers, and what every service on a case takes.
        done: What is said when it was done.
        model: The form; None where nothing is asked and the button does it.
        initial: What is known already.
        more: What the service takes besides.
    """

    label: str
    service: Callable[..., None]
    done: str
    model: type[Form] | None = None
    initial: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def draw_tasks(look: Look, tasks: Sequence[Task], *, of: str, choices: Choices) -> None:
    """Draw the buttons of tasks, and below them the form of the one that was pressed.

    Args:
        look: The case.
        tasks: In the order of their buttons.
        of: What they are about; a key of this case that is unique on the page.
        choices: The lists that fields name under ``choices``.
    """
    opened = f"{of}:open"
    with st.container(horizontal=True):
        for task in tasks:
            _draw_button(look, task, of, opened)
    for task in tasks:
        if task.model and st.session_state.get(opened) == task.label:
            _draw_form(look, task, task.model, f"{of}:{task.label}", choices)


def _draw_button(look: Look, task: Task, of: str, opened: str) -> None:
    key = f"{of}:{task.label}"
    is_open = st.session_state.get(opened) == task.label
    if task.model is not None:
        st.button(
            "Put it away" if is_open else task.label,
            key=f"{key}:toggle",
            on_click=_turn,
            args=(opened, None if is_open else task.label),
        )
    elif st.button(task.label, key=f"{key}:do") and attempt(
        key,
        lambda command_id: task.service(**known(look), command_id=command_id, **task.more),
    ):
        say(task.done)
        st.rerun()


def _turn(opened: str, label: str | None) -> None:
    st.session_state[opened] = label


def _draw_form(look: Look, task: Task, model: type[Form], key: str, choices: Choices) -> None:
    number = task.initial.get("issue")
    known_issue = {"issues": [(number, look.issue(number))]} if number else {}
    result = step_form(
        model,
        key=f"{key}:form",
        initial=st.session_state.get(f"{key}:typed") or task.initial,
        save=lambda typed: _keep(f"{key}:typed", typed),
        submit=task.label,
        choices={**choices, **known_issue},
        zone=look.zone,
    )
    if result is None:
        return
    answers = result.model_dump()
    if attempt(
        key,
        lambda command_id: task.service(
            **known(look), answers=answers, command_id=command_id, **task.more
        ),
    ):
        st.session_state.pop(f"{key.rpartition(':')[0]}:open")
        forget(key)
        say(task.done)
        st.rerun()


def _keep(name: str, typed: dict[str, Any]) -> None:
    """Keep what was typed while the form is put away, or another tab is open."""
    st.session_state[name] = typed
