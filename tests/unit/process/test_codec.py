"""Stored states: small, versioned, and refused where they cannot be understood."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UnknownStateError
from engine.process import codec
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from tests.unit.process.drawing import (
    DAY,
    Story,
    boundary,
    document,
    event,
    flows,
    handler,
    line,
    node,
    process,
    several,
    sub,
    timer,
    timetable,
)

GOLDEN = Path(__file__).parent / "golden"
DIAGRAM = document(
    process(
        "p",
        node("start", "s"),
        sub("handling", node("start", "hs"), node("and", "fork"), node("user", "acknowledge"),
            node("user", "assess"), node("and", "join"), node("race", "wait"),
            node("catch", "answered", event("message", "answer")),
            node("catch", "silent", timer("28 days")), node("end", "he"),
            line("hs", "fork", "acknowledge", "join", "wait", "answered", "he"),
            line("fork", "assess", "join"), line("wait", "silent", "he"),
            boundary("late", "assess", timer("3 days"), interrupts=False), node("user", "chase"),
            flows("late -> chase")),
        boundary("warned", "handling", event("message", "clock_warning"), interrupts=False),
        boundary("withdrawal", "handling", event("message", "withdrawn")),
        node("user", "respond"), node("user", "confirm"), node("end", "e"),
        line("s", "handling", "e"), line("warned", "respond"), line("withdrawal", "confirm"),
    )
)  # fmt: skip

BRANCHES = document(
    process(
        "p", node("start", "s"), node("and", "fork"), node("user", "a"), node("user", "b"),
        node("and", "join"), node("user", "last"),
        line("s", "fork", "a", "join", "last"), line("fork", "b", "join"),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def bundle():
    return build_bundle([DIAGRAM])


def full(bundle):
    """A case in which nearly everything that can wait does."""
    case = Story(bundle, severity=4, category="fees", vulnerable=False, amount=12.5)
    return case.hears("clock_warning", level="final").does("acknowledge", sent=True).waits(4 * DAY)


def waiting(case):
    """What a case waits for, without the names of tokens."""
    progress = case.progress
    events = [(s.message, s.element) for s in progress.subscriptions]
    timers = [(t.element, t.due_at.isoformat()) for t in progress.timers]
    return case.open, sorted(events), sorted(timers)


def golden(name):
    return (GOLDEN / f"{name}.json").read_bytes().strip()


@pytest.mark.parametrize("version", [1, 2])
def test_every_version_ever_written_is_still_read(bundle, version):
    case = full(bundle)
    stored = golden(f"state-{version}")

    again = full(bundle)
    again.progress = LiveCase.load(bundle, stored, timetable=timetable).progress()

    assert waiting(again) == waiting(case)
    assert again.variables("respond") == {
        "severity": 4, "category": "fees", "vulnerable": False, "amount": 12.5, "level": "final",
    }  # fmt: skip
    assert again.does("assess").hears("answer").open == ["chase", "respond"]


def test_what_is_written_today_is_the_golden_file(bundle):
    assert full(bundle).progress.state == golden("state-2")


TOLD = document(
    process(
        "p", node("start", "s"), node("and", "fork"), node("user", "each", several("3")),
        node("user", "a"), line("s", "fork", "each"), line("fork", "a"),
        handler("h", event("message", "answer"), node("user", "care"), line("h_start", "care"),
                interrupts=False),
        handler("late", timer("R3/P1D", "Cycle"), node("end", "he"), line("late_start", "he"),
                interrupts=False),
    )
)  # fmt: skip


def told():
    """A case with turns, handlers that run and stand by, and a branch that has ended."""
    case = Story(build_bundle([TOLD]), x=0).does("each", x=1).hears("answer", z=3)
    return case.does("a", y=2).waits(DAY)


@pytest.mark.parametrize("version", [1, 2])
def test_what_branches_have_told_one_another_is_in_golden_files_too(version):
    again, stored = told(), golden(f"state-{version}-told")

    again.progress = LiveCase.load(again.bundle, stored, timetable=timetable).progress()

    assert again.open == ["care", "each", "each"]
    assert again.variables("care") == {"x": 1, "y": 2, "z": 3}
    assert again.variables("each") == {"x": 0, "y": 2, "loopCounter": 2} | (
        {"z": 3} if version == 2 else {}
    )
    assert again.does("care", x=4).does("each", x=5).does("each").progress.is_complete


def test_what_branches_have_told_one_another_is_written_as_in_the_golden_file():
    assert told().progress.state == golden("state-2-told")


def test_what_is_set_after_an_old_state_was_read_is_later_than_all_it_knew():
    case = Story(build_bundle([BRANCHES]), x=0)
    case.progress = replace(case.progress, state=_first(case, [[3, -1, 0, 0, {"x": 0}],
        [4, 0, "a", 16, {"x": 3}], [5, 0, "b", 16, {"x": 2}]]))  # fmt: skip

    assert [case.variables(step)["x"] for step in "ab"] == [3, 2]
    assert case.does("a", x=1).does("b").variables("last") == {"x": 1}


def _first(case, rows):
    """Return a state of version 1 with these rows."""
    return orjson.dumps([1, case.bundle.digest, 5, [["p", 0, {}, rows]]])


def test_a_state_is_small_and_does_not_grow_with_history(bundle):
    case = Story(bundle, severity=4)
    sizes = []

    for _ in range(30):
        case.hears("clock_warning").does("respond")
        sizes.append(len(case.progress.state))

    assert max(sizes) < 700
    assert sizes[-1] - sizes[0] < 20


def test_a_finished_case_keeps_almost_nothing(bundle):
    case = Story(bundle).does("assess").does("acknowledge").hears("answer")

    assert case.progress.is_complete
    assert len(case.progress.state) < 150
    assert case.load().progress().is_complete


CHANGES = {
    "a later version": lambda state: [3, *state[1:]],
    "a version in words": lambda state: ["2", *state[1:]],
    "another process": lambda state: [2, "another", *state[2:]],
    "half of it": lambda state: state[:2],
    "an unknown scope": lambda state: [*state[:3], [["unknown", 5, []]]],
    "no such host": lambda state: [*state[:3], [["handling", 7, []]]],
    "no such element": lambda state: [*state[:3], [["p", 0, [[1, "gone", 16]]]]],
    "a short row": lambda state: [*state[:3], [["p", 0, [[1, "s"]]]]],
    "half a difference": lambda state: [*state[:3], [["p", 0, [[1, "s", 16, [1]]]]]],
    "variables that were not known": lambda state: [
        *state[:3],
        [["p", 0, [[1, "s", 16, [-1, ["x"]]]]]],
    ],
    "a first version without such a row": lambda state: [
        1,
        *state[1:3],
        [["p", 0, {}, [[1, 7, "s", 16]]]],
    ],
    "another form": lambda state: {"v": state[0]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_state_that_is_not_understood_is_refused_and_not_guessed(bundle, change):
    state = orjson.loads(full(bundle).progress.state)

    with pytest.raises(UnknownStateError):
        LiveCase.load(bundle, orjson.dumps(CHANGES[change](state)), timetable=timetable)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"\xff\xfe", b"[]", b"7"])
def test_what_is_no_state_at_all_is_refused(bundle, content):
    with pytest.raises(UnknownStateError):
        LiveCase.load(bundle, content, timetable=timetable)


def test_a_state_belongs_to_one_version_of_the_process(bundle):
    other = build_bundle([DIAGRAM.replace(b'"assess"', b'"look"')])

    with pytest.raises(UnknownStateError):
        LiveCase.load(other, full(bundle).progress.state, timetable=timetable)


def test_the_digest_tells_files_apart_however_they_are_cut():
    one = document(process("a", node("start", "s"), node("end", "e"), line("s", "e")))
    two = document(process("b", node("start", "t"), node("end", "f"), line("t", "f")))

    digests = {build_bundle(files).digest for files in ([one], [two], [one, two], [two, one])}

    assert len(digests) == 4
    assert build_bundle([one]).digest in digests


@given(
    variables=st.dictionaries(
        st.sampled_from(["a", "b", "c", "d"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(10**15), 10**15),
            st.floats(-1e15, 1e15),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
        ),
    )
)
def test_every_variable_comes_back_as_it_was(bundle, variables):
    case = Story(bundle, **variables)

    assert case.variables("assess") == variables
    assert {k: type(v) for k, v in case.variables("assess").items()} == {
        k: type(v) for k, v in variables.items()
    }


def test_the_tests_notice_a_codec_that_forgets_when_variables_were_set(monkeypatch):
    read = codec._read
    monkeypatch.setattr(codec, "_read", lambda *written: read(*written)._replace(at={}))
    forgetful = build_bundle([BRANCHES])

    case = Story(forgetful, x=0).does("a", x=1).does("b", y=2)

    assert case.variables("last") != {"x": 1, "y": 2}
