"""A scenario is recorded from a real case: its steps, answers and times, and no words of it.

Of each form only what the process routes by is taken over; names, reasons and letters are not. A
scenario that is tried out fills them neutrally.
"""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, timedelta
from typing import Final

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.allowance import MOST, Allowance, AllowanceUnit
from engine.domain.case import Case
from engine.domain.playbook import (
    LONGEST_TITLE,
    Arrives,
    Does,
    Ends,
    Line,
    Passes,
    Playbook,
    Reads,
    Sends,
    Spot,
    Waits,
)
from engine.errors import CourseError
from engine.process.bundle import ProcessBundle
from engine.process.progress import Variables
from engine.services.handling import casefile
from engine.services.process import trial_forms
from engine.services.process.past import Act, Past, past_of
from engine.services.process.processes import bundle_of
from engine.services.tryout.playing import Player, play_on

_GRAINS: Final = (
    (timedelta(days=1), AllowanceUnit.DAYS),
    (timedelta(hours=1), AllowanceUnit.HOURS),
    (timedelta(minutes=1), AllowanceUnit.MINUTES),
)
"""How exactly times are told: as coarsely as the case still goes the same way."""
_NO_WORDS = "text"
_ANSWER = "answer"
"""The message whose words are accepted and rejected."""


def record_scenario(platform: Platform, *, actor: Actor, reference: str) -> Playbook:
    """Return what happened to a case as a scenario; nothing is kept by this.

    Raises:
        NotAllowedError: The actor may not publish a process, or not read this complaint.
        NotFoundError: No complaint has this reference, or none that the actor knows of.
        CourseError: The way of the case does not follow from its answers; says why.
    """
    actor.require(Deed.PUBLISH)
    casefile.view(platform, actor=actor, reference=reference)  # whoever reads it is noted there
    with platform.database.read() as tx:
        case = tx.cases.get(reference)
        bundle = bundle_of(platform, tx, case.process)
        past = past_of(tx, case, bundle)
        people = {each.actor.username: each.actor for each in tx.accounts.all()}
    if past.unusual:
        raise CourseError(f"{reference} cannot be told as a scenario: {past.unusual}.")
    for grain, unit in _GRAINS:
        told = _told(past, bundle, people, grain, unit)
        player, _why = play_on(platform, bundle=bundle, playbook=told)
        if player is not None and _goes_so(player, past):
            return _with_end(told, player)
    raise CourseError(f"{reference} cannot be told as a scenario: it does not go that way again.")


def _told(
    past: Past,
    bundle: ProcessBundle,
    people: dict[str, Actor],
    grain: timedelta,
    unit: AllowanceUnit,
) -> Playbook:
    """Return the acts of a case as a scenario, with times told to a grain."""
    begun = past.case.recorded_at.astimezone(UTC).replace(second=0, microsecond=0)
    lines: list[Line] = []
    told = 0
    for act in past.acts:
        since = (act.at - begun) // grain
        lines += _passing(since - told, unit)
        told = max(told, since)
        lines.append(_line(act, bundle, people))
    if past.case.closed_at is not None:
        lines += _passing((past.case.closed_at - begun) // grain - told, unit)
    return Playbook(
        title=_title(past.case),
        begins=begun,
        known=dict(past.known),
        under=(),
        lines=tuple(lines),
    )


def _passing(amount: int, unit: AllowanceUnit) -> list[Line]:
    found: list[Line] = []
    while amount > 0:
        found.append(Passes(time=Allowance(amount=min(amount, MOST), unit=unit)))
        amount -= MOST
    return found


def _line(act: Act, bundle: ProcessBundle, people: dict[str, Actor]) -> Line:
    if act.message:
        words = () if act.message == _ANSWER else act.said.keys()
        return Arrives(message=act.message, answers=_plain(act.said, bundle, words))
    element, person = bundle.elements[act.element], people.get(act.by)
    held = [role for role in element.roles if person is not None and person.holds_any([role])]
    free = trial_forms.free_texts(trial_forms.form_of(bundle, element))
    return Does(
        role=held[0] if held else "",
        step=Spot(label=element.title, id=element.id),
        answers=_plain(act.said, bundle, free),
    )


def _plain(
    said: Variables, bundle: ProcessBundle, free: Collection[str]
) -> dict[str, str | int | float | bool | None]:
    """Return what was said, with no words of somebody's own but those that the process asks for."""
    return {
        name: _NO_WORDS
        if name in free and isinstance(value, str) and f'"{value}"'.encode() not in bundle.xml
        else value
        for name, value in said.items()
    }


def _goes_so(player: Player, past: Past) -> bool:
    """Tell whether a scenario leads the same way as the case has gone."""
    played = player.played()
    is_whole = player.trial.is_complete is not past.case.is_open
    return played.is_green and is_whole and Counter(played.passed) == Counter(past.passed)


def _with_end(told: Playbook, player: Player) -> Playbook:
    """Return a scenario that insists on where it has come to."""
    trial, end = player.trial, player.played().ended_at
    waits = Waits(steps=tuple(Spot(label=step.title, id=step.element) for step in trial.steps))
    last = waits if end is None else Ends(at=end)
    return told.going_on(Sends(operations=tuple(trial.asked)), Reads(status=trial.status), last)


def _title(case: Case) -> str:
    """Return a title that tells nothing of whoever complained."""
    outcome = case.outcome.title.lower() if case.outcome else "still open"
    return f"As {case.reference}: {outcome}"[:LONGEST_TITLE].strip()
