"""Looking ahead from what the journals tell, and back at what came."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from engine.bootstrap import open_platform
from engine.domain.actor import Actor, Role
from engine.domain.what_if import Question
from engine.errors import InvalidInputError
from engine.services.demo import demo
from engine.services.figures import looking_ahead
from engine.services.figures.looking_ahead import Ahead
from engine.services.process import processes
from tests.conftest import MONDAY, Clock
from tests.integration.office import Office, rows

MARA = Actor(username="mara", name="Mara", roles=frozenset({Role.REPRESENTATIVE}))
HANNA = Actor(username="hanna", name="Hanna", roles=frozenset({Role.HANDLER, Role.INTAKE}))
WEEKS = 4


@pytest.fixture(scope="module")
def department(sqlite_template, tmp_path_factory):
    """A department that is only looked at."""
    home = tmp_path_factory.mktemp("department")
    shutil.copyfile(sqlite_template, home / "redress.db")
    platform = replace(open_platform(Settings(home=home)), now=Clock(MONDAY))
    with closing(platform.database):
        processes.install_shipped(platform)
        demo.install(platform, cases=40)
        yield platform


def look(platform, question=Question(), **chosen) -> Ahead:  # noqa: B008 - frozen
    return looking_ahead.look_ahead(
        platform, actor=MARA, question=question, **{"weeks": WEEKS} | chosen
    )


def test_what_came_later_is_not_known_when_it_is_looked_back(platform, clock):
    processes.install_shipped(platform)
    demo.install(platform, cases=30)
    before = look(platform)
    clock.advance(weeks=1)
    Office(platform, {"hanna": HANNA}).reach("assess")

    after = look(platform, weeks_back=1)

    assert look(platform).known.under_way != before.known.under_way
    assert after.known == before.known
    assert (after.asked, after.usual) == (before.asked, before.usual)


def test_what_came_stands_beside_what_was_expected(department):
    told = look(department, weeks_back=2)

    for week, count in zip(told.weeks, told.happened, strict=True):
        at = {"at": week.end.isoformat(" ")}
        query = (
            "SELECT count(*) FROM complaint_case WHERE received_at < :at"
            " AND (closed_at IS NULL OR closed_at >= :at)"
        )
        really = rows(department.database, query, **at)[0][0]
        assert count == (really if week.end <= department.now() else None)
    assert [count is None for count in told.happened] == [False, False, True, True]


@pytest.mark.iso("4.3", "6.4")
def test_fewer_people_and_more_complaints_leave_more_open(department):
    usual = look(department)
    rounds = []

    asked = look(
        department,
        Question(arrivals=3.0, people={"handler": -2}),
        on_round=lambda done, of: rounds.append((done, of)),
    )

    assert asked.usual == usual.usual
    assert asked.asked.weeks[-1].backlog.low > usual.usual.weeks[-1].backlog.middle
    assert rounds == [(done, rounds[-1][1]) for done in range(1, rounds[-1][1] + 1)]
    assert usual.known.groups["handler"] == 3
    assert usual.known.steps["investigate"] == "Investigate"


@pytest.mark.parametrize(
    ("question", "chosen", "named"),
    [
        (Question(arrivals=-0.1), {}, "Complaints that come"),
        (Question(arrivals=float("nan")), {}, "Complaints that come"),
        (Question(work={"investigate": 11}), {}, "Work"),
        (Question(work={"knitting": 0.5}), {}, "knitting"),
        (Question(people={"handler": 51}), {}, "People"),
        (Question(people={"pilot": 1}), {}, "pilot"),
        (Question(), {"weeks": 0}, "Weeks ahead"),
        (Question(), {"weeks_back": 27}, "Weeks back"),
    ],
)
def test_what_cannot_be_asked_is_named(department, question, chosen, named):
    with pytest.raises(InvalidInputError) as refusal:
        look(department, question, **chosen)

    assert set(refusal.value.problems) == {named}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_few_complaints_nothing_is_told(office: Office):
    office.reach("assess")

    told = look(office.platform, weeks_back=0)

    assert (told.asked, told.usual) == (None, None)
    assert (told.known.closed, told.known.under_way) == (0, 1)
    assert look(office.platform).weeks[0].end - office.platform.now() == timedelta(weeks=1)
