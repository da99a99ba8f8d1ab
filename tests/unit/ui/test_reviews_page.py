"""The page of reviews: packs are read and taken along, and meetings recorded by who may."""

from datetime import datetime

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.governance import RecordAct, RecordKind, RecordState, Wanted
from engine.services.evidence import register
from engine.services.reviews import review_pack
from tests.integration.conformity_ways import THEO
from tests.integration.review_ways import decided, held, meeting
from tests.unit.ui.office import HOSTILE, Office, markup

VERA = Actor(username="vera", name="Vera", roles=frozenset({Role.AUDITOR}))
APRIL = datetime.fromisoformat("2026-04-03T09:00:00+00:00")


def _reviews():
    from ui.pages import reviews  # noqa: PLC0415 - this function runs as a script

    reviews.show()


@pytest.fixture
def spring(office: Office, clock) -> Office:
    clock.now = APRIL
    return office


def _make(office, person):
    return review_pack.make_review_pack(
        office.platform, actor=person, kind=review_pack.PackKind.MONTHLY
    )


@pytest.mark.iso("8.6")
def test_a_manager_makes_a_pack_and_records_its_meeting(spring: Office, mara):
    test = spring.sits(mara, _reviews)
    test.button(key="review:make").click().run()
    test.button(key="review:make").click()
    test.button(key="review:make:do").click().run()
    opener = "review:held:1"
    test.button(key=opener).click().run()
    test.text_area(key="review:1:minutes").set_value("All of it.")
    test.text_input(key="review:1:decision:0:title").set_value("Train intake")
    test.button(key=opener).click().run()
    test.button(key=opener).click()
    test.button(key="review:1:do").click().run()

    shown = markup(test).replace("\\", "")
    assert not test.exception
    assert "Management review March 2026" in shown
    assert "Train intake" in shown
    assert "waits for approval" in shown
    kinds = [
        each.kind.value for each in register.register_of_governance(spring.platform, actor=mara)
    ]
    assert kinds == ["action", "review"]


def _planned(office, person):
    """Return the number of a review that is planned for the end of April, and approved."""
    wanted = Wanted("Review of spring", "All of it.", person.username, APRIL.date().replace(day=30))
    known = {"platform": office.platform}
    number = register.keep_record(actor=person, kind=RecordKind.REVIEW, wanted=wanted, **known)
    register.act_on_record(actor=THEO, number=number, act=RecordAct.APPROVE, **known)
    return number


@pytest.mark.parametrize("is_chosen", [False, True])
def test_a_meeting_carries_out_a_planned_review_only_where_somebody_says_so(
    spring: Office, mara, is_chosen
):
    number, opener = _planned(spring, mara), f"review:held:{_make(spring, mara)}"
    test = spring.sits(mara, _reviews)
    test.button(key=opener).click().run()
    test.text_area(key="review:1:minutes").set_value("All of it.")
    if is_chosen:
        test.selectbox(key="review:1:planned").set_value(number)
    test.button(key=opener).click()
    test.button(key="review:1:do").click().run()

    assert not test.exception
    found = register.register_of_governance(spring.platform, actor=mara)
    states = {each.number: each.state for each in found}
    assert states[number] is (RecordState.DONE if is_chosen else RecordState.APPROVED)
    assert len(states) == (1 if is_chosen else 2)


def test_who_keeps_no_register_reads_and_takes_along(spring: Office, mara):
    _make(spring, mara)

    test = spring.sits(VERA, _reviews)

    assert [each.label for each in test.button] == []
    assert "Not reviewed yet" in markup(test)


def test_a_page_without_packs_says_when_the_first_is_made(spring: Office, mara):
    assert "There is no pack yet" in markup(spring.sits(mara, _reviews))


def test_hostile_words_are_text(spring: Office, mara):
    number, platform = _make(spring, mara), spring.platform
    known = {"meeting": meeting(platform, guests=HOSTILE, minutes=HOSTILE)}
    known["decisions"] = (decided(platform, title=HOSTILE[:180], text=HOSTILE),)
    held(platform, mara, number, **known)

    test = spring.sits(mara, _reviews)

    assert not test.exception
    assert "](http" not in markup(test)
