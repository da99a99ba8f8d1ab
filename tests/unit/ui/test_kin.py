"""Related complaints on the case page: linked in a dialog, shown as text, and no longer linked."""

from engine.domain.kinship import LinkKind
from engine.services.links import linking, merging
from tests.unit.ui.office import HOSTILE, Office, as_text, markup, texts
from tests.unit.ui.test_case import _page


def _choose(test, reference, label):
    """Open a dialog of a case as its menu does."""
    key = f"actions:{reference}:chosen"
    test.session_state[key] = label
    test = test.run()
    test.session_state[key] = label  # a run of the whole page would else close it
    return test


def _kin(office, person, reference):
    return linking.of_case(office.platform, actor=person, reference=reference)


def _linked(office, hanna, **facts):
    reference, other = office.lodge(hanna), office.lodge(hanna, **facts)
    known = {"actor": hanna, "reference": reference}
    linking.link(office.platform, other=other, kind=LinkKind.RELATED, reason=HOSTILE, **known)
    return reference, other


def test_a_complaint_is_linked_to_one_that_looks_alike(office: Office, hanna):
    other, reference = office.lodge(hanna), office.lodge(hanna)
    test = office.sits(hanna, _page, ref=reference)
    test = _choose(test, reference, "Link to another complaint")
    assert test.selectbox(key="kin:other").value == other

    test.text_area(key="kin:reason").set_value("She wrote twice.")
    test = test.button(key="kin:link:do").click().run()

    assert not test.exception
    assert "The complaints are linked." in texts(test)
    assert [each.reference for each in _kin(office, hanna, reference)] == [other]


def test_a_link_is_undone_from_its_block(office: Office, hanna):
    reference, other = _linked(office, hanna, summary="Nobody called back")
    test = office.sits(hanna, _page, ref=reference)
    assert "Related complaints" in texts(test)

    (each,) = _kin(office, hanna, reference)
    test = test.button(key=f"kin:{each.number}:undo").click().run()
    test.session_state[f"kin:{reference}:chosen"] = each.number  # as above
    test.text_area(key=f"kin:why:{reference}:{each.number}").set_value("It is another meter.")
    test = test.button(key="kin:undo:do").click().run()

    assert not test.exception
    assert "The complaints are no longer linked." in texts(test)
    assert _kin(office, hanna, other) == ()


def test_hostile_words_of_a_related_complaint_are_shown_as_text(office: Office, hanna):
    reference, _ = _linked(office, hanna, summary=HOSTILE)

    test = office.sits(hanna, _page, ref=reference)

    assert not test.exception
    assert HOSTILE in as_text(test)
    assert "<img" not in markup(test)


def _merged(office, hanna, tom):
    into, reference = office.lodge(hanna), office.lodge(hanna)
    known = {"actor": tom, "reference": reference}
    merging.merge(office.platform, answers={"into": into, "reason": HOSTILE}, **known)
    return reference, into


def test_a_complaint_is_merged_and_says_above_where_it_went(office: Office, hanna, tom):
    into, reference = office.lodge(hanna), office.lodge(hanna)
    test = _choose(
        office.sits(tom, _page, ref=reference), reference, "Merge into another complaint"
    )
    test.text_area(key="merge:reason").set_value("She wrote twice.")

    test = test.button(key="merge:do").click().run()

    assert not test.exception
    assert "Merged into another complaint" in texts(test)
    told = merging.of_case(office.platform, actor=tom, reference=into)
    assert [each.reference for each in told.taken_in] == [reference]
    assert "Merged into this one" in texts(office.sits(tom, _page, ref=into))


def test_hostile_words_of_a_merge_are_text_and_only_a_leader_undoes_it(office: Office, hanna, tom):
    reference, _ = _merged(office, hanna, tom)

    mine, leaders = (office.sits(person, _page, ref=reference) for person in (hanna, tom))

    assert HOSTILE in as_text(mine)
    assert "<img" not in markup(mine)
    labels = [[button.label for button in page.button] for page in (mine, leaders)]
    assert ["Undo the merge" in each for each in labels] == [False, True]
