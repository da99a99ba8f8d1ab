"""Systemic issues and actions: records of governance that say what they shall move (8.2, 8.7)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.governance import RecordKind, RecordState, Wanted
from engine.domain.improvement import Aim, WantedAction, WantedIssue, Wants
from engine.domain.invitation import working_days_after
from engine.domain.signal import Answer, Disposition
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.evidence.register import add_record, new_record
from engine.services.journal.jotting import jot_organisation
from engine.services.signals.answering import give_answer
from engine.store.transaction import Transaction

_LONGEST = 260
"""Working days, which are a year."""
_MOST_AFFECTED = 1_000_000_000


def propose_action(platform: Platform, *, actor: Actor, wanted: WantedAction) -> int:
    """Record what shall be done, which somebody else approves, and return its number.

    Args:
        platform: Where the register is.
        actor: Who proposes it.
        wanted: What, by whom and by when, and what it shall move.

    Raises:
        NotAllowedError: The actor does not keep the register.
        InvalidInputError: Something is missing, or there is no such person, record or figure.
        ConflictError: The same is on record and live.

    Source: ISO 10002:2018, 8.7.
    """
    actor.require(Deed.GOVERN)
    return platform.database.write(lambda tx: _act(platform, tx, actor, wanted))


def answer_by_action(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    reason: str,
    wanted: WantedAction,
    seen: int = 0,
) -> int:
    """Answer a signal by an action that shall move its figure; return the number of the action.

    Args:
        platform: Where the signals are.
        actor: Who answers.
        number: Of the signal.
        reason: What caused it, in words.
        wanted: What is done; without a text the reason is its text, without a figure that of the
            signal.
        seen: How many answers the signal had when somebody looked at it.

    Raises:
        NotAllowedError: The actor answers no signals, or does not keep the register.
        NotFoundError: There is no such signal.
        InvalidInputError: Something is missing, or there is no such person, record or figure.
        ConflictError: Somebody has answered it since, or the same is on record and live.

    Source: ISO 10002:2018, 8.2 and 8.7.
    """
    actor.require(Deed.ANSWER_SIGNAL)
    actor.require(Deed.GOVERN)
    said = needed("Reason", reason)
    answer = Answer(Disposition.ACTION_TAKEN, said, actor.username, platform.now())

    def work(tx: Transaction) -> int:
        signal = give_answer(platform, tx, actor=actor, number=number, answer=answer, seen=seen)
        back = Wants.LOWER if signal.noticed.side > 0 else Wants.HIGHER
        own = replace(
            wanted,
            text=wanted.text.strip() or said,
            chart=wanted.chart or signal.chart,
            wants=wanted.wants or back,
        )
        return _act(platform, tx, actor, own, signal=number)

    return platform.database.write(work)


def raise_systemic_issue(platform: Platform, *, actor: Actor, wanted: WantedIssue) -> int:
    """Record that a cause affects others too, which somebody else approves; return its number.

    Raises:
        NotAllowedError: The actor does not keep the register.
        InvalidInputError: Something is missing, or there is no such person or category.
        ConflictError: The same is on record and live.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.GOVERN)
    aim = Aim(cause_area=wanted.cause_area, category=wanted.category, affected=wanted.affected)

    def work(tx: Transaction) -> int:
        due_on = in_working_days(platform, days=wanted.within)
        kept = Wanted(wanted.title, wanted.text, wanted.owner, due_on)
        return _keep(platform, tx, actor, RecordKind.SYSTEMIC_ISSUE, kept, aim)

    return platform.database.write(work)


def aim_action(platform: Platform, *, actor: Actor, number: int, chart: str, wants: Wants) -> None:
    """Say which figure an action shall move that was recorded without one, or with another one.

    Args:
        platform: Where the register is.
        actor: Who says so.
        number: Of the action.
        chart: Id of the figure.
        wants: Which way it shall move.

    Raises:
        NotAllowedError: The actor does not keep the register.
        NotFoundError: There is no such action.
        InvalidInputError: There is no such figure.
        ConflictError: It is so already, or the action was carried out and its effect is judged.

    Source: ISO 10002:2018, 8.7.
    """
    actor.require(Deed.GOVERN)

    def work(tx: Transaction) -> None:
        record = tx.governance.take(number)
        if record is None or record.kind is not RecordKind.ACTION:
            raise NotFoundError("action", str(number))
        if record.state not in {RecordState.PROPOSED, RecordState.APPROVED}:
            # Whoever chooses the figure once it is known how it went can choose the one that suits.
            raise ConflictError(f"Action {number} was carried out already, or has ended.")
        former = tx.improvements.aims().get(number, Aim())
        aim = replace(former, chart=chart, wants=wants)
        if aim == former:
            raise ConflictError(f"Action {number} shall move this figure already.")
        _aim(platform, tx, actor, number, aim)

    platform.database.write(work)


def _act(
    platform: Platform,
    tx: Transaction,
    actor: Actor,
    wanted: WantedAction,
    *,
    signal: int | None = None,
) -> int:
    due_on = in_working_days(platform, days=wanted.within)
    kept = Wanted(wanted.title, wanted.text, wanted.owner, due_on, wanted.about)
    of = tx.improvements.aims().get(wanted.about or 0, Aim())
    aim = Aim(wanted.way, of.cause_area, of.category, None, wanted.chart, wanted.wants, signal)
    return _keep(platform, tx, actor, RecordKind.ACTION, kept, aim)


def _keep(
    platform: Platform, tx: Transaction, actor: Actor, kind: RecordKind, wanted: Wanted, aim: Aim
) -> int:
    made = new_record(kind, wanted, by=actor.username, at=platform.now())
    number = add_record(platform, tx, actor=actor, made=made)
    _aim(platform, tx, actor, number, aim)
    return number


def _aim(platform: Platform, tx: Transaction, actor: Actor, number: int, aim: Aim) -> None:
    """Keep what a record is about.

    Raises:
        InvalidInputError: Names each problem.
    """
    if problems := _problems(platform, tx, aim):
        raise InvalidInputError(problems)
    tx.improvements.aim(number, aim)
    told = {
        "record": number,
        "way": aim.way.value if aim.way else "",
        "cause": aim.cause_area.value if aim.cause_area else "",
        "category": aim.category,
        "chart": aim.chart,
        "wants": aim.wants.value if aim.wants else "",
        "signal": aim.signal,
    }
    jot_organisation(platform, tx, actor=actor, kind="improvement.aimed", **told)


def _problems(platform: Platform, tx: Transaction, aim: Aim) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if aim.chart and tx.signals.chart(aim.chart) is None:
        found["Figure"] = "is none of those that are watched."
    if bool(aim.chart) != (aim.wants is not None):
        found["Direction"] = "is needed with a figure, and says nothing without one."
    if aim.category and aim.category not in platform.policy.categories:
        found["Category"] = "is none of the categories."
    if aim.affected is not None and not 0 <= aim.affected <= _MOST_AFFECTED:
        found["Affected"] = f"must be a number of people, at most {_MOST_AFFECTED:,}."
    return found


def in_working_days(platform: Platform, *, days: int) -> date:
    """Return the day that is so many working days from today.

    Raises:
        InvalidInputError: They are none, or more than a year.
    """
    if not 1 <= days <= _LONGEST:
        raise InvalidInputError({"Working days": f"must be from 1 to {_LONGEST}."})
    at = working_days_after(platform.now(), days, calendar=platform.calendar)
    return platform.calendar.day_of(at)
