"""Returns that regulators ask for: what each field counts, and what must add up.

The figures are those that the FCA asks of complaints under DISP 1, and what ASIC asks of each
complaint under RG 271, in our words: neither the forms nor the codes of the regulators are here.

Source: DISP 1.10 and DISP 1 Annex 1R; ASIC RG 271; ISO 10002:2018, 8.2.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.domain.allowance import parse_allowance
from engine.domain.complaint import Channel, Outcome
from engine.domain.event_log import LoggedCase
from engine.domain.issue import FindingResult
from engine.domain.kpi import Period
from engine.domain.object_log import Parts
from engine.domain.working_time import Calendar

ALL = "All complaints"
_UPHELD = {Outcome.UPHELD, Outcome.PARTLY_UPHELD}
_THREE_DAYS = parse_allowance("3 working days")
_EIGHT_WEEKS = parse_allowance("8 weeks")


class ReturnKind(StrEnum):
    """Which return; the value names the regime whose complaints are in it."""

    DISP = "fca_disp"
    ASIC = "asic_rg271"

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return what a person calls it."""
        return {"fca_disp": "FCA DISP: complaints return", "asic_rg271": "ASIC: IDR data"}[self]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a return.

    Attributes:
        rule: What it counts or says.
    """

    name: str
    title: str
    rule: str
    is_money: bool = False


DISP: Sequence[Field] = (
    Field("open_at_start", "Open at start", "Received before the period and not closed by then."),
    Field("received", "Received", "Received in the period."),
    Field("closed", "Closed", "Closed in the period."),
    Field(
        "closed_3_days",
        "Within 3 days",
        "Closed in the period by close of business on the third working day after receipt.",
    ),
    Field("closed_8_weeks", "Within 8 weeks", "Closed in the period later, within 8 weeks."),
    Field("closed_later", "Over 8 weeks", "Closed in the period after more than 8 weeks."),
    Field("upheld", "Upheld", "Closed in the period, upheld or partly upheld."),
    Field("rejected", "Rejected", "Closed in the period, not upheld."),
    Field("otherwise", "Otherwise", "Closed in the period without a decision on the matter."),
    Field("open_at_end", "Open at end", "Received before the end and not closed by then."),
    Field(
        "redress_upheld",
        "Redress, upheld",
        "Money carried out in the period for complaints upheld, also in part.",
        is_money=True,
    ),
    Field(
        "redress_other",
        "Redress, others",
        "Money carried out in the period for all others: goodwill counts as what was decided.",
        is_money=True,
    ),
)
"""The fields of the DISP return, by main category of the complaints."""

TIES: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
    (("closed_3_days", "closed_8_weeks", "closed_later"), ("closed",)),
    (("upheld", "rejected", "otherwise"), ("closed",)),
    (("open_at_start", "received"), ("closed", "open_at_end")),
)
"""Fields that come to the same as others."""

ASIC: Sequence[Field] = (
    Field("complaint", "Complaint", "Reference of the complaint."),
    Field("brand", "Brand", "Name of the organisation."),
    Field("status", "Status", "Open or closed at the end of the period."),
    Field("channel", "Channel", "How the complaint reached the organisation."),
    Field("received", "Received", "Day of receipt."),
    Field("closed", "Closed", "Day of closing; empty while it is open."),
    Field("days", "Days", "Calendar days from receipt to closing, or to the end of the period."),
    Field("product", "Product", "What the complaint is about."),
    Field("issues", "Issues", "Categories of its issues, separated by semicolons."),
    Field("outcomes", "Outcomes", "What was found of each issue, in the same order."),
)
"""The fields of the ASIC data: one row for each complaint open at some time in the period."""


@dataclass(slots=True)
class Cell:
    """A number with the complaints behind it."""

    value: Decimal = Decimal(0)
    references: list[str] = field(default_factory=list)

    def add(self, value: Decimal, reference: str) -> None:
        """Count a complaint in."""
        self.value += value
        self.references.append(reference)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a complaint, so that no return can be made of it."""

    reference: str
    field: str
    sentence: str

    def __str__(self) -> str:
        """Return a sentence that names complaint and field."""
        return f"{self.reference}, {self.field}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class KeptReturn:
    """A return that was sent; its file is kept beside.

    Attributes:
        number: 0 before it is kept.
        sha256: Of the file, hex.
    """

    number: int
    kind: ReturnKind
    period: Period
    cases: int
    made_by: str
    made_at: datetime
    sha256: str


Table = dict[str, dict[str, Cell]]
"""Cells by category, then by name of the field."""


