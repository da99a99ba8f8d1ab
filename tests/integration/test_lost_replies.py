"""The wire to PostgreSQL is cut at the commit: whoever asks again is told what really happened."""

from contextlib import closing
from dataclasses import replace
from itertools import cycle

import pytest

import engine.store.database as store
from engine.errors import UnavailableError
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
    with closing(Database(url.render_as_string(hide_password=False))) as database:
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
        is_stored = wire.cuts[-1] is Cut.AFTER or line.startswith("done")
        if stored != done + is_stored:
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
    refused = [line for line in told if line.startswith("refused")]
    assert len(refused) == 40
    assert all("Look whether it was stored" in line for line in refused)
    references = {line.split()[-1] for line in told if line.startswith("done")}
    assert rows(office.platform.database, CASES) == [(len(references),)] == [(10,)]
    assert [contradictions(office.platform, each) for each in references] == [[]] * 10


@pytest.mark.parametrize("way", Cut)
def test_a_command_without_an_id_is_never_given_again_by_itself(far_office, office, wire, way):
    wire.cut_next(way)

    with pytest.raises(UnavailableError, match="Look whether it was stored"):
        far_office.lodge()

    assert rows(office.platform.database, CASES) == [(int(way is Cut.AFTER),)]


def test_a_store_that_tries_a_lost_commit_again_by_itself_is_noticed(
    far_office, office, wire, monkeypatch
):
    monkeypatch.setattr(store, "_commit", lambda connection: connection.commit())
    wire.cut_next(Cut.AFTER)

    far_office.lodge()

    assert rows(office.platform.database, CASES) == [(2,)]
