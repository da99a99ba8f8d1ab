"""A staffed platform for benchmarks, and the story of one case told to it."""

import time
from collections.abc import Callable, Iterator

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Role
from engine.services.handling import casework, inbox
from engine.services.process import processes
from engine.store.transaction import Transaction
from tests.benchmarks.reference import Deed, story
from tests.integration.office import AGAIN, WHO, Office, put_right, rows

STORY = story()
_TOKEN = """
SELECT token FROM open_step JOIN complaint_case ON complaint_case.id = case_id
WHERE reference = :reference AND element = :element
"""
_ROLES = {
    "hanna": (Role.HANDLER, Role.INTAKE),
    "tom": (Role.TEAM_LEADER,),
    "ada": (Role.APPROVER,),
    **{person.username: tuple(person.roles) for person in AGAIN.values()},
}


def known(platform: Platform) -> Office:
    """Return the office of a platform that is staffed."""
    staff = {
        name: Actor(username=name, name=name.title(), roles=frozenset(roles))
        for name, roles in _ROLES.items()
    }
    return Office(platform, staff)


def staffed(platform: Platform) -> Office:
    """Publish the process and hire whom the story needs."""
    processes.install_shipped(platform)
    office = known(platform)

    def hire(tx: Transaction) -> None:
        for person in office.staff.values():
            tx.accounts.add(person, password_hash="", at=platform.now())

    platform.database.write(hire)
    return office


def tell(office: Office, deeds: tuple[Deed, ...] = STORY) -> Iterator[Callable[[], object]]:
    """Yield the commands of a story, each after the one before was given.

    Where a step waits is read from the table, which costs next to nothing beside a command.
    """
    reference, is_again = office.lodge(), False
    for deed in deeds:
        if deed.form == "closing":
            put_right(office.platform, reference, checker=office.staff["tom"])
        yield _command(office, reference, deed, is_again=is_again)
        is_again = is_again or deed.form == "rejection_review"


def _command(office: Office, reference: str, deed: Deed, *, is_again: bool) -> Callable[[], object]:
    platform, who, said = office.platform, WHO.get(deed.name, "hanna"), deed.said
    if is_again:
        who = office.another(who, deed.form)
        said = {**said, "owner": office.another("hanna", "finding")} if "owner" in said else said
    given = {"actor": office.staff[who], "reference": reference}
    if deed.is_step:
        ((token,),) = rows(platform.database, _TOKEN, reference=reference, element=deed.name)
        return lambda: inbox.complete_step(platform, token=token, answers=said, **given)
    if deed.name == "answer":
        return lambda: casework.deliver_answer(platform, answer=deed.said["answer"], **given)
    return lambda: casework.escalate(platform, reason="Please look at this.", **given)


def per_command(
    office: Office, *, stories: int, clock: Callable[[], float] = time.process_time
) -> float:
    """Return what one command of the story takes by a clock, in milliseconds."""
    spent, count = 0.0, 0
    for _ in range(stories):
        for command in tell(office):
            begin = clock()
            command()
            spent += clock() - begin
            count += 1
    return 1000 * spent / count
