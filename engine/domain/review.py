"""What top management reviews: packs of a month or a quarter, and the meetings about them.

A pack has one content, a report in plain parts; pages and files are made of it. What clause 8.6
names as input of a review stands in it, section by section.

Source: ISO 10002:2018, 8.6.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.domain.complaint import Wording
from engine.domain.kpi import FEW, Period
from engine.domain.small_group import too_small

_DAY = timedelta(days=1)
MOST_MISSED = 12
"""So many periods are made up for at once after an outage."""


class PackKind(Wording):
    """Of which stretch of time a pack tells."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def months(self) -> int:
        """Return how many months it covers."""
        return 1 if self is PackKind.MONTHLY else 3

    def names(self, first: date) -> str:
        """Return what people call the period that begins on a day: ``March 2026``, ``Q1 2026``."""
        if self is PackKind.MONTHLY:
            return f"{first:%B %Y}"
        return f"Q{(first.month + 2) // 3} {first.year}"


class PackForm(Wording):
    """As what a pack is handed out."""

    PDF = "pdf"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences of which each stands by itself."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words and numbers.

    Attributes:
        right: Columns of numbers, counted from 0.
        wide: Columns of sentences.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    wide: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and in words what it shows; its numbers stand in the table after it.

    Attributes:
        svg: The chart, drawn from the rows of that table.
    """

    title: str
    alt: str
    svg: str


Part = Paragraph | Points | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """One input of the review."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The content of a pack.

    Attributes:
        about: Of which time it tells, and when it was made.
        short: What matters most, in sentences.
    """

    title: str
    organisation: str
    about: str
    short: tuple[str, ...]
    sections: tuple[Section, ...]

    def as_data(self) -> dict[str, Any]:
        """Return it for files; charts are told by the rows beside them, and left out."""
        return {
            "title": self.title,
            "organisation": self.organisation,
            "about": self.about,
            "short": list(self.short),
            "sections": [
                {"title": each.title, "parts": [_told(part) for part in each.parts]}
                for each in self.sections
            ],
        }


def _told(part: Part) -> dict[str, Any]:
    if isinstance(part, Paragraph):
        return {"text": part.text}
    if isinstance(part, Points):
        return {"points": list(part.items)}
    if isinstance(part, Picture):
        return {"picture": part.title, "alt": part.alt}
    return {"table": part.title, "head": list(part.head), "rows": [list(row) for row in part.rows]}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is kept; it never changes.

    Attributes:
        first: First local day that it tells of.
        last: Last local day.
        content: The report as data.
        statement: What is signed: the period, and a hash of each file.
        signature: By the key that signs the journal, in hex.
    """

    number: int
    kind: PackKind
    first: date
    last: date
    made_at: datetime
    made_by: str
    content: Mapping[str, Any]
    statement: str
    signature: str

    @property
    def title(self) -> str:
        """Return what people call it."""
        return f"Management review {self.kind.names(self.first)}"

    def file_name(self, form: PackForm) -> str:
        """Return what a file of it is called: letters, digits, hyphens and full stops."""
        return f"review-{self.kind.value}-{self.first:%Y-%m}.{form.value}"

    def hash_of(self, form: PackForm) -> str:
        """Return the SHA-256 of a file of it, as it was signed."""
        return str(json.loads(self.statement)["files"][form.value])


@dataclass(frozen=True, slots=True)
class Decided:
    """What a meeting decided, as it is to be carried out."""

    title: str
    text: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting about a pack.

    Attributes:
        present: User names of who was there.
        guests: Who else was there, in words.
        record: Number of the review in the register of governance; what was decided is about it.
    """

    number: int
    pack: int
    held_on: date
    present: tuple[str, ...]
    guests: str
    minutes: str
    record: int
    recorded_by: str
    recorded_at: datetime


def last_day_before(kind: PackKind, day: date) -> date:
    """Return the last day of the latest month or quarter that is over on a day."""
    month = (day.month - 1) // kind.months * kind.months + 1
    return date(day.year, month, 1) - _DAY


def first_day(kind: PackKind, last: date) -> date:
    """Return the first day of the month or quarter that ends with a day."""
    months = last.year * 12 + last.month - kind.months
    return date(months // 12, months % 12 + 1, 1)


def period_of(kind: PackKind, last: date, zone: str) -> Period:
    """Return the whole local days of the month or quarter that ends with a day."""
    return Period.of_dates(first_day(kind, last), last, zone)


def missed(kind: PackKind, today: date, *, since: date | None) -> tuple[date, ...]:
    """Return the last days of the periods that are over and have no pack, oldest first.

    Args:
        kind: Of which length.
        today: The period in which it lies is not over.
        since: Last day of the latest pack; None for none, where only the last period counts.
    """
    found = [last_day_before(kind, today)]
    while since and len(found) < MOST_MISSED:
        found.append(first_day(kind, found[-1]) - _DAY)
    return tuple(day for day in reversed(found) if since is None or day > since)


def told_by_size(
    counts: Sequence[tuple[str, int]], few: int = FEW
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return groups that are large enough to be told, the largest first, and how many are left.

    Args:
        counts: Groups and how many there are in each; each group once.
        few: From so many on a group is told.

    >>> told_by_size([("a", 40), ("b", 12), ("c", 3)])
    ((('a', 40),), 15)
    """
    hidden = too_small(dict(counts), few)
    told = sorted((e for e in counts if e[0] not in hidden), key=lambda each: (-each[1], each[0]))
    return tuple(told), sum(n for name, n in counts if name in hidden)


@dataclass(frozen=True, slots=True)
class PackFiles:
    """A pack before it is kept, with its files."""

    kind: PackKind
    first: date
    last: date
    content: Mapping[str, Any]
    files: Mapping[PackForm, bytes]
