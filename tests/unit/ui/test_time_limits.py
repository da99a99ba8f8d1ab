"""Time limits on the pages: why they fall due, extending them, and what a change would move."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from config.policy import RegimePolicy
from engine.domain.complaint import Complaint
from engine.services.handling import casefile
from engine.services.intake import intake
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from ui.parts import case_action
from ui.parts.look import Look


def _case():
    from ui.pages import case  # noqa: PLC0415 - this function runs as a script

    case.show()


def _approvals():
    from ui.pages import approvals  # noqa: PLC0415 - as above

    approvals.show()


def _organisation():
    from ui.pages import organisation  # noqa: PLC0415 - as above

    organisation.show()


def _new():
    from ui.pages import new_complaint  # noqa: PLC0415 - as above

    new_complaint.show()


def _lodged(office, hanna, *wanted, **facts):
    known = {
        "received_at": office.platform.now(),
        "channel": "phone",
        "summary": "Charged twice",
        "complainant_name": "Jane Doe",
        "email": "jane@example.org",
    }
    complaint = Complaint(**(known | facts))
    return intake.lodge(office.platform, actor=hanna, complaint=complaint, wanted=wanted)


def _owned(office, hanna, tom):
    reference = _lodged(office, hanna, "housing_ombudsman")
    office.does(hanna, reference, "register", category="Price")
    office.does(hanna, reference, "acknowledge")
    office.does(hanna, reference, "assess", severity=4, complexity="complex", amount="1")
    office.does(tom, reference, "assign", owner=hanna.username)
    return reference


def _menu(office, person, reference):
    """Return what the menu of a case offers, each with why it is not possible."""
    file = casefile.view(office.platform, actor=person, reference=reference)
    now, zone = office.platform.now(), ZoneInfo("Europe/London")
    look = Look(file, person, now, zone, currency="GBP")
    return {action.label: action.why_not for action in case_action.actions(look)}


def _opens(office, person, reference, label):
    """Open a dialog of a case as its menu does."""
    test = office.sits(person, _case, ref=reference)
    key = f"actions:{reference}:chosen"
    test.session_state[key] = label
    test = test.run()
    test.session_state[key] = label  # a run of the whole page would else close it
    return test


def test_beside_each_due_date_stands_what_was_counted_and_what_was_not(office: Office, hanna):
    reference = _lodged(office, hanna, "nhs")

    test = office.sits(hanna, _case, ref=reference)

    assert not test.exception
    said = markup(test)
    assert "By NHS complaints (England)" in texts(test)
    assert "3 working days from when the complaint was received." in texts(test)
    assert "**3 working days counted**" in said
    assert "Regulations 2009" in said


def _asks(office, hanna, reference):
    """Ask for more time as one does on the page."""
    assert _menu(office, hanna, reference)["Ask for more time"] == ""
    test = _opens(office, hanna, reference, "Ask for more time")
    test.text_area(key="time:reason").set_value("The laboratory needs until then.")
    test.button(key="time:ask").click().run()
    assert not test.exception
    return test


def _answers(office, person, reference, label):
    """Open the dialog behind a button of the first request."""
    test = office.sits(person, _case, ref=reference)
    test.button(key=f"time:{label}:1").click().run()
    test.session_state[f"time:{reference}:1:chosen"] = label  # a run of the whole page closes it
    return test


def test_the_owner_asks_for_more_time_and_the_team_leader_grants_it(office: Office, hanna, tom):
    reference = _owned(office, hanna, tom)
    asked = _asks(office, hanna, reference)
    assert "Ask for more time" not in _menu(office, hanna, reference), "it is asked for already"
    assert "The laboratory needs until then." in as_text(asked)
    assert [b.label for b in asked.button if b.label in {"Grant", "Take back"}] == ["Take back"]
    listed = office.sits(tom, _approvals)
    assert "More time" in [each.value for each in listed.header]

    test = _answers(office, tom, reference, "Grant")
    test.button(key="time:grant:do").click().run()

    assert not test.exception
    file = casefile.view(office.platform, actor=tom, reference=reference)
    assert file.communications[-1].kind == "extension"
    assert "More time" not in [each.value for each in office.sits(tom, _approvals).header]


def test_a_request_for_more_time_is_declined_with_a_reason(office: Office, hanna, tom):
    reference = _owned(office, hanna, tom)
    _asks(office, hanna, reference)

    test = _answers(office, tom, reference, "Decline")
    test.text_area(key=f"time:end:reason:{reference}:1:Decline").set_value(
        "It can be done in time."
    )
    test.button(key="time:end:do").click().run()

    assert not test.exception
    (request,) = casefile.view(office.platform, actor=tom, reference=reference).extensions
    assert (request.state, request.answer) == ("declined", "It can be done in time.")


def test_what_happened_elsewhere_is_recorded_and_begins_a_limit(office: Office, hanna, tom):
    reference = _owned(office, hanna, tom)
    test = _opens(office, hanna, reference, "Record what happened")

    test.button(key="time:note").click().run()

    assert not test.exception
    file = casefile.view(office.platform, actor=hanna, reference=reference)
    assert "stage_two_acknowledgement" in {clock.code for clock in file.clocks}


def test_a_day_off_shows_what_it_would_move_and_moves_nothing(office: Office, hanna, mara):
    reference = _lodged(office, hanna, "iso")
    before = casefile.view(office.platform, actor=hanna, reference=reference).clocks
    test = office.sits(mara, _organisation)

    next(d for d in test.date_input if d.label.startswith("A day")).set_value(date(2026, 1, 6))
    next(b for b in test.button if b.label == "Show what would move").click().run()

    assert not test.exception
    told = texts(test)
    assert "Of 2 running time limits." in told
    assert [metric.value for metric in test.metric] == ["1", "0", "0"]
    assert "8 Jan 2026, 17:00" in told
    assert casefile.view(office.platform, actor=hanna, reference=reference).clocks == before


def test_a_regime_is_chosen_where_the_policy_leaves_a_choice(office: Office, hanna):
    plain = office.sits(hanna, _new)
    policy = office.platform.policy
    some = (RegimePolicy(profile="nhs", products=("Care",)), *policy.regimes)
    object.__setattr__(office.platform, "policy", policy.model_copy(update={"regimes": some}))

    choice = office.sits(hanna, _new)

    assert "Time limits" not in {box.label for box in plain.selectbox}
    box = next(each for each in choice.selectbox if each.label == "Time limits")
    assert "NHS complaints (England)" in box.options
    assert replace(office.platform).policy.regimes == some


def test_the_reason_of_a_due_date_is_text_whatever_a_profile_says(office: Office, hanna):
    reference = _lodged(office, hanna, "iso")
    digest = next(iter(office.platform.editions))
    profile = office.platform.editions[digest]
    rules = tuple(r.model_copy(update={"source": HOSTILE}) for r in profile.clocks)
    office.platform.editions[digest] = profile.model_copy(update={"clocks": rules})

    test = office.sits(hanna, _case, ref=reference)

    assert not test.exception
    assert HOSTILE not in markup(test)
