"""Every command given a second time, as by a click that was repeated: it counts once.

The commands are found by themselves; see ``commands``. A command that takes an id gets the same one
twice. Any other must be one that changes nothing when it comes again, or refuses.
"""

from functools import cache, partial
from importlib import import_module
from uuid import UUID

import pytest

from engine.errors import RedressError
from engine.services.upkeep import incidents
from tests.architecture.authority import services
from tests.architecture.house import ROOT, SERVICES
from tests.integration.commands import SOURCES, WAYS, Desk, writers
from tests.integration.crowd import at_once
from tests.integration.killing import contents
from tests.integration.postbox import PostBox

CLICK = UUID("12345678-1234-4234-8234-123456789abc")
AGAIN_ON_PURPOSE = {
    "restore_trial.try_restore": "each time it is told how the restore went",
    "entrance.enter": "each wrong code counts",
    "unfinished.keep": "each time it is another form, under another code",
    "migration_trial.try_migration": "each time the cases of that moment are looked at",
    "links.make": "each time makes another link, and the one before ends",
    "links.make_first": "each time makes another link, and the one before ends",
    "second_factor.begin": "each time makes another secret, until one is confirmed",
    "second_factor.renew_codes": "each time gives other codes in place of those before",
    "signing_in.begin_factor": "each time makes another secret, until one is confirmed",
    "ties.begin_own": "each time makes another way, and the one before ends",
    "signing_in.sign_in": "each time begins a session of its own",
    "checkpoints.renew_key": "each time it is another key",
    "process_drafts.open_process_draft": "each time opens another draft",
    "trial_running.play_proposal": "each run is kept",
    "trial_running.replay_process_draft": "each run is kept",
    "trial_running.replay_proposal": "each run is kept",
    "case_export.as_csv": "each list that leaves the house is kept",
    "casefile.view": "each look through broken glass is kept",
    "document_reading.open_file": "each reading is kept",
    "asked.open_file": "each reading is kept",
    "demo.install": "it tells a story, by commands that are all tried here",
    "demo.tell_story": "it tells a story, by commands that are all tried here",
    "keeping.bring_back": "whoever puts keys in place is noted each time",
    "event_logs.write_event_log": "each log that leaves the house is kept",
    "open_data.write_open_data": "each table that leaves the house is kept",
    "returns.write_return": "each return that leaves the house is kept",
    "kept_returns.take_kept_return": "each time it leaves the house is kept",
    "journal_export.of_case": "each export is kept",
    "journal_export.of_period": "each export is kept",
    "conforming.freeze_evidence": "each time it is frozen as it is then",
    "evidence_pack.write_evidence_pack": "each pack that leaves the house is kept",
    "verifying.run": "each verification is kept",
    "master_key.forget": "whoever asks for it is noted each time",
    "master_key.renew": "each time it is another key",
    "monitoring.note_failure": "each failed try of a job counts",
    "referring.case_file": "each file that leaves the house is kept",
    "survey.led_to": "each wrong link counts against the address",
    "subject_access.export": "each export is kept",
}
"""Commands whose second time is another time, and why."""


@pytest.fixture
def desk(office, clock, tmp_path):
    box = PostBox()
    box.open()
    yield Desk(office, clock, tmp_path, box.url)
    box.close()


@cache
def _services():
    """Return every service; read once, since the tests are found by asking for each of them."""
    return services(SOURCES)


def _takes_an_id(name):
    return "command_id" in _services()[name].arguments


def _without_an_id():
    return [n for n in writers() if not _takes_an_id(n) and n not in AGAIN_ON_PURPOSE]


def _with_an_id(monkeypatch, name):
    """Let whoever gives the command give it under the same id each time."""
    module, _, function = name.partition(".")
    home = import_module(".".join(SERVICES[module].relative_to(ROOT).with_suffix("").parts))
    monkeypatch.setattr(home, function, partial(getattr(home, function), command_id=CLICK))


def _give(desk, name, monkeypatch=None):
    act = WAYS[name].prepare(desk)
    if monkeypatch:
        _with_an_id(monkeypatch, name)
    return partial(act, desk.office.platform)


@pytest.mark.parametrize("name", sorted(filter(_takes_an_id, writers())))
def test_a_command_under_the_same_id_counts_once_and_answers_the_same(desk, name, monkeypatch):
    give = _give(desk, name, monkeypatch)
    told = give()
    once = contents(desk.office.platform.database)

    again = give()

    assert _gist(again) == _gist(told)
    assert contents(desk.office.platform.database) == once


def _gist(told):
    """Return what a command tells; of steps, which ones wait."""
    return {step.token for step in told} if isinstance(told, tuple) else told


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", sorted(_without_an_id()))
def test_a_command_without_an_id_changes_nothing_when_it_comes_again(desk, name):
    give = _give(desk, name)
    give()
    once = _counted(desk)

    refused = _refusal_of(give)

    assert refused or _counted(desk) == once


def _counted(desk):
    """Return what is stored, but for a case's revision; a draft is sealed anew each time."""
    stored = contents(desk.office.platform.database)
    stored["draft"] = [row[:4] for row in stored["draft"]]
    return {table: rows for table, rows in stored.items() if table != "complaint_case"}


def _refusal_of(give):
    try:
        give()
    except RedressError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("name", ["incidents.resolve", "incidents.retry"])
def test_eight_clicks_at_once_count_once(desk, name, monkeypatch):
    give = _give(desk, name, monkeypatch)

    ends = at_once(8, lambda _: give())

    assert len(set(ends)) == 1
    assert not isinstance(ends[0], Exception)
    journal = contents(desk.office.platform.database)["journal"]
    assert sum("incident.resolved" in row for row in journal) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_command_that_keeps_no_receipt_is_noticed(desk, monkeypatch):
    monkeypatch.setattr(incidents, "_begin", lambda *_: True)
    give = _give(desk, "incidents.resolve", monkeypatch)
    give()

    assert _refusal_of(give)
