"""Whoever answers for a request is warned in time, and what is overdue climbs: each once."""

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.conformity import Verdict
from engine.domain.subject_request import RequestAct, Right
from engine.services.accounts import accounts, daily_mail
from engine.services.evidence import conforming
from engine.services.staffing import respondents
from engine.services.upkeep import jobs, what_waits
from tests.integration.crowd import at_once
from tests.integration.office import rows
from tests.integration.people import BOTH, DORA, REX, lodge
from tests.integration.request_ways import act, events, recorded, request, tell

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(office):
    """An office where those who protect and those above have accounts and want the mail."""
    platform = office.platform

    def hire(tx):
        for person in (DORA, REX, BOTH):
            tx.accounts.add(person, password_hash="", at=platform.now())

    platform.database.write(hire)
    for person in (DORA, REX, BOTH):
        address = f"{person.username}@office.example"
        daily_mail.choose_daily_mail(platform, actor=person, address=address)
    return office


def _mails(office):
    query = "SELECT recipient, body FROM outbox WHERE recipient LIKE '%office.example' ORDER BY id"
    return rows(office.platform.database, query)


def _to(office):
    return [recipient.split("@")[0] for recipient, _body in _mails(office)]


@pytest.mark.iso("4.10")
def test_the_owner_is_warned_ten_and_three_days_before_and_those_above_afterwards(desk, clock):
    number = recorded(desk)
    again = []

    for _day in range(40):
        tell(desk)
        found = tell(desk)
        again.append((found.warned, found.climbed))
        clock.advance(days=1)

    assert set(again) == {(0, 0)}
    assert [each["days"] for each in events(desk, "warned")] == [10, 3]
    assert events(desk, "climbed") == [{"request": number}]
    assert _to(desk) == ["dora", "dora", "dora", "rex", "zoe"]
    begin = f"Request {number} of somebody about their own data (access) is"
    assert [body.split("\n")[0].removeprefix(begin) for _to, body in _mails(desk)][:3] == [
        " to be answered: 10 days left.",
        " to be answered: 3 days left.",
        " overdue: nobody has answered.",
    ]
    assert not [body for _to, body in _mails(desk) if "okapi" in body.lower()]


def test_after_an_outage_the_nearest_warning_is_given_and_no_other(desk, clock):
    recorded(desk)
    clock.advance(days=29)

    assert tell(desk).warned == 1
    assert [each["days"] for each in events(desk, "warned")] == [3]
    assert "2 days left" in _mails(desk)[0][1]
    clock.advance(days=30)
    done = tell(desk)
    assert (done.open, done.overdue, done.warned, done.climbed) == (1, 1, 0, 1)
    assert tell(desk).climbed == 0


def test_two_looks_at_once_tell_once(desk, clock):
    recorded(desk)
    clock.advance(days=60)

    ends = at_once(2, lambda _: tell(desk))

    assert sorted(end.climbed for end in ends) == [0, 1]
    assert _to(desk) == ["dora", "rex", "zoe"]


def test_more_time_begins_the_warnings_anew_and_an_answer_ends_them(desk, clock):
    number = recorded(desk)
    clock.advance(days=25)
    tell(desk)
    act(desk, number, RequestAct.EXTEND, said="Much to read.")

    assert tell(desk).warned == 0
    clock.advance(days=60)
    assert tell(desk).warned == 1
    act(desk, number, RequestAct.CARRY_OUT)
    clock.advance(days=60)
    assert tell(desk).overdue == 0
    assert [each["days"] for each in events(desk, "warned")] == [10, 10]


@ON_SQLITE
def test_where_the_owner_is_gone_everybody_is_warned_who_could_answer(desk, clock):
    recorded(desk)
    accounts.close(desk.platform, actor=SYSTEM, username="dora", reason="Left the office.")
    clock.advance(days=25)

    tell(desk)

    assert _to(desk) == ["zoe"]


@ON_SQLITE
@pytest.mark.iso("4.7")
def test_whoever_is_complained_about_gets_no_mail(desk, clock):
    reference = lodge(desk)
    recorded(desk, reference=reference)
    said = {"username": "zoe", "about": "She was rude."}
    hanna = desk.staff["hanna"]
    respondents.name(desk.platform, actor=hanna, reference=reference, answers=said)
    before = len(_mails(desk))
    clock.advance(days=60)

    tell(desk)

    assert _to(desk)[before:] == ["dora", "rex"]


@ON_SQLITE
def test_the_job_tells_what_it_counted(desk, clock):
    recorded(desk)
    recorded(desk, right=Right.PORTABILITY)
    clock.advance(days=60)

    done = jobs.run(desk.platform, name="dsar_clock")

    counted = {"open": 2, "overdue": 2, "warned": 0, "climbed": 2, "forgotten": 0}
    assert (done.state, dict(done.summary)) == ("done", counted)


@pytest.mark.iso("8.1")
def test_names_of_those_who_were_answered_long_ago_are_forgotten(desk, clock):
    number, still_open = recorded(desk), recorded(desk, right=Right.ERASURE)
    of_case = recorded(desk, reference=lodge(desk))
    for each in (number, of_case):
        act(desk, each, RequestAct.CARRY_OUT, said="Sent to Mr Okapi.")
    clock.advance(days=366 * desk.platform.policy.retention.years)

    first, second = tell(desk), tell(desk)

    assert (first.forgotten, second.forgotten) == (1, 0)
    assert (request(desk, number).name, request(desk, number).answer) == ("(erased)", "")
    assert request(desk, still_open).name == "Rob Okapi"
    assert request(desk, of_case).answer == "Sent to Mr Okapi."
    keys = "SELECT count(*) FROM subject WHERE sealed_key IS NULL"
    assert rows(desk.platform.database, keys) == [(1,)]


@pytest.mark.iso("4.10")
def test_the_clause_warns_of_a_request_that_is_overdue(desk, clock):
    number = recorded(desk)

    def own_data():
        (clause,) = conforming.check_clauses(desk.platform, actor=SYSTEM, clauses=["4.10"])
        (found,) = (each for each in clause.measures if each.measure.code == "own_data")
        return found

    before = own_data()
    clock.advance(days=31)
    on_its_last_day = own_data()
    clock.advance(days=1)
    after = own_data()
    act(desk, number, RequestAct.CARRY_OUT)
    answered_late = own_data()
    clock.advance(days=400)

    assert (before.verdict, on_its_last_day.verdict) == (Verdict.PASS, Verdict.PASS)
    assert (after.verdict, after.count.wrong) == (Verdict.WARN, (f"request {number}",))
    assert answered_late.verdict is Verdict.WARN
    assert own_data().verdict is Verdict.NOT_APPLICABLE


@ON_SQLITE
def test_what_is_to_be_answered_is_counted_for_whoever_answers(desk):
    recorded(desk)

    number = {
        person.username: what_waits.number_at(desk.platform, actor=person, path="privacy")
        for person in (DORA, REX, BOTH)
    }

    assert number == {"dora": 1, "rex": 0, "zoe": 1}
    told = [each.told(n) for each, n in what_waits.waiting_for(desk.platform, actor=DORA)]
    assert told == ["1 request about personal data to answer"]
