"""What was reached: changes around, figures, satisfaction, people (ISO 10002:2018, 8.6)."""

from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from engine.domain.governance import GovernanceRecord, RecordKind
from engine.domain.kpi import FEW
from engine.domain.review import Paragraph, Part, Picture, Points, Section, Table, told_by_size
from engine.domain.survey import QUESTIONS
from engine.domain.what_if import Outlook
from engine.services.reviews.review_figures import Performance
from engine.services.reviews.review_material import Material
from engine.services.reviews.review_words import (
    NONE,
    amount,
    changed_by,
    counted,
    cut,
    hours,
    on,
    share,
)
from engine.writing.review_chart import Line as Drawn
from engine.writing.review_chart import bars_chart, lines_chart

BUSY = 0.85
"""From this share of their working time on, every rush makes a queue."""
_AROUND = (
    RecordKind.CONTEXT,
    RecordKind.POLICY,
    RecordKind.OBJECTIVE,
    RecordKind.RESOURCE,
    RecordKind.PUBLICATION,
)
_MOST_STEPS = 12
_SHORTEST = timedelta(minutes=1)


def changes(told: Material) -> Section:
    """Return what changed inside and outside."""
    parts: list[Part] = []
    found = [each for each in told.of(*_AROUND) if _moved(told, each)]
    if found:
        rows = tuple((each.kind.title, each.title, cut(_says(each))) for each in found)
        head = ("What", "Title", "What it says")
        parts.append(Table("On record in this period", head, rows, wide=(2,)))
    else:
        parts.append(
            Paragraph(
                "Nobody put a change inside or outside on record: no risk, need, policy, objective "
                "or resource. Ask whether that is so."
            )
        )
    process = [
        f"Process {each.kind.value} from {on(told.day_of(each.valid_from))} on: {each.reason}"
        for each in told.releases
    ]
    process += [
        f"{told.chart_titles.get(each.chart, each.chart)} is judged anew from "
        f"{on(each.baseline.since)}: {each.baseline.reason}"
        for each in told.baselines
    ]
    if process:
        parts.append(Points(tuple(map(cut, process))))
    return Section("Changes inside and outside", tuple(parts))


def _moved(told: Material, record: GovernanceRecord) -> bool:
    moments = (record.made_at, record.approved_at, record.done_at, record.ended_at)
    return any(at is not None and told.is_within(told.day_of(at)) for at in moments)


def _says(record: GovernanceRecord) -> str:
    return f"{record.text} {record.result}".strip()


def reached(known: Performance, few: int) -> Section:
    """Return the figures against their targets and the period before, with charts.

    Args:
        known: The figures.
        few: Categories of fewer complaints are not told by themselves.
    """
    rows = tuple(
        (
            line.title,
            amount(line.value, line.unit),
            amount(line.before, line.unit),
            changed_by(line),
            amount(line.target, line.unit),
            f"{line.n:,}",
        )
        for line in known.lines
        if line.is_known
    )
    head = ("Figure", "This period", "Before", "Change", "Target", "n")
    about = (
        "“Before” means as many days just before the period. n is the number of complaints "
        f"behind a figure, or of what else it is made{_withheld(known.few)}. What is late and "
        "still open counts as late."
    )
    table = Table("Figures against the period before", head, rows, right=(1, 2, 3, 4, 5))
    parts: list[Part] = [Paragraph(about), table, *_weeks(known), *_ages(known)]
    return Section("Performance", (*parts, *_categories(known, few)))


def _withheld(few: int) -> str:
    return f"; of fewer than {few}, only their number is told" if few > 1 else ""


def meanings(known: Performance) -> Section:
    """Return what each figure means."""
    means = tuple(f"{line.title}: {line.means}" for line in known.lines if line.is_known)
    return Section("What the figures mean", (Points(means),))


def _weeks(known: Performance) -> Iterator[Part]:
    weeks = known.weeks
    if len(weeks) < 2:
        return
    lines = (
        Drawn("Received", tuple(float(week.received) for week in weeks)),
        Drawn("Closed", tuple(float(week.closed) for week in weeks)),
        Drawn("Open at its end", tuple(float(week.backlog) for week in weeks)),
    )
    first, last = weeks[0], weeks[-1]
    alt = (
        f"Lines over {len(weeks)} weeks. Open complaints went from {first.backlog:,} to "
        f"{last.backlog:,}; {sum(week.received for week in weeks):,} were received and "
        f"{sum(week.closed for week in weeks):,} closed."
    )
    drawing = lines_chart([f"{week.begin.day} {week.begin:%b}" for week in weeks], lines)
    yield Picture("Received, closed and open, week by week", alt, drawing)
    rows = tuple(
        (on(week.begin), f"{week.received:,}", f"{week.closed:,}", f"{week.backlog:,}")
        for week in weeks
    )
    head = ("Week from", "Received", "Closed", "Open at its end")
    yield Table("The weeks of the chart", head, rows, right=(1, 2, 3))


def _ages(known: Performance) -> Iterator[Part]:
    of = sum(n for _, n in known.ages)
    if not of:
        return
    oldest = known.ages[-1]
    told = [f"{title}: {n:,}" for title, n in known.ages]
    alt = f"Bars of {of:,} open complaints by age. {'; '.join(told)}."
    yield Picture("Open complaints by age", alt, bars_chart(known.ages))
    rows = tuple((title, f"{n:,}", share(n / of)) for title, n in known.ages)
    yield Table("Open complaints by age, in numbers", ("Age", "Open", "Share"), rows, right=(1, 2))
    if oldest[1]:
        has = "has" if oldest[1] == 1 else "have"
        said = f"{counted(oldest[1], 'complaint')} of {of:,} {has} been open {oldest[0]}."
        yield Paragraph(said)


