"""A complaint at a body outside, in its own block on the case page."""

from engine.services.post import referring
from tests.integration.referral_ways import DECIDED, REFERRAL
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_case import _page


def _closed(office, hanna, tom, ada):
    reference = office.drafted(hanna, tom)
    office.does(ada, reference, "approval", approval="approved")
    return reference


def _referred(office, person, reference, **said):
    known = {"actor": person, "reference": reference}
    today = office.platform.now().date().isoformat()
    answers = REFERRAL | {"referred_on": today} | said
    referring.refer(office.platform, answers=answers, **known)
    return known | {"number": 1}, today


def test_a_referral_is_recorded_for_a_decided_complaint_alone(office: Office, hanna, tom, ada):
    early, reference = office.lodge(hanna), _closed(office, hanna, tom, ada)
    assert "Outside body" not in texts(office.sits(hanna, _page, ref=early))
    test = office.sits(hanna, _page, ref=reference)
    of = f"referral:{reference}:0:Record a referral"
    test = test.button(key=f"{of}:toggle").click().run()
    assert test.text_input(key=f"{of}:form.body").value

    test = test.button(key=f"{of}:form:submit").click().run()

    assert not test.exception
    assert "The referral is recorded." in texts(test)
    (found,) = referring.of_case(office.platform, actor=hanna, reference=reference)
    assert found.body == office.platform.policy.organisation.external_body


def test_the_file_is_sent_by_a_button(office: Office, hanna, tom, ada):
    reference = _closed(office, hanna, tom, ada)
    _referred(office, hanna, reference)
    test = office.sits(hanna, _page, ref=reference)

    test = test.button(key=f"referral:{reference}:1:The file was sent:do").click().run()

    assert not test.exception
    assert "It is recorded that the file was sent." in texts(test)


def test_hostile_words_of_a_body_are_shown_as_text(office: Office, hanna, tom, ada):
    reference = _closed(office, hanna, tom, ada)
    known, today = _referred(office, hanna, reference, body=HOSTILE, their_reference=HOSTILE)
    said = DECIDED | {"decided_on": today, "comply_by": today, "summary": HOSTILE}
    referring.keep_decision(office.platform, answers=said, **known)

    test = office.sits(hanna, _page, ref=reference)

    assert not test.exception
    assert HOSTILE in as_text(test)
    assert "<img" not in markup(test).replace("\\<img", "")
