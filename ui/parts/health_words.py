"""What changed in how a process runs, as a person reads it."""

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from engine.domain.heat import HeatMeasure
from engine.domain.process_health import WEEKS, Change, Finding, KeptFinding, Look
from ui.parts.words import calendar_day, counted, day, working

MEASURES = {
    Change.SLOWER: HeatMeasure.MEDIAN,
    Change.REPEATED: HeatMeasure.AGAIN,
    Change.MORE_OFTEN: HeatMeasure.MEDIAN,
}
"""By which measure the heat map shows what changed."""
TOGETHER = (Change.NEVER_TAKEN, Change.NEVER_DONE)
"""What is told in one sentence for all elements."""
_WEEK = timedelta(days=6)


def sentence(finding: Finding, version: int, working_day: timedelta) -> str:
    """Return what was found in a sentence without its stop.

    Args:
        finding: Which.
        version: The one that held.
        working_day: How long a working day is.
    """
    title, n = f"“{finding.title}”", f"n = {finding.n:,}" if finding.n is not None else ""
    now, before = finding.now or 0.0, finding.before
    match finding.change:
        case Change.SLOWER:
            span = working(timedelta(seconds=now), working_day)
            past = working(timedelta(seconds=before), working_day)
            return f"{title} took {span} (median, {n}), {past} before"
        case Change.REPEATED:
            return f"{title} was done again in {now:.0%} of complaints ({n}), {before:.0%} before"
        case Change.MORE_OFTEN:
            return f"{title} was {now:.0%} of all steps done ({n}), {before:.0%} before"
        case Change.NOT_DRAWN:
            often = "a few times" if finding.n is None else counted(finding.n, "time")
            return f"{title} was done {often}, and the published diagram does not have it"
        case Change.OLD_VERSION:
            return _left_behind(finding, version)
        case Change.NEVER_DONE | Change.NEVER_TAKEN:
            return finding.title


def _left_behind(finding: Finding, version: int) -> str:
    held = f"version {version} has held for {counted(round(finding.before), 'day')}"
    if finding.n is None or finding.now is None:
        return f"A few open complaints are on another version; {held}"
    verb = "is" if finding.n == 1 else "are"
    oldest = f"the oldest came {counted(round(finding.now), 'day')} ago"
    return f"{counted(finding.n, 'open complaint')} {verb} on another version, {oldest}; {held}"


def together(change: Change, complaints: int | None) -> str:
    """Return the begin of the sentence that tells of all elements of a kind."""
    of = "a few" if complaints is None else f"{complaints:,}"
    verb = "taken by" if change is Change.NEVER_TAKEN else "done for"
    what = "Ways" if change is Change.NEVER_TAKEN else "Steps"
    return f"{what} that are drawn and were {verb} none of {of} complaints in {WEEKS + 1} weeks"


def remark(kept: KeptFinding) -> str:
    """Return what else is known of a finding, in sentences; may be empty."""
    told = []
    before, now = kept.finding.unheld
    if before is not None and now is not None:
        told.append(f"Nobody had taken it for {now:.0%} of the time, before for {before:.0%}.")
    if not kept.is_news:
        told.append(f"Told since the week of {calendar_day(kept.since)}.")
    return " ".join(told)


def seen(kept: KeptFinding, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Return who has seen a finding, when, and what they made of it; empty while nobody has."""
    if kept.seen_at is None:
        return ""
    who, when = names.get(kept.seen_by, kept.seen_by), day(kept.seen_at, zone)
    return f"Seen by {who} on {when}{f': {kept.note}' if kept.note else '.'}"


def unseen_before(weeks: Mapping[date, int], week: date) -> str:
    """Return which other weeks hold what nobody has seen; empty for none."""
    some = [f"{calendar_day(each)} ({n})" for each, n in weeks.items() if n and each != week]
    return f"Not seen yet, in the weeks of: {', '.join(some)}." if some else ""


def looked_at(look: Look) -> str:
    """Return in sentences what was looked at."""
    last = calendar_day(look.week + _WEEK)
    compared = counted(look.compared, "step of the diagram", "steps of the diagram")
    was = "was" if look.compared == 1 else "were"
    return (
        f"{calendar_day(look.week)} to {last}, beside the {WEEKS} weeks before. "
        f"{counted(look.done, 'step')} done; {compared} {was} done often enough to be compared. "
        f"{counted(look.complaints, 'complaint')} ran through version {look.version}."
    )