def _categories(known: Performance, few: int) -> Iterator[Part]:
    told, left = told_by_size(known.categories, few)
    if not told:
        yield Paragraph("Too few complaints were received to tell them apart by category.")
        return
    rest = (("Others, together", left),) if left else ()
    of = sum(n for _, n in known.categories)
    alt = "; ".join(f"{title}: {n:,}" for title, n in told)
    yield Picture("Received by category", f"Bars. {alt}.", bars_chart((*told, *rest)))
    rows = tuple((title, f"{n:,}", share(n / of)) for title, n in (*told, *rest))
    head = ("Category", "Received", "Share")
    yield Table("Received by category, in numbers", head, rows, right=(1, 2))


def satisfaction(told: Material) -> Section:
    """Return what complainants think, as far as enough of them answered."""
    opinion = told.opinion
    came = f"{counted(opinion.responses, 'answer').capitalize()} came in the period."
    asked = "No invitation to the survey went out in the period."
    if opinion.sent:
        asked = (
            f"{counted(opinion.sent, 'invitation')} went out in the period; {opinion.answered:,} "
            f"answered ({share(opinion.rate)}), {opinion.returned:,} came back undelivered."
        )
    parts: list[Part] = [Paragraph(f"{asked} {came}")]
    whole = {each.item: each for each in opinion.items if each.outcome is None}
    rows = tuple(
        (
            title,
            NONE if whole[item].mean is None else f"{whole[item].mean:.1f}",
            share(whole[item].good),
            f"{whole[item].count:,}",
        )
        for item, title in QUESTIONS.items()
        if item in whole
    )
    if rows:
        head = ("Question", "Mean of 1 to 5", "4 or 5", "n")
        parts.append(Table("How it was answered", head, rows, right=(1, 2, 3)))
        parts.append(Paragraph(f"Of fewer than {told.few} answers only their number is told."))
    else:
        parts.append(Paragraph("Nobody has answered, so nothing is known of their opinion."))
    return Section("What complainants think", tuple(parts))


def people(told: Material) -> Section:
    """Return whether the people there are can do the work there is."""
    parts = [Paragraph(_flow(told.performance)), *_ahead(told), *_work(told)]
    return Section("People and workload", tuple(parts))


def _flow(known: Performance) -> str:
    weeks, load = known.weeks, known.backlog_weeks
    if not weeks:
        return "No whole week is over yet."
    came, closed = sum(week.received for week in weeks), sum(week.closed for week in weeks)
    since = counted(len(weeks), "week")
    said = f"In the last {since} {came:,} complaints came in and {closed:,} were closed"
    said += f", {came - closed:+,} on balance. " if came != closed else ", as many as came in. "
    if load is None:
        return f"{said}None was closed in the last four weeks."
    return (
        f"{said}As quickly as in the last four weeks, the {weeks[-1].backlog:,} open ones are "
        f"{load:.1f} weeks of work."
    )


def _ahead(told: Material) -> Iterator[Part]:
    known, outlook = told.ahead.known, told.ahead.usual
    if outlook is None or not outlook.weeks:
        closed = counted(known.closed, "closed complaint")
        yield Paragraph(f"There are {closed} to learn from, too few to look ahead.")
        return
    last = outlook.weeks[-1]
    said = (
        "If as many come as in the past months and nobody joins or leaves, "
        f"{last.backlog.middle:,.0f} will be open in {len(outlook.weeks)} weeks (in eight of ten "
        f"rounds {last.backlog.low:,.0f} to {last.backlog.high:,.0f}); {known.under_way:,} are now."
    )
    if last.late is not None:
        said += f" Of the final responses due in that week {share(last.late.middle)} would be late."
    yield Paragraph(said)
    rows = tuple(
        (
            group.replace("_", " ").capitalize(),
            f"{known.groups.get(group, 0):,}",
            f"{100 * load.middle:.0f} %",
            f"{100 * load.low:.0f} to {100 * load.high:.0f} %",
            _wanted(known.groups.get(group, 0), load.middle),
        )
        for group, load in sorted(outlook.load.items())
        if group
    )
    if rows:
        head = ("Group", "People", "Busy", "In eight of ten", "Needed")
        yield Table("Who is needed", head, rows, right=(1, 2, 3, 4))
        yield Paragraph(
            f"“Needed” is how many would be busy for {100 * BUSY:.0f} % of their time: beyond it "
            "every rush makes a queue. What people do besides complaints is not known here."
        )
    if outlook.undone:
        names = [known.steps.get(each, each) for each in outlook.undone]
        yield Paragraph(f"Nobody is left who does: {', '.join(names)}.")


def short_of_people(told: Material) -> list[tuple[str, int]]:
    """Return the groups that are too small, each with how many more are needed, at least one."""
    known, outlook = told.ahead.known, told.ahead.usual
    loads = outlook.load.items() if isinstance(outlook, Outlook) else ()
    found = ((group, known.groups.get(group, 0), load.middle) for group, load in loads if group)
    return [
        (group.replace("_", " "), max(1, ceil(n * load / BUSY) - n))
        for group, n, load in found
        if load > BUSY and n
    ]


def _wanted(number: int, load: float) -> str:
    return f"{max(1, ceil(number * load / BUSY)):,}" if number else NONE


def _work(told: Material) -> Iterator[Part]:
    known = told.ahead.known
    found = sorted(
        ((known.steps[name], work) for name, work in known.work.items() if work >= _SHORTEST),
        key=lambda each: (-each[1], each[0]),
    )
    if found and known.closed >= FEW:
        rows = tuple((title, hours(work)) for title, work in found[:_MOST_STEPS])
        yield Table("Work on a step, in the mean", ("Step", "Work"), rows, right=(1,))
