"""Times, amounts and texts as a person reads them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.parts import words

NOW = datetime(2026, 7, 6, 9, 4, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=3, minutes=59), "in 3 h"),
        (timedelta(days=2), "in 2 d"),
        (timedelta(seconds=20), "in 1 min"),
        (timedelta(0), "in 1 min"),
        (-timedelta(seconds=1), "1 min late"),
        (-timedelta(minutes=59), "59 min late"),
        (-timedelta(days=2, hours=5), "2 d late"),
    ],
)
def test_a_due_time_is_told_in_its_largest_unit(span, text):
    assert words.due(NOW + span, NOW) == text


@given(span=SPANS)
def test_late_is_said_exactly_when_the_time_has_passed(span):
    assert words.due(NOW - span, NOW).endswith("late") == (span > timedelta(0))
    assert not words.due(NOW + span, NOW).endswith("late")


@given(span=SPANS)
def test_a_length_never_promises_more_time_than_there_is(span):
    number, unit = words.length(span).split()
    told = int(number) * {"d": 1440, "h": 60, "min": 1}[unit]

    assert told <= max(1, span.total_seconds() / 60)
    assert int(number) < {"d": 10**6, "h": 24, "min": 60}[unit]


@pytest.mark.parametrize(
    ("span", "text"), [(30, "just now"), (60, "1 min ago"), (7300, "2 h ago"), (90000, "1 d ago")]
)
def test_the_past_is_told_from_now(span, text):
    assert words.ago(NOW - timedelta(seconds=span), NOW) == text


@given(before=SPANS, after=SPANS)
def test_the_used_part_of_an_allowance_is_a_percentage(before, after):
    part = words.used(NOW - before, NOW + after, NOW)

    assert 0 <= part <= 100
    assert words.used(NOW, NOW, NOW) == 100


def test_days_and_times_are_those_of_the_reader():
    late = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)

    assert words.moment(late, LONDON) == "7 Jul 2026, 00:30"
    assert words.clock_time(NOW, LONDON) == "10:04"


def test_amounts_and_counts_read_like_prose():
    assert words.money(Decimal(1250), "GBP") == "1,250.00 GBP"
    assert [words.counted(n, "case") for n in (0, 1, 1200)] == ["0 cases", "1 case", "1,200 cases"]
    assert words.counted(2, "field needs", "fields need") == "2 fields need"


JOINER = "\N{WORD JOINER}"
HOSTILE = [
    "![x](http://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "# heading",
    "$x^2$ :red[red] :material/home: :smile:",
    "1. one\n- two\n> three\n***\n| a | b |",
    "&lt;script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_was_written(text):
    shown = words.plain(text)

    assert shown.replace("\\", "").replace(JOINER, "") == text
    assert not set(shown.replace("\\!", "").replace("\\[", "")) & {"!", "["}


@given(text=st.text(max_size=60))
def test_plain_text_loses_nothing(text):
    shown = words.plain(text)
    unescaped = iter(shown)
    letters = [next(unescaped, "") if letter == "\\" else letter for letter in unescaped]

    assert "".join(letters).replace(JOINER, "") == text.replace(JOINER, "")


@pytest.mark.parametrize(
    "text", ["http://evil.example", "HTTPS://evil.example", "www.evil.example", "a@evil.example"]
)
def test_an_address_in_a_text_does_not_become_a_link(text):
    shown = words.plain(text).replace("\\", "")

    assert JOINER in shown
    assert shown.replace(JOINER, "") == text


def test_a_word_that_forgets_to_escape_is_caught(monkeypatch):
    monkeypatch.setattr(words, "plain", lambda text: text)

    with pytest.raises(AssertionError):
        test_hostile_text_is_shown_as_it_was_written(HOSTILE[0])
