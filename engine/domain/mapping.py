"""Import mappings: how rows of somebody else's table become complaints, written as data.

A mapping names the columns it knows by all headings they go by, so that one mapping reads every
edition of its source. What a complaint needs is then said in terms of those names: texts are
joined from cells, choices are made by the first rule that holds. Nothing here knows a file.

A row is never dropped and never half read: it becomes a complaint, or a refusal that names its
line, its column and the reason.
"""

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from config.policy import ZoneName
from engine.domain.cells import Choice, Data, Words
from engine.domain.complaint import Channel, Complaint, Complexity, Outcome, Safety, Severity
from engine.domain.text import without_controls
from engine.errors import InvalidInputError

UNREADABLE = ""
"""Heading under which a reader of tables says why it could not read a row."""

_SUMMARY_LENGTH = 200
_EARLIEST_YEAR = 1900  # an earlier one is a slip of the keyboard
_MONEY = re.compile(r"[^\d\s.,-]{0,3}\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class IncomingComplaint(Data):
    """A complaint from elsewhere, with the assessment that its source allows."""

    complaint: Complaint
    severity: Severity
    safety: Safety
    complexity: Complexity
    outcome: Outcome | None = None
    """What became of it; None where it is still to be handled."""
    closed_at: datetime | None = None
    """When it was closed; None where nobody knows, or it is open."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row in the mapping's own words."""

    line: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def place(self, column: str) -> str:
        """Return where a reader finds the cell."""
        return f"line {self.line}, {self.headings.get(column, column.replace('_', ' '))}"

    def refusal(self, column: str, reason: str) -> InvalidInputError:
        return InvalidInputError({self.place(column): reason})


class ImportMapping(Data):
    """How the rows of one source are read.

    Attributes:
        source: Short name of the source; with the row's id it identifies a complaint for good.
        zone: Time zone of times that name none.
        date_formats: Accepted forms of the time of receipt, as `datetime.strptime` takes them;
            a date without a time stands for its first moment.
        columns: Our name of each column, and the headings it goes by; case, spaces and
            punctuation of a heading make no difference.
        required: Columns that must exist, and must not be empty in any row.
        source_id: Column of the row's id. Where the table has none, the content of the row is
            its id, so that reading the table again finds the same ids.
        received_at: Column of the time of receipt.
        amount: Column of the money at stake; empty for none.
        outcome: What became of the complaint where it was concluded before; empty while it is
            open.
        closed_at: Column of the time at which it was; empty for none.
    """

    source: str = Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")
    title: str
    zone: ZoneName
    date_formats: tuple[str, ...] = Field(min_length=1)
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    source_id: str
    received_at: str
    amount: str = ""
    closed_at: str = ""
    channel: Choice[Channel]
    category: Choice[str]
    severity: Choice[Severity]
    safety: Choice[Safety]
    complexity: Choice[Complexity]
    vulnerable: Choice[bool] = Choice(default=False)
    outcome: Choice[Outcome | Literal[""]] = Choice(default="")
    summary: Words
    description: Words
    product: Words = Words()
    complainant_name: Words
    email: Words = Words()
    desired_outcome: Words = Words()
    postal_address: Words = Words()
    language: Choice[str] = Choice(default="")

    @model_validator(mode="after")
    def _names_its_columns(self) -> Self:
        unknown = [name for name in self._mentioned() if name and name not in self.columns]
        if unknown:
            raise ValueError(f"“{unknown[0]}” is not among the columns")
        return self

    def _mentioned(self) -> Iterable[str]:
        """Yield every column that the mapping speaks of."""
        yield from (*self.required, self.source_id, self.received_at, self.amount, self.closed_at)
        for _, part in self:
            if isinstance(part, (Choice, Words)):
                yield from part.columns

    @property
    def concludes(self) -> bool:
        """Tell whether rows may stand for complaints that were concluded before."""
        return bool(self.outcome.default or self.outcome.rules)

    def has_ids(self, headings: Iterable[str]) -> bool:
        """Tell whether a table with these headings has a column of ids."""
        present = {_plain(heading) for heading in headings}
        return not present.isdisjoint(map(_plain, self.columns[self.source_id]))

    def fits(self, headings: Iterable[str]) -> bool:
        """Tell whether a table with these headings has every required column."""
        try:
            self.check(headings)
        except InvalidInputError:
            return False
        return True

    def check(self, headings: Iterable[str]) -> None:
        """Refuse a table that lacks a required column.

        Raises:
            InvalidInputError: Names each column that is missing, with the headings it could have.
        """
        present = {_plain(heading) for heading in headings}
        needed = dict.fromkeys((*self.required, self.received_at))
        missing = {
            name: f"The table has no column “{'” or “'.join(self.columns[name])}”."
            for name in needed
            if present.isdisjoint(map(_plain, self.columns[name]))
        }
        if missing:
            raise InvalidInputError(missing)

    def read(self, row: Mapping[str, str], line: int, *, now: datetime) -> IncomingComplaint:
        """Return the complaint that a row stands for.

        Args:
            row: Cells by heading, as the table has them.
            line: Line of the table on which the row begins, for refusals.
            now: A complaint cannot have been received later.

        Raises:
            InvalidInputError: Names the line, the column and the reason.
        """
        known = self._row(row, line)
        self._refuse_empty(known)
        try:
            complaint = self._complaint(known, row, now)
            outcome = self.outcome.of(known.cells) or None
            return IncomingComplaint(
                complaint=complaint,
                severity=self.severity.of(known.cells),
                safety=self.safety.of(known.cells),
                complexity=self.complexity.of(known.cells),
                outcome=outcome,
                closed_at=self._closed(known, complaint.received_at, now) if outcome else None,
            )
        except ValidationError as error:
            raise InvalidInputError(self._explained(known, error)) from error

    def _row(self, row: Mapping[str, str], line: int) -> _Row:
        """Return the row in our words.

        Raises:
            InvalidInputError: The row could not be read, or a cell is not text.
        """
        if row.get(UNREADABLE):
            raise InvalidInputError({f"line {line}": row[UNREADABLE]})
        actual = {_plain(heading): heading for heading in row}
        cells, headings = {}, {}
        for name, aliases in self.columns.items():
            heading = next((actual[key] for key in map(_plain, aliases) if key in actual), None)
            if heading is not None:
                headings[name], cells[name] = heading, row[heading]
        clean = {name: without_controls(cell).strip() for name, cell in cells.items()}
        known = _Row(line, clean, headings)
        unreadable = [name for name, cell in cells.items() if _NO_TEXT.search(cell)]
        if unreadable:
            raise known.refusal(unreadable[0], "The cell has a character that is no text.")
        return known

    def _refuse_empty(self, known: _Row) -> None:
        """Refuse a row without a cell that it needs; a table with ids needs one in every row.

        Raises:
            InvalidInputError: Names each cell that is empty.
        """
        needed = [*self.required, self.received_at]
        needed += [self.source_id] if self.source_id in known.headings else []
        empty = [name for name in needed if not known.cells.get(name)]
        if empty:
            raise InvalidInputError({known.place(name): "The cell is empty." for name in empty})

    def _complaint(self, known: _Row, row: Mapping[str, str], now: datetime) -> Complaint:
        cells = known.cells
        return Complaint(
            received_at=self._received(known, now),
            channel=self.channel.of(cells),
            summary=_cut(self.summary.of(cells)),
            description=self.description.of(cells),
            desired_outcome=self.desired_outcome.of(cells),
            postal_address=self.postal_address.of(cells),
            language=self.language.of(cells),
            complainant_name=self.complainant_name.of(cells),
            email=self.email.of(cells) or None,
            category=self.category.of(cells),
            product=self.product.of(cells),
            amount=self._money(known),
            vulnerable=self.vulnerable.of(cells),
            source=self.source,
            source_id=cells.get(self.source_id) or _digest(row),
        )

    def _received(self, known: _Row, now: datetime) -> datetime:
        """Return the time of receipt in UTC.

        Raises:
            InvalidInputError: The cell is no time in an accepted form, or no likely one.
        """
        text = known.cells[self.received_at]
        received_at = self._read_time(text)
        if received_at is None:
            raise known.refusal(self.received_at, f"“{text}” is no date that this mapping knows.")
        if received_at > now:
            raise known.refusal(self.received_at, f"“{text}” lies in the future.")
        if received_at.year < _EARLIEST_YEAR:
            raise known.refusal(self.received_at, f"“{text}” lies before {_EARLIEST_YEAR}.")
        return received_at

    def _closed(self, known: _Row, received_at: datetime, now: datetime) -> datetime | None:
        """Return when a complaint was closed; None for a time that cannot be.

        Tables of others have many that were closed before they came: nothing is refused for it.
        """
        at = self._read_time(known.cells.get(self.closed_at, ""))
        return at if at is not None and received_at <= at <= now else None

    def _read_time(self, text: str) -> datetime | None:
        read = (_time(text, form, self.zone) for form in self.date_formats)
        return next((at for at in read if at is not None), None)

    def _money(self, known: _Row) -> Decimal:
        """Return the amount in major units; an empty cell stands for none.

        Raises:
            InvalidInputError: The cell is no amount such as 1,234.50.
        """
        text = known.cells.get(self.amount, "")
        match = _MONEY.fullmatch(text)
        if text and match is None:
            raise known.refusal(self.amount, f"“{text}” is no amount such as 1,234.50.")
        return Decimal(match[1].replace(",", "") + (match[2] or "")) if match else Decimal(0)

    def _explained(self, known: _Row, error: ValidationError) -> dict[str, str]:
        """Return what pydantic found, by the place where a reader finds it."""
        return {
            known.place(self._column(str(fault["loc"][-1]))): fault["msg"].removeprefix(
                "Value error, "
            )
            for fault in error.errors()
        }

    def _column(self, field: str) -> str:
        """Return the column a field comes from where it is one alone, else the field."""
        source = getattr(self, field, None)
        columns = source.columns if isinstance(source, Words) else (field,)
        return columns[0] if len(columns) == 1 else field


class RowReader:
    """Reads the rows of one table, in order, and notices ids that come twice.

    Args:
        mapping: How the rows are read.
        now: A complaint cannot have been received later.
    """

    def __init__(self, mapping: ImportMapping, now: datetime) -> None:
        self._mapping = mapping
        self._now = now
        self._lines: dict[str, int] = {}
        self._copies: Counter[str] = Counter()

    def read(self, row: Mapping[str, str], line: int) -> IncomingComplaint:
        """Return the complaint that a row stands for.

        Rows without an id that are alike are different complaints: their ids tell them apart.

        Raises:
            InvalidInputError: Names the line, the column and the reason.
        """
        incoming = self._mapping.read(row, line, now=self._now)
        if not self._mapping.has_ids(row):
            return self._numbered(incoming)
        source_id = incoming.complaint.source_id
        first = self._lines.setdefault(source_id, line)
        if first != line:
            place = f"line {line}, {self._mapping.source_id.replace('_', ' ')}"
            raise InvalidInputError({place: f"“{source_id}” stands in line {first} already."})
        return incoming

    def _numbered(self, incoming: IncomingComplaint) -> IncomingComplaint:
        digest = incoming.complaint.source_id
        self._copies[digest] += 1
        if self._copies[digest] == 1:
            return incoming
        changed = {"source_id": f"{digest}-{self._copies[digest]}"}
        complaint = incoming.complaint.model_copy(update=changed)
        return incoming.model_copy(update={"complaint": complaint})


def parse_mapping(text: str) -> ImportMapping:
    """Read a mapping from TOML.

    Raises:
        InvalidInputError: The text is no TOML, or names each key that is wrong and why.
    """
    try:
        return ImportMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError({"": f"The mapping is no TOML: {error}."}) from error
    except ValidationError as error:
        raise InvalidInputError(
            {
                ".".join(map(str, fault["loc"])): fault["msg"].removeprefix("Value error, ")
                for fault in error.errors()
            }
        ) from error


@lru_cache(maxsize=4_096)
def _plain(heading: str) -> str:
    """Return a heading without what differs between editions of a table."""
    return "".join(filter(str.isalnum, heading)).casefold()


def _cut(summary: str) -> str:
    """Shorten a summary to what fits; the description keeps the whole."""
    line = " ".join(summary.split())
    return line if len(line) <= _SUMMARY_LENGTH else f"{line[: _SUMMARY_LENGTH - 1]}…"


def _digest(row: Mapping[str, str]) -> str:
    """Return an id made of the content of a row."""
    content = json.dumps(sorted((_plain(key), cell) for key, cell in row.items()))
    return hashlib.sha256(content.encode()).hexdigest()[:24]


def _time(text: str, form: str, zone: str) -> datetime | None:
    """Return the instant in UTC; None when the text does not have this form."""
    try:
        at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the mapping's
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
