"""By what authority somebody speaks for a complainant, on the case page."""

from engine.services.people import authorities
from tests.integration.authority_ways import SEEN, SIGNED
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_people import _tab

RUTH = {"representative_name": "Ruth Canary", "representative_contact": "ruth@example.org"}


def test_an_authority_is_recorded_and_checked_on_the_tab(office: Office, hanna):
    reference = office.lodge(hanna, **RUTH)
    test = _tab(office, hanna, reference)
    assert "No authority recorded" in markup(test)
    test = test.button(key=f"authority:{reference}:0:Record an authority:toggle").click().run()
    key = f"authority:{reference}:0:Record an authority:form"

    test.selectbox(key=f"{key}.kind").set_value("signed_authority")
    test = test.button(key=f"{key}:submit").click().run()

    assert not test.exception
    assert "The authority is recorded." in texts(test)
    assert "Authority not checked" in markup(test)
    test = test.button(key=f"authority:{reference}:1:It holds:toggle").click().run()
    key = f"authority:{reference}:1:It holds:form"
    test.text_area(key=f"{key}.finding").set_value(SEEN["finding"])
    test = test.button(key=f"{key}:submit").click().run()
    assert "Authority checked" in markup(test)
    found = authorities.of_case(office.platform, actor=hanna, reference=reference)
    assert [each.checked_by for each in found.authorities] == ["hanna"]


def test_hostile_words_of_an_authority_are_shown_as_text(office: Office, hanna, tom):
    reference = office.lodge(hanna, **RUTH | {"representative_name": HOSTILE[:200]})
    known = {"platform": office.platform, "actor": hanna, "reference": reference}
    said = SIGNED | {"name": HOSTILE[:200], "scope": HOSTILE}
    authorities.record_authority(answers=said, **known)
    why = {"reason": f"It says {HOSTILE}"}
    authorities.refuse_authority(number=1, answers=why, **known)

    test = _tab(office, tom, reference)

    assert not test.exception
    assert HOSTILE in as_text(test)
    assert "<img" not in markup(test).replace("\\<", "")  # escaped, it is text
