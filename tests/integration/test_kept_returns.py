"""A return that was sent is kept as it was, and taken again by whoever may."""

import hashlib
import zlib

import pytest

from engine.domain.regulator_return import ReturnKind
from engine.errors import FileLostError, NotAllowedError, NotFoundError
from engine.services.exports import kept_returns, returns
from tests.integration.export_ways import LAST_YEAR
from tests.integration.office import execute, rows


@pytest.fixture
def send(office, tmp_path):
    """Let somebody send a return, and return its file."""

    def sent(by="mara", kind=ReturnKind.DISP):
        file = tmp_path / "return.csv"
        actor = office.staff[by]
        returns.write_return(office.platform, actor=actor, kind=kind, period=LAST_YEAR, file=file)
        return file.read_bytes()

    return sent


def _take(office, by="mara", number=1):
    return kept_returns.take_kept_return(office.platform, actor=office.staff[by], number=number)


@pytest.mark.iso("8.2")
def test_what_was_sent_is_taken_again_as_it_was(office, send):
    disp, asic = send(), send(kind=ReturnKind.ASIC)

    kept = kept_returns.kept_returns(office.platform, actor=office.staff["mara"])
    assert [each.kind for each in kept] == [ReturnKind.ASIC, ReturnKind.DISP]
    assert [each.sha256 for each in kept] == [hashlib.sha256(f).hexdigest() for f in (asic, disp)]
    assert {each.period for each in kept} == {LAST_YEAR}
    assert (_take(office, number=1), _take(office, number=2)) == (disp, asic)
    ((actor, told),) = rows(
        office.platform.database,
        "SELECT actor, count(*) FROM organisation_event WHERE type = 'return.taken' GROUP BY actor",
    )
    assert (actor, told) == ("mara", 2)


def test_it_is_for_whoever_made_it_and_for_those_from_whom_nothing_is_hidden(office, send):
    send(by="vera")

    assert kept_returns.kept_returns(office.platform, actor=office.staff["mara"]) == ()
    with pytest.raises(NotFoundError):
        _take(office)
    assert _take(office, by="vera")
    with pytest.raises(NotAllowedError):
        _take(office, by="hanna")
    with pytest.raises(NotFoundError):
        _take(office, by="vera", number=7)


@pytest.mark.parametrize("spoilt", [zlib.compress(b"another"), b"no file"])
def test_a_file_that_was_changed_since_is_not_handed_out(office, send, spoilt):
    """Plant the bug: somebody changes the stored file behind our back."""
    send()
    execute(office.platform.database, "UPDATE kept_return SET content = :content", content=spoilt)

    with pytest.raises(FileLostError, match="not the one that was sent"):
        _take(office)
