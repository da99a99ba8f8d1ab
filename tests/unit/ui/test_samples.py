"""Samples are drawn, followed, reviewed and ended on their page."""

import re
from dataclasses import replace

import pytest

from engine.domain.actor import Actor
from engine.domain.sample import Missed, Review, SampleKind
from engine.services.figures import sampling
from tests.integration.reach_ways import QUINN, RITA, drawing, hire
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from ui.parts.waiting import number_at
from ui.place import PLACES

VICTIM = Actor(username="quinn", name=HOSTILE[:100], roles=QUINN.roles)


def _page():
    from ui.pages import samples  # noqa: PLC0415 - this function runs as a script

    samples.show()


@pytest.fixture
def closed(office: Office, hanna, tom, ada) -> list[str]:
    """Two closed complaints, and a reviewer."""
    hire(office.platform, VICTIM)
    hire(office.platform, RITA)
    return [_closed(office, hanna, tom, ada) for _ in range(2)]


def _closed(office, hanna, tom, ada):
    reference = office.lodge(hanna)
    office.does(hanna, reference, "register", category="Price")
    office.does(hanna, reference, "acknowledge")
    office.does(hanna, reference, "assess", severity=1, complexity="simple", amount="10")
    office.does(
        hanna, reference, "frontline", frontline_result="resolved", explanation="Refunded at once."
    )
    office.does(tom, reference, "closing")
    return reference


def _draw(office, **other):
    return sampling.draw(office.platform, actor=RITA, drawing=drawing(office.platform, **other))


def test_a_sample_is_drawn_in_a_dialog(office, closed):
    test = office.sits(RITA, _page)
    test.button(key="sample:draw").click().run()
    test.selectbox(key="sample:reviewer").set_value("quinn")
    test.text_input(key="sample:seed").set_value("Spring")
    test.button(key="sample:draw").click()
    test.button(key="sample:do").click().run()

    assert not test.exception
    (drawn,) = sampling.samples(office.platform, actor=RITA)
    assert (drawn.cases, drawn.drawing.seed, drawn.among) == (2, "Spring", 2)


def test_a_name_and_a_seed_are_shown_as_text(office, closed):
    _draw(office, seed=HOSTILE[:100])

    led, reviewing = office.sits(RITA, _page), office.sits(VICTIM, _page)

    assert VICTIM.name in texts(led)
    for test in (led, reviewing):
        assert not test.exception
        shown = markup(test).replace("\\<", "").replace("\\]", "")
        assert "<" not in shown
        assert "](" not in shown


def test_the_reviewer_sees_what_waits_and_keeps_what_was_found(office, closed):
    number = _draw(office)
    test = office.sits(VICTIM, _page)

    key = f"review:{number}:{closed[0]}"
    test.button(key=key).click().run()
    test.segmented_control(key=f"review:found:{number}:{closed[0]}").set_value(Review.TO_IMPROVE)
    test.text_area(key=f"review:remark:{number}:{closed[0]}").set_value("Too slow.")
    test.button(key=key).click()
    test.button(key="review:do").click().run()

    assert not test.exception
    (sample,) = sampling.samples(office.platform, actor=VICTIM)
    assert (sample.reviewed, sample.to_improve) == (1, 1)
    assert "For you to review" in texts(office.sits(VICTIM, _page))


@pytest.mark.iso("4.7")
def test_a_look_at_objectivity_says_what_was_missed(office, closed):
    number = _draw(office, kind=SampleKind.OBJECTIVITY)
    test = office.sits(VICTIM, _page)

    key = f"{number}:{closed[0]}"
    test.button(key=f"review:{key}").click().run()
    asked = test.pills(key=f"review:missed:{key}")
    asked.set_value([Missed.REPLY])
    test.segmented_control(key=f"review:found:{key}").set_value(Review.TO_IMPROVE)
    test.text_area(key=f"review:remark:{key}").set_value("Tom was not heard.")
    test.button(key=f"review:{key}").click()
    test.button(key="review:do").click().run()

    assert not test.exception
    assert len(asked.options) == 3
    drawn = sampling.drawn(office.platform, actor=VICTIM, sample_id=number)
    assert {line.missed for line in drawn} == {(), (Missed.REPLY,)}
    assert "Staff not heard" in markup(office.sits(VICTIM, _page))


def test_who_drew_it_sees_how_far_it_is_and_ends_it(office, closed):
    number = _draw(office)
    test = office.sits(RITA, _page)
    test.button(key=f"sample:end:{number}").click().run()
    test.button(key=f"sample:end:{number}").click()
    test.button(key="sample:end:do").click().run()

    assert not test.exception
    (sample,) = sampling.samples(office.platform, actor=RITA)
    assert sample.ended_by == "rita"
    assert f"sample:end:{number}" not in [button.key for button in office.sits(RITA, _page).button]


def test_nobody_but_the_reviewer_is_offered_a_review(office, closed):
    _draw(office)

    for person, offered in ((VICTIM, 2), (RITA, 0), (office.people["vera"], 0)):
        keys = [button.key or "" for button in office.sits(person, _page).button]
        assert sum(key.startswith("review:") for key in keys) == offered


def test_the_navigation_counts_what_waits_for_the_reviewer(office, closed):
    place = next(place for place in PLACES if place.path == "samples")
    _draw(office)

    assert place.is_open_to(VICTIM)
    assert not place.is_open_to(office.people["hanna"])
    assert number_at("samples", VICTIM) == 2
    assert number_at("samples", RITA) == 0


def test_before_anything_is_drawn_the_page_says_so(office):
    hire(office.platform, RITA)

    assert "Nothing was drawn" in texts(office.sits(RITA, _page))


def test_older_samples_are_turned_to_and_the_latest_again(office):
    hire(office.platform, RITA)
    now, of = office.platform.now(), drawing(office.platform)
    many = [replace(of, seed=f"Seed {n}.") for n in range(45)]
    office.platform.database.write(
        lambda tx: [tx.samples.add(each, (), among=0, by="rita", at=now) for each in many]
    )

    test = office.sits(RITA, _page)
    seen = [_seeds(test)]
    for key in ("samples:older", "samples:older", "samples:latest"):
        test.button(key=key).click().run()
        seen.append(_seeds(test))

    newest_first = list(range(44, -1, -1))
    assert seen == [newest_first[:20], newest_first[20:40], newest_first[40:], newest_first[:20]]


def _seeds(test):
    return [int(n) for n in re.findall(r"Seed (\d+)\.", texts(test))]
