"""The report of a review: what matters most, what to decide, and the inputs of clause 8.6."""

from collections.abc import Iterator

from engine.domain.conformity import Verdict
from engine.domain.governance import RecordKind, RecordState
from engine.domain.kpi import FEW
from engine.domain.review import Paragraph, Points, Report, Section
from engine.domain.survey import Item
from engine.services.reviews import review_chapters, review_follow_up
from engine.services.reviews.review_figures import Line, Performance
from engine.services.reviews.review_material import Material
from engine.services.reviews.review_words import amount, changed_by, counted, listed, on, share

_GROWS = 1.1
"""From so many received for each closed on, what is open grows."""
_WEEKS = 4
"""Of fewer weeks nobody can say whether more comes in than is closed."""
_LOW_RATE = 0.1
"""Below this share of answers, a survey tells of few."""


def report_of(told: Material) -> Report:
    """Return what a pack tells."""
    sections = (
        _to_decide(told),
        review_follow_up.earlier(told),
        review_chapters.changes(told),
        review_chapters.reached(told.performance, told.few),
        review_follow_up.signals(told),
        review_chapters.satisfaction(told),
        review_follow_up.audits(told),
        review_follow_up.actions(told),
        review_chapters.people(told),
        review_chapters.meanings(told.performance),
    )
    name = told.kind.names(told.first)
    about = (
        f"{on(told.first)} to {on(told.last)}, made on {on(told.today)}. Figures are those of the "
        "period; actions, findings and signals stand here as they stood on that day."
    )
    return Report(
        title=f"Management review {name}",
        organisation=told.organisation,
        about=about,
        short=tuple(_short(told)),
        sections=sections,
    )


def in_short(known: Performance) -> Iterator[str]:
    """Yield what came in, was closed and is open, and which promises were kept."""
    received, closed, backlog = (known.of(name) for name in ("received", "closed", "backlog"))
    if received and closed and backlog:
        yield (
            f"{counted(round(received.value or 0), 'complaint').capitalize()} came in"
            f"{_beside(received)}, {_are(closed, 'was', 'were')} closed"
            f"{_beside(closed)}, and {_are(backlog, 'is', 'are')} open."
        )
    yield from _promises(known)


def _are(line: Line, one: str, many: str) -> str:
    number = round(line.value or 0)
    return f"{number:,} {one if number == 1 else many}"


def _short(told: Material) -> Iterator[str]:
    yield from in_short(told.performance)
    late, waiting = review_follow_up.overdue(told), review_follow_up.unanswered(told)
    if late:
        oldest = late[0]
        are = counted(len(late), "record is", "records are")
        yield (
            f"{are} overdue; the oldest is “{oldest.title}” of {told.name(oldest.owner)}, due "
            f"{on(oldest.due_on)}."
        )
    if waiting:
        yield in_wait([each.title for each in waiting])
    if not (late or waiting):
        yield "Nothing in the register is overdue, and every signal is answered."
    yield from _opinion(told)


def _beside(line: Line) -> str:
    return f" ({changed_by(line)})" if line.before and line.value is not None else ""


def in_wait(titles: list[str]) -> str:
    """Return how many signals wait and on which charts, by the title of the chart of each."""
    are = counted(len(titles), "signal has", "signals have")
    charts = list(dict.fromkeys(titles))
    on_them = f", on {counted(len(charts), 'chart')}" if len(charts) < len(titles) else ""
    return f"{are} no disposition{on_them}: {listed(_first(charts))}."


def _promises(known: Performance) -> Iterator[str]:
    for name in ("acknowledged_on_time", "answered_on_time"):
        line = known.of(name)
        if line is None or line.value is None:
            continue
        said = f"{line.title}: {amount(line.value, line.unit)} of {line.n:,}"
        if line.before is not None:
            said += f", {amount(line.before, line.unit)} before"
        if line.target is not None:
            word = "misses" if line.is_missed else "reaches"
            said += f"; that {word} the target of {amount(line.target, line.unit)}"
        yield f"{said}."


