"""Jobs that change many cases, each in a transaction of its own: one that fails stops no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.errors import UnavailableError
from engine.services.bulk import job_progress
from engine.services.running import monitoring
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

Change = TypeVar("Change", bound=CaseChange)


def one_by_one(
    platform: Platform,
    *,
    actor: Actor,
    cases: Iterable[int],
    kind: type[Change],
    work: Callable[[Change], int],
    resumes: bool = False,
) -> tuple[int, int]:
    """Let a job act on cases, and return how much it did and how many cases failed.

    A case that is suspended meanwhile is left alone, unless ``resumes`` says otherwise. Whoever
    fails is counted as an incident.

    Args:
        platform: Where the cases are.
        actor: The job.
        cases: Their ids.
        kind: What each is loaded as.
        work: What is done; returns how much. Nothing is stored when nothing happened.
        resumes: Whether it is done on suspended cases, too.

    Raises:
        UnavailableError: The database does not answer.
    """
    done = failed = 0
    every = tuple(cases)
    for place, case_id in enumerate(every):
        job_progress.tell(place, of=len(every))

        def change_one(tx: Transaction, wanted: int = case_id) -> int:
            count = 0
            for taken in tx.take_all([wanted]):
                if taken.case.is_suspended and not resumes:
                    continue
                change = kind.load(platform, tx, taken=taken, actor=actor)
                count += work(change)
                if not change.is_untouched:
                    change.finish()
            return count

        try:
            done += platform.database.write(change_one, gives_way=True)
        except UnavailableError:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with one, the others go on
            monitoring.note_failure(platform, case_id=case_id, failure=failure)
            failed += 1
    return done, failed
