"""Time limits that are started by themselves: until a day that somebody named or promised."""

from datetime import date, datetime

from engine.domain import deadline
from engine.domain.form import Form, PlanForm
from engine.domain.regime import Profile, Regime
from engine.errors import InvalidInputError
from engine.services.clocks import regimes
from engine.services.running.change import CaseChange


class CountingChange(CaseChange):
    """A case in which a day is named; thrown away when anything goes wrong."""

    def count(
        self,
        edition: tuple[Regime, Profile],
        rule: str,
        at: datetime,
        *,
        until: date | None = None,
    ) -> None:
        """Start a time limit, whatever regimes the case is under.

        Args:
            edition: Holds the rule.
            rule: Which one.
            at: From when it is counted.
            until: The day that was named; None for what the rule says.
        """
        found = next(each for each in edition[1].clocks if each.code == rule)
        end = self.platform.calendar.end_of(until) if until else None
        clock = self._promises.start(*edition, found, at, until=end)
        due_at = clock.due_at.isoformat(timespec="seconds")
        self.record("clock.started", clock=clock.code, due_at=due_at)

    def promise_word(self, form: Form) -> None:
        """Start the time limit of a day by which the complainant was promised to hear.

        A day that was promised before and has not come is replaced.

        Args:
            form: Starts none where it promises nothing.

        Raises:
            InvalidInputError: The day is over.

        Source: ISO 10002:2018, 4.6 and 7.4.
        """
        if not isinstance(form, PlanForm) or form.promised_on is None:
            return
        if form.promised_on < self.platform.calendar.day_of(self.now):
            raise InvalidInputError({"Date promised to the complainant": "is over already."})
        for clock in self._promises.all():
            if clock.is_open and clock.rule == regimes.WORD_CLOCK:
                self._promises.replace(deadline.cancel(clock, self.now))
        edition = regimes.next_word(self.platform, self.tx)
        self.count(edition, regimes.WORD_CLOCK, self.now, until=form.promised_on)
