"""A new complaint is recorded once, and nothing that was typed is lost on the way."""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest

from engine.domain.actor import COMPLAINANT
from engine.services.handling import casefile, tracking
from engine.services.intake import reception
from tests.unit.ui.office import HOSTILE, Office, texts
from ui.parts import case_action
from ui.parts.look import Look


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
    real, references = reception.receive, []

    def twice(platform, **what):
        references.extend(real(platform, **what) for _ in range(2))
        return references[-1]

    monkeypatch.setattr(reception, "receive", twice)
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
    real = reception.receive
    monkeypatch.setattr(
        reception, "receive", lambda p, **what: real(p, **(what | {"command_id": uuid4()}))
    )

    with pytest.raises(AssertionError):
        test_a_double_click_records_one_complaint(office, hanna, led, monkeypatch)


def _case_page():
    from ui.pages import case  # noqa: PLC0415 - as above

    case.show()


def test_what_may_be_the_same_is_shown_before_it_is_recorded(office: Office, hanna, led):
    first = _fill(office.sits(hanna, _page))
    first.button(key="new:submit").click().run()
    test = _fill(office.sits(hanna, _page), summary="Charged twice, again", name="J. Doe")

    test.button(key="new:submit").click().run()

    said = texts(test)
    assert len(led) == 1
    assert "This complaint may be the same." in said
    assert "similar words" in said


def _record_again():
    from ui.pages import new_complaint  # noqa: PLC0415 - as above
    from ui.parts import alike  # noqa: PLC0415 - as above

    # Without a browser a dialog is open for one run only, so its button is pressed for it.
    new_complaint.ask_alike = lambda _found, _zone, record: record()
    try:
        new_complaint.show()
    finally:
        new_complaint.ask_alike = alike.ask_alike


def test_it_is_recorded_all_the_same_where_somebody_says_so(office: Office, hanna, led):
    _fill(office.sits(hanna, _page)).button(key="new:submit").click().run()
    test = _fill(office.sits(hanna, _record_again))

    test.button(key="new:submit").click().run()

    assert [query["ref"] for _path, query in led] == ["C-2026-000001", "C-2026-000002"]


def test_the_code_for_the_caller_is_shown_once(office: Office, hanna, led):
    test = _fill(office.sits(hanna, _page))
    test.button(key="new:submit").click().run()
    reference = led[0][1]["ref"]
    code = test.session_state[f"tracking:{reference}"]
    page = office.sits(hanna, _case_page, ref=reference)
    before = texts(page)
    page.session_state[f"tracking:{reference}"] = code
    page.run()

    shown = page.code[0].value
    page.button(key="tracking:done").click().run()

    assert "Tracking code" not in before
    assert len(code) == 20
    assert shown.replace("-", "") == code
    assert not page.code
    with office.platform.database.read() as tx:
        assert tx.codes.mark(tx.cases.get(reference).id)


def _case_page_with_a_new_code():
    from engine.services.handling import tracking  # noqa: PLC0415 - as above
    from ui.pages import case  # noqa: PLC0415 - as above
    from ui.parts.tracking import keep_code  # noqa: PLC0415 - as above
    from ui.session import actor, platform  # noqa: PLC0415 - as above

    keep_code("C-2026-000001", tracking.renew(platform(), actor=actor(), reference="C-2026-000001"))
    case.show()


def test_somebody_who_lost_the_code_gets_another(office: Office, hanna, led):
    _fill(office.sits(hanna, _page)).button(key="new:submit").click().run()
    reference = led[0][1]["ref"]

    page = office.sits(hanna, _case_page_with_a_new_code, ref=reference)

    code = page.code[0].value
    found = tracking.reference_of(office.platform, actor=COMPLAINANT, code=code)
    assert found == reference
    menu = {action.label: action for action in case_action.actions(_look(office, hanna, reference))}
    assert menu["Give a new tracking code"].why_not == ""


def _look(office: Office, person, reference):
    return Look(
        file=casefile.view(office.platform, actor=person, reference=reference),
        person=person,
        now=office.platform.now(),
        zone=UTC,
        currency="GBP",
    )
