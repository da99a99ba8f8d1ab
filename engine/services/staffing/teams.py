"""Teams: who works on which complaints together (ISO 10002:2018, 5.4)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.errors import CourseError, InvalidInputError, NotFoundError
from engine.services.bulk.reason import needed
from engine.services.journal.jotting import jot_organisation
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out
from engine.services.staffing import restriction
from engine.store.teams import Team
from engine.store.transaction import Transaction

_CODE = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class StaffedTeam:
    """A team and who belongs to it.

    Attributes:
        members: User names, in order.
    """

    team: Team
    members: tuple[str, ...]


def all_teams(platform: Platform, *, actor: Actor) -> tuple[StaffedTeam, ...]:
    """Return every team, by title.

    Raises:
        NotAllowedError: The actor may neither read complaints nor manage teams.
    """
    if not actor.may(Deed.MANAGE_TEAMS):
        actor.require(Deed.READ)
    with platform.database.read() as tx:
        belongs = tx.teams.members()
        return tuple(
            StaffedTeam(team, tuple(name for name, codes in belongs.items() if team.code in codes))
            for team in tx.teams.all()
        )


def keep(
    platform: Platform,
    *,
    actor: Actor,
    code: str,
    title: str,
    categories: Iterable[str] = (),
    members: Iterable[str] = (),
) -> None:
    """Make a team, or change one: its title, what goes to it, and who belongs to it.

    Complaints that are under way stay with the team that has them.

    Args:
        platform: Where the team is.
        actor: Who makes it.
        code: By which it is known; never changes.
        title: As people read it.
        categories: Of complaints that go to it when they are lodged; each to one team at most.
        members: User names of all who belong to it from now on.

    Raises:
        NotAllowedError: The actor may not manage teams.
        InvalidInputError: Code or title cannot be used, a category is not ours or another
            team's, or nobody has one of the user names.
    """
    actor.require(Deed.MANAGE_TEAMS)
    team = Team(code.strip(), title.strip(), tuple(sorted(set(categories))))
    wanted = sorted(set(members))

    def work(tx: Transaction) -> None:
        _check(platform, tx, team, wanted)
        was = {name for name, codes in tx.teams.members().items() if team.code in codes}
        if team in tx.teams.all() and was == set(wanted):
            return
        tx.teams.keep(team, by=actor.username, at=platform.now())
        tx.teams.set_members(team.code, wanted)
        told = {"team": team.code, "joined": sorted(set(wanted) - was)}
        told |= {"left": sorted(was - set(wanted)), "categories": list(team.categories)}
        jot_organisation(platform, tx, actor=actor, kind="team.kept", **told)

    platform.database.write(work)


def move(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    team: str,
    reason: str,
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Give a complaint to another team; steps in the hands of others become unclaimed.

    Args:
        platform: Where the case is.
        actor: Who gives it away.
        reference: Of the case.
        team: Code of the team; empty for everybody who works on complaints.
        reason: Why; is kept.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not give this complaint to another team.
        NotFoundError: No complaint has this reference, or there is no such team.
        InvalidInputError: No reason is given.
        CourseError: The team has it already.
    """
    actor.require(Deed.MOVE_TEAM)
    said = needed("Reason", reason)

    def work(change: CaseChange) -> None:
        if (change.case.team or "") == team:
            raise CourseError(f"{reference} is with this team already.")
        if team and team not in change.tx.teams.codes():
            raise NotFoundError("team", team)
        belongs = change.tx.teams.members()
        stay = {name for name, codes in belongs.items() if not team or team in codes}
        restriction.let_go(change, stay)
        facts = {"from": change.case.team or "everybody", "to": team or "everybody"}
        change.case = change.case.model_copy(update={"team": team or None})
        change.record("team.moved", reason=said, **facts)

    content = {"team": team, "reason": said}
    command = Command("move_to_team", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, command, work)


def team_for(tx: Transaction, *, category: str, lodged_by: Actor) -> str | None:
    """Return whose a new complaint is: the team of its category, else the only one of its taker."""
    known = tx.teams.all()
    found = [team.code for team in known if category and category in team.categories]
    own = [team.code for team in known if team.code in lodged_by.teams]
    return found[0] if found else own[0] if len(own) == 1 else None


def _check(platform: Platform, tx: Transaction, team: Team, members: Iterable[str]) -> None:
    problems: dict[str, str] = {}
    if not _CODE.fullmatch(team.code):
        problems["Code"] = "has small letters, digits and hyphens only, and begins with a letter."
    title = team.title
    if not title.strip() or len(title) > _LONGEST_TITLE or not title.isprintable():
        problems["Title"] = f"is needed, and has at most {_LONGEST_TITLE} characters."
    others = {c: t.title for t in tx.teams.all() if t.code != team.code for c in t.categories}
    for category in team.categories:
        if category not in platform.policy.categories:
            problems["Categories"] = f"{category!r} is not one of ours."
        elif category in others:
            problems["Categories"] = f"{category!r} goes to {others[category]} already."
    if unknown := sorted(set(members) - tx.teams.members().keys()):
        problems["Members"] = f"nobody has the user name {unknown[0]}."
    if problems:
        raise InvalidInputError(problems)
