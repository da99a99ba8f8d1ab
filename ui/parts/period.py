"""The choice of a period, which the address of the page keeps."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from engine.domain.kpi import EARLIEST, Period, months_before
from engine.errors import InvalidInputError
from ui.parts.address_part import AddressPart

CHOICES = {
    "30": "30 days",
    "90": "90 days",
    "365": "365 days",
    "month": "Last month",
    "dates": "Dates",
}
DEFAULT = "90"

_MOST_DAYS = 3_660
_ADDRESS = AddressPart("period.seen", frozenset({"days", "from", "to"}))


def choose_period(*, key: str, now: datetime, zone: str) -> Period:
    """Draw the choice and return the period that was chosen.

    The address is read when the page is opened, and when somebody has gone back to one that names
    another period; it is written when the choice is changed. It is left alone otherwise: an
    address that is written at once could not be left by going back. What else it says stays. An
    address that names no period is refused, see ``draw_refused``, and the default is shown.

    Args:
        key: Stable name of the choice.
        now: The present.
        zone: Zone of the organisation, whose days are meant.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    choice, dates = f"{key}.choice", f"{key}.dates"
    if choice not in st.session_state or _ADDRESS.is_another():
        _read_address(choice, dates, today)
    _ADDRESS.see()
    # In a container of its own it breaks into two lines on a phone; beside others it would scroll.
    with st.container(width="content"):
        chosen = st.segmented_control(
            "Period",
            list(CHOICES),
            format_func=CHOICES.__getitem__,
            key=choice,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
            on_change=_write_address,
            args=(choice, dates, today),
        )
    if chosen == "month":
        return months_before(now, zone, since=None, most=1)[0]
    if chosen is not None and chosen != "dates":
        return Period.last_days(int(chosen), now, zone)
    return Period.of_dates(*_draw_dates(choice, dates, today), zone)


def wish_dates(key: str, first: date, last: date) -> None:
    """Ask for the days from ``first`` to ``last``, to be shown in the next run."""
    st.session_state[f"{key}.choice"] = "dates"
    st.session_state[f"{key}.dates"] = (first, last)
    _ADDRESS.say({"from": first.isoformat(), "to": last.isoformat()})


def read_dates(query: Mapping[str, str], today: date) -> tuple[date, date]:
    """Return the first and last day that an address names.

    Raises:
        InvalidInputError: They are no dates, lie in the future, or span more than ten years.
    """
    try:
        first, last = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    except (KeyError, ValueError) as error:
        raise InvalidInputError({"Period": "the address names none."}) from error
    if not EARLIEST <= first <= last <= today or (last - first).days > _MOST_DAYS:
        raise InvalidInputError({"Period": "the address names dates that cannot be shown."})
    return first, last


def _read_address(choice: str, dates: str, today: date) -> None:
    query = _ADDRESS.said()
    st.session_state[choice] = DEFAULT
    if query.get("days") in CHOICES:
        st.session_state[choice] = query["days"]
    elif query:
        try:
            st.session_state[dates] = read_dates(query, today)
            st.session_state[choice] = "dates"
        except InvalidInputError as refusal:
            _ADDRESS.refuse(f"{refusal} The last {DEFAULT} days are shown.", say={"days": DEFAULT})


def _write_address(choice: str, dates: str, today: date) -> None:
    chosen = st.session_state[choice]
    if chosen != "dates":
        _ADDRESS.say({"days": chosen})
    else:
        first, last = _days_of(st.session_state.get(dates), today)
        _ADDRESS.say({"from": first.isoformat(), "to": last.isoformat()})


def _draw_dates(choice: str, dates: str, today: date) -> tuple[date, date]:
    """Return the chosen days."""
    if dates not in st.session_state:
        st.session_state[dates] = _days_of(None, today)
    drawn: object = st.date_input(
        "First and last day",
        key=dates,
        min_value=max(EARLIEST, today - timedelta(days=_MOST_DAYS)),
        max_value=today,
        format="DD/MM/YYYY",
        label_visibility="collapsed",
        width=240,
        persist_state="session",
        on_change=_write_address,
        args=(choice, dates, today),
    )
    return _days_of(drawn, today)


def _days_of(drawn: object, today: date) -> tuple[date, date]:
    """Return first and last day; the default for none, and today for a last one not yet chosen."""
    days = [day for day in drawn if isinstance(day, date)] if isinstance(drawn, tuple) else []
    if not days:
        return today - timedelta(days=int(DEFAULT) - 1), today
    return days[0], days[1] if len(days) > 1 else today
