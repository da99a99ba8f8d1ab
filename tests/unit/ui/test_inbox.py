"""The inbox says what waits, lets it be claimed, and shows every text as text."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from engine.domain.complaint import Severity
from engine.domain.forecast import RemainingPath
from engine.services.clocks import forecast
from engine.services.handling import inbox
from engine.services.running import operations
from engine.services.upkeep import jobs
from engine.store.forecast import Forecasts
from tests.unit.ui.office import HOSTILE, Office, texts
from ui.parts.worklist import Choice
from ui.tone import tone_of


def _page():
    from ui.pages import inbox  # noqa: PLC0415 - this function runs as a script

    inbox.show()


@pytest.fixture
def shown(monkeypatch):
    """What the list was given, and what somebody does with it in the next run."""
    seen = SimpleNamespace(rows=[], choice=None)

    def worklist(rows, **_):
        seen.rows = list(rows)
        choice, seen.choice = seen.choice, None
        return choice

    monkeypatch.setattr("ui.pages.inbox.worklist", worklist)
    return seen


def _choose(test, view):
    return test.get("button_group")[0].set_value(view.lower()).run()


def test_unclaimed_steps_are_listed_with_their_due_time_in_words(office: Office, shown, hanna):
    reference = office.lodge(hanna)

    test = _choose(office.sits(hanna, _page), "Unclaimed")

    [row] = shown.rows
    assert not test.exception
    assert (row.title, row.about) == ("Charged twice", f"{reference} · Jane Doe")
    assert (row.step, row.due, row.is_late) == ("Register the complaint", "in 4 h", False)
    assert row.href.startswith(f"/case?ref={reference}&step=")
    assert row.can_claim


def test_a_step_past_its_due_time_is_late(office: Office, shown, hanna, clock):
    office.lodge(hanna)
    clock.advance(days=9)

    _choose(office.sits(hanna, _page), "Late")

    assert [(row.due, row.is_late, row.used) for row in shown.rows] == [("8 d late", True, 100)]


def test_the_counts_stand_beside_the_views_whose_names_never_change(office: Office, shown, hanna):
    office.lodge(hanna)

    test = office.sits(hanna, _page)

    assert ":small[0 mine, 1 unclaimed, 0 late; 1 in all]" in texts(test)
    assert test.get("button_group")[0].options == [
        *("Mine", "Unclaimed", "Late", "Tight", "All", "Suspended"),
    ]


def test_a_count_beyond_a_thousand_is_not_pretended_to_be_exact(office: Office, hanna, monkeypatch):
    views = ("mine", "unclaimed", "late", "all")
    monkeypatch.setattr(inbox, "counts", lambda *_, **__: dict.fromkeys(views, 1_000))

    test = office.sits(hanna, _page)

    assert "1,000+ mine" in texts(test)


def test_claiming_takes_the_step(office: Office, shown, hanna):
    reference = office.lodge(hanna)
    test = _choose(office.sits(hanna, _page), "Unclaimed")
    shown.choice = Choice(shown.rows[0].id, "claim")

    test = test.run()

    assert office.step(hanna, reference, "register").is_mine
    assert "is yours now" in texts(test)


def test_a_claim_that_came_too_late_is_refused_in_a_sentence(
    office: Office, shown, hanna, ivo, monkeypatch
):
    reference = office.lodge(hanna)
    test = _choose(office.sits(hanna, _page), "Unclaimed")
    shown.choice = Choice(shown.rows[0].id, "claim")
    other = hanna.model_copy(update={"username": "ivo", "name": ivo.name})
    real = inbox.claim

    def beaten(platform, *, actor, **what):
        real(platform, actor=other, **what)
        real(platform, actor=actor, **what)

    monkeypatch.setattr(inbox, "claim", beaten)

    test = test.run()

    assert [error.value.replace("\\", "") for error in test.error] == [
        f"{ivo.name} works on the step Register the complaint."
    ]
    assert office.step(hanna, reference, "register").step.assignee == "ivo"


def test_a_search_narrows_the_list_and_says_when_nothing_fits(office: Office, shown, hanna):
    office.lodge(hanna, summary="Gas smell")
    office.lodge(hanna, summary="Late engineer")
    test = _choose(office.sits(hanna, _page), "All")

    test = test.text_input(key="inbox:search").set_value("gas").run()
    narrowed = [row.title for row in shown.rows]
    test = test.text_input(key="inbox:search").set_value("water").run()
    nothing = texts(test)
    test.button(key="inbox:everything").click().run()

    assert narrowed == ["Gas smell"]
    assert "Nothing fits this search" in nothing
    assert len(shown.rows) == 2


def test_severity_and_category_narrow_the_list(office: Office, shown, hanna):
    office.lodge(hanna, category="Price")
    office.lodge(hanna, category="Safety")
    test = _choose(office.sits(hanna, _page), "All")

    test = test.multiselect(key="inbox:categories").set_value(["Safety"]).run()
    by_category = len(shown.rows)
    shown.rows = []
    test.get("button_group")[1].set_value([5]).run()

    assert by_category == 1
    assert shown.rows == []


def test_the_list_comes_in_pages_of_twenty_five(office: Office, shown, hanna):
    for number in range(27):
        office.lodge(hanna, summary=f"Complaint {number}")
    test = _choose(office.sits(hanna, _page), "All")
    first = [row.title for row in shown.rows]

    test.session_state["inbox:page"] = 2
    test.run()

    assert (len(first), len(shown.rows)) == (25, 2)
    assert not {row.title for row in shown.rows} & set(first)


def test_whoever_has_no_work_here_begins_with_everything(office: Office, shown, hanna, vera):
    office.lodge(hanna)

    test = office.sits(vera, _page)

    assert len(shown.rows) == 1
    assert not shown.rows[0].can_claim
    assert "inbox:new" not in [button.key for button in test.button]


def test_deadlines_that_nobody_looks_at_are_said_quietly(office: Office, hanna):
    before = texts(office.sits(hanna, _page))
    jobs.run(office.platform, name="sla_sweep")

    after = texts(office.sits(hanna, _page))

    assert "Deadlines have not been checked" in before
    assert "Deadlines have not been checked" not in after


def test_hostile_text_reaches_the_list_as_text_and_nothing_else(office: Office, shown, hanna):
    office.lodge(hanna, summary=HOSTILE, complainant_name="=cmd|'/c calc'!A1")

    test = _choose(office.sits(hanna, _page), "All")

    assert shown.rows[0].title == HOSTILE
    assert "evil" not in texts(test)


def test_only_grave_complaints_have_a_colour():
    tones = [tone_of(severity) for severity in Severity]

    assert tones == ["gray", "gray", "gray", "orange", "red"]


def test_an_inbox_that_loses_a_step_is_caught(office: Office, shown, hanna, monkeypatch):
    real = inbox.page
    monkeypatch.setattr(inbox, "page", lambda *a, **k: (real(*a, **k)[0][1:], 0))

    with pytest.raises(ValueError, match="not enough values"):
        test_unclaimed_steps_are_listed_with_their_due_time_in_words(office, shown, hanna)


@pytest.fixture
def resting(monkeypatch):
    """What the list of suspended cases was given, and which one is chosen in the next run."""
    seen = SimpleNamespace(rows=[], choice=None)

    def caselist(rows, **_):
        seen.rows = list(rows)
        return seen.choice

    monkeypatch.setattr("ui.parts.resting.caselist", caselist)
    return seen


def test_suspended_cases_have_a_view_with_reason_and_since_when(
    office: Office, shown, resting, hanna, mara, clock
):
    reference = office.lodge(hanna)
    known = {"actor": mara, "reference": reference, "reason": HOSTILE}
    operations.suspend(office.platform, **known)
    clock.advance(days=70)

    test = _choose(office.sits(hanna, _page), "Suspended")

    [row] = resting.rows
    assert not test.exception
    assert ":small[0 mine, 0 unclaimed, 0 late; 0 in all; 1 suspended]" in texts(test)
    assert (row.id, row.note, row.cells[:2]) == (reference, HOSTILE, ("5 Jan 2026", "Mara"))
    assert (row.cells[2], row.alarming) == ("13 d late", (2,))
    assert row.href == f"/case?ref={reference}"
    assert HOSTILE not in texts(test)


def test_without_a_suspended_case_the_view_says_so(office: Office, shown, hanna):
    test = _choose(office.sits(hanna, _page), "Suspended")

    assert "No case is suspended." in texts(test)


def test_a_step_that_should_be_under_way_for_its_case_to_be_in_time_is_tight(
    office: Office, shown, hanna, clock, monkeypatch
):
    office.lodge(hanna)
    path = RemainingPath("register", 30, timedelta(days=90))
    _choose(office.sits(hanna, _page), "Unclaimed")
    before = [row.hint for row in shown.rows]

    monkeypatch.setattr(forecast, "measured", lambda _element, _took: path)
    monkeypatch.setattr(Forecasts, "took", lambda _self, _most: {"register": []})
    forecast.measure(office.platform)
    _choose(office.sits(hanna, _page), "Unclaimed")

    [row] = shown.rows
    assert (before, row.hint, row.is_late) == ([""], "Tight", False)
    assert "to be begun by" in row.due_title
