"""What a manager can do about signals and charts, each in a dialog."""

from datetime import timedelta

import streamlit as st

from engine.domain.actor import Actor, Deed
from engine.domain.improvement import Way
from engine.domain.signal import Disposition, Signal
from engine.services.signals import answering
from engine.services.signals.charts import ChartView
from ui.once import attempt, say
from ui.parts.dialog import ask_reason, confirm
from ui.parts.improvement_action import ask_work, record_action
from ui.parts.waiting import changed_at
from ui.parts.words import calendar_day, plain
from ui.session import platform, zone

_MEANS = {
    Disposition.SPECIAL_CAUSE: "Something happened, and you know what.",
    Disposition.CHANCE: "You looked, and found nothing behind it.",
    Disposition.KNOWN_CHANGE: "It was expected: a campaign, a new tariff, a holiday.",
    Disposition.ACTION_TAKEN: "The cause is known, and something is done about it.",
    Disposition.TO_INVESTIGATE: "Somebody looks into it; it stays open.",
}
_KEPT = "It is kept with your name, and the journal tells of it."


def take(person: Actor, signal: Signal) -> None:
    """Take a signal at once."""
    number, owner = signal.number, signal.owner
    if attempt(
        f"signal:take:{number}:{owner}",
        lambda _id: answering.take_signal(platform(), actor=person, number=number),
    ):
        changed_at("signals")
        say("The signal is yours.")
        st.rerun()


@st.dialog("What is it?", icon=":material/troubleshoot:")
def answer(person: Actor, signal: Signal) -> None:
    """Ask what a signal is, and why, and keep it."""
    since = calendar_day(signal.noticed.first)
    st.markdown(f"**{plain(signal.title)}**  \n:small[{plain(f'{signal.words}, since {since}')}]")
    chosen = st.radio(
        "It is",
        list(Disposition),
        index=None,
        format_func=lambda each: each.title,
        captions=[_MEANS[each] for each in Disposition],
        key=f"signal:disposition:{signal.number}",
    )
    reason = ask_reason(f"signal:reason:{signal.number}", note=_KEPT)
    seen = len(signal.answers)
    action = _ask_action(person, signal) if chosen is Disposition.ACTION_TAKEN else None

    def keep(_id: object) -> None:
        if action:
            title, work = action
            record_action(person, signal, reason=reason, title=title, work=work)
            changed_at("signals")
            return
        disposition = chosen or Disposition.TO_INVESTIGATE
        known = {"number": signal.number, "seen": seen}
        answering.answer_signal(
            platform(), actor=person, disposition=disposition, reason=reason, **known
        )
        changed_at("signals")

    confirm(
        "Keep",
        key="signal:answer:do",
        command=f"signal:answer:{signal.number}:{seen}:{chosen}:{reason}:{action}",
        act=keep,
        done="The answer is kept.",
        problem="" if chosen else "Say what it is.",
    )


def _ask_action(person: Actor, signal: Signal) -> tuple[str, tuple[str, int, Way]] | None:
    """Ask who does what by when; None where the action is on record already, or nobody may."""
    key = f"signal:action:{signal.number}"
    if not person.may(Deed.GOVERN) or not st.toggle("Record the action", value=True, key=key):
        return None
    st.markdown(
        ":small[The reason above says what shall change. Whether it moves this chart back is "
        "judged after it was carried out.]"
    )
    title = st.text_input("Title of the action", max_chars=200, key=f"{key}:title")
    return title, ask_work(person, key)


@st.dialog("Limits begin anew", icon=":material/restart_alt:")
def begin_anew(person: Actor, view: ChartView) -> None:
    """Ask from which day on limits are computed anew, and what was changed."""
    watched = view.watched
    st.markdown(f"**{plain(watched.title)}**")
    st.markdown(
        ":small[For a lasting change that is known, such as a second team. Points before it are "
        "compared with the limits of then, points after it with limits of their own, which need "
        "12 points.]"
    )
    today = platform().now().astimezone(zone()).date()
    first = watched.points[0].day + timedelta(days=1)
    since = st.date_input(
        "First day after the change",
        value=max(first, today),
        min_value=first,
        max_value=max(first, today),
        format="DD/MM/YYYY",
        key=f"signal:since:{watched.id}",
    )
    reason = ask_reason(f"signal:change:{watched.id}", label="What was changed", note=_KEPT)
    confirm(
        "Begin anew",
        key="signal:anew:do",
        command=f"signal:anew:{watched.id}:{since}:{reason}",
        act=lambda _id: answering.set_baseline(
            platform(), actor=person, chart=watched.id, since=since, reason=reason
        ),
        done="The limits begin anew.",
    )
