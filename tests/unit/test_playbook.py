"""A scenario reads the same as text and as data, and what is wrong is said line by line."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import playbook_text, playbook_writer
from engine.domain.allowance import MOST, Allowance, AllowanceUnit
from engine.domain.playbook import (
    Arrives,
    Does,
    Ends,
    Keeps,
    Note,
    Passes,
    Playbook,
    Reads,
    Sends,
    Spot,
    Waits,
)
from engine.domain.playbook_text import read_playbook, read_playbooks
from engine.domain.playbook_writer import write_playbook, write_playbooks
from engine.errors import InvalidInputError

_texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
_lines = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30
).filter(lambda text: text == text.strip())
_names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    _texts,
    st.sampled_from(("yes", "no", "nothing", "1", "-2.5", "a b", 'say "so"', "back\\slash")),
)
_answers = st.dictionaries(_names, _values, max_size=4)
_ids = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
_spots = st.builds(Spot, label=_lines, id=st.just("") | _ids) | st.builds(Spot, id=_ids)
_words = st.from_regex(r"[a-z]{1,6}(_[a-z]{1,6})?", fullmatch=True)
_something = _names.filter(lambda name: name != "nothing")
_told = st.one_of(
    st.builds(Note, text=_lines),
    st.builds(
        Does,
        role=st.just("") | _words.filter(lambda role: role != "somebody"),
        step=_spots,
        answers=_answers,
    ),
    st.builds(
        Passes,
        time=st.builds(Allowance, amount=st.integers(1, MOST), unit=st.sampled_from(AllowanceUnit)),
    ),
    st.builds(Arrives, message=_lines, answers=_answers),
    st.builds(Waits, steps=st.lists(_spots, max_size=3).map(tuple)),
    st.builds(Ends, at=_spots),
    st.builds(Reads, status=_words),
    st.builds(Keeps, clock=_words, state=st.sampled_from(("running", "kept", "missed", "dropped"))),
    st.builds(Sends, operations=st.lists(_something, max_size=3).map(tuple)),
)
_moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
_playbooks = st.builds(
    Playbook,
    title=_lines.map(lambda text: f"On {text}"),
    begins=_moments,
    known=_answers,
    under=st.none() | st.lists(_words.filter("nothing".__ne__), max_size=2).map(tuple),
    lines=st.lists(_told, max_size=6).map(tuple),
)

_WHOLE = """\
Scenario: A slight matter is settled at the front line
Begins: 2026-03-02 08:30
Known: category = Price, sure = yes
Under: iso, lgsco

# By telephone.
intake does "Register the complaint" (register) with scope = complaint
team leader does (assess) with severity = 1, amount = 2.5, said = "Well, \\"so\\"", left = nothing
time passes: 2 working days
message arrives: answer with answer = accepted
waits for: "Check and close" (closing_check), (other)
waits for: nobody
public status: decision sent
time limit: final_response kept
has asked for: send_decision
ends at: "Complaint closed" (closed)
"""


def test_a_scenario_is_written_as_it_is_read():
    playbook = read_playbook(_WHOLE)

    assert write_playbook(playbook) == _WHOLE
    assert playbook.lines[2] == Does(
        role="team_leader",
        step=Spot(id="assess"),
        answers={"severity": 1, "amount": 2.5, "said": 'Well, "so"', "left": None},
    )


@settings(max_examples=150, deadline=None)
@given(playbook=_playbooks)
def test_text_and_data_say_the_same(playbook):
    assert read_playbook(write_playbook(playbook)) == playbook
    assert Playbook.model_validate_json(playbook.model_dump_json()) == playbook


def test_a_writer_that_forgets_quotes_is_noticed(monkeypatch):
    """Plant the bug: the word yes is written as the answer yes is."""
    monkeypatch.setattr(playbook_writer, "WORDS", {})
    playbook = Playbook(title="Words", known={"said": "yes"})

    assert read_playbook(write_playbook(playbook)) != playbook


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(max_size=200)
    | st.lists(_texts | st.just("waits for: "), max_size=8).map("\n".join)
)
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        read_playbooks(f"Scenario: Anything\n{text}")
    except InvalidInputError as refusal:
        assert all(name.startswith("Line ") for name in refusal.problems)  # noqa: PT017 - either way is right


def test_several_scenarios_stand_in_one_file():
    both = (read_playbook(_WHOLE), Playbook(title="Nothing happens"))

    assert read_playbooks(write_playbooks(both)) == both
    with pytest.raises(InvalidInputError, match="one scenario"):
        read_playbook(write_playbooks(both))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("handler assesses it", "A line says"),
        ('handler does "Assess" severity = 4', "severity = 4"),
        ('handler does "Assess" with severity', "name = value"),
        ('handler does "Assess" with severity = ', "put texts into quotes"),
        ('handler does "Assess" with a = 1, a = 2', "twice"),
        ("time passes: a while", "no allowance"),
        ("waits for: Assess", "label"),
        ("time limit: acknowledgement perhaps", "is one of"),
        ("Known: a = 1", "belongs to the top"),
        ("public status: ", "status"),
        ("message arrives:", "name is missing"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, said):
    with pytest.raises(InvalidInputError) as refusal:
        read_playbook(f"Scenario: Broken\nwaits for: nobody\n{line}\n")

    assert set(refusal.value.problems) == {"Line 3"}
    assert said in refusal.value.problems["Line 3"]


def test_every_broken_line_is_told_at_once():
    with pytest.raises(InvalidInputError) as refusal:
        read_playbook("Scenario: Broken\none\nwaits for: nobody\ntwo\n")

    assert set(refusal.value.problems) == {"Line 2", "Line 4"}


def test_a_file_without_a_title_is_refused():
    for text in ("", "waits for: nobody", "Scenario: \nwaits for: nobody"):
        with pytest.raises(InvalidInputError, match="Line 1"):
            read_playbook(text)


def test_a_file_too_long_is_refused_at_once():
    with pytest.raises(InvalidInputError, match="at most"):
        read_playbooks("Scenario: Long\n" + "#" * playbook_text.LONGEST)
