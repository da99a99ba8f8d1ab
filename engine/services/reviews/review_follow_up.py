"""What is to be answered for: signals, audits, actions, and what reviews decided (8.6)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.domain.conformity import EvidenceRun, Verdict
from engine.domain.governance import TO_DO, GovernanceRecord, RecordKind, RecordState
from engine.domain.review import Paragraph, Part, Points, Section, Table
from engine.domain.signal import Signal
from engine.services.reviews.review_material import Material
from engine.services.reviews.review_words import NONE, counted, cut, listed, on

_ACTIONS = (
    RecordKind.SYSTEMIC_ISSUE,
    RecordKind.ACTION,
    RecordKind.PLAN,
    RecordKind.RESOURCE,
)
_HEAD = ("No.", "What is to be done", "Who", "Due", "Where it stands")
_STATES = {
    RecordState.PROPOSED: "Waits for a second person",
    RecordState.APPROVED: "Open",
    RecordState.DONE: "Done, not verified yet",
    RecordState.VERIFIED: "Verified",
    RecordState.ENDED: "Ended",
}
_GRAVE = {Verdict.FAIL: "not kept", Verdict.WARN: "to watch"}


def unanswered(told: Material) -> tuple[Signal, ...]:
    """Return the signals without disposition, those that climbed first."""
    found = (each for each in told.signals if each.is_open)
    return tuple(sorted(found, key=lambda each: (each.climbed_at is None, each.noticed.noticed)))


def overdue(told: Material) -> tuple[GovernanceRecord, ...]:
    """Return what was to be done and is not, the oldest first."""
    return tuple(each for each in told.of(*TO_DO) if each.is_overdue(told.today))


def signals(told: Material) -> Section:
    """Return what changed by more than chance, why, and what was done about it."""
    answered = [each for each in told.signals if not each.is_open]
    parts: list[Part] = []
    waiting = unanswered(told)
    if waiting:
        rows = tuple(
            (
                each.title,
                f"{each.words}, since {on(each.noticed.first)}",
                told.name(each.owner) if each.owner else "Nobody yet",
                on(told.day_of(each.climbs_at)),
                "In time" if each.climbed_at is None else "Overdue",
            )
            for each in waiting
        )
        head = ("Chart", "What it shows", "Who has it", "Answer by", "Standing")
        parts.append(Table("Signals without disposition", head, rows, wide=(1,)))
    if answered:
        said = tuple(_answered(told, each) for each in answered)
        head_said = ("Chart", "What it shows", "What it is", "Why")
        parts.append(Table("Signals that were answered", head_said, said, wide=(1, 3)))
    if not parts:
        parts.append(
            Paragraph(
                "No control chart showed a change that is more than chance, and none waits for an "
                "answer. What differs from the period before is no news by itself."
            )
        )
    return Section("What changed, and why", tuple(parts))


def _answered(told: Material, signal: Signal) -> tuple[str, ...]:
    last = signal.answers[-1]
    why = f"{last.reason} ({told.name(last.by)}, {on(told.day_of(last.at))})"
    since = f"{signal.words}, since {on(signal.noticed.first)}"
    return signal.title, since, last.disposition.title, cut(why)


def audits(told: Material) -> Section:
    """Return what audits found, and how the clauses of the standard stand."""
    audited = [each for each in told.of(RecordKind.AUDIT) if _matters(told, each)]
    findings = [each for each in told.of(RecordKind.FINDING) if _matters(told, each)]
    parts: list[Part] = [*_clauses(told)]
    if audited:
        rows = tuple(
            (each.title, told.name(each.owner), on(each.due_on), _standing(told, each))
            for each in audited
        )
        parts.append(Table("Audits", ("Audit", "Auditor", "Planned for", "Standing"), rows))
    else:
        parts.append(Paragraph("No audit was held in the period, and none is planned."))
    if findings:
        found = tuple(
            (
                each.clause,
                each.grade.title if each.grade else NONE,
                cut(f"{each.title}: {each.text}"),
                told.name(each.owner),
                _standing(told, each),
            )
            for each in findings
        )
        head = ("Clause", "Grade", "Finding", "Who answers it", "Standing")
        parts.append(Table("Findings", head, found, wide=(2,)))
    return Section("Audits and conformity", tuple(parts))


def _clauses(told: Material) -> Iterator[Part]:
    now, before = told.runs
    if now is None:
        yield Paragraph("It was not looked at how the clauses of ISO 10002 are kept.")
        return
    counts = Counter(verdict for verdict, _, _ in now.verdicts.values())
    yield Paragraph(
        f"Of {len(now.verdicts)} clauses {counts[Verdict.PASS]} are kept, {counts[Verdict.WARN]} "
        f"are to be watched, {counts[Verdict.FAIL]} are not kept, and of "
        f"{counts[Verdict.NOT_APPLICABLE]} nothing can be told, as of {on(told.day_of(now.at))}."
    )
    turned = [*_turned(told, now, before)] if before else []
    if turned:
        yield Points(tuple(turned))
    rows = tuple(
        (clause, told.titles.get(clause, ""), _GRAVE[verdict], f"{fine:,} of {looked:,}")
        for clause, (verdict, looked, fine) in now.verdicts.items()
        if verdict in _GRAVE
    )
    if rows:
        ordered = tuple(sorted(rows, key=lambda row: [int(part) for part in row[0].split(".")]))
        head = ("Clause", "About", "Verdict", "In order")
        yield Table("Clauses that are not in order", head, ordered, right=(3,))


def _turned(told: Material, now: EvidenceRun, before: EvidenceRun) -> Iterator[str]:
    for clause, (verdict, _, _) in now.verdicts.items():
        was = before.verdicts.get(clause, (verdict, 0, 0))[0]
        if was != verdict:
            title = told.titles.get(clause, "")
            yield f"{clause} {title}: {was.words} before the period, {verdict.words} now."


def actions(told: Material) -> Section:
    """Return corrective and preventive actions, what is overdue first."""
    found = told.of(*_ACTIONS)
    late = [each for each in found if each.is_overdue(told.today)]
    live = (RecordState.PROPOSED, RecordState.APPROVED, RecordState.DONE)
    # A resource that was decided on is in force, and nothing to do.
    still = [
        each
        for each in found
        if each.state in live
        and each not in late
        and (each.kind is not RecordKind.RESOURCE or each.state is RecordState.PROPOSED)
    ]
    over = [
        each
        for each in found
        if each.state in {RecordState.VERIFIED, RecordState.ENDED} and _moved_lately(told, each)
    ]
    parts: list[Part] = [Paragraph(_of_actions(late, still, over))]
    for title, each in (("Overdue", late), ("Open", still), ("Over since the period began", over)):
        if each:
            parts.append(_listed(told, title, each))
    parts += _effects(told)
    return Section("Corrective and preventive actions", tuple(parts))


def _effects(told: Material) -> Iterator[Part]:
    """Yield what was judged of actions since the period began, and what waits to be judged."""
    titles = {each.number: each.title for each in told.records}
    judged = [
        (each, each.verdict, each.judged_at)
        for each in told.checks
        if each.judged_at is not None and told.day_of(each.judged_at) >= told.first
    ]
    if judged:
        rows = tuple(
            (
                titles.get(each.record, ""),
                f"after {counted(each.days, 'day')}",
                verdict.title if verdict else NONE,
                cut(f"{each.reason} ({told.name(each.judged_by)}, {on(told.day_of(at))})"),
            )
            for each, verdict, at in judged
        )
        head = ("Action", "Looked at", "Effect", "Why")
        yield Table("Whether actions have helped", head, rows, wide=(0, 3))
    waiting = sum(each.is_due(told.today) for each in told.checks)
    if waiting:
        are = counted(waiting, "effect waits", "effects wait")
        yield Paragraph(f"{are} to be judged: whether what was done has helped.")


def _of_actions(
    late: list[GovernanceRecord], still: list[GovernanceRecord], over: list[GovernanceRecord]
) -> str:
    if not (late or still or over):
        return "No corrective or preventive action is on record."
    verified = sum(each.state is RecordState.VERIFIED for each in over)
    said = [
        counted(len(late), "action is overdue", "actions are overdue"),
        counted(len(still), "other is open", "others are open"),
        f"{verified or 'none'} {'were' if verified > 1 else 'was'} verified by a second person",
    ]
    sentence = f"{listed(said)}."
    return sentence[0].upper() + sentence[1:]


def earlier(told: Material) -> Section:
    """Return what came of what earlier reviews decided."""
    title = "What came of earlier reviews"
    held = told.of(RecordKind.REVIEW)
    done = [each for each in held if each.state in {RecordState.DONE, RecordState.VERIFIED}]
    planned = [each for each in held if each.is_live]
    parts: list[Part] = []
    if not done:
        parts.append(Paragraph("No review by top management is on record yet."))
    for review in sorted(done, key=lambda each: each.due_on, reverse=True)[:4]:
        follow = [each for each in told.records if each.about == review.number]
        open_still = [each for each in follow if each.state not in _OVER]
        if not follow:
            parts.append(Paragraph(f"“{review.title}” led to no action on record."))
        elif open_still or _moved_lately(told, review):
            follow.sort(key=lambda each: (not each.is_overdue(told.today), each.due_on))
            parts.append(_listed(told, f"Decided in “{review.title}”", follow))
        else:
            every = counted(len(follow), "decision is", "decisions are")
            parts.append(Paragraph(f"“{review.title}”: all of its {every} over."))
    if planned:
        rows = tuple((each.title, on(each.due_on), _standing(told, each)) for each in planned)
        parts.append(Table("Reviews that are planned", ("Review", "Due", "Standing"), rows))
    return Section(title, tuple(parts))


_OVER = frozenset({RecordState.VERIFIED, RecordState.ENDED})


def _listed(told: Material, title: str, records: Iterable[GovernanceRecord]) -> Table:
    rows = tuple(
        (
            str(each.number),
            cut(f"{each.title}: {each.text}"),
            told.name(each.owner),
            on(each.due_on),
            _standing(told, each),
        )
        for each in records
    )
    return Table(title, _HEAD, rows, right=(0,), wide=(1,))


def _standing(told: Material, record: GovernanceRecord) -> str:
    if record.is_overdue(told.today):
        days = (told.today - record.due_on).days
        return f"Overdue by {counted(days, 'day')}"
    return _STATES[record.state]


def _matters(told: Material, record: GovernanceRecord) -> bool:
    return record.state not in _OVER or _moved_lately(told, record)


def _moved_lately(told: Material, record: GovernanceRecord) -> bool:
    """Tell whether something came of a record since the period began."""
    moments = (record.made_at, record.done_at, record.verified_at, record.ended_at)
    return any(at is not None and told.day_of(at) >= told.first for at in moments)
