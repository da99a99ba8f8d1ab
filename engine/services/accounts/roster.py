"""Many people at once, from a table: first it is said what would happen, then it is done."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from engine.bootstrap import Platform
from engine.domain.account import LinkKind
from engine.domain.actor import Actor, Deed
from engine.domain.competence import once
from engine.domain.mapping import UNREADABLE
from engine.errors import InvalidInputError, RedressError
from engine.services.accounts import accounts, competences, links
from engine.services.bulk.table_file import read_table
from engine.services.bulk.token import new_token
from engine.store.transaction import Transaction

MOST = 5_000
"""Lines of one table."""

_NEEDED = {"username", "name", "roles"}
_BETWEEN = re.compile(r"[,;|/]")
_BETWEEN_COMPETENCES = re.compile(r"[,;]")


class Verdict(StrEnum):
    """What becomes of a line."""

    ADD = "is added"
    KNOWN = "is there already"
    REFUSED = "is refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, and what becomes of it.

    Attributes:
        number: Of the line, from 1.
        why: Why it is refused; empty otherwise.
        link: Token of the person's invitation, once it was added; a secret.
    """

    number: int
    username: str
    name: str
    roles: tuple[str, ...]
    verdict: Verdict = Verdict.ADD
    why: str = ""
    link: str = ""
    competences: tuple[str, ...] = ()


def read(path: Path) -> tuple[Line, ...]:
    """Return the lines of a table.

    Roles stand in one cell, separated by semicolons or commas; so do competences.

    Args:
        path: CSV or JSON with the columns ``username``, ``name`` and ``roles``, and perhaps
            ``competences``.

    Raises:
        InvalidInputError: It is no such table, or has more than ``MOST`` lines.
    """
    lines: list[Line] = []
    for number, row in read_table(path):
        cells = {key.strip().lower(): cell.strip() for key, cell in row.items()}
        if UNREADABLE in row:
            refused = {"verdict": Verdict.REFUSED, "why": row[UNREADABLE]}
            lines.append(replace(Line(number, "", "", ()), **refused))  # type: ignore[arg-type] # by name
            continue
        if missing := sorted(_NEEDED - cells.keys()):
            raise InvalidInputError({path.name: f"The column {missing[0]} is missing."})
        given = tuple(_role(text) for text in _BETWEEN.split(cells["roles"]) if text.strip())
        able = once(_BETWEEN_COMPETENCES.split(cells.get("competences", "")))
        lines.append(Line(number, cells["username"], cells["name"], given, competences=able))
        if len(lines) > MOST:
            raise InvalidInputError({path.name: f"It has more than {MOST:,} lines."})
    return tuple(lines)


def plan(platform: Platform, *, actor: Actor, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return what would become of each line; nothing is stored.

    Raises:
        NotAllowedError: The actor may not administer users.
    """
    actor.require(Deed.ADMINISTER)
    with platform.database.read() as tx:
        there = {account.actor.username.lower() for account in tx.accounts.all()}
    judged: list[Line] = []
    for line in lines:
        judged.append(_judged(line, there))
        if judged[-1].verdict is Verdict.ADD:
            there.add(line.username.lower())
    return tuple(judged)


def carry_out(platform: Platform, *, actor: Actor, lines: Iterable[Line]) -> tuple[Line, ...]:
    """Add the people of a table in one transaction, each with an invitation.

    Whoever is there already is left as they are. What is refused does not keep the others out.

    Raises:
        NotAllowedError: The actor may not administer users.
        ConflictError: Somebody added one of them meanwhile; nothing is stored.
    """
    judged = [
        replace(line, link=new_token()) if line.verdict is Verdict.ADD else line
        for line in plan(platform, actor=actor, lines=lines)
    ]
    added = [line for line in judged if line.verdict is Verdict.ADD]

    def work(tx: Transaction) -> None:
        for line in added:
            _add(platform, tx, actor, line)

    if added:
        platform.database.write(work)
    return tuple(judged)


def _role(text: str) -> str:
    """Return a role as Redress names it, however a person writes it: ``Team leader``."""
    return "_".join(text.lower().split())


def _judged(line: Line, there: set[str]) -> Line:
    if line.verdict is Verdict.REFUSED:
        return line
    if line.username.lower() in there:
        return replace(line, verdict=Verdict.KNOWN)
    try:
        _person(line)
    except RedressError as refusal:
        return replace(line, verdict=Verdict.REFUSED, why=str(refusal))
    return line


def _person(line: Line) -> Actor:
    """Return whom a line adds.

    Raises:
        InvalidInputError: Lists everything that cannot be used.
    """
    return accounts.checked(
        username=line.username,
        name=line.name,
        wanted=line.roles,
        competences=line.competences,
    )


def _add(platform: Platform, tx: Transaction, actor: Actor, line: Line) -> None:
    able = competences.as_spelled(platform, tx, line.competences)
    person = _person(replace(line, competences=able))
    accounts.enter(platform, tx, actor=actor, person=person)
    links.add(
        platform,
        tx,
        token=line.link,
        kind=LinkKind.INVITATION,
        username=person.username,
        by=actor,
    )
