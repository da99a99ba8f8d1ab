"""Somebody clicks through a process that is not live: a case in memory, step by step.

What was clicked is a scenario that grows line by line. Each look plays it from its beginning, so
that going back is leaving out the last line, and nothing has to be kept anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Step
from engine.domain.form import Form
from engine.domain.own_answers import content_of
from engine.domain.playbook import Arrives, Does, Ends, Line, Playbook, Reads, Sends, Spot, Waits
from engine.domain.playbook_text import read_answers
from engine.process.progress import SIGNAL
from engine.services.process import trial_forms
from engine.services.tryout.playbooks import built
from engine.services.tryout.playing import Played, play_on
from engine.services.tryout.trial import Trial
from engine.services.tryout.trial_limits import Standing, standing_of


@dataclass(frozen=True, slots=True)
class ClickStep:
    """A step that waits in a try-out, as whoever handles it will see it.

    Attributes:
        hint: What to do, in the words of the diagram.
        form: What it asks.
        begins: What the form begins with: neutral words where it needs some.
    """

    step: Step
    hint: str
    form: type[Form]
    begins: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClickLimit:
    """A time limit in a try-out."""

    title: str
    due_at: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Clicked:
    """Where a case stands that somebody clicks through.

    Attributes:
        played: What became of each line so far.
        xml: The diagram.
        messages: What would be heard now.
        next_due: When something falls due next; None for nothing.
        stuck: Why it cannot go on; empty where it can.
    """

    played: Played
    xml: str
    now: datetime
    steps: tuple[ClickStep, ...]
    messages: tuple[str, ...]
    limits: tuple[ClickLimit, ...]
    status: str
    next_due: datetime | None
    is_complete: bool
    stuck: str = ""


def click_through(
    platform: Platform,
    *,
    actor: Actor,
    playbook: Playbook,
    diagrams: Sequence[bytes],
    tables: Sequence[bytes] = (),
    forms: Sequence[bytes] = (),
) -> Clicked:
    """Return where a case stands to which a scenario has happened; nothing is stored.

    Raises:
        NotAllowedError: The actor may not see the process.
        DiagramRejectedError: The files break a rule.
    """
    actor.require(Deed.SEE_PROCESS)
    bundle = built(diagrams, tables, forms)
    xml = bundle.xml.decode(errors="replace")
    player, why = play_on(platform, bundle=bundle, playbook=playbook)
    if player is None:
        nothing = Played(playbook, (), broken=why)
        begun = playbook.begins
        return Clicked(nothing, xml, begun, (), (), (), "", None, is_complete=False, stuck=why)
    trial, played = player.trial, player.played()
    return Clicked(
        played=played,
        xml=xml,
        now=trial.now,
        steps=tuple(_step(trial, step) for step in trial.steps),
        messages=trial.messages,
        limits=tuple(ClickLimit(c.title, c.due_at, standing_of(c)) for c in trial.limits.all),
        status=trial.status,
        next_due=trial.next_due,
        is_complete=trial.is_complete,
        stuck=played.first_difference if player.is_stuck else "",
    )


def did(step: ClickStep, form: Form) -> Does:
    """Return the line that completes a step with what was stated; its words are left out."""
    kind, content = type(form), content_of(form)
    role = step.step.roles[0] if step.step.roles else ""
    spot = Spot(label=step.step.title, id=step.step.element)
    return Does(role=role, step=spot, answers=trial_forms.scalars(kind, content))


def arrived(message: str, answers: str) -> Arrives:
    """Return the line of a message with answers as they are written in a scenario.

    Raises:
        InvalidInputError: They cannot be read.
    """
    return Arrives(message=message, answers=read_answers(answers))


def message_words(message: str) -> str:
    """Return what readers call a message or signal."""
    name = message.removeprefix(SIGNAL)
    return f"{name} (signal)" if message.startswith(SIGNAL) else name


def with_expectations(clicked: Clicked) -> Playbook:
    """Return what was clicked as a scenario that insists on where it has come to."""
    playbook, played = clicked.played.playbook, clicked.played
    lines: list[Line] = [Sends(operations=played.asked), Reads(status=clicked.status)]
    if clicked.is_complete and played.ended_at is not None:
        return playbook.going_on(*lines, Ends(at=played.ended_at))
    spots = (Spot(label=each.step.title, id=each.step.element) for each in clicked.steps)
    return playbook.going_on(*lines, Waits(steps=tuple(spots)))


def _step(trial: Trial, step: Step) -> ClickStep:
    kind = trial.form_of(step)
    return ClickStep(
        step=step,
        hint=trial.bundle.elements[step.element].documentation,
        form=kind,
        begins=trial_forms.beginning(kind, trial.proposed(step)),
    )
