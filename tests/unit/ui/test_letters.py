"""The page of letters that need a hand: chosen, marked as posted, sent again, as text."""

from datetime import date

import pytest

from engine.domain.letter import LetterKind
from engine.domain.parties import stated
from engine.domain.posting import PostingState
from engine.services.handling import casefile
from engine.services.people import parties
from engine.services.post import letters
from tests.integration.posting_ways import come_back, newest
from tests.unit.ui.desk import sit_down
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts

HERE = {"email": None, "postal_address": "14 Harbour Road\nBristol"}


def _page():
    from ui.pages import letters as page  # noqa: PLC0415 - this function runs as a script

    page.show()


def _dialog(what, reference, number):
    from ui.pages import letters as page  # noqa: PLC0415 - as above
    from ui.parts import posting_action  # noqa: PLC0415 - as above

    found, _ = page.postings.page(
        page.platform(), actor=page.actor(), is_failed=what == "send_again"
    )
    wanted = next(e for e in found if (e.reference, e.posting.number) == (reference, number))
    if what == "mark_all":
        page._mark_all([wanted])
    else:
        getattr(posting_action, what)(page._held(wanted))


def _written(office, hanna, **facts):
    reference = office.lodge(hanna, **facts)
    office.does(hanna, reference, "register", category="Price")
    office.does(hanna, reference, "acknowledge")
    return reference, newest(office)


def _one(office, hanna, reference):
    (found,) = casefile.view(office.platform, actor=hanna, reference=reference).postings
    return found


def test_chosen_letters_are_printed_and_marked_together(office: Office, hanna):
    chosen = _written(office, hanna, **HERE)
    test = office.sits(hanna, _page).run()
    assert "Choose letters to print or to mark as posted." in texts(test)

    test = test.button(key="letters:all").click().run()

    assert test.button(key="letters:mark").label == "Mark 1 letter as posted"
    assert test.checkbox(key=f"letters:chosen:{chosen[0]}/{chosen[1]}").value
    dialog = sit_down(_dialog, office.platform, hanna, "mark_all", *chosen).run()
    dialog.button(key="letters:do").click().run()
    assert _one(office, hanna, chosen[0]).state is PostingState.POSTED


def test_a_letter_is_marked_with_its_day_and_tracking_number(office: Office, hanna):
    reference, number = _written(office, hanna, **HERE)
    test = sit_down(_dialog, office.platform, hanna, "mark", reference, number).run()

    test.text_input(key=f"letters:tracking:{reference}/{number}").set_value("RR 12 GB")
    test = test.button(key="letters:do").click().run()

    posted = _one(office, hanna, reference)
    assert (posted.state, posted.tracking) == (PostingState.POSTED, "RR 12 GB")
    assert isinstance(posted.posted_on, date)


def test_a_letter_without_an_address_cannot_be_chosen(office: Office, hanna):
    reference, number = _written(office, hanna, email=None)

    test = office.sits(hanna, _page).run()

    assert "No postal address is known" in texts(test)
    keys = [str(box.key) for box in test.checkbox]
    assert f"letters:chosen:{reference}/{number}" not in keys


def test_a_letter_to_a_representative_without_authority_cannot_be_chosen(office: Office, hanna):
    reference, number = _written(office, hanna, **HERE)
    to_ruth = {"representative_name": "Ruth Canary", "postal_address": "Ruth Canary\n3 Law Street"}
    letters.send(
        office.platform,
        actor=hanna,
        reference=reference,
        kind=LetterKind.HOLDING,
        text="We are still waiting for the sheets of the meter.",
    )
    case = casefile.view(office.platform, actor=hanna, reference=reference).case
    parties.restate_parties(
        office.platform,
        actor=hanna,
        reference=reference,
        answers=stated(case.complaint) | to_ruth | {"reason": "She speaks for her."},
    )

    test = office.sits(hanna, _page).run()

    assert "It is not printed, as it goes to a representative." in texts(test)
    assert "Ask for an authority" in texts(test)
    keys = [str(box.key) for box in test.checkbox]
    assert f"letters:chosen:{reference}/{newest(office)}" not in keys
    assert f"letters:chosen:{reference}/{number}" in keys


def test_a_letter_that_came_back_is_sent_to_another_address(office: Office, hanna):
    reference, number = _written(office, hanna, email="jane@example.org")
    come_back(office, reference, number)
    test = sit_down(_dialog, office.platform, hanna, "send_again", reference, number).run()

    email = f"letters:email:{reference}/{number}"
    test.text_input(key=email).set_value("nobody")
    test.button(key="letters:do").click().run()
    refused = texts(test)
    test.text_input(key=email).set_value("jane@right.example")
    test.button(key="letters:do").click().run()

    assert "no e-mail address" in refused
    assert _one(office, hanna, reference).state is PostingState.SENT_AGAIN


@pytest.mark.parametrize("what", ["address", "again", "posted", "close"])
def test_a_dialog_about_another_letter_shows_nothing_of_the_first(office: Office, hanna, what):
    told = [{"postal_address": f"{n} Harbour Road\nBristol"} for n in (1, 2)]
    first, second = (f"{c[0]}/{c[1]}" for c in (_written(office, hanna, **HERE | t) for t in told))
    test = office.sits(hanna, _page).run()

    test = test.button(key=f"letter:{first}:{what}").click().run()
    for field in (*test.text_area, *test.text_input):
        field.set_value("Of the first")
    for box in test.checkbox:
        if "delivered" in str(box.key):
            box.check()
    test = test.button(key=f"letter:{second}:{what}").click().run()

    assert not test.exception
    assert "Of the first" not in [f.value for f in (*test.text_area, *test.text_input)]
    assert not [box for box in test.checkbox if "delivered" in str(box.key) and box.value]
    if what == "address":
        assert [area.value for area in test.text_area] == [told[1]["postal_address"]]


def test_names_and_addresses_are_shown_as_text(office: Office, hanna):
    _written(office, hanna, email=None, complainant_name=HOSTILE, postal_address=HOSTILE)

    test = office.sits(hanna, _page).run()

    assert HOSTILE not in markup(test)
    assert HOSTILE in as_text(test)
