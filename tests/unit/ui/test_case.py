"""The case page shows what to do, lets it be done once, and shows every text as text."""

import pytest

from engine.domain.actor import COMPLAINANT, Actor, Role
from engine.services.door import following
from engine.services.handling import casefile, casework, inbox
from tests.unit.ui.office import HOSTILE, LETTER, LETTERS, Office, as_text, markup, texts
from ui.pages.case import _TABS


def _page():
    from ui.pages import case  # noqa: PLC0415 - this function runs as a script

    case.show()


@pytest.fixture
def dora() -> Actor:
    """Handles complaints and approves decisions, though never her own."""
    return Actor(username="dora", name="Dora", roles=frozenset({Role.HANDLER, Role.APPROVER}))


def _form(office, actor, reference, form):
    return f"step:{reference}:{office.step(actor, reference, form).step.token}"


def _choose(test, actor, office, reference, form):
    token = office.step(actor, reference, form).step.token
    return test.get("button_group")[0].set_value(token).run()


def test_a_step_is_completed_and_the_case_goes_on(office: Office, hanna):
    reference = office.lodge(hanna)
    key = _form(office, hanna, reference, "register")
    test = office.sits(hanna, _page, ref=reference)

    test.selectbox(key=f"{key}.category").set_value("Price").run()
    test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "Register the complaint: done." in texts(test)
    waiting = casefile.view(office.platform, actor=hanna, reference=reference).steps
    assert {item.step.form for item in waiting} == {"acknowledge", "assess"}


def test_what_was_typed_comes_back_in_another_browser(office: Office, hanna):
    reference = office.lodge(hanna)
    key = _form(office, hanna, reference, "register")
    first = office.sits(hanna, _page, ref=reference)
    first.text_input(key=f"{key}.product").set_value("Dual fuel").run()

    second = office.sits(hanna, _page, ref=reference)

    assert second.text_input(key=f"{key}.product").value == "Dual fuel"


def test_a_step_that_somebody_else_finished_is_refused_in_a_sentence(office: Office, hanna):
    reference = office.lodge(hanna)
    key = _form(office, hanna, reference, "register")
    test = office.sits(hanna, _page, ref=reference)
    test.text_input(key=f"{key}.product").set_value("Dual fuel").run()
    real = inbox.complete_step

    def beaten(platform, *, actor, **what):
        real(platform, actor=actor, **(what | {"command_id": None}))
        return real(platform, actor=actor, **what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox, "complete_step", beaten)
        test.button(key=f"{key}:submit").click().run()

    assert test.error[-1].value.replace("\\", "").startswith("This step is not open. Somebody")
    assert test.text_input(key=f"{key}.product").value == "Dual fuel"


def test_a_double_click_completes_a_step_once(office: Office, hanna, monkeypatch):
    reference = office.lodge(hanna)
    key = _form(office, hanna, reference, "register")
    test = office.sits(hanna, _page, ref=reference)
    real, ids = inbox.complete_step, []

    def twice(platform, **what):
        ids.append(what["command_id"])
        real(platform, **what)
        return real(platform, **what)

    monkeypatch.setattr(inbox, "complete_step", twice)

    test.button(key=f"{key}:submit").click().run()

    assert ids[0] is not None
    assert "Register the complaint: done." in texts(test)


def test_a_step_for_other_roles_says_for_whom_it_waits(office: Office, hanna, ivo):
    reference = office.lodge(hanna)

    test = office.sits(ivo, _page, ref=reference)

    assert "This step waits for somebody with the role intake." in texts(test)
    assert not [button for button in test.button if button.key.endswith(":submit")]


def test_a_step_is_claimed_and_released(office: Office, hanna):
    reference = office.lodge(hanna)
    token = office.step(hanna, reference, "register").step.token
    test = office.sits(hanna, _page, ref=reference)

    test = test.button(key=f"Claim:{token}").click().run()
    claimed = texts(test)
    test = test.button(key=f"Release:{token}").click().run()

    assert "This step is yours." in claimed
    assert "Nobody has taken this step yet." in texts(test)


def test_several_open_steps_can_be_chosen(office: Office, hanna):
    reference = office.lodge(hanna)
    office.does(hanna, reference, "register", category="Price")
    test = office.sits(hanna, _page, ref=reference)

    test = _choose(test, hanna, office, reference, "acknowledge")

    assert test.header[0].value == "Write the acknowledgement"
    assert "Dear Jane Doe" in test.text_area[0].value


