"""A complaint at a body outside: what it asks, until when, and what it has decided."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.referral import BodyDecisionForm, Referral, ReferralForm
from engine.services.accounts import accounts
from engine.services.post import referring
from ui.parts.dialog import known
from ui.parts.look import Look
from ui.parts.task import Task, draw_tasks
from ui.parts.words import calendar_day, day, plain
from ui.session import platform

if TYPE_CHECKING:
    from ui.parts.field import Choices


def draw_referral(look: Look) -> None:
    """Draw the way to a body outside; nothing where there is none and can be none yet."""
    found = referring.of_case(**known(look))
    may = look.person.may(Deed.REFER) and not look.case.is_suspended
    is_possible = may and not referring.why_not_referred(look.case, look.file.clocks, look.now)
    if not found and not is_possible:
        return
    with st.container(border=True, key="case:referral"):
        st.header("Outside body")
        if not found:
            st.markdown(
                ":small[The complainant has not turned to a body outside, as far as known.]"
            )
        for each in found:
            _draw_one(look, each, may=may)
        if is_possible and not any(each.is_open for each in found):
            label, done = "Record a referral", "The referral is recorded."
            begin = {"body": referring.usual_body(**known(look)), "referred_on": _today(look)}
            _draw_tasks(look, [Task(label, referring.refer, done, ReferralForm, begin)], 0)


def _draw_one(look: Look, each: Referral, *, may: bool) -> None:
    with st.container(gap="xsmall", key=f"referral:{each.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(each.body)}**", width="content")
            title = each.decision.title if each.decision else "Not decided yet"
            st.badge(plain(title), color="gray" if each.decision else "orange")
        st.table({name: plain(said) for name, said in _facts(look, each)}, border="horizontal")
        if each.summary:
            st.text(each.summary)
        if may and each.is_open:
            _draw_tasks(look, [*_tasks(look, each)], each.number)
            _draw_file(look, each)


def _facts(look: Look, each: Referral) -> Iterator[tuple[str, str]]:
    if each.their_reference:
        yield "Its reference", each.their_reference
    yield "Referred", calendar_day(each.referred_on)
    if each.file_sent_at:
        yield "File sent", day(each.file_sent_at, look.zone)
    if each.decided_on:
        yield "Decided", calendar_day(each.decided_on)
    if each.comply_by:
        yield "Comply by", calendar_day(each.comply_by)
    if each.remedy:
        yield "Award", f"Remedy {each.remedy}, see the tab Remedies"
    if each.ended_at:
        yield "Over since", day(each.ended_at, look.zone)


def _tasks(look: Look, each: Referral) -> Iterator[Task]:
    of = {"number": each.number}
    if each.file_sent_at is None:
        done = "It is recorded that the file was sent."
        yield Task("The file was sent", referring.send_file, done, more=of)
    if each.decision is None:
        begin, done = {"decided_on": _today(look)}, "Its decision is recorded."
        label, model = "Record its decision", BodyDecisionForm
        yield Task(label, referring.keep_decision, done, model, begin, of)
    if each.awaits_compliance:
        done = "The award is complied with."
        yield Task("The award is done", referring.comply, done, more=of)


def _draw_file(look: Look, each: Referral) -> None:
    """Offer the file of the complaint; it is made when it is asked for, and kept as an event."""
    key = f"referral:{look.reference}:{each.number}:file"
    if each.file_sent_at is None and st.button("Make the case file", key=key):
        st.download_button(
            "Save the case file",
            data=referring.case_file(**known(look)),
            file_name=f"{look.reference}.zip",
            mime="application/zip",
            on_click="ignore",
            key=f"{key}:save",
        )
        st.markdown(":small[Read it before you send it: what people wrote may tell of others.]")


def _draw_tasks(look: Look, tasks: list[Task], number: int) -> None:
    people = accounts.colleagues(platform(), actor=look.person)
    choices: Choices = {"handlers": list(people.items())}
    draw_tasks(look, tasks, of=f"referral:{look.reference}:{number}", choices=choices)


def _today(look: Look) -> str:
    return look.now.astimezone(look.zone).date().isoformat()
