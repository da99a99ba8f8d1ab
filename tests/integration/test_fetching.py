"""Mails are fetched from a real IMAP server and from folders: none lost, none twice."""

import os
import signal
from dataclasses import replace

import pytest

from engine.errors import InvalidInputError, UnavailableError
from engine.services.mail import fetching, mail_source
from engine.services.mail.fetching import Fetched
from engine.services.upkeep import jobs
from tests.integration.killing import killed_at, start, was_killed
from tests.integration.mail_ways import waiting, written
from tests.integration.mailroom import Mailroom
from tests.integration.office import rows


@pytest.fixture
def database_url(sqlite_url):
    """How mails are fetched depends on no database."""
    return sqlite_url


@pytest.fixture(scope="module")
def mailroom(tmp_path_factory):
    room = Mailroom(tmp_path_factory.mktemp("mailroom"))
    yield room
    room.close()


@pytest.fixture
def fetching_from(office, mailroom, monkeypatch):
    """The platform with a mailbox whose server it trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mailroom.certificate))
    return replace(office.platform, mail_in_url=mailroom.url)


def _mails(n, about="Bill"):
    return [
        written(f"{about} {each}", Message_ID=f"<{about}-{each}@example.org>") for each in range(n)
    ]


def _cases(platform):
    ((n,),) = rows(platform.database, "SELECT count(*) FROM complaint_case")
    return n


@pytest.mark.iso("7.2")
def test_mails_of_a_mailbox_become_complaints_once_and_are_marked(fetching_from, mailroom):
    mailroom.put(*_mails(3))
    mailroom.put(b"From: \xff\r\n\r\n")

    first = fetching.fetch(fetching_from)
    second = fetching.fetch(fetching_from)

    assert first == Fetched(filed=3, waiting=1)
    assert second == Fetched()
    assert mailroom.unseen() == 0
    assert _cases(fetching_from) == 3


def test_a_job_fetches_and_does_nothing_without_a_mailbox(office, fetching_from, mailroom):
    mailroom.put(*_mails(1, "Job"))

    fetched = jobs.run(fetching_from, name="mail_in")
    idle = fetching.fetch(office.platform)

    assert (fetched.state, fetched.summary["filed"]) == ("done", 1)
    assert idle == Fetched()


def test_a_fetcher_that_is_killed_anywhere_loses_nothing_and_keeps_nothing_twice(
    fetching_from, mailroom
):
    mailroom.put(*_mails(2, "Killed"))
    before, kills = _cases(fetching_from), 0
    for point in range(0, 400, 60):
        kills += killed_at(fetching_from, fetching.fetch, point)

    fetching.fetch(fetching_from)

    assert kills > 2
    assert mailroom.unseen() == 0
    assert _cases(fetching_from) - before == 2


def test_a_mail_that_was_kept_and_not_marked_is_known_when_it_comes_again(
    fetching_from, mailroom, monkeypatch
):
    mailroom.put(*_mails(1, "Unmarked"))
    with monkeypatch.context() as patched:
        patched.setattr(
            mail_source.ImapSource, "done", lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        )
        assert was_killed(start(fetching_from, fetching.fetch))

    assert mailroom.unseen() == 1
    assert fetching.fetch(fetching_from) == Fetched(known=1)
    assert mailroom.unseen() == 0


def test_a_fetcher_that_marks_first_would_lose_a_mail(fetching_from, mailroom, monkeypatch):
    """Plant the bug: mails are marked before they are kept."""
    mailroom.put(*_mails(1, "Marked"))
    before, read = _cases(fetching_from), mail_source.ImapSource.read

    def marks_first(source, name):
        found = read(source, name)
        source.done(name)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(mail_source.ImapSource, "read", marks_first)
        assert killed_at(fetching_from, fetching.fetch, 3)
    fetching.fetch(fetching_from)

    assert _cases(fetching_from) == before


def test_one_mail_that_cannot_be_kept_stops_no_other(fetching_from, mailroom, monkeypatch):
    mailroom.put(*_mails(2, "Poison"))
    take = fetching.receive_mail

    def fails_for_one(platform, *, raw, **known):
        if b"Poison-0" in raw:
            raise ValueError
        return take(platform, raw=raw, **known)

    with monkeypatch.context() as patched:
        patched.setattr(fetching, "receive_mail", fails_for_one)
        assert fetching.fetch(fetching_from) == Fetched(filed=1, failed=1)
    assert fetching.fetch(fetching_from) == Fetched(filed=1)


def test_a_server_that_nobody_vouches_for_gets_no_password(office, mailroom):
    untrusted = replace(office.platform, mail_in_url=mailroom.url)

    with pytest.raises(UnavailableError, match="does not answer"):
        fetching.fetch(untrusted)


@pytest.mark.parametrize(
    "url", ["nonsense", "imap://", "imaps://host", "http://a:b@host", "imap://a:b@host:0", "file:"]
)
def test_an_address_that_cannot_be_read_is_refused_by_name(office, url):
    with pytest.raises(InvalidInputError, match="REDRESS_MAIL_IN_URL"):
        fetching.fetch(replace(office.platform, mail_in_url=url))


def test_files_of_a_folder_are_taken_in_and_moved(office, tmp_path):
    folder = tmp_path / "mails"
    (folder / "done").mkdir(parents=True)
    for n, raw in enumerate(_mails(2, "File")):
        (folder / f"{n}.eml").write_bytes(raw)
    (folder / "done" / "0.eml").write_bytes(b"older")
    (folder / "link.eml").symlink_to("/etc/hostname")
    (folder / "notes.txt").write_text("no mail")

    first = fetching.read_folder(office.platform, folder=folder)
    (folder / "again.eml").write_bytes(_mails(1, "File")[0])
    second = fetching.read_folder(office.platform, folder=folder)

    assert (first, second) == (Fetched(filed=2), Fetched(known=1))
    assert sorted(each.name for each in folder.iterdir()) == ["done", "link.eml", "notes.txt"]
    assert (folder / "done" / "0.eml").read_bytes() == b"older"
    assert sorted(each.name for each in (folder / "done").iterdir()) == [
        "0-2.eml",
        "0.eml",
        "1.eml",
        "again.eml",
    ]


def test_a_discarded_mail_is_forgotten_after_its_days(office, staff, clock):
    from engine.services.mail import mailbox  # noqa: PLC0415 - only here

    number = waiting(office.platform)
    mailbox.discard(office.platform, actor=staff["tom"], number=number, reason="Nothing.")
    clock.advance(days=29)
    early = fetching.forget_discarded(office.platform)
    clock.advance(days=2)

    assert (early, fetching.forget_discarded(office.platform)) == (0, 1)
    assert fetching.forget_discarded(office.platform) == 0
    assert mailbox.opened(office.platform, actor=staff["tom"], number=number).text == ""
