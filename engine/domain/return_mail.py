"""The mails that tell of a return that is due or overdue; they name no complaint and nobody."""

from datetime import date

from engine.domain.return_due import Look, Preparation


def subject(preparation: Preparation, *, is_overdue: bool) -> str:
    """Return what the mail is about: a return, and its day."""
    verb = "was due" if is_overdue else "is due"
    return f"{preparation.kind.title} {verb} on {_day(preparation.due_on)}"


def body(preparation: Preparation, *, first: date, last: date, left: int, site: str) -> str:
    """Return the text of the mail.

    Args:
        preparation: Of the return.
        first: First day of its period.
        last: Last day of its period.
        left: Working days until it is due; below 0 when that day is over.
        site: Address under which the pages are found; empty where nobody said.
    """
    days = f"{_day(first)} to {_day(last)}"
    lines = [
        f"The return “{preparation.kind.title}” of {days} was not sent yet.",
        f"{_when(left)}: {_day(preparation.due_on)}.",
        "",
        *_found(preparation.latest),
        "",
        f"The page “Exports” has it{f': {site}/exports?kind=return' if site else '.'}",
    ]
    return "\n".join(lines) + "\n"


def _when(left: int) -> str:
    if left < 0:
        return "Its day is over"
    if not left:
        return "It is due today, or before the next working day"
    return f"It is due in {left} working {'day' if left == 1 else 'days'}"


def _found(look: Look) -> list[str]:
    """Return what it held at the last look, in sentences."""
    held = [f"It holds {look.cases:,} {'complaint' if look.cases == 1 else 'complaints'}."]
    if not look.wrong:
        return [*held, "Nothing is wrong with it."]
    if look.problems:
        many = "1 problem is" if look.problems == 1 else f"{look.problems:,} problems are"
        held.append(f"{many} to be mended before the file can be made.")
    if look.untied:
        many = "1 sum does" if look.untied == 1 else f"{look.untied:,} sums do"
        held.append(f"{many} not add up.")
    return held


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
