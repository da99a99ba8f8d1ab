"""How a return to a regulator is made of what somebody sees (ISO 10002:2018, 8.2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.bootstrap import Platform
from engine.domain import sheet
from engine.domain.case_set import CaseSet, SetName
from engine.domain.event_log import LoggedCase, Selection
from engine.domain.kpi import Period
from engine.domain.object_log import Parts
from engine.domain.regulator_return import (
    ALL,
    ASIC,
    DISP,
    Cell,
    Field,
    Problem,
    ReturnKind,
    Table,
    asic_row,
    counted_in,
    disp_counts,
    problems_of,
    untied,
)
from engine.domain.sheet import Cell as SheetCell
from engine.domain.sight import Sight
from engine.store.case_figures import CaseFigures
from engine.store.transaction import Transaction

_MEASURED: Mapping[str, SetName] = {
    "received": "received",
    "closed": "closed",
    "open_at_end": "open",
}
"""Field to the set of complaints that the performance page counts for the same period."""


@dataclass(frozen=True, slots=True)
class RegulatorReturn:
    """A return as it would be sent now.

    Attributes:
        table: Of DISP: cells by category and field, all complaints last.
        rows: Of ASIC: one for each complaint, by field.
        problems: What is wrong with single complaints.
        untied: What does not add up, in sentences.
        cases: How many complaints are in it.
        beside: How many of the period come under other rules, and are not in it.
    """

    kind: ReturnKind
    fields: Sequence[Field]
    table: Mapping[str, Mapping[str, Cell]]
    rows: Sequence[Mapping[str, str | int]]
    problems: Sequence[Problem]
    untied: Sequence[str]
    cases: int
    beside: int


def made_return(
    platform: Platform, tx: Transaction, *, kind: ReturnKind, period: Period, seen: Sight
) -> RegulatorReturn:
    """Return what a return would say of the complaints that are seen, and what is wrong with it."""
    return _Making(platform, tx, kind, period).made(seen)


class _Making:
    """Makes one return from what somebody sees."""

    def __init__(
        self, platform: Platform, tx: Transaction, kind: ReturnKind, period: Period
    ) -> None:
        self.platform, self.tx, self.kind, self.period = platform, tx, kind, period
        self.under = tx.editions.named(kind.value)
        self.table: Table = {}
        self.rows: list[Mapping[str, str | int]] = []
        self.problems: list[Problem] = []
        self.counts = dict.fromkeys(_MEASURED, 0)
        self.cases = self.beside = 0

    def made(self, seen: Sight) -> RegulatorReturn:
        """Return it."""
        stream = self.tx.case_stream(seen)
        for page in stream.pages(Selection(self.period, "open")):
            parts = self.tx.case_parts.of([case.id for case in page])
            for case in page:
                self._take(case, parts[case.id])
        is_disp = self.kind is ReturnKind.DISP
        if is_disp:
            self.table.setdefault(ALL, {each.name: Cell() for each in DISP})
        wrong = [*untied(self.table)] if is_disp else []
        wrong += self._off_the_figures(self.tx.case_facts.figures(seen))
        ordered = sorted(self.table, key=lambda row: (row == ALL, row))
        return RegulatorReturn(
            self.kind,
            DISP if is_disp else ASIC,
            {row: self.table[row] for row in ordered},
            self.rows,
            self.problems,
            wrong,
            self.cases,
            self.beside,
        )

    def _take(self, case: LoggedCase, parts: Parts) -> None:
        counts = dict(disp_counts(case, parts, self.period, self.platform.calendar))
        for name in self.counts.keys() & counts.keys():
            self.counts[name] += 1
        if self.under.isdisjoint(case.regimes):
            self.beside += 1
            return
        self.cases += 1
        self.problems += problems_of(self.kind, case, parts, self.platform.policy.categories)
        if self.kind is ReturnKind.DISP:
            counted_in(self.table, case, counts.items())
        else:
            brand, zone = self.platform.policy.organisation.name, self.platform.policy.calendar.zone
            row = asic_row(case, parts, self.period, brand=brand, zone=ZoneInfo(zone))
            self.rows.append(row)

    def _off_the_figures(self, figures: CaseFigures) -> Iterator[str]:
        """Yield where the performance page counts other numbers for the same period.

        As long as something has changed that is not counted there yet, nothing is compared.
        """
        if self.tx.case_facts.pending():
            return
        cases = CaseSet("received", self.period.begin, self.period.end, self.platform.now())
        for name, of_page in _MEASURED.items():
            counted = figures.count(cases.but(name=of_page))
            if counted != self.counts[name]:
                here = f"{counted}, and here are {self.counts[name]}"
                yield f"{name.replace('_', ' ').capitalize()}: the performance page counts {here}."


def as_file(made: RegulatorReturn) -> bytes:
    """Return what would be sent, as CSV."""
    return sheet.as_csv(*_sheet(made))


def _sheet(made: RegulatorReturn) -> tuple[Sequence[str], Iterator[Sequence[SheetCell]]]:
    names = tuple(each.name for each in made.fields)
    if made.kind is ReturnKind.ASIC:
        return names, (tuple(row[name] for name in names) for row in made.rows)
    rows = made.table.items()
    return ("category", *names), ((row, *(cells[n].value for n in names)) for row, cells in rows)
