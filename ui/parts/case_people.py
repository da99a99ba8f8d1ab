"""Who complains, who speaks for them, whom they complain about, and who keeps away from it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

import streamlit as st

from engine.domain.actor import NAMES, Deed
from engine.domain.case import Statement
from engine.domain.document import Document
from engine.domain.form import DroppedForm
from engine.domain.permission import judge
from engine.domain.respondent import Conflict, Respondent
from engine.domain.respondent_form import ConflictForm, ReplyForm, RespondentForm, ToldForm
from engine.services.documents import document_reading
from engine.services.staffing import kept_out, respondents
from engine.services.staffing.respondents import Concerned
from ui.parts.case_authority import draw_authorities
from ui.parts.case_issues import issue_choices
from ui.parts.case_parties import draw_parties
from ui.parts.field import Choices
from ui.parts.look import Look
from ui.parts.statement import draw_words
from ui.parts.task import Task, draw_tasks
from ui.parts.words import calendar_day, plain
from ui.session import platform

Colour = Literal["green", "orange", "gray", "red", "blue"]


def draw_people(look: Look) -> None:
    """Draw the complainant, who speaks for them, whom they complain about, and conflicts."""
    found = respondents.of_case(platform(), actor=look.person, reference=look.reference)
    choices = _choices(look)
    draw_parties(look)
    draw_authorities(look, choices)
    st.header("Persons complained about")
    if not found.respondents:
        st.markdown("Nobody is named. Name whoever the complaint is about, so that they are heard.")
    for person in found.respondents:
        with st.container(border=True, key=f"respondent:{person.number}"):
            _draw_respondent(look, found, person)
            of = f"respondent:{look.reference}:{person.number}"
            draw_tasks(look, [*_tasks(look, person)], of=of, choices=choices)
    if _may(look, Deed.STATE_ISSUES):
        new = Task("Name a person", respondents.name, "The person is named.", RespondentForm)
        draw_tasks(look, [new], of=f"respondent:{look.reference}:0", choices=choices)
    _draw_conflicts(look, found.conflicts)


def _draw_respondent(look: Look, found: Concerned, person: Respondent) -> None:
    badge, colour = _standing(person, _today(look))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(f"{person.number}. {_name(look, person)}"), width="content")
        st.badge(badge, color=colour)
        if person.username and person.is_meant:
            st.badge("Sees nothing of it", icon=":material/visibility_off:", color="gray")
    st.text(person.about)
    if facts := dict(_facts(look, person)):
        st.table({title: plain(said) for title, said in facts.items()}, border="horizontal")
    for statement in found.statements:
        if statement.content.get("respondent") == person.number:
            _draw_said(look, statement)
    if leaders := found.leaders.get(person.username, ()):
        who, verb = plain(", ".join(leaders)), "leads" if len(leaders) == 1 else "lead"
        st.markdown(
            f":small[:material/flag: {who} {verb} a team of this person. Let somebody else decide, "
            "where there is anybody.]"
        )


def _standing(person: Respondent, today: date) -> tuple[str, Colour]:
    """Return where the right to reply of a person stands, in words, and its colour."""
    if not person.is_meant:
        return "Not meant after all", "gray"
    if person.replied_at is not None:
        return "Replied", "green"
    if person.silent_at is not None:
        return "Did not reply", "gray"
    if person.is_late(today):
        return "Time to reply is over", "red"
    return ("Can reply", "blue") if person.told_at is not None else ("Not told yet", "orange")


def _facts(look: Look, person: Respondent) -> Iterator[tuple[str, str]]:
    if person.unit:
        yield "Unit or post", person.unit
    if person.issue is not None:
        yield "Only issue", look.issue(person.issue)
    if person.reply_by is not None and person.is_meant:
        yield "Can reply until", calendar_day(person.reply_by)


def _draw_said(look: Look, statement: Statement) -> None:
    content, who = statement.content, look.file.names.get(statement.by, statement.by)
    is_reply = statement.form == "respondent_reply"
    title = "They replied" if is_reply else f"What {who} told them"
    draw_words(title, str(content.get("reply" if is_reply else "told", "")))
    papers = ", ".join(f"no. {number}" for number in content.get("documents") or ())
    more = f", with document {papers}" if papers else ""
    st.markdown(f":small[{look.moment(statement.at)}{plain(more)}]")


def _draw_conflicts(look: Look, conflicts: tuple[Conflict, ...]) -> None:
    st.header("Conflicts of interest")
    if not conflicts:
        st.markdown("Nobody declared one.")
    for conflict in conflicts:
        with st.container(border=True, key=f"conflict:{conflict.username}"):
            who = look.file.names.get(conflict.username, conflict.username)
            draw_words(who, conflict.reason)
            st.markdown(f":small[Since {look.moment(conflict.declared_at)}]")
            of = {"username": conflict.username}
            done = "They can work on it again."
            tasks = [Task("It is no more", _lift, done, DroppedForm, more=of)]
            if _may(look, Deed.RESTRICT):
                key = f"conflict:{look.reference}:{conflict.username}"
                draw_tasks(look, tasks, of=key, choices={})
    is_declared = look.person.username in {each.username for each in conflicts}
    if _may(look, Deed.NOTE) and not is_declared:
        done = "Your conflict of interest is declared."
        label = "I have a conflict of interest"
        own = Task(label, kept_out.declare_conflict, done, ConflictForm)
        draw_tasks(look, [own], of=f"conflict:{look.reference}", choices={})


def _tasks(look: Look, person: Respondent) -> Iterator[Task]:
    """Yield what can be said of a person now, by whoever looks."""
    if not person.is_meant:
        return
    of = {"number": person.number}
    if _may(look, Deed.FIND):
        if person.replied_at is None:
            label = "Told them" if person.told_at is None else "Told them again"
            yield Task(label, respondents.inform, "It is kept.", ToldForm, more=of)
        label = "Keep their reply" if person.replied_at is None else "Keep another reply"
        done = "The reply is kept."
        yield Task(label, respondents.take_reply, done, ReplyForm, more=of)
        if person.is_late(_today(look)) and person.silent_at is None:
            yield Task("They did not reply", respondents.note_silence, "It is kept.", more=of)
    if _may(look, Deed.RESTRICT):
        done = "The person is not meant any more."
        yield Task("Not meant after all", _remove, done, DroppedForm, more=of)


def _may(look: Look, deed: Deed) -> bool:
    is_at_work = look.case.is_open and not look.case.is_suspended
    return is_at_work and judge(deed, look.person.roles, look.file.relation).allowed


def _name(look: Look, person: Respondent) -> str:
    return look.file.names.get(person.username, person.name) or "(erased)"


def _today(look: Look) -> date:
    return platform().calendar.day_of(look.now)


def _remove(*, answers: Mapping[str, str], **given: Any) -> None:  # noqa: ANN401 - as the service takes
    respondents.remove(reason=answers["reason"], **given)


def _lift(*, answers: Mapping[str, str], **given: Any) -> None:  # noqa: ANN401 - as above
    kept_out.lift_conflict(reason=answers["reason"], **given)


def _choices(look: Look) -> Choices:
    papers = document_reading.of_case(platform(), actor=look.person, reference=look.reference)
    people = ((said, name) for name, said in look.file.names.items() if name not in NAMES)
    return {
        "people": [(name, said) for said, name in sorted(people)],
        "issues": issue_choices(look),
        "documents": [(each.number, titled(each)) for each in papers.documents],
    }


def titled(document: Document) -> str:
    """Return number and words of a document, as text."""
    newest = document.newest
    said = document.description or (newest.name if newest else document.purpose.title)
    return f"{document.number}. {said}"
