"""Times, amounts and texts as a person reads them."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|$:~^=&])")
_LAYOUT = re.compile(r"([\\`*_\[\]<>|$~^]|:(?=\w+\[))")
_BEGINNING = re.compile(r"^(\s*\d*)([.)#+-])")
_ADDRESS = re.compile(r"https?://|www(?=\.)|(?<=[-.\w+])(?=@)", re.IGNORECASE)
"""Where Markdown would begin, or end the name of, a link that was never asked for."""

_PICTURE = re.compile(r":(?=[a-z][\w+/-]*:)", re.IGNORECASE)
"""Where Streamlit would begin a name that it turns into a picture, escaped or not."""

_UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


def length(span: timedelta) -> str:
    """Return a length in its largest full unit: ``2 d``, ``3 h``, ``5 min`` or ``1 min``.

    The sign does not matter; what is shorter than a minute counts as one.
    """
    size = abs(span)
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size // unit} {name}"
    return "1 min"


def took(span: timedelta) -> str:
    """Return how long something took: ``under 1 s``, ``5 s``, or as ``length`` says it."""
    if span < timedelta(seconds=1):
        return "under 1 s"
    return f"{span // timedelta(seconds=1)} s" if span < timedelta(minutes=1) else length(span)


def working(span: timedelta, day: timedelta) -> str:
    """Return a working time: ``25 min``, ``3.5 h``, or ``2.5 d`` of working days.

    Args:
        span: Zero or more.
        day: How long a working day is.
    """
    if span < timedelta(hours=1):
        return f"{round(span / timedelta(minutes=1))} min"
    unit, name = (timedelta(hours=1), "h") if span < day else (day, "d")
    return f"{span / unit:.1f}".removesuffix(".0") + f" {name}"


def due(due_at: datetime, now: datetime) -> str:
    """Return how far a due time is away: ``in 3 h``, or ``2 d late`` once it has passed."""
    return f"{length(now - due_at)} late" if now > due_at else f"in {length(due_at - now)}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was: ``just now`` within a minute, else ``3 h ago``."""
    span = now - at
    return "just now" if span < timedelta(minutes=1) else f"{length(span)} ago"


def used(start: datetime, due_at: datetime, now: datetime) -> int:
    """Return the used part of a time allowance, in whole percent from 0 to 100."""
    whole = (due_at - start).total_seconds()
    if whole <= 0:
        return 100
    return round(100 * min(1.0, max(0.0, (now - start).total_seconds() / whole)))


def day(at: datetime, zone: ZoneInfo) -> str:
    """Return the calendar day in the reader's zone: ``5 Jan 2026``."""
    return calendar_day(at.astimezone(zone))


def calendar_day(on: date) -> str:
    """Return a calendar day: ``5 Jan 2026``."""
    return f"{on.day} {on:%b %Y}"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in the reader's zone: ``10:04``."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return day and time in the reader's zone: ``5 Jan 2026, 10:04``."""
    return f"{day(at, zone)}, {clock_time(at, zone)}"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount in major units with its currency: ``1,250.00 GBP``."""
    return f"{amount:,.2f} {currency}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 step``, ``2 steps``, ``1,000 cases``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def size(count: int) -> str:
    """Return a number of bytes in a unit that fits: ``1 KB``, ``640 KB`` or ``2.4 MB``."""
    if count < 2**20:
        return f"{max(1, round(count / 2**10))} KB"
    return f"{count / 2**20:.1f} MB"


def plain(text: str) -> str:
    r"""Return text that Markdown shows as it is: no link, image or layout can come of it.

    An address would become a link, and a name such as ``:streamlit:`` a picture, even when it is
    escaped. A word joiner, which nobody sees, keeps them from being read so.

    >>> plain("![x](cid)")
    '\\!\\[x\\]\\(cid\\)'
    """
    apart = _PICTURE.sub("\\g<0>\N{WORD JOINER}", text)
    return _MARKS.sub(r"\\\1", _ADDRESS.sub("\\g<0>\N{WORD JOINER}", apart))


def label(text: str) -> str:
    r"""Return text as the label of a field shows it, which is Markdown of one line.

    Only what could become layout is escaped: programs that read pages aloud take a label as it is.

    >>> label("Is it sealed (yes or no)? ![x](cid)")
    'Is it sealed (yes or no)? !\\[x\\](cid)'
    """
    apart = _ADDRESS.sub("\\g<0>\N{WORD JOINER}", _PICTURE.sub("\\g<0>\N{WORD JOINER}", text))
    return _BEGINNING.sub(r"\1\\\2", _LAYOUT.sub(r"\\\1", apart))


def address_link(address: str) -> str:
    """Return an e-mail address as Markdown shows it: a link to write to it."""
    return _MARKS.sub(r"\\\1", address)
