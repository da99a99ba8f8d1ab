"""A completed form as a person reads it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_origin

import streamlit as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from engine.domain.case import Statement
from engine.domain.field_kind import FieldKind
from engine.domain.form import RemedyLine
from engine.domain.own_form import OwnField
from engine.domain.own_value import answer_of
from engine.domain.stated import STATED
from ui.parts.look import Look
from ui.parts.words import calendar_day, money, plain


@dataclass(frozen=True, slots=True)
class Stated:
    """One answer.

    Attributes:
        is_long: Whether it may have several lines.
    """

    title: str
    value: str
    is_long: bool


def draw_statement(
    look: Look, statement: Statement, *, without: frozenset[str] = frozenset()
) -> None:
    """Draw the answers of a form: the short ones as a list, the long ones as text below it.

    Args:
        look: The case.
        statement: The completed form.
        without: Names of fields that are shown elsewhere.
    """
    answers = [*stated(look, statement, without=without)]
    short = {plain(answer.title): plain(answer.value) for answer in answers if not answer.is_long}
    if short:
        st.table(short, border="horizontal")
    for answer in answers:
        if answer.is_long:
            draw_words(answer.title, answer.value)


def draw_words(title: str, text: str) -> None:
    """Draw what somebody wrote, never as Markdown, under a title."""
    with st.container(gap="xxsmall"):
        st.markdown(f"**{plain(title)}**")
        st.text(text)


def stated(
    look: Look, statement: Statement, *, without: frozenset[str] = frozenset()
) -> Iterator[Stated]:
    """Return what was stated, in the order of the form, without what was left empty."""
    form = STATED.get(statement.form)
    if form is None:
        yield from own_stated(look, statement)
        return
    for name, value in _typed(statement).items():
        info = form.model_fields.get(name)
        if info is None or name in without or value in {None, "", ()}:
            continue
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if extra.get("quiet") and not value:
            continue
        if extra.get("choices") == "issues":
            if len(look.file.issues) == 1:
                continue
            said = look.issue(int(value))
        elif extra.get("choices") == "handlers":
            said = look.file.names.get(str(value), str(value))
        elif isinstance(value, tuple):
            said = "\n".join(_line(look, each) for each in value)
        else:
            said = _said(value, info, look.currency)
        yield Stated(info.title or name, said, bool(extra.get("multiline")) or "\n" in said)


def _line(look: Look, remedy: RemedyLine) -> str:
    """Return one remedy of a decision in a line."""
    what = f"{remedy.number}. {remedy.kind.title}: {remedy.text}".rstrip(": ")
    worth = f"{money(remedy.amount, look.currency)}, " if remedy.amount else ""
    who = look.file.names.get(remedy.owner, remedy.owner)
    return f"{what}. {worth}{who}, until {calendar_day(remedy.due_on)}"


def own_stated(look: Look, statement: Statement) -> Iterator[Stated]:
    """Return what was stated in a form of the organisation, as it was when it was completed."""
    form = look.file.own_forms.get(statement.id)
    left = dict(statement.content or {})
    for field in form.fields if form else ():
        if field.name in left:
            said = said_to(field, left.pop(field.name), look.currency)
            yield Stated(field.title, said, field.kind is FieldKind.PARAGRAPH or "\n" in said)
    for name, value in left.items():  # of a form that is not known any more
        yield Stated(name.replace("_", " ").capitalize(), str(value), "\n" in str(value))


def said_to(field: OwnField, kept: object, currency: str) -> str:
    """Return a kept answer to a field of an organisation's form as a person reads it."""
    try:
        answer: Any = answer_of(field, kept)
    except ValueError:
        return str(kept)
    if answer is None:
        return ""
    if field.kind.is_chosen:
        titles = {choice.value: choice.title for choice in field.choices}
        return ", ".join(
            titles[each] for each in (answer if isinstance(answer, tuple) else [answer])
        )
    if field.kind is FieldKind.AMOUNT:
        return money(answer, currency)
    return _SHOWN.get(field.kind, str)(answer)


_SHOWN: Mapping[FieldKind, Callable[[Any], str]] = {
    FieldKind.YES_NO: lambda answer: "Yes" if answer else "No",
    FieldKind.DECIMAL: lambda answer: f"{answer:,f}",
    FieldKind.DATE: calendar_day,
}


def _typed(statement: Statement) -> Mapping[str, Any]:
    """Return the answers with their types; as they were kept when the form has changed since."""
    try:
        form = STATED[statement.form].model_validate(dict(statement.content))
    except ValidationError:
        return statement.content
    return {name: getattr(form, name) for name in type(form).model_fields}


def _said(value: object, info: FieldInfo, currency: str) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return money(value, currency)
    if isinstance(value, date):
        return calendar_day(value)
    if isinstance(value, Enum):
        return str(getattr(value, "title", value.value))
    if get_origin(info.annotation) is Literal:
        return str(value).replace("_", " ").capitalize()
    return str(value)
