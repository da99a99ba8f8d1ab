"""Requests for information on the case page, and the page of who is asked."""

from engine.domain.actor import Actor, Role
from engine.services.door import asked
from engine.services.handling import casefile
from engine.services.investigation import inquiries
from engine.services.people import interviews
from tests.integration.inquiry_ways import INTERVIEW, QUESTION
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_case import _page

UNA = Actor(username="una", name="Una", roles=frozenset({Role.RESPONDER}))


def _questions():
    from ui.pages import questions as page  # noqa: PLC0415 - this function runs as a script

    page.show()


def _dialog():
    from ui.pages import case  # noqa: PLC0415 - as above
    from ui.parts import inquiry_action  # noqa: PLC0415 - as above

    inquiry_action.ask(case._look(case._asked_for()))


def _tab(office, person, reference):
    test = office.sits(person, _page, ref=reference)
    test.session_state[f"case:tabs:{reference}"] = "Investigation"
    return test.run()


def _hire(office, person=UNA):
    office.platform.database.write(
        lambda tx: tx.accounts.add(person, password_hash="", at=office.platform.now())
    )


def _asked(office, hanna, **said):
    reference = office.lodge(hanna)
    told = QUESTION | {"to": "una"} | said
    inquiries.ask(office.platform, actor=hanna, reference=reference, answers=told)
    return reference


def test_a_colleague_is_asked_on_the_tab_of_the_investigation(office: Office, hanna):
    _hire(office)
    reference = office.lodge(hanna)
    offered = [str(each.key) for each in _tab(office, hanna, reference).button]
    test = office.sits(hanna, _dialog, ref=reference)

    test.text_area(key="inquiry:question").set_value("Who read the meter in March?")
    test.selectbox(key="inquiry:to").set_value("person:una")
    test.button(key="inquiry:ask:do").click().run()

    assert "inquiry:ask" in offered
    (one,) = casefile.view(office.platform, actor=hanna, reference=reference).inquiries
    assert (one.to, one.question) == ("una", "Who read the meter in March?")


def test_nobody_is_asked_without_being_named(office: Office, hanna):
    reference = office.lodge(hanna)
    test = office.sits(hanna, _dialog, ref=reference)

    test.text_area(key="inquiry:question").set_value("Who read the meter in March?")
    test = test.button(key="inquiry:ask:do").click().run()

    assert "Say who is asked." in texts(test)


def test_the_answer_to_another_request_begins_with_nothing_of_the_first(office: Office, hanna):
    outside = {"asked": "outside", "to": "", "email": "max@example.org"}
    reference = _asked(office, hanna, name="Max Meter", **outside)
    second = QUESTION | {"name": "Nora Net"} | outside
    inquiries.ask(office.platform, actor=hanna, reference=reference, answers=second)
    test = _tab(office, hanna, reference)

    test = test.button(key="inquiry:answer:1").click().run()
    test.text_area(key=f"inquiry:text:{reference}:1").set_value("Of the first")
    test = test.button(key="inquiry:answer:2").click().run()

    assert not test.exception
    assert test.text_area(key=f"inquiry:text:{reference}:2").value == ""
    assert test.text_input(key=f"inquiry:source:{reference}:2").value == "Nora Net"


def test_whoever_is_asked_answers_on_a_page_that_tells_nothing_else(office: Office, hanna):
    _hire(office)
    reference = _asked(office, hanna)
    (question,) = asked.mine(office.platform, actor=UNA)
    test = office.sits(UNA, _questions)
    key = f"question:{question.id}"

    seen = texts(test)
    test.text_area(key=f"{key}:text").set_value("Twice, in error.")
    test = test.button(key=f"{key}:do").click().run()

    assert not test.exception
    assert "Hanna" in seen
    assert "Jane" not in seen
    assert reference not in seen + markup(test)
    assert "Nobody waits for an answer of yours." in texts(test)
    (one,) = casefile.view(office.platform, actor=hanna, reference=reference).inquiries
    assert one.answer == "Twice, in error."


def test_a_decision_says_that_an_answer_is_still_awaited(office: Office, hanna, tom):
    _hire(office)
    reference = office.drafted(hanna, tom)
    inquiries.ask(
        office.platform, actor=hanna, reference=reference, answers=QUESTION | {"to": "una"}
    )

    test = office.sits(hanna, _page, ref=reference)

    assert not test.exception
    assert "1 request for information is still open: 1 to Una." in texts(test)


def test_hostile_words_of_a_request_are_shown_as_text(office: Office, hanna):
    outside = {"asked": "outside", "to": "", "name": HOSTILE, "email": "max@example.org"}
    reference = _asked(office, hanna, question=HOSTILE, **outside)
    told = {"answer": HOSTILE, "source": HOSTILE}
    inquiries.answer(office.platform, actor=hanna, reference=reference, number=1, answers=told)

    test = _tab(office, hanna, reference)

    assert not test.exception
    assert as_text(test).count(HOSTILE) == 2
    assert "<img" not in markup(test).replace("\\<", "")


def test_an_interview_is_kept_on_its_view_and_stands_in_the_order_of_time(office: Office, hanna):
    reference = _asked(office, hanna, to="tom")
    told = INTERVIEW | {"notes": HOSTILE}
    interviews.keep(office.platform, actor=hanna, reference=reference, answers=told)
    test = _tab(office, hanna, reference)
    view = f"investigation:{reference}"

    spoken = test.segmented_control(key=view).set_value("Interviews").run()
    notes, offered = as_text(spoken), [str(each.key) for each in spoken.button]
    in_order = spoken.segmented_control(key=view).set_value("In order of time").run()

    assert not in_order.exception
    assert HOSTILE in notes
    assert f"interviews:{reference}:0:Keep an interview:toggle" in offered
    lines = markup(in_order)
    assert "Wim Witness, witness" in lines.replace("\\", "")
    assert "<img" not in lines.replace("\\<", "")


def _letter():
    from engine.domain.letter import LetterKind  # noqa: PLC0415 - as above
    from ui.pages import case  # noqa: PLC0415 - as above
    from ui.parts import letter_action  # noqa: PLC0415 - as above

    letter_action.draw_letter_form(case._look(case._asked_for()), LetterKind.HOLDING)


def test_a_letter_shows_what_it_lacks_before_it_leaves(office: Office, hanna):
    reference = office.lodge(hanna)
    test = office.sits(hanna, _letter, ref=reference)

    before = texts(test)
    test.text_area(key="letter:text:holding").set_value(
        "Dear Jane, we wait for the sheets. You hear from us by 12 January 2026."
    ).run()
    test = test.button(key="letter:do").click().run()

    assert "Fill in, or take out: [the day]." in before
    assert not test.exception
    sent = casefile.view(office.platform, actor=hanna, reference=reference).communications[-1]
    assert (sent.kind, sent.direction) == ("holding", "out")
