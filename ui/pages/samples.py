"""Samples: closed complaints that chance chose, and what a reviewer found of them."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Literal

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.sample import Drawn, Review, Sample, SampleKind
from engine.services.figures import sampling
from ui.once import tell
from ui.parts import sample_action, words
from ui.parts.words import plain
from ui.session import actor, platform, zone
from ui.way import link

_COLORS: Mapping[Review, Literal["green", "orange"]] = {
    Review.IN_ORDER: "green",
    Review.TO_IMPROVE: "orange",
}
_LINES = 20
_WAY = "samples:way"
"""Where the pages begin that one has come through to the one that is shown."""
_INSTANT = timedelta(microseconds=1)
"""The end of a period does not belong to it."""


def show() -> None:
    """Draw the page."""
    tell()
    person = actor()
    st.title("Samples")
    st.markdown(
        ":small[Closed complaints that chance chose, so that somebody who took no part in them "
        "looks at how they were handled, or whether both sides were treated alike. Only the "
        "reviewer is let in, and only for a while.]"
    )
    if person.may(Deed.DRAW_SAMPLE) and st.button(
        "Draw a sample", icon=":material/casino:", type="primary", key="sample:draw"
    ):
        sample_action.draw(person)
    own = sampling.to_review(platform(), actor=person) if person.may(Deed.REVIEW_SAMPLE) else ()
    for each in own:
        _draw_own(person, each)
    _draw_list(person, {each.id for each in own})


def _draw_list(person: Actor, own: Collection[int]) -> None:
    """Draw a page of the other samples, and the way to older and newer ones."""
    way: list[int] = st.session_state.setdefault(_WAY, [])
    before = way[-1] if way else None
    # One more than are shown tells whether there are older ones.
    found = sampling.samples(platform(), actor=person, before=before, limit=_LINES + 1)
    names = sampling.names(platform(), actor=person, before=before, limit=_LINES)
    shown = found[:_LINES]
    others = [each for each in shown if each.id not in own]
    if others and own:
        st.header("Other samples")
    for each in others:
        _draw_sample(person, each, names)
    if not found and not own:
        _draw_empty(person)
    with st.container(horizontal=True):
        if way:
            st.button("Latest samples", key="samples:latest", on_click=way.clear)
        if len(found) > len(shown):
            last = shown[-1].id
            st.button("Older samples", key="samples:older", on_click=lambda: way.append(last))


def _draw_own(person: Actor, sample: Sample) -> None:
    """Draw a sample that this person reviews: its complaints, what waits first."""
    with st.container(border=True, key=f"own:{sample.id}"):
        _draw_title(sample, "For you to review")
        st.markdown(f":small[{plain(_asked(sample))}]")
        _draw_progress(sample)
        lines = sampling.drawn(platform(), actor=person, sample_id=sample.id)
        for line in sorted(lines, key=lambda line: line.review is not None):
            _draw_line(person, sample, line, may_review=True)


def _draw_sample(person: Actor, sample: Sample, names: Mapping[str, str]) -> None:
    """Draw how far a sample is, and on demand what is in it."""
    is_live = sample.is_live(platform().now())
    with st.container(border=True, key=f"sample:{sample.id}"):
        reviewer = sample.drawing.reviewer
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_title(sample, names.get(reviewer, reviewer))
            st.space("stretch")
            if (
                is_live
                and person.may(Deed.DRAW_SAMPLE)
                and st.button("End", key=f"sample:end:{sample.id}")
            ):
                sample_action.end(person, sample, names.get(reviewer, reviewer))
        st.markdown(f":small[{plain(_asked(sample))}]  \n:small[{plain(_told(sample, names))}]")
        _draw_progress(sample)
        opened = st.toggle("Show the complaints", key=f"sample:open:{sample.id}")
        if opened:
            for line in sampling.drawn(platform(), actor=person, sample_id=sample.id):
                _draw_line(person, sample, line, may_review=False)


def _draw_title(sample: Sample, title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.markdown(f"**{plain(title)}**", width="content")
        if sample.drawing.kind is SampleKind.OBJECTIVITY:
            st.badge("Objectivity", color="blue")
        if sample.ended_by:
            st.badge("Ended early", color="gray")
        elif not sample.is_live(platform().now()):
            st.badge("Over", color="gray")
        elif sample.reviewed == sample.cases:
            st.badge("All reviewed", color="green")


def _draw_progress(sample: Sample) -> None:
    told = f"{sample.reviewed} of {words.counted(sample.cases, 'complaint')} reviewed"
    if sample.to_improve:
        told = f"{told}, something to improve in {sample.to_improve}"
    part = sample.reviewed / sample.cases if sample.cases else 1.0
    st.progress(part, told)


def _draw_line(person: Actor, sample: Sample, line: Drawn, *, may_review: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"drawn:{sample.id}:{line.reference}"
    ):
        link("case", line.reference, ref=line.reference)
        closed = words.day(line.closed_at, zone()) if line.closed_at else "open again"
        told = plain(f"{line.category}, severity {line.severity}, closed {closed}")
        st.markdown(f":small[{told}]", width="content")
        st.space("stretch")
        for each in line.missed:
            st.badge(plain(each.title), color="orange")
        if line.review:
            st.badge(plain(line.review.title), color=_COLORS[line.review])
        elif may_review and st.button("Review", key=f"review:{sample.id}:{line.reference}"):
            sample_action.review(person, sample, line.reference)


def _asked(sample: Sample) -> str:
    """Return in words what was asked for, and until when it is open."""
    period = sample.drawing.period
    first = words.day(period.begin, zone())
    last = words.day(period.end - _INSTANT, zone())
    until = words.day(sample.drawing.until_at, zone())
    return (
        f"{words.counted(sample.cases, 'complaint')} of {sample.among:,} closed from {first} to "
        f"{last}, open until {until}"
    )


def _told(sample: Sample, names: Mapping[str, str]) -> str:
    by = names.get(sample.drawn_by, sample.drawn_by)
    at = words.moment(sample.drawn_at, zone())
    told = f"Drawn by {by}, {at}, with the seed “{sample.drawing.seed}”"
    if sample.ended_by:
        told = f"{told}; ended by {names.get(sample.ended_by, sample.ended_by)}"
    return told


def _draw_empty(person: Actor) -> None:
    may_draw = person.may(Deed.DRAW_SAMPLE)
    told = "Nothing was drawn so far." if may_draw else "Nothing was drawn for you so far."
    with st.container(horizontal_alignment="center"):
        st.space("small")
        st.markdown(told, text_alignment="center")
