"""People from a table: what would happen is what happens, and nobody is kept out by another."""

import pytest

from engine.domain.account import LinkKind
from engine.domain.actor import Actor, Role
from engine.errors import InvalidInputError
from engine.services.accounts import accounts, links, roles, roster
from tests.integration.identity_ways import people

VERA = Actor(username="vera", name="Vera", roles=frozenset({Role.ADMINISTRATOR}))
ROWS = (
    "ann,Ann Lee,handler",
    "bo,Bo Ray,wizard",
    "ann,Ann Again,handler",
    "c d,Cleo,intake",
    "dan,Dan Fox,manager;administrator",
)


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def _gist(lines):
    return [(line.number, line.username, line.verdict) for line in lines]


def test_the_plan_stores_nothing_and_is_carried_out_as_it_was_told(platform):
    lines = people(*ROWS)
    told = roster.plan(platform, actor=VERA, lines=lines)
    nobody = accounts.page(platform, actor=VERA)[1]

    done = roster.carry_out(platform, actor=VERA, lines=lines)

    assert nobody == 0
    assert _gist(done) == _gist(told)
    assert [line.verdict.name for line in told] == ["ADD", "REFUSED", "KNOWN", "REFUSED", "ADD"]
    assert "Roles" in told[1].why
    assert "User name" in told[3].why
    assert [m.actor.username for m in accounts.page(platform, actor=VERA)[0]] == ["ann", "dan"]


def test_everybody_added_has_a_link_and_administrators_wait(platform):
    done = roster.carry_out(platform, actor=VERA, lines=people(*ROWS))

    opened = [links.look(platform, token=line.link) for line in done if line.link]
    assert [(link.username, link.kind) for link in opened] == [
        ("ann", LinkKind.INVITATION),
        ("dan", LinkKind.INVITATION),
    ]
    assert [each.username for each in roles.waiting(platform, actor=VERA)] == ["dan"]


def test_a_table_is_read_however_people_write_it(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name;USERNAME;Roles\nZoë Lee; zoe ;Team leader, handler\n", "utf-8")

    (line,) = roster.read(path)

    assert (line.number, line.username, line.name) == (2, "zoe", "Zoë Lee")
    assert line.roles == ("team_leader", "handler")


@pytest.mark.parametrize("text", ["name,roles\nZoe,handler\n", "", "\x00\x01"])
def test_a_file_that_is_no_such_table_is_refused(tmp_path, text):
    path = tmp_path / "people.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(InvalidInputError):
        roster.read(path)


def test_a_plan_that_is_not_what_is_done_is_noticed(platform, monkeypatch):
    """Plant the bug: the plan forgets who is there already."""
    lines = people(*ROWS[:1])
    roster.carry_out(platform, actor=VERA, lines=lines)
    monkeypatch.setattr(roster, "_judged", lambda line, _there: line)

    with pytest.raises(Exception, match="taken"):
        roster.carry_out(platform, actor=VERA, lines=lines)
