"""Random cases that move to another version in mid-course go on as the token game says."""

import random
import re

import pytest

from engine.domain.migration_plan import Verdict
from engine.errors import ProcessFailedError
from engine.process.bundle import build_bundle
from engine.process.core import LiveCase
from engine.process.elements import Catch
from engine.process.migration import Migration, _Passage
from tests.unit.process.drawing import NOW, timetable
from tests.unit.process.game.inventing import invent
from tests.unit.process.game.playing import Memory, play
from tests.unit.process.game.writing import write

_NODE = re.compile(r'<bpmn:(?:\w+Task|\w+Event|\w+Gateway|subProcess|callActivity) id="([^"]+)"')
_FLOW = re.compile(r'<bpmn:sequenceFlow id="([^"]+)" sourceRef="([^"]+)" targetRef="([^"]+)">')
_NAMES = ("id", "sourceRef", "targetRef", "attachedToRef")


def same_again(xml):
    """The same diagram as other bytes."""
    return xml + b"<!-- drawn again -->"


def renamed(xml):
    """The same diagram with another id for every element, and what was called how before."""
    text = xml.decode()
    names = {name: f"new.{name}" for name in _NODE.findall(text)}
    for name in _NAMES:
        written = rf'\b{name}="([^"]+)"'
        text = re.sub(written, lambda m, n=name: f'{n}="{names.get(m[1], m[1])}"', text)
    return text.encode(), names


