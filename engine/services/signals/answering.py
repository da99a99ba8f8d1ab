"""What a manager makes of a signal, and of a chart that was changed (ISO 10002:2018, 8.2, 8.3)."""

from datetime import date

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.control_chart import Baseline
from engine.domain.invitation import working_days_after
from engine.domain.journal import content_hash
from engine.domain.signal import Answer, Disposition, Signal
from engine.errors import ConflictError, InvalidInputError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.store.transaction import Transaction


def take_signal(platform: Platform, *, actor: Actor, number: int) -> None:
    """Take a signal to look into it; until somebody does it is every manager's.

    Raises:
        NotAllowedError: The actor may not answer signals.
        NotFoundError: There is no such signal.
        ConflictError: It is theirs already, or it is answered.
    """
    actor.require(Deed.ANSWER_SIGNAL)

    def work(tx: Transaction) -> None:
        signal = _taken(tx, number)
        if not signal.is_open or signal.owner == actor.username:
            raise ConflictError(f"Signal {number} is answered, or is yours already.")
        tx.signals.give(number, actor.username)
        told = {"number": number, "from": signal.owner}
        jot_organisation(platform, tx, actor=actor, kind="signal.taken", **told)

    platform.database.write(work)


def answer_signal(
    platform: Platform,
    *,
    actor: Actor,
    number: int,
    disposition: Disposition,
    reason: str,
    seen: int = 0,
) -> None:
    """Say what a signal is, and why; whoever says so owns it from then on.

    One that is to be investigated has its time anew; any other answer settles it. An answer can be
    corrected by another one, and each is kept.

    Args:
        platform: Where the signals are.
        actor: Who says so.
        number: Of the signal.
        disposition: What it is.
        reason: In words.
        seen: How many answers the signal had when somebody looked at it.

    Raises:
        NotAllowedError: The actor may not answer signals.
        NotFoundError: There is no such signal.
        InvalidInputError: No reason is given.
        ConflictError: Somebody has answered it since.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.ANSWER_SIGNAL)
    answer = Answer(disposition, needed("Reason", reason), actor.username, platform.now())
    platform.database.write(
        lambda tx: give_answer(platform, tx, actor=actor, number=number, answer=answer, seen=seen)
    )


def give_answer(
    platform: Platform, tx: Transaction, *, actor: Actor, number: int, answer: Answer, seen: int
) -> Signal:
    """Keep an answer to a signal and return the signal as it was before.

    Raises:
        NotFoundError: There is no such signal.
        ConflictError: Somebody has answered it since.
    """
    signal = _taken(tx, number)
    if len(signal.answers) != seen:
        raise ConflictError(f"Signal {number} was answered since you looked at it; look again.")
    days = platform.policy.signals.answer_days
    climbs_at = working_days_after(answer.at, days, calendar=platform.calendar)
    tx.signals.answer(number, seen + 1, answer, climbs_at=climbs_at)
    tx.signals.give(number, actor.username)
    told = {"number": number, "chart": signal.chart, "disposition": answer.disposition.value}
    content = content_hash({"reason": answer.reason})
    jot_organisation(platform, tx, actor=actor, kind="signal.answered", content=content, **told)
    return signal


def set_baseline(platform: Platform, *, actor: Actor, chart: str, since: date, reason: str) -> None:
    """Let the limits of a chart be computed anew from a day on, since something was changed.

    Args:
        platform: Where the charts are.
        actor: Who says so.
        chart: Id of the chart.
        since: First day after the change; not in the future.
        reason: What was changed.

    Raises:
        NotAllowedError: The actor may not answer signals.
        NotFoundError: There is no such chart.
        InvalidInputError: No reason is given, or the day lies outside the chart.
        ConflictError: The chart begins anew on this day already.

    Source: ISO 10002:2018, 8.2.
    """
    actor.require(Deed.ANSWER_SIGNAL)
    said = needed("Reason", reason)

    def work(tx: Transaction) -> None:
        if not tx.signals.take_chart(chart):
            raise NotFoundError("chart", chart)
        found = tx.signals.chart(chart)
        today = platform.calendar.day_of(platform.now())
        if not found or not found.points or not found.points[0].day < since <= today:
            raise InvalidInputError(
                {"Since": "must lie behind the begin of the chart, until today."}
            )
        if any(
            (kept.chart, kept.baseline.since) == (chart, since) for kept in tx.signals.baselines()
        ):
            raise ConflictError("The limits of this chart begin anew on this day already.")
        by, at = actor.username, platform.now()
        tx.signals.add_baseline(chart, Baseline(since, said), by=by, at=at)
        told = {
            "chart": chart,
            "since": since.isoformat(),
            "content": content_hash({"reason": said}),
        }
        jot_organisation(platform, tx, actor=actor, kind="chart.baseline_set", **told)

    platform.database.write(work)


def _taken(tx: Transaction, number: int) -> Signal:
    """Return a signal, and keep others from changing it meanwhile.

    Raises:
        NotFoundError: There is no such signal.
    """
    found = tx.signals.take(number)
    if found is None:
        raise NotFoundError("signal", str(number))
    return found
