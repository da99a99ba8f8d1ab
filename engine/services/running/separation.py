"""Keeps people apart whose parts must not be played by one, unless a waiver is in force."""

from engine.domain.actor import Actor
from engine.domain.case import Approval, Statement
from engine.domain.respondent import KeptOut
from engine.domain.separation import JUDGING, Rule, parts_before
from engine.errors import SeparationOfDutiesError
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction


def require_apart(change: CaseChange, rule: Rule, person: Actor, *, deed: str, part: str) -> None:
    """Refuse somebody because of the part they had; where the rule is waived, keep that it was.

    Args:
        change: Of the case.
        rule: That keeps them apart.
        person: Who asks.
        deed: What for, to follow "may not".
        part: What they did before, to follow their name.

    Raises:
        SeparationOfDutiesError: The rule holds.
    """
    waiver = change.tx.waivers.in_force(rule, change.now)
    if waiver is None:
        raise SeparationOfDutiesError(person.name, deed, part)
    told = {"rule": rule.value, "waiver": waiver.id, "part": part}
    change.record("separation.waived", person=person.username, **told)


def require_fresh(change: CaseChange, form: str, *people: Actor | None, deed: str) -> None:
    """Refuse to let somebody judge a complaint again who has judged it before.

    Args:
        change: Of the case.
        form: In which they would judge it.
        deed: What they would do, to follow "may not".
        people: Who does it, and for whom; None for nobody.

    Raises:
        SeparationOfDutiesError: One of them took part in the first decision.

    Source: ISO 10002:2018, 4.7 and 7.9.
    """
    if not change.case.reopened or form not in JUDGING:
        return
    parts = parts_of(change.tx, change.case.id)
    for person in people:
        if person is not None and person.username in parts:
            part = parts[person.username]
            require_apart(change, Rule.SECOND_STAGE, person, deed=deed, part=part)


def barred_by(change: CaseChange, username: str) -> str:
    """Return why somebody is kept away from a case, to follow their name; empty where nothing does.

    Source: ISO 10002:2018, 4.7.
    """
    if not change.case.keeps_out:
        return ""
    kinds = change.tx.kept_out.kinds(change.case.id, username)
    if KeptOut.NAMED in kinds:
        return "is complained about"
    return "declared a conflict of interest" if kinds else ""


def require_free(change: CaseChange, *people: Actor | None, deed: str) -> None:
    """Refuse to let somebody have a part in a case that is about them, or ties them.

    Args:
        change: Of the case.
        people: Who would have it; None for nobody.
        deed: What they would do, to follow "may not".

    Raises:
        SeparationOfDutiesError: One of them is kept away from it.
    """
    for person in people:
        if person is not None and (part := barred_by(change, person.username)):
            raise SeparationOfDutiesError(person.name, deed, part)


def parts_of(tx: Transaction, case_id: int) -> dict[str, str]:
    """Return who judged a case before it was opened again, and how; see ``parts_before``."""
    statements = tx.records.of(Statement, case_id)
    return parts_before(statements, tx.records.of(Approval, case_id))


def part_of(change: CaseChange, username: str) -> str:
    """Return how somebody judged a case before it was opened again; empty where it is no matter."""
    if not change.case.reopened or change.tx.waivers.in_force(Rule.SECOND_STAGE, change.now):
        return ""
    return parts_of(change.tx, change.case.id).get(username, "")