def longer(xml, dice, busy):
    """The diagram with a new step on one of its flows; not right where the case stands."""
    found = [m for m in _FLOW.finditer(xml.decode()) if m[2] not in busy and m[3] not in busy]
    flow = dice.choice(found)
    step = (
        '<bpmn:userTask id="extra"><bpmn:extensionElements><redress:step role="handler"/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
    rest = f'<bpmn:sequenceFlow id="to-extra" sourceRef="extra" targetRef="{flow[3]}"/>'
    text = xml.decode()
    changed = flow[0].replace(f'targetRef="{flow[3]}"', 'targetRef="extra"')
    return (text[: flow.start()] + step + rest + changed + text[flow.end() :]).encode()


class Mover(Memory):
    """Moves the case there and back whenever it is written, and says if anything is otherwise."""

    def __init__(self, bundle):
        super().__init__(bundle)
        other = build_bundle([same_again(bundle.xml)])
        self._there, self._back = Migration(bundle, other, {}), Migration(other, bundle, {})
        self._digests = bundle.digest.encode(), other.digest.encode()

    def _kept(self, case):
        progress = super()._kept(case)
        moved = moved_by(self._there, progress.state)
        state = moved.live.progress().state
        assert (moved.obstacles, moved.remarks) == ((), ())
        assert state == progress.state.replace(*self._digests)
        assert moved_by(self._back, state).live.progress().state == progress.state
        return progress


def moved_by(migration, state):
    return migration.move(state, now=NOW, timetable=timetable)


@pytest.mark.parametrize("tens", range(6))
def test_moving_to_the_same_diagram_changes_nothing_and_moving_back_neither(tens):
    for seed in range(10 * tens, 10 * tens + 10):
        play(invent(seed), seed, Mover)


class Changer(Memory):
    """Moves the case to a version in which everything has another id, after a few commands."""

    def __init__(self, bundle):
        super().__init__(bundle)
        xml, names = renamed(bundle.xml)
        self._names = {new: old for old, new in names.items()}
        self._other = build_bundle([xml])
        self._migration = Migration(bundle, self._other, names)
        self._left = len(bundle.elements) % 4

    def _kept(self, case):
        progress = super()._kept(case)
        self._left -= 1
        if self._left == -1:
            moved = moved_by(self._migration, progress.state)
            assert moved.obstacles == ()
            self._bundle = self._other
            self._state = moved.live.progress().state
        return self.read(progress)

    def load(self):
        return LiveCase.load(self._bundle, self._state, timetable=timetable)

    def read(self, progress):
        """Return what the engine says in the words of the first version."""
        for group in (
            progress.open_steps,
            progress.subscriptions,
            progress.signals,
            progress.timers,
            progress.passages,
        ):
            for each in group:
                name = self._names.get(each.element, each.element)
                object.__setattr__(each, "element", name)
        return progress


def differences(seeds):
    found = {seed: play(invent(seed), seed, Changer).difference for seed in seeds}
    return {seed: said for seed, said in found.items() if said}


@pytest.mark.parametrize("tens", range(6))
def test_a_case_moved_to_other_names_goes_on_as_the_token_game_says(tens):
    assert differences(range(10 * tens, 10 * tens + 10)) == {}


@pytest.mark.fuzz
@pytest.mark.parametrize("hundred", range(50))
def test_thousands_of_moved_cases_go_on_as_the_token_game_says(hundred):
    assert differences(range(1_000 + 100 * hundred, 1_100 + 100 * hundred)) == {}


class Walker:
    """Walks a case at random until it ends, moving it once to a version with one more step."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.plan = invent(seed)
        self.bundle = build_bundle([write(self.plan)])
        known = {"last": 0} | {
            f"c_{name}": 0 for name in self.bundle.elements if name.startswith("script")
        }
        case = LiveCase.start(self.bundle, known, now=NOW, timetable=timetable)
        self.progress = case.progress()

    def walk(self, steps):
        """Do random things; tell whether the case is over."""
        for _ in range(steps):
            if self.progress.is_complete:
                break
            case = LiveCase.load(self.bundle, self.progress.state, timetable=timetable)
            self._move(case)
            self.progress = case.progress()
        return self.progress.is_complete

    def _move(self, case):
        progress, dice = self.progress, self.dice
        if progress.open_steps:
            step = dice.choice(progress.open_steps)
            case.complete(step.token, {f"v_{step.element}": dice.randint(0, 9)}, NOW)
        elif progress.timers:
            case.fire_due(progress.next_due)
        else:
            case.deliver(dice.choice((*progress.subscriptions, *progress.signals)).message, {}, NOW)

    def change(self):
        """Move the case; return what was open before and after, or None where it is blocked."""
        busy = {each.element for each in self.progress.open_steps}
        target = build_bundle([longer(self.bundle.xml, self.dice, busy)])
        moved = moved_by(Migration(self.bundle, target, {}), self.progress.state)
        if moved.live is None:
            return None
        before, self.bundle = self.progress, target
        self.progress = moved.live.progress()
        return before, self.progress


def test_cases_moved_to_a_version_with_one_more_step_keep_what_waits_and_come_to_an_end():
    verdicts, ended = [], 0
    for seed in range(60):
        walker = Walker(seed)
        try:
            if walker.walk(seed % 5):
                continue
            changed = walker.change()
            verdicts.append(Verdict.FINE if changed else Verdict.BLOCKED)
            if changed is None:
                continue
            before, after = changed
            assert after.open_steps == before.open_steps
            assert after.timers == before.timers
            assert after.subscriptions == before.subscriptions
            assert after.signals == before.signals
            ended += walker.walk(400)
        except ProcessFailedError:
            continue  # this process fails by itself, such as by an error that nobody catches
    assert verdicts.count(Verdict.FINE) > 30
    assert ended > 20


def _computed_anew(passage, token, place):
    """The mistake of others: a moved timer counts from now."""
    said = dict(token.internal_data)
    if "due" in said and isinstance(place, Catch):
        said["due"] = place.alarm.first(passage._new.now, timetable).isoformat()
    return said


def _without_ways(_passage, token, _place):
    return {name: said for name, said in token.internal_data.items() if name != "race"}


@pytest.mark.parametrize("bug", [_computed_anew, _without_ways])
def test_a_move_that_forgets_is_noticed(monkeypatch, bug):
    monkeypatch.setattr(_Passage, "_internals", bug)

    with pytest.raises(AssertionError):
        _move_all(range(40))


def _move_all(seeds):
    for seed in seeds:
        play(invent(seed), seed, Mover)
