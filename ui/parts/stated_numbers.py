"""States how many customers, contracts or transactions there were in a month, in a dialog."""

from datetime import date, timedelta

import streamlit as st

from engine.domain.actor import Actor
from engine.domain.basis import MOST, Basis, StatedNumber
from engine.services.figures import stating
from ui.parts.dialog import confirm
from ui.parts.fresh import forget
from ui.parts.words import day, plain
from ui.session import platform, zone

FIGURES = "performance.assurance"
"""What was read of the figures that follow from it; see ``fresh``."""
_MONTHS = 24
_LISTED = 12
_DAY = timedelta(days=1)


@st.dialog("State a month", icon=":material/edit_calendar:")
def ask(person: Actor) -> None:
    """Ask for the number of a month, and list what is stated of the last ones."""
    of: Basis = st.segmented_control(
        "How many",
        list(Basis),
        default=Basis.CUSTOMERS,
        required=True,
        format_func=lambda each: each.title,
        key="state:of",
    )
    month = st.selectbox("Month", _months(), format_func=_named, key="state:month")
    number = st.number_input(
        "Number", min_value=1, max_value=MOST, value=None, step=1, key="state:number"
    )
    st.markdown(":small[A number that the month already has is replaced; the journal has both.]")
    confirm(
        "State it",
        key="state:do",
        command=f"state:{of}:{month}",
        act=lambda _id: stating.state_number(
            platform(), actor=person, of=of, month=month, number=int(number or 0)
        ),
        done=lambda: _done(of, month),
    )
    _draw_stated(person, of)


def _done(of: Basis, month: date) -> str:
    forget(FIGURES)
    return f"The {of.value} of {_named(month)} are stated."


def _months() -> list[date]:
    """Return the first days of the last months that are over, the latest first."""
    found = [platform().calendar.day_of(platform().now()).replace(day=1)]
    while len(found) <= _MONTHS:
        found.append((found[-1] - _DAY).replace(day=1))
    return found[1:]


def _named(month: date) -> str:
    return f"{month:%B %Y}"


def _draw_stated(person: Actor, of: Basis) -> None:
    told = stating.stated_numbers(platform(), actor=person)
    known = [each for each in told.numbers if each.of is of][:_LISTED]
    for each in known:
        st.markdown(f":small[{plain(_line(each, told.names))}]")
    if not known:
        st.markdown(f":small[{plain(f'No month of {of.value} is stated yet.')}]")


def _line(stated: StatedNumber, names: dict[str, str]) -> str:
    by = names.get(stated.by, stated.by)
    said = f"{stated.number:,} {stated.of.value}, stated by {by}"
    return f"{_named(stated.month)}: {said}, {day(stated.at, zone())}"
