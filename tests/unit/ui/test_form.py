"""Forms: from a model to widgets, with a draft that is never behind."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from streamlit.testing.v1 import AppTest

from engine.domain.complaint import Channel, Severity
from engine.domain.form import FORMS
from engine.errors import UnavailableError
from ui.parts.field import default_of, fields_of, to_draft, to_widget

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 6, 9, 4, tzinfo=UTC)
CHOICES = {
    "categories": [("price", "Price"), ("other", "Other")],
    "handlers": [("hanna", "Hanna Weber"), ("ivo", "Ivo [x](http://evil.example)")],
    "issues": [(1, "1. Charged twice"), (2, "2. Nobody called back")],
}


class Everything(BaseModel):
    """One field of each kind."""

    kind: Literal["one", "two_words"] = Field(title="Kind")
    severity: Severity = Field(default=Severity.MODERATE, title="Severity")
    channel: Channel | None = Field(default=None, title="Channel")
    category: str = Field(
        default="other", title="Category", json_schema_extra={"choices": "categories"}
    )
    helpers: tuple[str, ...] = Field(
        default=(), title="Helpers", json_schema_extra={"choices": "handlers"}
    )
    is_safe: bool = Field(default=True, title="Safe")
    count: int = Field(default=1, ge=1, le=9, title="Count", description="From 1 to 9.")
    amount: Decimal = Field(default=Decimal("0.10"), ge=0, decimal_places=2, title="Amount")
    on: date | None = Field(default=None, title="Day")
    at: datetime | None = Field(default=None, title="Moment")
    name: str = Field(default="", max_length=20, title="Name")
    text: str = Field(
        min_length=10, max_length=200, title="Text", json_schema_extra={"multiline": True}
    )


class Story:
    """Stands for the page around a form, and for the database behind it."""

    def __init__(self):
        self.initial = {}
        self.saved_at = None
        self.drafts = []
        self.results = []
        self.refusal = None

    def save(self, draft):
        if self.refusal:
            raise self.refusal
        self.drafts.append(draft)
        return NOW


def _page(story, model, choices, zone):
    from ui.parts.form import step_form  # noqa: PLC0415 - this function runs as a script

    result = step_form(
        model,
        key="f",
        initial=story.initial,
        save=story.save,
        submit="Send",
        choices=choices,
        zone=zone,
        saved_at=story.saved_at,
    )
    if result is not None:
        story.results.append(result)


@pytest.fixture
def story():
    return Story()


@pytest.fixture
def page(story):
    def opened(model=Everything):
        test = AppTest.from_function(
            _page, args=(story, model, CHOICES, LONDON), default_timeout=60
        )
        test.run()
        assert not test.exception, test.exception
        return test

    return opened


def _errors(test):
    return [item.value for item in test.markdown if "error:" in item.value]


def _notes(test):
    return [item.value.replace("\\", "") for item in test.markdown]


def test_every_kind_of_field_gets_its_widget(page):
    test = page()

    assert [box.label for box in test.selectbox] == ["Severity", "Channel"]
    assert [group.label for group in test.get("button_group")] == ["Kind", "Category"]
    assert [box.label for box in test.multiselect] == ["Helpers"]
    assert [switch.label for switch in test.toggle] == ["Safe"]
    assert [box.label for box in test.number_input] == ["Count", "Amount"]
    assert [box.label for box in test.date_input] == ["Day"]
    assert [box.label for box in test.datetime_input] == ["Moment"]
    assert [box.label for box in test.text_input] == ["Name"]
    assert [box.label for box in test.text_area] == ["Text"]


def test_defaults_and_help_come_from_the_declaration(page):
    test = page()

    count = test.number_input(key="f.count")
    assert (count.value, count.help) == (1, "From 1 to 9.")
    assert test.selectbox(key="f.severity").value == Severity.MODERATE
    assert test.toggle(key="f.is_safe").value is True


def test_no_field_keeps_to_itself_what_lies_beyond_its_limits(page):
    test = page()

    test.number_input(key="f.count").set_value(-5)
    test.text_area(key="f.text").set_value("x" * 300).run()
    test.button(key="f:submit").click().run()

    shown = "\n".join(item.value for item in test.markdown)
    assert "Count must be 1 or more" in shown
    assert "Text may have at most 200 characters" in shown
    assert test.number_input(key="f.count").value == -5
    assert len(test.text_area(key="f.text").value) == 300


def test_each_change_is_saved_at_once_though_it_is_not_right_yet(page, story):
    test = page()

    test.text_area(key="f.text").set_value("short").run()
    test.date_input(key="f.on").set_value(date(2026, 7, 9)).run()

    assert [draft["text"] for draft in story.drafts] == ["short", "short"]
    assert story.drafts[-1]["on"] == "2026-07-09"
    assert ":small[Saved 10:04]" in _notes(test)


def test_a_draft_comes_back_with_everything_that_was_typed(page, story):
    first = page()
    first.text_area(key="f.text").set_value("What I wrote.").run()
    first.multiselect(key="f.helpers").set_value(["ivo"]).run()
    first.number_input(key="f.amount").set_value(12.35).run()
    story.initial, story.saved_at = story.drafts[-1], NOW

    second = page()

    assert second.text_area(key="f.text").value == "What I wrote."
    assert second.multiselect(key="f.helpers").value == ["ivo"]
    assert second.number_input(key="f.amount").value == 12.35
    assert ":small[Saved 10:04]" in _notes(second)


def test_a_draft_that_could_not_be_kept_says_so(page, story):
    story.refusal = UnavailableError("The database does not answer.")
    test = page()

    test.text_input(key="f.name").set_value("x").run()

    assert _errors(test) == [":red[:material/error: Not saved. The database does not answer\\.]"]


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(page, story):
    test = page()
    test.text_area(key="f.text").set_value("short").run()

    test.button(key="f:submit").click().run()

    assert story.results == []
    assert test.error[0].value == "2 fields need your attention\\."
    assert _errors(test) == [
        ":red[:material/error: Kind is needed\\.]",
        ":red[:material/error: Text needs at least 10 characters\\.]",
    ]
    assert test.text_area(key="f.text").value == "short"


def test_a_field_that_is_mended_no_longer_complains(page):
    test = page()
    test.button(key="f:submit").click().run()

    test.text_area(key="f.text").set_value("long enough now").run()

    assert _errors(test) == [":red[:material/error: Kind is needed\\.]"]


def test_a_form_that_is_right_is_returned_once(page, story):
    story.initial = {"kind": "two_words", "text": "Long enough for all."}
    test = page()

    test.button(key="f:submit").click().run()
    test.run()

    [result] = story.results
    assert result == Everything(kind="two_words", text="Long enough for all.")
    assert result.amount == Decimal("0.10")


def test_a_rule_about_the_whole_form_is_said_above_it(page, story):
    story.initial = {"approval": "returned", "comment": "no"}
    test = page(FORMS["approval"])

    test.button(key="f:submit").click().run()

    assert "why it is returned" in test.error[0].value


def test_a_draft_that_no_longer_fits_the_form_is_no_obstacle(page, story):
    story.initial = {"kind": "three", "count": "many", "on": "soon", "gone": 1, "helpers": "x"}

    test = page()

    assert test.number_input(key="f.count").value is None
    assert test.date_input(key="f.on").value is None


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_of_the_process_can_be_drawn_and_refused(page, name):
    test = page(FORMS[name])

    test.button(key="f:submit").click().run()

    assert not test.exception


def test_forgetting_a_form_forgets_nothing_else():
    def script():
        import streamlit as st  # noqa: PLC0415 - this function runs as a script

        from ui.parts.form import forget  # noqa: PLC0415

        for name in ("f.text", "f:saved", "fg.text", "other"):
            st.session_state[name] = 1
        forget("f")

    test = AppTest.from_function(script).run()

    names = ("f.text", "f:saved", "fg.text", "other")
    assert [name in test.session_state for name in names] == [False, False, True, True]


def test_a_field_of_a_forgotten_form_that_speaks_late_is_not_heard(page, story):
    test = page()
    del test.session_state["f:problems"]  # as ``forget`` does; the browser still shows the form

    test.text_area(key="f.text").set_value("typed before the page was drawn anew").run()

    assert not test.exception, test.exception
    assert story.drafts == []


def _field(name):
    fields = fields_of(Everything, key="f", choices=CHOICES, zone=LONDON)
    return next(field for field in fields if field.name == name)


@given(amount=st.decimals(min_value=0, max_value=10**11, places=2))
def test_money_survives_widget_and_draft_to_the_penny(amount):
    field = _field("amount")

    assert Decimal(str(to_draft(field, to_widget(field, str(amount))))) == amount


@given(
    moment=st.integers(min_value=10**9, max_value=4 * 10**9).map(
        lambda second: datetime.fromtimestamp(second, UTC)
    )
)
def test_a_moment_survives_widget_and_draft(moment):
    field = _field("at")

    again = datetime.fromisoformat(to_draft(field, to_widget(field, moment.isoformat())))

    # An hour that happens twice, when summer time ends, is read as its first.
    assert abs((again - moment).total_seconds()) in {0, 3600}


@given(day=st.dates())
def test_a_day_survives_widget_and_draft(day):
    field = _field("on")

    assert to_draft(field, to_widget(field, day.isoformat())) == day.isoformat()


@pytest.mark.parametrize("name", ["severity", "category", "is_safe", "count", "amount", "name"])
def test_a_default_survives_widget_and_draft(name):
    field = _field(name)

    stored = default_of(field)

    assert stored is not None
    assert to_draft(field, to_widget(field, stored)) == stored


def test_a_form_that_forgets_to_save_is_caught(page, story, monkeypatch):
    monkeypatch.setattr("ui.parts.form._changed", lambda *_: None)
    test = page()

    test.text_area(key="f.text").set_value("short").run()

    assert story.drafts == [], "the planted bug is not seen by the test of drafts"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("amount", "1e400"), ("amount", "-1e400"), ("amount", "NaN"), ("count", str(10**30))],
)
def test_a_half_typed_number_that_no_widget_shows_is_not_shown(name, kept):
    fields = fields_of(Everything, key="f", choices=CHOICES, zone=LONDON)
    (field,) = (each for each in fields if each.name == name)

    assert to_widget(field, kept) is None
