"""Whether a case will be decided in time, as far as those decided before it tell."""

from datetime import timedelta

import streamlit as st

from engine.domain.forecast import PERCENT, Forecast
from ui.parts import words
from ui.parts.look import Look
from ui.parts.words import plain


def draw_outlook(look: Look) -> None:
    """Draw how much time is left against how much it takes; nothing where nobody can say."""
    forecast = look.file.forecast
    if forecast is None:
        return
    left = max(timedelta(), forecast.limit_at - look.now)
    is_tight, said = forecast.is_tight(look.now), plain(_told(look, forecast))
    with st.container(gap="xxsmall", key="case:outlook"):
        with st.container(horizontal=True, gap="small"):
            st.markdown("**Outlook**", width="content", help=None if is_tight else said)
            st.space("stretch")
            st.markdown(":orange[**Tight**]" if is_tight else ":green[In time]", width="content")
        st.progress(
            part_of(left, forecast.path.needs),
            text=f":small[{plain(words.length(left))} left, "
            f"{plain(words.length(forecast.path.needs))} needed]",
        )
        if is_tight:
            st.markdown(f":small[{said}]")


def part_of(left: timedelta, needs: timedelta) -> int:
    """Return how much of what it takes is left, in whole percent from 0 to 100."""
    if needs <= timedelta():
        return 100
    return round(100 * min(1.0, left / needs))


def _told(look: Look, forecast: Forecast) -> str:
    begun, path = words.moment(forecast.begin_by, look.zone), forecast.path
    was = "should have been begun" if forecast.is_tight(look.now) else "is to be begun"
    return (
        f"“{forecast.step}” {was} by {begun} for “{forecast.limit}” to be kept: {PERCENT} % of "
        f"{words.counted(path.count, 'complaint')} took no longer from there to the decision."
    )
