"""Proof that nothing was altered (ISO 10002:2018, 4.9 and 8.5)."""

from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain import journal
from engine.domain.actor import Actor, Deed
from engine.errors import SealBrokenError


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the journal found.

    Attributes:
        broken: Reference of each case whose chain does not hold, and why; ``(organisation)``
            for the chain of what belongs to no case, ``(no case)`` for events of a case that is
            not there.
    """

    cases: int
    events: int
    broken: tuple[tuple[str, str], ...]


def verify_journal(
    platform: Platform, *, actor: Actor, reference: str | None = None
) -> Verification:
    """Check the chain of events of every case, or of one.

    Raises:
        NotAllowedError: The actor may not verify the journal.
        NotFoundError: No complaint has this reference.
    """
    actor.require(Deed.VERIFY)
    cases = events = 0
    broken = []
    with platform.database.read() as tx:
        if reference is not None:
            tx.cases.get(reference)
        heads = [head for head in tx.journal.heads() if reference in {None, head[1]}]
        erased = tx.journal.erased()
        for case_id, name, last_seq, head_hash in heads:
            try:
                found = tx.journal.of(case_id)
            except SealBrokenError as problem_of_seal:
                broken.append((name, str(problem_of_seal)))
                continue
            cases, events = cases + 1, events + len(found)
            is_erased = case_id in erased
            if problem := journal.verify(
                found, head=head_hash, last_seq=last_seq, is_erased=is_erased
            ):
                broken.append((name, problem))
        if reference is None:
            if strays := tx.journal.strays():
                broken.append(("(no case)", f"{strays} events belong to no case"))
            own = tuple(tx.organisation.events())
            events += len(own)
            last_seq, head_hash = tx.organisation.end()
            if problem := journal.verify(own, head=head_hash, last_seq=last_seq):
                broken.append(("(organisation)", problem))
    return Verification(cases, events, tuple(broken))
