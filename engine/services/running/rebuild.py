"""Making the projections of cases again, from their states and from their journals."""

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.services.running import step_facts
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

_MANY = 5_000
"""Changes of tallies that are brought in by one transaction."""


def rebuild(platform: Platform, *, actor: Actor) -> int:
    """Make what is derived from cases again; return how many of them are open.

    Of every case these are the facts about its steps, and what they add up to; of an open one
    inbox rows, subscriptions and due times besides.

    Raises:
        NotAllowedError: The actor may not run jobs.
    """
    actor.require(Deed.RUN_JOBS)
    with platform.database.read() as tx:
        references = list(tx.cases.references())
    done = 0
    for reference in references:

        def work(tx: Transaction, wanted: str = reference) -> bool:
            taken = tx.take(wanted)
            step_facts.make_again(platform, tx, taken.case)
            if not taken.case.is_open:
                return False
            CaseChange.load(platform, tx, taken=taken, actor=actor).finish()
            return True

        done += platform.database.write(work)
    while platform.database.write(lambda tx: tx.steps.facts.bring_in(enough=1, most=_MANY)):
        pass
    platform.database.write(lambda tx: tx.steps.facts.count_again())
    return done
