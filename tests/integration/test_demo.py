"""The demonstration: a whole department on a fast clock, and proof that it ended right."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest

from config.settings import Settings
from engine.bootstrap import Platform, open_platform, shipped_profiles
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.complaint import Outcome
from engine.domain.ladder import Level
from engine.domain.playbook_text import read_playbook
from engine.domain.playbook_writer import write_playbook
from engine.errors import ConflictError
from engine.process.bundle import build_bundle
from engine.services.accounts import signing_in
from engine.services.audit import auditing
from engine.services.clocks import regimes
from engine.services.demo import demo, simulation
from engine.services.demo.story import Story
from engine.services.handling import inbox
from engine.services.process import processes
from engine.services.process.past import Past, past_of
from engine.services.process.processes import bundle_of
from engine.services.tryout.playing import play
from engine.services.tryout.recording import record_scenario
from engine.services.tryout.replaying import Way, replay_closed
from tests.integration.scenario_ways import diagrams
from tests.integration.upkeep_ways import OTTO


@pytest.fixture(scope="module")
def toured(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Platform, Story]]:
    """The demonstration that everybody sees, told once, and where it was told."""
    home = tmp_path_factory.mktemp("toured")
    shutil.copyfile(sqlite_template, home / "redress.db")
    platform = open_platform(Settings(home=home))
    with closing(platform.database):
        yield platform, demo.tell_story(platform, cases=60, seed=1)


def test_every_case_ends_as_its_diagram_says(toured):
    _platform, story = toured

    assert story.wrong == ()
    assert story.counts["received"] == story.counts["closed"] == 60
    for part in (
        "late",
        "warned",
        "escalated",
        "returned by the approver",
        "reopened",
        *(f"outcome: {each.title.lower()}" for each in Outcome),
        *(f"called: {each.title.lower()}" for each in Level),
    ):
        assert story.counts.get(part, 0) > 0, part


def test_the_story_tours_every_regime_and_its_dates_are_those_of_a_slow_count(toured):
    platform, story = toured

    clocks = _clocks_with_rules(platform)
    wrong = [clock for clock, rule in clocks if clock.due_at != _slowly(clock, rule)]
    shipped = {p.title for c in SHIPPED.codes for p in SHIPPED.editions(c)}
    assert {each.removeprefix("regime: ") for each in story.counts if "regime: " in each} == shipped
    assert len({(clock.profile, clock.variant, clock.rule) for clock, _ in clocks}) >= 20
    assert wrong == []


def test_a_date_of_the_story_that_is_a_day_off_is_noticed(toured):
    """Plant the bug."""
    (clock, rule), *_rest = _clocks_with_rules(toured[0])

    late = clock.model_copy(update={"due_at": clock.due_at + timedelta(days=1)})

    assert _slowly(clock, rule) == clock.due_at != late.due_at


SHIPPED = shipped_profiles()
LONDON = ZoneInfo("Europe/London")


def _clocks_with_rules(platform):
    """Return every clock of every case that nothing has moved, with its rule."""
    found = []
    with platform.database.read() as tx:
        for reference in list(tx.cases.references()):
            case = tx.cases.get(reference)
            for clock in tx.clocks.of(case.id):
                kept = {"profile": clock.profile, "variant": clock.variant, "code": clock.rule}
                if not clock.moves:
                    found.append((clock, regimes.rule_of(platform, tx, **kept)))
    return found


def _slowly(clock, rule):
    """Return when a clock falls due: day by day, with a list of holidays and the wall clock."""
    free = holidays.country_holidays("GB", subdiv="ENG", years=(2026, 2027))
    day, (amount, _space, unit) = (
        clock.started_at.astimezone(LONDON).date(),
        (rule.allowance.partition(" ")),
    )
    is_working = unit.startswith("working")
    if unit.startswith("month"):
        month = day.month - 1 + int(amount)
        first = day.replace(year=day.year + month // 12, month=month % 12 + 1, day=1)
        last = [first + timedelta(days=n) for n in range(31)]
        same_month = [each for each in last if each.month == first.month]
        day = same_month[min(day.day, len(same_month)) - 1]
    else:
        left = int(amount) * (7 if unit.startswith("week") else 1)
        while left:
            day += timedelta(days=1)
            left -= not is_working or (day.weekday() < 5 and day not in free)
    while rule.counting.rolls and (day.weekday() >= 5 or day in free):
        day += timedelta(days=1)
    is_early = is_working and rule.counting.ends != "end_of_day"
    return datetime.combine(day, time(17) if is_early else time(23, 59, 59), LONDON)


def test_the_same_seed_tells_the_same_story_on_each_database(
    sqlite_platform: Platform, postgresql_platform: Platform
):
    on_sqlite = demo.tell_story(sqlite_platform, cases=8, seed=1)
    on_postgresql = demo.tell_story(postgresql_platform, cases=8, seed=1)

    assert on_sqlite.digest == on_postgresql.digest
    assert on_sqlite.counts == on_postgresql.counts
    assert on_postgresql.wrong == ()


def test_another_seed_tells_another_story(sqlite_platform: Platform, tmp_path):
    first = demo.tell_story(sqlite_platform, cases=3, seed=1)
    again = demo.tell_story(_fresh(sqlite_platform, tmp_path / "again.db"), cases=3, seed=1)
    other = demo.tell_story(_fresh(sqlite_platform, tmp_path / "other.db"), cases=3, seed=2)

    assert first.digest == again.digest != other.digest


def test_a_database_in_use_is_left_alone(sqlite_platform: Platform):
    demo.tell_story(sqlite_platform, cases=1, seed=1)

    with pytest.raises(ConflictError):
        demo.tell_story(sqlite_platform, cases=1, seed=1)


def test_a_case_that_stays_open_is_reported(sqlite_platform: Platform, monkeypatch):
    """The planted fault: nobody ever closes."""
    monkeypatch.setattr(simulation, "_LONGEST", simulation.timedelta(days=1))
    monkeypatch.setattr(simulation, "_TRAVEL", simulation.timedelta(days=1))

    story = demo.tell_story(sqlite_platform, cases=2, seed=1)

    assert "is still open" in dict(story.wrong).values()


def test_the_story_needs_every_seat(sqlite_platform: Platform):
    processes.install_shipped(sqlite_platform)
    alone = Actor(username="hanna", name="Hanna", roles=frozenset({Role.HANDLER, Role.INTAKE}))
    run = simulation.Simulation(sqlite_platform, begin=demo.FIRST_DAY, seed=1, staff=(alone,))

    with pytest.raises(ConflictError):
        run.run(5)


def test_a_new_installation_begins_with_work_under_way(sqlite_platform: Platform):
    processes.install_shipped(sqlite_platform)

    password = demo.install(sqlite_platform, cases=30)

    _rows, waiting = inbox.page(sqlite_platform, actor=SYSTEM, view="all")
    assert password is not None
    assert waiting > 0
    assert demo.install(sqlite_platform) is None
    assert signing_in.sign_in(
        sqlite_platform, username="hanna", password=password, address="127.0.0.1"
    )
    assert auditing.verify_journal(sqlite_platform, actor=SYSTEM).broken == ()


def test_no_generated_password_holds_the_name_of_somebody():
    """Accounts refuse such a password: one start in some hundred would have failed."""
    names = {person.username for person in demo.staff()}

    drawn = [demo._new_password() for _ in range(2_000)]

    assert not [password for password in drawn for name in names if name in password]
    assert len(set(drawn)) == len(drawn)


def _fresh(platform: Platform, path) -> Platform:
    from engine.store.database import Database  # noqa: PLC0415 - only here

    database = Database(f"sqlite:///{path}")
    database.migrate()
    return replace(platform, database=database)


def test_on_its_own_version_every_case_would_have_gone_the_same_way(toured):
    platform, _story = toured

    found = _replayed(platform)

    same = "Of 60 closed cases, 60 would have gone the same way, 0 another way"
    assert found.words == (f"{same}, and of 0 nobody can tell.",)
    assert all(each.reference == "" for each in found.shadows)  # who asks reads no complaints


@pytest.mark.parametrize(
    ("before", "after", "passed", "way"),
    [
        ('route == "complex"', 'route == "none"', "plan", Way.OTHER),
        ('id="review_rejection"', 'id="new_review"', "review_rejection", Way.UNKNOWN),
        ('frontline_result == "resolved"', "severity &gt; 5", "resolved", Way.OTHER),
    ],
)
def test_exactly_the_cases_that_a_draft_concerns_are_told_apart(toured, before, after, passed, way):
    platform, _story = toured
    concerned = {reference for reference, past in _pasts(platform) if passed in past.passed}

    found = _replayed(platform, before, after, actor=_READS_AND_OWNS)

    assert {each.reference for each in found.of(way)} == concerned
    assert all(each.where and each.place for each in found.of(way))
    assert len(concerned) + len(found.of(Way.SAME)) == 60


def test_a_shorter_time_for_a_step_is_told_as_steps_that_would_have_been_late(toured):
    platform, _story = toured

    found = _replayed(platform, 'due="10 working days"', 'due="1 working hour"')

    assert len(found.of(Way.SAME)) == 60
    assert any("would have been late and were not: Investigate (" in text for text in found.words)


def test_every_case_is_recorded_as_a_scenario_that_is_green_and_tells_nothing_of_anybody(toured):
    platform, _story = toured
    bundle = build_bundle(**diagrams())

    for reference, past in _pasts(platform)[::2]:
        text = write_playbook(record_scenario(platform, actor=SYSTEM, reference=reference))

        played = play(platform, bundle=bundle, playbook=read_playbook(text))
        assert played.is_green, (reference, played.first_difference)
        assert Counter(played.passed) == Counter(past.passed)
        complaint = past.case.complaint
        for personal in (complaint.complainant_name, complaint.summary, complaint.email):
            assert not personal or personal not in text


_READS_AND_OWNS = Actor(
    username="mo", name="Mo", roles=frozenset({Role.PROCESS_OWNER, Role.MANAGER})
)


def _replayed(platform: Platform, before: str = "", after: str = "", actor: Actor = OTTO):
    files = diagrams()
    changed = files["diagrams"][0].decode()
    assert before in changed
    if before:
        changed = changed.replace(before, after)
        name = before.removeprefix('id="').removesuffix('"')
        if before.startswith("id="):
            other = after.removeprefix('id="').removesuffix('"')
            for place in ("sourceRef", "targetRef", "bpmnElement"):
                changed = changed.replace(f'{place}="{name}"', f'{place}="{other}"')
            changed = changed.replace(f">{name}<", f">{other}<")
    files["diagrams"] = [changed.encode()]
    return replay_closed(platform, actor=actor, most=500, **files)


def _pasts(platform: Platform) -> list[tuple[str, Past]]:
    with platform.database.read() as tx:
        cases = [tx.cases.get(reference) for reference in tx.cases.references()]
        bundle = bundle_of(platform, tx, cases[0].process)
        return [(case.reference, past_of(tx, case, bundle)) for case in cases]
