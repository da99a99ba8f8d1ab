"""The view of where time goes: what is known is told, what is not is not made up."""

from datetime import timedelta

from engine.domain.kpi import Period
from engine.domain.step_time import StepTime
from engine.services.handling import inbox
from tests.unit.ui.office import HOSTILE, Office, texts
from ui.parts.figure import NOTHING
from ui.parts.time_view import rows_of
from ui.parts.words import plain

DAY, HOUR = timedelta(hours=8), timedelta(hours=1)


def _page():
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


def _step(title, in_hand, waiting, unknown, again=0):
    return StepTime(title, title, 12, again, in_hand * HOUR, waiting * HOUR, unknown * HOUR)


def _period(office):
    return Period.last_days(30, office.platform.now(), "Europe/London")


def test_a_line_tells_the_time_of_a_step_and_leads_to_the_diagram(office: Office):
    steps = [_step("Assess", 2, 6, 8, again=3), _step("Close", 0, 0, 0)]

    first, last = rows_of(steps, DAY, _period(office), is_known=True)

    assert first.cells == ("2 d", "100%", "12", "3", "2 h", "6 h", "75%")
    assert last.cells == (NOTHING, NOTHING, "12", *[NOTHING] * 4)
    assert first.href.startswith("/process?measure=median&step=Assess&from=")
    assert [len(row.cells) for row in rows_of(steps, DAY, _period(office), is_known=False)] == [
        4,
        4,
    ]


def test_titles_of_steps_are_text_of_the_list(office: Office):
    (row,) = rows_of([_step(HOSTILE, 0, 0, 1)], DAY, _period(office), is_known=False)

    assert row.title == HOSTILE
    assert "<" not in row.href


def test_without_a_step_that_somebody_took_nothing_is_said_of_waiting(office: Office, hanna, mara):
    office.lodge(hanna)
    test = office.sits(mara, _page, view="time")

    assert not test.exception
    assert "No step was done in this period." in texts(test)
    assert [each.label for each in test.metric] == [
        plain("Hand-offs per complaint"),
        plain("Rework"),
    ]


def test_what_somebody_took_is_told_apart(office: Office, hanna, mara, clock):
    reference = office.lodge(hanna)
    known = {"actor": hanna, "reference": reference}
    (step,) = inbox.page(office.platform, actor=hanna, view="all")[0]
    clock.advance(hours=2)
    inbox.claim(office.platform, token=step.step.token, **known)
    clock.advance(hours=1)
    answers = {"scope": "complaint", "category": "Price"}
    inbox.complete_step(office.platform, token=step.step.token, answers=answers, **known)

    test = office.sits(mara, _page, view="time")

    assert "1 step took 3 h in all." in texts(test)
    assert "67% was waiting" in texts(test)
