"""How well complaints are answered: every number with its definition and its cases."""

from functools import partial

import streamlit as st

from engine.domain.case_fact import Trait
from engine.domain.kpi import Period
from engine.services.figures import breakdown, facts, figure_export, reporting
from engine.services.figures.measuring import ALL, Slice
from engine.services.figures.reporting import Report, Shown
from engine.services.reviews import figure_print
from engine.services.running import monitoring
from ui.parts.address_part import draw_refused
from ui.parts.behind import open_cases
from ui.parts.caselist import CaseRow, caselist
from ui.parts.figure_views import OVERVIEW, choose_view, draw_view
from ui.parts.fresh import fresh
from ui.parts.frozen import draw_frozen
from ui.parts.measured import draw_figure
from ui.parts.only import choose_only
from ui.parts.opinion import draw_opinion
from ui.parts.period import choose_period
from ui.parts.tally import lines_of, tally
from ui.parts.trend import trend
from ui.parts.words import ago, calendar_day, counted, plain
from ui.session import actor, platform
from ui.way import address, go, link

_FRESH = 30.0
"""Seconds."""
_FILES = (
    ("Figures as CSV", figure_export.figures_as_csv, "csv", "text/csv"),
    ("To be printed, as PDF", figure_print.figures_as_pdf, "pdf", "application/pdf"),
    (
        "All tables as Excel",
        figure_export.figures_as_excel,
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
)
_CARDS = ("received", "closed", "acknowledged_on_time", "answered_on_time")


def show() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Performance", width="content")
        st.space("stretch")
        zone = platform().policy.calendar.zone
        period = choose_period(key="performance", now=platform().now(), zone=zone)
    with st.container(horizontal=True, vertical_alignment="center"):
        of = choose_only()
        st.space("stretch")
        _draw_downloads(period, of)
    draw_refused()
    told = _told(period, of)
    st.markdown(_stretch(period, zone))
    if _is_empty(told):
        _draw_empty(of)
        _draw_incidents()
        return
    view = choose_view()
    if told.waiting:
        st.markdown(plain(_waiting(told.waiting)))
    if view != OVERVIEW:
        draw_view(view, told, of)
        return
    if of == ALL:
        draw_frozen(period)
    _draw(told)
    if of == ALL:
        draw_opinion(period)
        _draw_incidents()


def _draw_downloads(period: Period, of: Slice) -> None:
    zone = platform().policy.calendar.zone
    first, last = period.first_day(zone), period.last_day(zone)
    with st.popover("Download", icon=":material/download:"):
        for title, make, ending, mime in _FILES:
            st.download_button(
                title,
                data=partial(make, platform(), actor=actor(), period=period, of=of),
                file_name=f"figures-{first}-{last}.{ending}",
                mime=mime,
                on_click="ignore",
                key=f"performance.{ending}",
                width="stretch",
            )


def _told(period: Period, of: Slice) -> Report:
    """Return the figures, at most half a minute old: opening a list must not count anew."""
    person = actor()

    def read() -> Report:
        facts.refresh(platform())
        return reporting.report(platform(), actor=person, period=period, of=of)

    return fresh("performance", seconds=_FRESH, of=(person, period, of), read=read)


def _stretch(period: Period, zone: str) -> str:
    first, last = period.first_day(zone), period.last_day(zone)
    if first == last:
        return plain(f"{calendar_day(first)}, compared with the day before.")
    days = counted((last - first).days + 1, "day")
    said = f"{calendar_day(first)} to {calendar_day(last)}, compared with the {days} before."
    return plain(said)


def _waiting(number: int) -> str:
    verb = "has" if number == 1 else "have"
    return f"{counted(number, 'complaint')} {verb} changed and will be counted within minutes."


def _is_empty(told: Report) -> bool:
    return not any(shown.figure.n for shown in told.figures)


def _draw_empty(of: Slice) -> None:
    with st.container(border=True):
        if not breakdown.traited(platform(), actor=actor(), trait=Trait.CATEGORY):
            st.header("No complaint yet")
            st.markdown(
                "Figures are told from the first complaint on that comes in on the public pages, "
                "by mail, or is recorded by somebody who works here."
            )
            link("new", "Record a complaint", icon=":material/add:")
            return
        st.header("Nothing to measure in this period")
        if of == ALL:
            st.markdown("No complaint was received, closed or open. Choose a longer period.")
        else:
            st.markdown(
                "None of these complaints was received, closed or open. Choose a longer period, or "
                "all complaints."
            )


def _draw(told: Report) -> None:
    figures = {shown.measure.id: shown for shown in told.figures}
    with st.grid(len(_CARDS), min_column_width=190):
        for name in _CARDS:
            _card(figures[name])
    wide, narrow = st.columns([1.9, 1], gap="small")
    with wide.container(border=True, height="stretch"):
        st.header("Received and closed per week")
        trend(told.weeks)
    with narrow.container(border=True, height="stretch"):
        draw_figure(figures["backlog"])
        st.header("By age", help=_formula(told.ages))
        _groups("age", told.ages)
    left, right = st.columns(2, gap="small")
    with left.container(border=True):
        median, most = st.columns(2)
        with median:
            draw_figure(figures["median_days_to_close"])
        with most:
            draw_figure(figures["p90_days_to_close"])
    with left.container(border=True, height="stretch"):
        st.header("Received by severity", help=_formula(told.severities))
        _groups("severity", told.severities)
    with right.container(border=True, height="stretch"):
        st.header("Received by category", help=_formula(told.categories))
        _groups("category", told.categories)


def _card(shown: Shown) -> None:
    with st.container(border=True, height="stretch"):
        draw_figure(shown)


def _groups(name: str, groups: tuple[Shown, ...]) -> None:
    """Draw the groups of a number beside each other; each leads to its cases."""
    if not groups:
        st.markdown("Nothing was received.")
        return
    lines = lines_of([(shown.title, shown.title, shown.figure.n) for shown in groups])
    caption = groups[0].measure.title
    chosen = tally(lines, key=f"performance.{name}", caption=caption, noun="complaints")
    found = next((shown for shown in groups if shown.title == chosen), None)
    if found:
        open_cases(found)


def _formula(groups: tuple[Shown, ...]) -> str | None:
    return plain(groups[0].measure.sentence) if groups else None


def _draw_incidents() -> None:
    """Say which cases the jobs could not move; nothing when there are none."""
    incidents = monitoring.incidents(platform(), actor=actor())
    if not incidents:
        return
    with st.container(border=True):
        st.header("Cases that need a look")
        st.markdown(
            "Redress could not send the warnings of these cases. The others are unaffected."
        )
        now = platform().now()
        rows = [
            CaseRow(
                id=incident.reference or "",
                href=address("case", ref=incident.reference or ""),
                title=incident.reference or "",
                about=incident.cause,
                cells=(ago(incident.opened_at, now), counted(incident.attempts, "try", "tries")),
            )
            for incident in incidents
        ]
        head = ("Complaint", "Since", "Tried")
        chosen = caselist(rows, key="performance.incidents", caption="Incidents", head=head)
        if chosen:
            go("case", ref=chosen)
