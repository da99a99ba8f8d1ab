"""What is done for a complainant, remedy by remedy: offered, carried out, verified."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.form import CarriedOutForm, DroppedForm, RemedyForm
from engine.domain.issue import FIRST
from engine.domain.remedy import Remedy, RemedyState, total
from engine.services.accounts import accounts
from engine.services.handling import remedies
from ui.parts.case_issues import issue_choices
from ui.parts.field import Choices
from ui.parts.look import Look
from ui.parts.paid import draw_paid
from ui.parts.task import Task, draw_tasks
from ui.parts.words import calendar_day, counted, money, plain
from ui.session import platform

Colour = Literal["green", "orange", "blue", "gray", "red"]

_COLOURS: Mapping[RemedyState, Colour] = {
    RemedyState.OFFERED: "blue",
    RemedyState.ACCEPTED: "blue",
    RemedyState.CARRIED_OUT: "green",
    RemedyState.VERIFIED: "green",
}


def draw_remedies(look: Look) -> None:
    """Draw every remedy with where it stands, and what can be done about it."""
    found = look.file.remedies
    if not found:
        st.markdown("Nothing was proposed so far.")
    else:
        _draw_total(look)
    for remedy in found:
        with st.container(border=True, key=f"remedy:{remedy.number}"):
            _draw_remedy(look, remedy)
            _draw_tasks(look, [*_tasks(look, remedy)], remedy.number)
    if may_propose(look):
        begin = {"owner": look.case.owner, "due_on": _usual_day(look)}
        new = Task("Propose a remedy", remedies.propose, "The remedy is proposed.", RemedyForm)
        _draw_tasks(look, [_with(new, begin)], 0)
        draw_paid(look, FIRST, key="remedies:paid")


def may_propose(look: Look) -> bool:
    """Tell whether the person may change what a decision offers, now."""
    is_waiting = any(item.step.form == "approval" for item in look.file.steps)
    is_open = look.case.is_open and not look.case.is_suspended and look.case.decided_at is None
    return look.person.may(Deed.PROPOSE_REMEDY) and is_open and not is_waiting


def _draw_total(look: Look) -> None:
    lasting = [r for r in look.file.remedies if r.state is not RemedyState.DROPPED]
    said = counted(len(lasting), "remedy", "remedies")
    amount = total(lasting)
    worth = f", {money(amount, look.currency)} in all" if amount else ""
    st.markdown(f":small[{plain(f'{said}{worth}')}]")


def _draw_remedy(look: Look, remedy: Remedy) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(f"{remedy.number}. {remedy.kind.title}"), width="content")
        st.badge(plain(remedy.state.title), color=_COLOURS.get(remedy.state, "gray"))
        if remedy.is_late(look.now.astimezone(look.zone).date()):
            st.badge("Late", color="red")
        if remedy.awaits_check:
            st.badge("To be verified", color="orange")
    if remedy.text:
        st.text(remedy.text)
    st.table({title: plain(said) for title, said in _facts(look, remedy)}, border="horizontal")


def _facts(look: Look, remedy: Remedy) -> Iterator[tuple[str, str]]:
    if remedy.amount:
        yield "Amount", money(remedy.amount, look.currency)
    if len(look.file.issues) > 1:
        yield "Issue", look.issue(remedy.issue)
    yield "Who sees to it", look.file.names.get(remedy.owner, remedy.owner)
    yield "Until", calendar_day(remedy.due_on)
    if remedy.carried_out_by and remedy.carried_out_at:
        yield "Carried out", _by(look, remedy.carried_out_by, remedy.carried_out_at)
    if remedy.proof:
        yield "Proof", remedy.proof
    if remedy.verified_by and remedy.verified_at:
        yield "Verified", _by(look, remedy.verified_by, remedy.verified_at)


def _by(look: Look, username: str, at: Any) -> str:  # noqa: ANN401 - a moment
    local = at.astimezone(look.zone)
    return f"{look.file.names.get(username, username)}, {local.day} {local:%b %Y, %H:%M}"


def _tasks(look: Look, remedy: Remedy) -> Iterator[Task]:
    """Yield what the person can do about a remedy now."""
    if look.case.is_suspended:
        return
    of, person = {"number": remedy.number}, look.person
    if remedy.may_be_done and person.may(Deed.CARRY_OUT_REMEDY):
        done = "The remedy is carried out."
        yield Task("Carry out", remedies.carry_out, done, CarriedOutForm, more=of)
    is_done = remedy.state is RemedyState.CARRIED_OUT
    if is_done and remedy.carried_out_by != person.username and person.may(Deed.VERIFY_REMEDY):
        yield Task("Verify", remedies.verify, "The remedy is verified.", more=of)
    if remedy.state is RemedyState.PROPOSED and may_propose(look):
        known = {name: getattr(remedy, name) for name in RemedyForm.model_fields}
        told = {**known, "amount": str(remedy.amount), "kind": remedy.kind.value}
        yield Task("Change", remedies.restate, "The remedy is changed.", RemedyForm, told, of)
    may_drop = remedy.state is RemedyState.OFFERED or may_propose(look)
    is_droppable = remedy.state in {RemedyState.PROPOSED, RemedyState.OFFERED} and may_drop
    if is_droppable and person.may(Deed.PROPOSE_REMEDY):
        yield Task("Drop", _drop, "The remedy is dropped.", DroppedForm, more=of)


def _drop(*, answers: Mapping[str, str], **given: Any) -> None:  # noqa: ANN401 - as the service takes
    remedies.drop(reason=answers["reason"], **given)


def _with(task: Task, initial: Mapping[str, Any]) -> Task:
    return Task(task.label, task.service, task.done, task.model, initial)


def _draw_tasks(look: Look, tasks: list[Task], number: int) -> None:
    draw_tasks(look, tasks, of=f"remedies:{look.reference}:{number}", choices=_choices(look))


def _choices(look: Look) -> Choices:
    people = accounts.colleagues(platform(), actor=look.person)
    return {"issues": issue_choices(look), "handlers": list(people.items())}


def _usual_day(look: Look) -> str:
    today = look.now.astimezone(look.zone).date()
    return (today + timedelta(days=platform().policy.remedies.due_days)).isoformat()
