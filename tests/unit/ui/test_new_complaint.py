"""A new complaint is recorded once, and nothing that was typed is lost on the way."""

from datetime import timedelta

import pytest

from engine.services import casefile, intake
from tests.unit.ui.office import HOSTILE, Office, texts


def _page():
    from ui.pages import new_complaint  # noqa: PLC0415 - this function runs as a script

    new_complaint.show()


@pytest.fixture
def led(monkeypatch):
    """Where the page led to."""
    ways = []
    monkeypatch.setattr(
        "ui.pages.new_complaint.go", lambda path, **query: ways.append((path, query))
    )
    return ways


def _fill(test, summary="Charged twice", name="Jane Doe"):
    test.text_input(key="new.summary").set_value(summary).run()
    return test.text_input(key="new.complainant_name").set_value(name).run()


def test_two_fields_are_enough_to_record_a_complaint(office: Office, hanna, led):
    test = _fill(office.sits(hanna, _page))

    test.button(key="new:submit").click().run()

    [(path, query)] = led
    file = casefile.view(office.platform, actor=hanna, reference=query["ref"])
    assert path == "case"
    assert file.case.complaint.summary == "Charged twice"
    assert file.case.complaint.received_at == office.platform.now()
    assert file.case.complaint.channel == "phone"


def test_what_is_missing_is_said_beside_its_field(office: Office, hanna, led):
    test = office.sits(hanna, _page)

    test.button(key="new:submit").click().run()

    said = texts(test)
    assert led == []
    assert "2 fields need your attention." in said
    assert "In one sentence needs at least 3 characters." in said


def test_an_address_that_is_none_is_refused_and_kept(office: Office, hanna, led):
    test = _fill(office.sits(hanna, _page))
    test.text_input(key="new.email").set_value("jane at home").run()

    test.button(key="new:submit").click().run()

    assert led == []
    assert "'jane at home' is no e-mail address" in texts(test)
    assert test.text_input(key="new.email").value == "jane at home"


def test_a_receipt_in_the_future_is_refused_in_a_sentence_and_nothing_is_lost(
    office: Office, hanna, led
):
    test = _fill(office.sits(hanna, _page))
    later = (office.platform.now() + timedelta(days=1)).replace(tzinfo=None)
    test.datetime_input(key="new.received_at").set_value(later).run()

    test.button(key="new:submit").click().run()

    assert led == []
    assert "Received must not lie in the future." in texts(test)
    assert test.text_input(key="new.summary").value == "Charged twice"


def test_a_double_click_records_one_complaint(office: Office, hanna, led, monkeypatch):
    real, references = intake.lodge, []

    def twice(platform, **what):
        references.extend(real(platform, **what) for _ in range(2))
        return references[-1]

    monkeypatch.setattr(intake, "lodge", twice)
    test = _fill(office.sits(hanna, _page))

    test.button(key="new:submit").click().run()

    assert len(references) == 2
    assert len(set(references)) == 1


def test_hostile_text_is_recorded_as_it_was_typed(office: Office, hanna, led):
    test = _fill(office.sits(hanna, _page), summary=HOSTILE, name="=cmd|'/c calc'!A1")

    test.button(key="new:submit").click().run()

    file = casefile.view(office.platform, actor=hanna, reference=led[0][1]["ref"])
    assert file.case.complaint.summary == HOSTILE
    assert not test.exception


def test_a_page_that_forgets_its_command_id_is_caught(office: Office, hanna, led, monkeypatch):
    real = intake.lodge
    monkeypatch.setattr(intake, "lodge", lambda p, **what: real(p, **(what | {"command_id": None})))

    with pytest.raises(AssertionError):
        test_a_double_click_records_one_complaint(office, hanna, led, monkeypatch)
