"""Scenarios are played through a version of the process, and each line says whether it holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any, Literal

from engine.bootstrap import Platform
from engine.domain.case import Step
from engine.domain.inbox import written
from engine.domain.ladder import all_roles_on
from engine.domain.playbook import (
    Arrives,
    Deed,
    Does,
    Ends,
    Keeps,
    Line,
    Note,
    Passes,
    Playbook,
    Reads,
    Sends,
    Spot,
    Waits,
)
from engine.domain.playbook_writer import first_line
from engine.errors import RedressError
from engine.process.bundle import Element, ProcessBundle
from engine.process.progress import SIGNAL, TakenDecision
from engine.services.clocks.waiting import CALLS_UPWARDS
from engine.services.tryout.trial import Trial
from engine.services.tryout.trial_limits import around

Verdict = Literal["ok", "differs", "not reached"]


class _DifferenceError(Exception):
    """Something is not as the scenario says; the message says how, as a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one line of a scenario.

    Attributes:
        number: Of the line in the text of the scenario, from 1.
        said: What differs, as a sentence; of a line that holds what is worth knowing, or nothing.
    """

    number: int
    line: Line
    verdict: Verdict
    said: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken on the way, for readers.

    Attributes:
        table: Id of the table.
        label: What readers call it.
        rules: Ids of the rules that matched, and ``numbers`` how they are counted in the table.
    """

    table: str
    label: str
    rules: tuple[str, ...]
    numbers: tuple[int, ...]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario after it was played.

    Attributes:
        passed: Elements that were passed, in order.
        flows: Sequence flows that were taken, in order.
        standing_at: Where the case waits at the end.
        asked: Operations that were asked for, such as letters.
        ended_at: Where the case has ended; None while it waits.
        broken: Why nothing could be played at all; empty when it could.
    """

    playbook: Playbook
    told: tuple[Told, ...]
    passed: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    decisions: tuple[Taken, ...] = ()
    standing_at: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    ended_at: Spot | None = None
    broken: str = ""

    @property
    def is_green(self) -> bool:
        """Tell whether everything is as the scenario says."""
        return not self.broken and all(told.verdict == "ok" for told in self.told)

    @property
    def first_difference(self) -> str:
        """Return in a sentence what differs first; empty for nothing."""
        first = next((told for told in self.told if told.verdict == "differs"), None)
        return self.broken or (f"Line {first.number}: {first.said}" if first else "")


def play(platform: Platform, *, bundle: ProcessBundle, playbook: Playbook) -> Played:
    """Play a scenario through a version of the process; nothing is stored.

    Args:
        platform: Whose working time and time limits hold.
        bundle: The version.
        playbook: The scenario.
    """
    player, told = play_on(platform, bundle=bundle, playbook=playbook)
    if player is None:
        return Played(playbook, (), broken=told)
    return player.played()


def play_on(
    platform: Platform, *, bundle: ProcessBundle, playbook: Playbook
) -> "tuple[Player, str] | tuple[None, str]":
    """Return a case to which all of a scenario has happened; None and why where none began."""
    try:
        player = Player(platform, bundle, playbook)
    except RedressError as refusal:
        return None, str(refusal)
    player.play()
    return player, ""


class Player:
    """A case to which the lines of a scenario happen, one after the other.

    Args:
        platform: Whose working time and time limits hold.
        bundle: The version of the process.
        playbook: The scenario.

    Raises:
        InvalidInputError: The scenario begins with what is no beginning.
        ProcessFailedError: No case can begin.
    """

    def __init__(self, platform: Platform, bundle: ProcessBundle, playbook: Playbook) -> None:
        self.playbook = playbook
        circumstances = around(platform, playbook=playbook)
        self.trial = Trial(bundle, circumstances, known=playbook.known, begin=playbook.begins)
        self._bundle = bundle
        self._told: list[Told] = []
        self.is_stuck = False
        """A line that moves the case could not happen; nothing after it can be told."""

    def play(self) -> None:
        """Let every line happen."""
        begin = first_line(self.playbook)
        for number, line in enumerate(self.playbook.lines, start=begin):
            self._told.append(self._tell(number, line))

    def played(self) -> Played:
        """Return what became of the scenario."""
        trial = self.trial
        return Played(
            playbook=self.playbook,
            told=tuple(self._told),
            passed=tuple(trial.passed),
            flows=tuple(trial.flows),
            decisions=tuple(self._taken(each) for each in trial.decisions),
            standing_at=trial.standing_at,
            asked=tuple(trial.asked),
            ended_at=self._ended_at(),
        )

    def _ended_at(self) -> Spot | None:
        passed = self.trial.passed
        if not self.trial.is_complete or not passed:
            return None
        end = self._bundle.elements[passed[-1]]
        return Spot(label=end.title, id=end.id)

    def _taken(self, taken: TakenDecision) -> Taken:
        table = self._bundle.tables[taken.table]
        numbers = tuple(rule.number for rule in table.rules if rule.id in taken.rules)
        return Taken(table.id, table.label, taken.rules, numbers, dict(taken.settled))

    def _tell(self, number: int, line: Line) -> Told:
        if self.is_stuck:
            return Told(number, line, "not reached")
        try:
            said = self._happens(line)
        except (_DifferenceError, RedressError) as why:
            self.is_stuck = isinstance(line, Deed)
            return Told(number, line, "differs", str(why))
        return Told(number, line, "ok", said)

    @singledispatchmethod
    def _happens(self, line: Line) -> str:
        """Let a line happen, and return what is worth knowing about it.

        Raises:
            _DifferenceError: It is not so.
        """
        raise _DifferenceError(f"{line.kind} cannot be played.")

    @_happens.register
    def _note(self, line: Note) -> str:  # noqa: ARG002 - a remark does nothing
        return ""

    @_happens.register
    def _does(self, line: Does) -> str:
        element, renamed = self._named(line.step)
        open_ = [step for step in self.trial.steps if step.element == element.id]
        if not open_:
            raise _DifferenceError(f"expected “{element.title}” to wait, but {self._standing()}.")
        allowed = _allowed(element)
        if line.role and line.role not in allowed:
            who = written(allowed).replace("_", " ")
            raise _DifferenceError(
                f"“{element.title}” is for {who}, not {line.role.replace('_', ' ')}."
            )
        step = min(open_, key=lambda step: (step.opened_at, int(step.token)))
        self.trial.complete(step.token, line.answers)
        late = "done after it was due." if self.trial.done[-1].is_late else ""
        return " ".join(filter(None, (renamed, late)))

    @_happens.register
    def _passes(self, line: Passes) -> str:
        self.trial.wait(line.time)
        return ""

    @_happens.register
    def _arrives(self, line: Arrives) -> str:
        if line.message not in self.trial.messages:
            heard = listed(sorted(self.trial.messages)) or "nothing"
            name = line.message.removeprefix(SIGNAL)
            raise _DifferenceError(f"nothing waits for “{name}”; heard would be {heard}.")
        self.trial.deliver(line.message, line.answers)
        return ""

    @_happens.register
    def _waits(self, line: Waits) -> str:
        wanted = sorted(self._named(spot)[0].id for spot in line.steps)
        if wanted != sorted(step.element for step in self.trial.steps):
            expected = listed([spot.words for spot in line.steps]) or "nobody"
            raise _DifferenceError(f"expected to wait for {expected}, but {self._standing()}.")
        return ""

    @_happens.register
    def _ends(self, line: Ends) -> str:
        element, renamed = self._named(line.at)
        trial = self.trial
        if not trial.is_complete:
            raise _DifferenceError(
                f"expected the end at “{element.title}”, but {self._standing()}."
            )
        if trial.passed[-1] != element.id:
            raise _DifferenceError(
                f"expected the end at “{element.title}”, but {self._standing()}."
            )
        return renamed

    @_happens.register
    def _reads(self, line: Reads) -> str:
        status = self.trial.status
        if status != line.status:
            told, wanted = (each.replace("_", " ") for each in (status, line.status))
            raise _DifferenceError(
                f"expected the complainant to read “{wanted}”, but it is “{told}”."
            )
        return ""

    @_happens.register
    def _keeps(self, line: Keeps) -> str:
        state = self.trial.limits.standing(line.clock)
        if state is None:
            known = listed([clock.code for clock in self.trial.limits.all]) or "none"
            raise _DifferenceError(f"there is no time limit “{line.clock}”; there is {known}.")
        if state != line.state:
            raise _DifferenceError(f"expected “{line.clock}” {line.state}, but it is {state}.")
        return ""

    @_happens.register
    def _sends(self, line: Sends) -> str:
        asked = tuple(self.trial.asked)
        if asked != line.operations:
            wanted, found = (", ".join(each) or "nothing" for each in (line.operations, asked))
            raise _DifferenceError(f"expected it to have asked for {wanted}, but it was {found}.")
        return ""

    def _named(self, spot: Spot) -> tuple[Element, str]:
        """Return the element that a scenario means, and a word where its label has changed.

        Raises:
            _DifferenceError: There is none, or several have this label.
        """
        elements = self._bundle.elements
        found = elements.get(spot.id)
        if found is None:
            same = [each for each in elements.values() if spot.label and each.title == spot.label]
            if len(same) != 1:
                what = "no step" if not same else f"{len(same)} steps"
                raise _DifferenceError(f"the process has {what} {spot.words}; name it by its id.")
            return same[0], ""
        is_other = bool(spot.label) and spot.label != found.title
        return found, f"it is called “{found.title}” now." if is_other else ""

    def _standing(self) -> str:
        """Return where the case stands, as the end of a sentence."""
        trial = self.trial
        if trial.is_complete:
            last = self._bundle.elements.get(trial.passed[-1]) if trial.passed else None
            return f"the case has ended at “{last.title}”" if last else "the case has ended"
        if trial.steps:
            return f"the case waits for {listed(_titles(trial.steps))}"
        titles = [f"“{self._bundle.elements[each].title}”" for each in trial.standing_at]
        return f"the case waits for {listed(titles) or 'nothing'}"


def _allowed(element: Element) -> tuple[str, ...]:
    """Return the roles of which one is needed to take a step, on whatever rung of the ladder."""
    rungs = all_roles_on(element.roles) if element.form in CALLS_UPWARDS else (element.roles,)
    return tuple(dict.fromkeys(role for rung in rungs for role in rung))


def _titles(steps: Iterable[Step]) -> list[str]:
    return [f"“{step.title}”" for step in steps]


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
