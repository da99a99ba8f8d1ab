"""What a command does to a case, as it goes: its time, its budget, and all that happens."""

from collections.abc import Mapping
from datetime import datetime

from engine.errors import ProcessFailedError
from engine.process.decisions import Table
from engine.process.progress import Passage, RequestedOperation, TakenDecision
from engine.process.timetable import Timetable

STEP_BUDGET = 10_000
"""Elements one command may pass; more means a circle without a pause."""


class Course:
    """The course of one command.

    Args:
        tables: Decision tables by id.
        timetable: Working-time arithmetic.
    """

    passages: list[Passage]
    flows: list[str]
    decisions: list[TakenDecision]
    operations: list[RequestedOperation]

    def __init__(self, tables: Mapping[str, Table], timetable: Timetable) -> None:
        self.tables = tables
        self.timetable = timetable
        self.now: datetime | None = None
        self.passages = []
        self.flows = []
        self.decisions = []
        self.operations = []
        self._steps = 0

    def begin_command(self, now: datetime) -> None:
        """Fix the time of a command and give it a fresh step budget."""
        self.now = now
        self._steps = 0

    def count_step(self, label: str) -> None:
        """Take one step off the budget.

        Args:
            label: Element that is passed now.

        Raises:
            ProcessFailedError: The budget is used up.
        """
        self._steps += 1
        if self._steps > STEP_BUDGET:
            raise ProcessFailedError(label, f"it ran {STEP_BUDGET:,} steps without a pause.")
