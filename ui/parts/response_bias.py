"""Who was asked how it was, and who answered: whether the result speaks for all of them."""

import streamlit as st

from engine.domain.complaint import Channel, Outcome
from engine.domain.kpi import Period
from engine.domain.response_bias import OTHER, Group, ResponseBias, Trait
from engine.services.door import survey_bias
from ui.parts.figure import NOTHING
from ui.parts.words import plain
from ui.session import actor, platform


def draw_response_bias(period: Period) -> None:
    """Draw on demand who answered of those who were invited in a period."""
    shown = st.expander("Who answered, and who did not", key="opinion.bias", on_change="rerun")
    if not shown.open:
        return
    told = survey_bias.response_bias(platform(), actor=actor(), period=period)
    with shown:
        st.markdown(plain(_result(told)))
        said = (
            f"Groups of fewer than {told.few} are told as one, and a mean from {told.few} answers "
            "on. Of these invitations, answers count whenever they came."
        )
        st.markdown(f":small[{plain(said)}]")
        for trait, groups in told.groups.items():
            st.markdown(f"**{plain(f'By {trait}')}**")
            st.table([_line(trait, group) for group in groups], border="horizontal")


def _result(told: ResponseBias) -> str:
    """Return in words how the result looks as it was answered, and as it was asked."""
    said = f"{told.answered:,} of {told.invited:,} answered."
    if told.plain is None or told.weighted is None:
        return f"{said} From {told.few} overall scores on it is told whether they speak for all."
    return (
        f"{said} All in all satisfied: {told.plain:.2f} as it was answered (n = {told.scored:,}), "
        f"{told.weighted:.2f} with each outcome and channel counted as large as it was asked. "
        "Where the two differ, those who answered are not like those who did not."
    )


def _line(trait: Trait, group: Group) -> dict[str, str]:
    return {
        trait.title: plain(_named(trait, group.name)),
        "Asked": f"{group.invited:,}",
        "Answered": f"{group.answered:,}" if group.rate is not None else NOTHING,
        "Rate": NOTHING if group.rate is None else f"{100 * group.rate:.0f}%",
        "Overall": NOTHING if group.mean is None else f"{group.mean:.1f}",
    }


def _named(trait: Trait, name: str) -> str:
    if name == OTHER:
        return "Other, each of few"
    if trait is Trait.CHANNEL and name in set(Channel):
        return Channel(name).title
    if trait is Trait.OUTCOME and name in set(Outcome):
        return Outcome(name).title
    return name or "None"