def test_an_approver_reads_the_letter_as_it_will_be_sent(office: Office, hanna, tom, ada):
    reference = office.drafted(hanna, tom)

    test = office.sits(ada, _page, ref=reference)

    assert any(LETTER in text for text in as_text(test))
    assert f"The letter as it will be sent: Our decision on your complaint {reference}" in texts(
        test
    )
    assert "250.00 GBP" in markup(test).replace("\\", "")


def test_whoever_drafted_reads_why_somebody_else_decides(office: Office, tom, dora, hanna):
    office = Office(office.platform, (dora,))
    everything = dora.model_copy(update={"roles": dora.roles | {Role.INTAKE}})
    reference = office.drafted(everything, tom)

    test = office.sits(dora, _page, ref=reference)

    assert "You drafted this, so somebody else decides it." in texts(test)
    assert any(LETTER in text for text in as_text(test))
    assert not [button for button in test.button if button.key.endswith(":submit")]


def test_a_returned_draft_shows_its_reasons_to_whoever_drafts_again(
    office: Office, hanna, tom, ada
):
    reference = office.drafted(hanna, tom)
    office.does(ada, reference, "approval", approval="returned", comment="Say sorry first.")

    test = office.sits(hanna, _page, ref=reference)

    assert "Ada returned the draft just now" in texts(test)
    assert "Say sorry first." in as_text(test)
    assert LETTERS["250"].strip() in [area.value for area in test.text_area]


def test_hostile_text_is_shown_as_text_only(office: Office, hanna):
    reference = office.lodge(
        hanna, summary=HOSTILE, description=HOSTILE, complainant_name=HOSTILE, product=HOSTILE
    )
    casework.add_note(office.platform, actor=hanna, reference=reference, text=HOSTILE)

    test = office.sits(hanna, _page, ref=reference)

    assert as_text(test).count(HOSTILE) == 2
    assert test.title[0].value.replace("\\", "").replace("\N{WORD JOINER}", "") == HOSTILE
    assert "![" not in markup(test).replace("\\!", "").replace("\\[", "")
    assert "<img" not in markup(test).replace("\\<", "")


def test_a_page_that_forgets_to_escape_is_caught(office: Office, hanna, monkeypatch):
    monkeypatch.setattr("ui.pages.case.plain", lambda text: text)

    with pytest.raises(AssertionError):
        test_hostile_text_is_shown_as_text_only(office, hanna)


def test_the_menu_says_why_something_is_not_possible(office: Office, hanna, ada):
    reference = office.lodge(hanna)
    test = office.sits(ada, _page, ref=reference)

    test.session_state[f"actions:{reference}"] = True
    test.run()

    said = texts(test)
    assert "This needs the role handler, intake or team leader." in said
    assert "This needs the role manager or team leader." in said
    possible = {button.label for button in test.button if not button.disabled}
    assert "Escalate" in possible
    assert not possible & {"Record a withdrawal", "Reassign a step"}


def test_a_note_is_kept_and_an_empty_one_refused(office: Office, hanna):
    reference = office.lodge(hanna)
    test = office.sits(hanna, _page, ref=reference)

    test = test.button(key=f"note:{reference}:0:add").click().run()
    refused = [error.value for error in test.error]
    test.text_area(key=f"note:{reference}:0").set_value("Rang her.").run()
    test = test.button(key=f"note:{reference}:0:add").click().run()

    assert refused == ["Note is needed\\."]
    assert "Rang her." in as_text(test)


def test_a_closed_complaint_says_how_it_ended_and_how_long_it_took(
    office: Office, hanna, tom, ada, clock
):
    reference = office.drafted(hanna, tom)
    office.does(ada, reference, "approval", approval="approved")
    casework.deliver_answer(office.platform, actor=hanna, reference=reference, answer="accepted")
    clock.advance(days=5)
    office.does(tom, reference, "closing")

    test = office.sits(hanna, _page, ref=reference)

    assert test.header[0].value == "Closed"
    assert "Upheld" in markup(test)
    assert "5 d" in markup(test)