def _opinion(told: Material) -> Iterator[str]:
    whole = next(
        (i for i in told.opinion.items if i.item is Item.OVERALL and i.outcome is None), None
    )
    if whole is not None and whole.mean is not None:
        yield (
            f"Complainants gave {whole.mean:.1f} of 5 for how they were treated; "
            f"{share(whole.good)} of {whole.count:,} gave 4 or 5."
        )
    elif told.opinion.responses:
        yield f"Fewer than {told.few} complainants said what they think, too few to tell."


def _to_decide(told: Material) -> Section:
    """Return what follows from the rest, for the meeting to decide."""
    found = [*_of_records(told), *_of_figures(told), *_of_people(told)]
    if not found:
        text = "Nothing on record asks for a decision. Ask what is not on record."
        return Section("What to decide", (Paragraph(text),))
    about = "These follow from the pages after this one. The meeting may see it otherwise."
    return Section("What to decide", (Paragraph(about), Points(tuple(found))))


def _of_records(told: Material) -> Iterator[str]:
    late = review_follow_up.overdue(told)
    if late:
        owners = sorted({told.name(each.owner) for each in late})
        which = "the record that is" if len(late) == 1 else f"the {len(late)} records that are"
        yield (
            f"What becomes of {which} overdue: a new day, somebody else, or an end? "
            f"{listed(owners)} can say why."
        )
    waiting = [each for each in told.of(*RecordKind) if each.state is RecordState.PROPOSED]
    if waiting:
        is_one = len(waiting) == 1
        yield (
            f"Who approves the {'record' if is_one else f'{len(waiting)} records'} that "
            f"{'waits' if is_one else 'wait'} for a second person: "
            f"{listed(_first([each.title for each in waiting]))}."
        )
    climbed = [e for e in review_follow_up.unanswered(told) if e.climbed_at is not None]
    if climbed:
        what = counted(len(climbed), "signal", "signals")
        yield f"Who answers {what} that nobody answered in time?"
    now = told.runs[0]
    failed = [c for c, (v, _, _) in now.verdicts.items() if v is Verdict.FAIL] if now else []
    if failed:
        what = "clause" if len(failed) == 1 else "clauses"
        yield f"What brings {what} {listed(_first(failed, 8))} of ISO 10002 into order?"
    if not told.of(RecordKind.AUDIT):
        yield "When is the handling of complaints audited, and by whom? No audit is on record."


def _of_figures(told: Material) -> Iterator[str]:
    known = told.performance
    for line in known.lines:
        if line.is_missed:
            yield (
                f"What brings “{line.title}” from {amount(line.value, line.unit)} to its target of "
                f"{amount(line.target, line.unit)}?"
            )
    came, closed = (sum(w.received for w in known.weeks), sum(w.closed for w in known.weeks))
    if len(known.weeks) >= _WEEKS and came >= FEW and came > _GROWS * closed:
        yield (
            f"More comes in than is closed: {came:,} against {closed:,} in {len(known.weeks)} "
            "weeks. What is to give way, or who is to help?"
        )
    rate = told.opinion.rate
    if rate is not None and told.opinion.sent >= FEW and rate < _LOW_RATE:
        yield f"Only {share(rate)} of the invitations to the survey are answered. How else to ask?"


def _of_people(told: Material) -> Iterator[str]:
    for group, more in review_chapters.short_of_people(told):
        who = counted(more, "more person", "more people")
        yield (
            f"Who joins the group “{group}” ({who}), or which work is taken from it? It is "
            "busier than a queue allows."
        )


def _first(names: list[str], most: int = 3) -> list[str]:
    """Return the first few of some names, and how many more there are."""
    more = len(names) - most
    return [*names[:most], f"{more} more"] if more > 0 else names
