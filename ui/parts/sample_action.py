"""What somebody can do about samples, each in a dialog."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.kpi import Period
from engine.domain.sample import ASKED, Drawing, Missed, Review, Sample, SampleKind
from engine.services.figures import sampling
from ui.parts import words
from ui.parts.dialog import confirm
from ui.parts.waiting import changed_at
from ui.parts.words import plain
from ui.session import platform

_KINDS = {
    SampleKind.QUALITY: "How it was handled",
    SampleKind.OBJECTIVITY: "Whether both sides were treated alike",
}
_MONTH = timedelta(days=30)
_MOST = 200
_YEAR = timedelta(days=365)


@st.dialog("Draw a sample", icon=":material/casino:")
def draw(person: Actor) -> None:
    """Ask for whom, how many, from when, by which seed and until when, and draw."""
    names = sampling.reviewers(platform(), actor=person)
    if not names:
        st.markdown("Nobody else is a quality reviewer. An administrator gives the role.")
        return
    who, drawing = _ask(names)
    confirm(
        "Draw",
        key="sample:do",
        command=f"sample:{who}:{drawing}",
        act=lambda _id: sampling.draw(platform(), actor=person, drawing=drawing),
        done="The sample is drawn.",
        problem="" if who else "Choose who reviews.",
    )


def _ask(names: dict[str, str]) -> tuple[str | None, Drawing]:
    """Draw the fields and return who reviews, and what is asked for."""
    who = st.selectbox(
        "Who reviews",
        sorted(names, key=names.__getitem__),
        index=None,
        format_func=lambda name: names.get(name, name),
        placeholder="Choose a person",
        key="sample:reviewer",
    )
    days = _zone()
    today = platform().now().astimezone(days).date()
    period = _ask_period(today)
    size, until = st.columns(2)
    number = size.number_input(
        "How many", min_value=1, max_value=_MOST, value=10, key="sample:size"
    )
    last = until.date_input(
        "Open until",
        today + _MONTH,
        min_value=today,
        max_value=today + _YEAR,
        format="DD/MM/YYYY",
        key="sample:until",
    )
    kind = st.segmented_control(
        "What to look at",
        list(SampleKind),
        default=SampleKind.QUALITY,
        required=True,
        format_func=_KINDS.__getitem__,
        key="sample:kind",
    )
    seed = st.text_input("Seed", f"{today:%B %Y}", max_chars=100, key="sample:seed")
    st.markdown(
        ":small[Any word. With the same one, the same complaints are drawn again, so that "
        "everybody can check that nobody chose them.]"
    )
    until_at = datetime.combine(last, time.max, days)
    return who, Drawing(who or "", int(number), period, seed, until_at, kind)


def _ask_period(today: date) -> Period:
    """Draw the field for the days of closing; one day until the second one is chosen."""
    chosen: tuple[date, ...] = st.date_input(
        "Closed between",
        (today - _MONTH, today),
        max_value=today,
        format="DD/MM/YYYY",
        key="sample:days",
    )
    first, last = (chosen[0], chosen[-1]) if chosen else (today - _MONTH, today)
    return Period.of_dates(first, last, platform().policy.calendar.zone)


@st.dialog("End the sample", icon=":material/event_busy:")
def end(person: Actor, sample: Sample, name: str) -> None:
    """Say what ending it means, and end it."""
    left = sample.cases - sample.reviewed
    st.markdown(
        plain(
            f"{words.counted(left, 'complaint is', 'complaints are')} not reviewed yet. "
            f"All of them are closed to {name} again; what was found is kept."
        )
    )
    confirm(
        "End it",
        key="sample:end:do",
        command=f"sample:end:{sample.id}",
        act=lambda _id: sampling.end(platform(), actor=person, sample_id=sample.id),
        done="The sample has ended.",
    )


@st.dialog("How was it handled?", icon=":material/fact_check:")
def review(person: Actor, sample: Sample, reference: str) -> None:
    """Ask what was found of a complaint, and keep it."""
    st.markdown(f"**{plain(reference)}**")
    found = st.segmented_control(
        "What you found",
        list(Review),
        format_func=lambda each: each.title,
        key=f"review:found:{sample.id}:{reference}",
    )
    missed = st.pills(
        "What was not as it should be",
        ASKED[sample.drawing.kind],
        selection_mode="multi",
        format_func=lambda each: each.title,
        key=f"review:missed:{sample.id}:{reference}",
    )
    remark = st.text_area("Remark", key=f"review:remark:{sample.id}:{reference}")
    st.markdown(":small[The remark is a note of the complaint, with your name.]")
    confirm(
        "Keep",
        key="review:do",
        command=f"review:{sample.id}:{reference}",
        act=lambda command_id: _review(
            person, sample, reference, (found or Review.IN_ORDER, missed), remark, command_id
        ),
        done=f"{reference} is reviewed.",
        problem="" if found else "Say what you found.",
    )


def _review(
    person: Actor,
    sample: Sample,
    reference: str,
    said: tuple[Review, Sequence[Missed]],
    remark: str,
    command_id: UUID,
) -> None:
    found, missed = said
    sampling.review(
        platform(),
        actor=person,
        sample_id=sample.id,
        reference=reference,
        found=found,
        missed=missed,
        remark=remark,
        command_id=command_id,
    )
    changed_at("samples")


def _zone() -> ZoneInfo:
    return ZoneInfo(platform().policy.calendar.zone)
