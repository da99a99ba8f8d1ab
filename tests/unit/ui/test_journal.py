"""The journal page says whether anything was altered, lets one check it, and hands out proof."""

import io
import zipfile

import pytest

from engine.domain.actor import SYSTEM
from engine.services.audit import auditing, journal_export, verifying
from engine.services.journal import checkpoints
from engine.services.journal.examination import Verification
from tests.integration.journal_ways import unguard
from tests.integration.office import execute
from tests.unit.ui.office import HOSTILE, markup, texts
from ui.place import PLACES


def _page():
    from ui.pages import journal  # noqa: PLC0415 - this function runs as a script

    journal.show()


@pytest.fixture
def reference(office, hanna):
    return office.lodge(hanna)


def _alter(office):
    """Change an event behind the back of every service."""
    unguard(office.platform.database, "journal", "UPDATE")
    execute(office.platform.database, "UPDATE journal SET actor = :to WHERE seq = 1",
            to=HOSTILE)  # fmt: skip


def _choose(test, scope, **typed):
    test.segmented_control(key="journal:scope").set_value(scope).run()
    for key, text in typed.items():
        test.text_input(key=f"journal:{key}").set_value(text)
    return test


def test_before_the_first_check_the_page_says_so(office, vera):
    told = texts(office.sits(vera, _page))

    assert "Not verified yet" in told
    assert "Nothing is signed yet" in told


def test_a_check_is_made_said_and_listed_with_what_is_signed(office, vera, reference):
    checkpoints.make(office.platform)
    test = office.sits(vera, _page)

    test.button(key="journal:verify").click().run()

    told = texts(test)
    assert not test.exception
    assert "Nothing was altered" in told
    assert "Everything: nothing altered" in told
    assert "Checkpoint 1" in told
    assert test.code[0].value == checkpoints.signing_key(office.platform).public


def test_what_was_altered_is_said_as_text(office, vera, reference):
    _alter(office)
    verifying.run(office.platform)

    test = office.sits(vera, _page)

    assert "1 finding" in texts(test)
    assert reference in texts(test)
    assert "Nothing was altered" not in texts(test)
    assert "<img" not in markup(test)


def test_one_complaint_is_checked_by_its_reference(office, vera, reference):
    test = _choose(office.sits(vera, _page), "case", case=reference)

    test.button(key="journal:verify").click().run()

    assert f"{reference}: nothing altered" in texts(test)
    assert "Not verified yet" in texts(test), "One complaint is not everything."


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Which complaint?"), ("C-1999-000001", "C-1999-000001")]
)
def test_a_complaint_that_is_not_there_is_said_so(office, vera, typed, said):
    test = _choose(office.sits(vera, _page), "case", case=typed)

    test.button(key="journal:verify").click().run()

    assert said in texts(test)
    assert not test.exception


def test_an_export_is_handed_out_and_noted(office, vera, reference, monkeypatch):
    made = []
    of_case = journal_export.of_case
    monkeypatch.setattr(
        journal_export, "of_case", lambda *a, **k: made.append(of_case(*a, **k)) or made[-1]
    )
    test = _choose(office.sits(vera, _page), "case", case=reference)

    test.button(key="journal:export").click().run()

    assert len(test.get("download_button")) == 1
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert "verify.py" in archive.namelist()


def test_a_period_is_checked_and_exported(office, vera, reference):
    test = office.sits(vera, _page)
    test.segmented_control(key="journal:scope").set_value("period").run()

    test.button(key="journal:verify").click().run()
    test.button(key="journal:export").click().run()

    assert not test.exception
    assert "2025-12-06 to 2026-01-06" in texts(test)
    assert len(test.get("download_button")) == 1


def test_everything_is_not_exported_at_once(office, vera):
    assert office.sits(vera, _page).button(key="journal:export").disabled


def test_a_check_that_did_not_run_for_days_is_said_so(office, vera, clock):
    verifying.run(office.platform)
    clock.advance(days=3)

    assert "the nightly check does not run" in texts(office.sits(vera, _page))


def test_a_check_of_somebody_else_shows_how_far_it_is(office, vera, clock):
    run = office.platform.database.write(
        lambda tx: tx.verifications.begin(scope="", by="system", at=clock())
    )
    office.platform.database.write(
        lambda tx: tx.verifications.go_on(run, events=40, expected=100, at=clock())
    )

    test = office.sits(vera, _page)

    (bar,) = test.get("progress")
    assert (bar.proto.value, bar.proto.text) == (40, "40 of 100 events checked")
    clock.advance(minutes=5)
    assert verifying.state(office.platform, actor=SYSTEM).running is None


def test_only_those_who_may_verify_have_the_page(hanna, vera, mara):
    (place,) = (place for place in PLACES if place.path == "journal")

    assert [place.is_open_to(who) for who in (hanna, vera, mara)] == [False, True, True]


def test_a_check_that_finds_nothing_ever_is_noticed(office, vera, reference, monkeypatch):
    """Plant the bug: whatever stands there, it is whole."""
    monkeypatch.setattr(auditing, "verify_journal", lambda *_a, **_k: Verification(1, 1, ()))

    with pytest.raises(AssertionError):
        test_what_was_altered_is_said_as_text(office, vera, reference)