def test_a_case_that_waits_for_the_complainant_offers_to_record_the_answer(
    office: Office, hanna, tom, ada
):
    reference = office.drafted(hanna, tom)
    office.does(ada, reference, "approval", approval="approved")

    test = office.sits(hanna, _page, ref=reference)

    assert test.header[0].value == "Waiting for the complainant"
    assert "case:answer" in [button.key for button in test.button]


def test_a_promise_that_was_broken_says_so_in_red(office: Office, hanna, clock):
    reference = office.lodge(hanna)
    clock.advance(days=10)

    test = office.sits(hanna, _page, ref=reference)

    assert ":red[**6 d late**]" in texts(test)


def test_a_reference_that_nobody_has_is_refused_in_a_sentence(office: Office, hanna):
    test = office.sits(hanna, _page, ref="C-2026-999999")

    assert not test.exception
    assert "There is no complaint C-2026-999999." in texts(test)


@pytest.mark.parametrize("tab", _TABS)
def test_every_tab_of_a_case_with_a_history_is_drawn(office: Office, hanna, tom, ada, tab):
    reference = office.drafted(hanna, tom, summary=HOSTILE)
    office.does(ada, reference, "approval", approval="approved")
    casework.deliver_answer(
        office.platform, actor=hanna, reference=reference, answer="accepted", text=HOSTILE
    )
    test = office.sits(hanna, _page, ref=reference)

    test.session_state[f"case:tabs:{reference}"] = tab
    test.run()

    assert not test.exception
    assert "![" not in markup(test).replace("\\!", "").replace("\\[", "")


def test_a_reassigned_step_takes_its_reason_along_as_a_note(office: Office, hanna, ivo, tom):
    reference = office.lodge(hanna)
    office.does(hanna, reference, "register", category="Price")
    office.does(hanna, reference, "acknowledge")
    office.does(hanna, reference, "assess", severity=3, complexity="moderate")
    office.does(tom, reference, "assign", owner="hanna")
    token = office.step(tom, reference, "finding").step.token

    inbox.reassign(
        office.platform, actor=tom, reference=reference, token=token, to="ivo", reason="On leave"
    )

    test = office.sits(ivo, _page, ref=reference)
    assert "This step is yours." in texts(test)
    assert "Investigate, given to Ivo: On leave" in as_text(test)


def test_a_word_of_the_complainant_is_seen_until_somebody_writes(office: Office, hanna):
    reference = office.lodge(hanna)
    quiet = texts(office.sits(hanna, _page, ref=reference))
    following.hear(office.platform, actor=COMPLAINANT, reference=reference, text="More.")
    written = texts(office.sits(hanna, _page, ref=reference))
    office.does(hanna, reference, "register", scope="complaint", category="Price")
    office.does(hanna, reference, "acknowledge", text="Dear Jane, we have read what you wrote.")

    answered = texts(office.sits(hanna, _page, ref=reference))

    assert "The complainant wrote" not in quiet
    assert ":material/mark_email_unread: The complainant wrote" in written
    assert ":material/mark_email_unread: The complainant wrote" not in answered


def _events(test):
    """Return what the table of events tells, from the top."""
    (table,) = (each.value for each in test.table if "What happened" in each.value.columns)
    return list(table["What happened"])


def test_many_events_are_shown_a_page_at_a_time(office: Office, hanna):
    reference = office.lodge(hanna)
    for number in range(101):
        casework.add_note(office.platform, actor=hanna, reference=reference, text=f"Call {number}.")
    test = office.sits(hanna, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "History"

    latest = _events(test.run())
    test.session_state[f"record:events:{reference}"] = 2
    older = _events(test.run())

    assert len(latest) == 100
    assert any("received" in what.lower() for what in older)
    assert not any("received" in what.lower() for what in latest)


def test_many_notes_are_shown_a_page_at_a_time(office: Office, hanna):
    reference = office.lodge(hanna)
    for number in range(52):
        casework.add_note(office.platform, actor=hanna, reference=reference, text=f"Call {number}!")
    test = office.sits(hanna, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "History"
    test.session_state[f"case:history:{reference}"] = "Notes"

    latest = as_text(test.run())
    test.session_state[f"record:notes:{reference}"] = 2
    older = as_text(test.run())

    assert "Call 51!" in latest
    assert "Call 1!" not in latest
    assert "Call 0!" in older
