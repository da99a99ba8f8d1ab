"""Some cases at a time that a plan moves, or moves back.

Some cases share a transaction while all goes well; one that fails is moved alone, so that it takes
no other with it. What became of each is kept in the very transaction that moves it: a plan that was
broken off goes on with the cases that have no such record, and no case is moved twice.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import structlog

from engine.bootstrap import Platform
from engine.domain.migration_plan import MigrationPlan, Outcome, PlanState
from engine.errors import RedressError, UnavailableError
from engine.services.migration.migrating import Mover
from engine.services.running import messages
from engine.store.migration_plans import Kept
from engine.store.taken import Taken
from engine.store.transaction import Transaction

TOGETHER = 20
"""Cases in one transaction: few enough that people who work beside it do not wait."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    """One case that a plan has come to."""

    case_id: int
    is_moved: bool
    has_mail: bool = False


class Work(ABC):
    """Acts on some cases at a time, and one by one where that fails."""

    while_: ClassVar[PlanState]
    """How the plan has to stand for it."""

    def __init__(self, platform: Platform, mover: Mover) -> None:
        self.platform, self.mover = platform, mover

    @abstractmethod
    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return the numbers of some cases that are left, behind a number."""

    @abstractmethod
    def act(self, tx: Transaction, taken_: Taken) -> Done:
        """Act on one case that was taken."""

    @abstractmethod
    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Note that it did not work on a case."""

    def some(self, after: int) -> Sequence[Done]:
        """Act on some cases behind a number; return them, none at the end.

        Raises:
            UnavailableError: The database does not answer.
        """
        tried: list[int] = []

        def work(tx: Transaction) -> list[Done]:
            tried.clear()
            tried[:] = self._left(tx, after, TOGETHER)
            return [self.act(tx, each) for each in tx.take_all(tried)]

        try:
            done = self.platform.database.write(work, gives_way=True)
        except UnavailableError:
            raise
        except Exception:  # who failed is found, and told, case by case
            if not tried:
                raise
            done = [self._alone(case_id) for case_id in tried]
        for each in done:
            if each.has_mail:
                messages.hand_over_kept(self.platform, case_id=each.case_id)
        return done

    def _left(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases that are left, unless the plan was stopped; only one works on a plan."""
        plan = self.mover.plan
        if tx.migration_plans.hold(plan.number) is not self.while_:
            return ()
        tx.migration_plans.change(plan.number, advanced_at=self.platform.now())
        return self.chosen(tx, after, few)

    def _alone(self, case_id: int) -> Done:
        """Act on one case; one that fails must not stop the others.

        Raises:
            UnavailableError: The database does not answer.
        """

        def work(tx: Transaction) -> Done:
            found = tx.take_all(
                [each for each in self._left(tx, case_id - 1, 1) if each == case_id]
            )
            return self.act(tx, found[0]) if found else Done(case_id, is_moved=False)

        try:
            return self.platform.database.write(work, gives_way=True)
        except UnavailableError:
            raise
        except Exception as failure:  # noqa: BLE001 - as above; it is kept as failed
            _log.warning("migration.case_failed", case=case_id, kind=type(failure).__name__)
            told = failure
        self.platform.database.write(lambda tx: self.give_up(tx, case_id, told))
        return Done(case_id, is_moved=False)


class Forth(Work):
    """Moves cases to the other version."""

    while_ = PlanState.RUNNING

    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases of which nothing is kept yet; none once their version was retired."""
        if is_stopped(tx, self.mover.plan):
            return ()
        return tx.migration_plans.left(self.mover.plan, after=after, few=few)

    def act(self, tx: Transaction, taken_: Taken) -> Done:
        """Move one case."""
        outcome, has_mail = self.mover.move(tx, taken_)
        return Done(taken_.case.id, outcome is Outcome.MOVED, has_mail)

    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Keep that a case could not be moved."""
        tx.migration_plans.note(
            self.mover.plan.number,
            Kept(case_id, self.platform.now()),
            outcome=Outcome.FAILED,
            texts=[_sentence(failure)],
        )


class Back(Work):
    """Moves cases back."""

    while_ = PlanState.UNDONE

    def chosen(self, tx: Transaction, after: int, few: int) -> Sequence[int]:
        """Return cases that were moved and not moved back."""
        return tx.migration_plans.moved(self.mover.plan, after=after, few=few)

    def act(self, tx: Transaction, taken_: Taken) -> Done:
        """Move one case back, if it has not gone on since."""
        kept = tx.migration_plans.moved_case(self.mover.plan.number, taken_.case.id)
        if kept is None:
            return Done(taken_.case.id, is_moved=False)
        refusal, has_mail = self.mover.move_back(tx, taken_, kept)
        return Done(taken_.case.id, not refusal, has_mail)

    def give_up(self, tx: Transaction, case_id: int, failure: Exception) -> None:
        """Keep why a case could not be moved back."""
        tx.migration_plans.turn_back(
            self.mover.plan.number, case_id, kept_because=_sentence(failure)
        )


def is_stopped(tx: Transaction, plan: MigrationPlan) -> bool:
    """Tell whether the version to which a plan moves cases was retired meanwhile."""
    return any(each.digest == plan.target for each in tx.releases.retired(plan.process_id))


def _sentence(failure: Exception) -> str:
    """Return what is told of a failure; of a defect no more than its kind."""
    return str(failure) if isinstance(failure, RedressError) else f"{type(failure).__name__}."
