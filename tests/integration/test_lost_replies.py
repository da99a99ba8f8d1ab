"""The wire to PostgreSQL is cut at the commit: whoever asks again is told what really happened."""

from contextlib import closing
from dataclasses import replace
from itertools import cycle

import pytest

from engine.store.database import Database
from tests.integration.agreement import contradictions
from tests.integration.clerk import Clerk
from tests.integration.office import Office, rows
from tests.integration.wire import Cut, Wire

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

RECEIPTS = "SELECT count(*) FROM receipt"
CASES = "SELECT count(*) FROM complaint_case"


@pytest.fixture
def wire(postgres_server):
    with closing(Wire(postgres_server.port)) as opened:
        yield opened


@pytest.fixture
def far_office(office, wire):
    """The office, reached over the wire."""
    url = office.platform.database.engine.url.set(port=wire.port)
    address = url.render_as_string(hide_password=False)
    with closing(Database(address, office.platform.keyring)) as database:
        yield Office(replace(office.platform, database=database), office.staff)


class UnluckyClerk(Clerk):
    """Whose every command is cut off at its first commit, now before it and now after it."""

    wire: Wire
    ways = cycle(Cut)

    def _give(self, command, reference=""):
        self.wire.cut_next(next(self.ways))
        return super()._give(command, reference)


def _work(far_office, near, wire, commands):
    """Let a clerk give so many commands; return what was said, and the lies among it."""
    told, lies = [], []

    def say(line):
        ((stored,),) = rows(near, RECEIPTS)
        done = sum(each.startswith("done") for each in told)
        if stored != done + line.startswith("done"):
            lies.append((line, wire.cuts[-1]))
        told.append(line)

    clerk = UnluckyClerk(far_office, say, patience=10)
    clerk.wire = wire
    while len(wire.cuts) < commands:
        clerk.one_complaint(len(wire.cuts))
    return told, lies


def test_forty_of_forty_commands_cut_at_their_commit_are_answered_truthfully(
    far_office, office, wire
):
    told, lies = _work(far_office, office.platform.database, wire, 40)

    assert lies == []
    assert [wire.cuts.count(way) for way in Cut] == [20, 20]
    assert all(line.startswith("done") for line in told)
    references = {line.split()[-1] for line in told}
    assert rows(office.platform.database, CASES) == [(len(references),)]
    assert [contradictions(office.platform, each) for each in references] == [[]] * len(references)


@pytest.mark.parametrize("way", Cut)
def test_a_command_without_an_id_is_carried_out_once_too(far_office, office, wire, way):
    wire.cut_next(way)

    far_office.lodge()

    assert wire.cuts == [way]
    assert rows(office.platform.database, CASES) == [(1,)]


def test_a_store_that_tries_again_without_asking_the_server_is_noticed(
    far_office, office, wire, monkeypatch
):
    monkeypatch.setattr(Database, "_was_stored", lambda *_: False)
    wire.cut_next(Cut.AFTER)

    far_office.lodge()

    assert rows(office.platform.database, CASES) == [(2,)]