def disp_counts(
    case: LoggedCase, parts: Parts, period: Period, calendar: Calendar
) -> Iterator[tuple[str, Decimal]]:
    """Yield in which fields a complaint counts, and how much."""
    is_open_at_start = case.received_at < period.begin and not _closed_before(case, period.begin)
    if is_open_at_start:
        yield "open_at_start", Decimal(1)
    if case.received_at in period:
        yield "received", Decimal(1)
    if case.closed_at is not None and case.closed_at in period:
        yield "closed", Decimal(1)
        yield _band(case, case.closed_at, calendar), Decimal(1)
        yield _decided(case), Decimal(1)
    if case.received_at < period.end and not _closed_before(case, period.end):
        yield "open_at_end", Decimal(1)
    done = (row.facts for row in parts.remedies if _is_in(row.facts["carried_out_at"], period))
    paid = sum((facts["amount"] for facts in done), Decimal(0))
    if paid:
        is_upheld = case.outcome is not None and Outcome(case.outcome) in _UPHELD
        yield "redress_upheld" if is_upheld else "redress_other", paid


def counted_in(table: Table, case: LoggedCase, counts: Iterable[tuple[str, Decimal]]) -> None:
    """Count a complaint in its category, and among all."""
    for name, value in counts:
        for row in (case.category, ALL):
            cells = table.setdefault(row, {each.name: Cell() for each in DISP})
            cells[name].add(value, case.reference)


def untied(table: Mapping[str, Mapping[str, Cell]]) -> Iterator[str]:
    """Yield in sentences what does not add up in a table."""
    titles = {each.name: each.title for each in DISP}
    for row, cells in table.items():
        for left, right in TIES:
            sums = [sum(cells[name].value for name in side) for side in (left, right)]
            if sums[0] != sums[1]:
                words = [" + ".join(titles[name] for name in side) for side in (left, right)]
                yield f"{row}: {words[0]} is {sums[0]}, and {words[1]} is {sums[1]}."
    for name, title in titles.items():
        whole = table[ALL][name].value if ALL in table else Decimal(0)
        parts = sum(cells[name].value for row, cells in table.items() if row != ALL)
        if whole != parts:
            yield f"{title}: all are {whole}, and the categories come to {parts}."


def asic_row(
    case: LoggedCase, parts: Parts, period: Period, *, brand: str, zone: ZoneInfo
) -> Mapping[str, str | int]:
    """Return what is told of a complaint, by name of the field."""
    is_closed = _closed_before(case, period.end)
    end = case.closed_at if is_closed and case.closed_at else period.end
    received, until = (at.astimezone(zone).date() for at in (case.received_at, end))
    results = (row.facts["result"] for row in parts.issues)
    return MappingProxyType(
        {
            "complaint": case.reference,
            "brand": brand,
            "status": "closed" if is_closed else "open",
            "channel": Channel(case.channel).title,
            "received": received.isoformat(),
            "closed": until.isoformat() if is_closed else "",
            "days": (until - received).days,
            "product": case.product,
            "issues": "; ".join(str(row.facts["category"]) for row in parts.issues),
            "outcomes": "; ".join(FindingResult(r).title if r else "open" for r in results),
        }
    )


def problems_of(
    kind: ReturnKind, case: LoggedCase, parts: Parts, categories: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong with a complaint, field by field."""
    if case.category not in categories:
        told = f"“{case.category}” is none of the organisation's categories."
        yield Problem(case.reference, "Category", told)
    if case.closed_at is not None and case.closed_at < case.received_at:
        yield Problem(case.reference, "Closed", "It was closed before it was received.")
    if case.closed_at is not None and not case.outcome:
        yield Problem(case.reference, "Outcome", "It is closed without an outcome.")
    if kind is ReturnKind.ASIC:
        if not case.product:
            yield Problem(case.reference, "Product", "It is not said what it is about.")
        if case.closed_at is not None and any(row.facts["result"] is None for row in parts.issues):
            yield Problem(case.reference, "Outcomes", "It is closed with an issue that has none.")


def _closed_before(case: LoggedCase, at: datetime) -> bool:
    return case.closed_at is not None and case.closed_at < at


def _is_in(at: datetime | None, period: Period) -> bool:
    return at is not None and at in period


def _band(case: LoggedCase, closed_at: datetime, calendar: Calendar) -> str:
    if closed_at <= calendar.due(case.received_at, _THREE_DAYS):
        return "closed_3_days"
    is_in_time = closed_at <= calendar.due(case.received_at, _EIGHT_WEEKS)
    return "closed_8_weeks" if is_in_time else "closed_later"


def _decided(case: LoggedCase) -> str:
    outcome = Outcome(case.outcome) if case.outcome else None
    if outcome in _UPHELD:
        return "upheld"
    return "rejected" if outcome is Outcome.NOT_UPHELD else "otherwise"
