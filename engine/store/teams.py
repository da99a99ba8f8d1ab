"""Teams: which there are, who belongs to them, and whose a new complaint is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.platform_tables import AccountRow
from engine.store.tables.reach_tables import TeamRow

_TEAM, _ACCOUNT = table_of(TeamRow), table_of(AccountRow)
_ALL = select(_TEAM.c.code, _TEAM.c.title, _TEAM.c.categories).order_by(_TEAM.c.title)
_CODES = select(_TEAM.c.code)
_BELONGS = select(_ACCOUNT.c.username, _ACCOUNT.c.teams).order_by(_ACCOUNT.c.username)


@dataclass(frozen=True, slots=True)
class Team:
    """People who work on the same complaints.

    Attributes:
        categories: Of complaints that go to the team when they are lodged.
    """

    code: str
    title: str
    categories: tuple[str, ...]


class Teams:
    """Keeps teams; who belongs to one stands with the person's account."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Team, ...]:
        """Return every team, by title."""
        return tuple(_to_team(row) for row in self._session.execute(_ALL))

    def codes(self) -> tuple[str, ...]:
        """Return the codes of all teams."""
        return tuple(self._session.execute(_CODES).scalars())

    def keep(self, team: Team, *, by: str, at: datetime) -> None:
        """Add a team, or give it another title and other categories."""
        shown = {"title": team.title, "categories": list(team.categories)}
        known = _TEAM.c.code == team.code
        done = self._session.execute(_TEAM.update().where(known).values(**shown))
        if done.rowcount == 0:
            made = {"code": team.code, "made_by": by, "made_at": at}
            self._session.execute(_TEAM.insert().values(**shown, **made))

    def members(self) -> dict[str, frozenset[str]]:
        """Return the teams of every account, by user name."""
        return {row.username: frozenset(row.teams) for row in self._session.execute(_BELONGS)}

    def set_members(self, code: str, usernames: Collection[str]) -> None:
        """Let exactly these people belong to a team, whatever else they belong to."""
        for username, teams in self.members().items():
            wanted = teams | {code} if username in usernames else teams - {code}
            if wanted != teams:
                self._belong(username, wanted)

    def _belong(self, username: str, teams: Iterable[str]) -> None:
        self._session.execute(
            _ACCOUNT.update().where(_ACCOUNT.c.username == username).values(teams=sorted(teams))
        )


def _to_team(row: Row[tuple[str, str, list[str]]]) -> Team:
    return Team(row.code, row.title, tuple(row.categories))
