"""The page of improvement: what waits, what a figure says, and what each may do."""

import pytest

from engine.domain.actor import Actor, Role
from engine.domain.governance import RecordAct
from engine.domain.improvement import Effect, Standing, WantedAction, Wants, Way
from engine.domain.signal import Disposition
from engine.services.evidence import register
from engine.services.improvement import improvement_board, improving
from tests.integration.office import execute
from tests.integration.signal_ways import shown
from tests.unit.ui.office import HOSTILE, Office, markup, texts
from ui.place import PLACES, _titled

RITA = Actor(username="rita", name="Rita", roles=frozenset({Role.REPRESENTATIVE}))
WHY = "The meter was read on two days."


def _page():
    from ui.pages import improvement  # noqa: PLC0415 - this function runs as a script

    improvement.show()


def _signals():
    from ui.pages import signals  # noqa: PLC0415 - this function runs as a script

    signals.show()


@pytest.fixture
def seats(office: Office):
    office.platform.database.write(
        lambda tx: tx.accounts.add(RITA, password_hash="", at=office.platform.now())
    )
    shown(office.platform)
    return office


def proposed(office, mara, **other):
    usual = {"chart": "received", "wants": Wants.LOWER} | other
    title = usual.pop("title", "Compare the readings")
    wanted = WantedAction(title, WHY, "tom", 20, Way.CORRECTIVE, **usual)
    return improving.propose_action(office.platform, actor=mara, wanted=wanted)


def carried_out(office, mara, **other):
    number = proposed(office, mara, **other)
    for who, act in ((RITA, RecordAct.APPROVE), (mara, RecordAct.CARRY_OUT)):
        known = {"number": number, "act": act, "said": "Done."}
        register.act_on_record(office.platform, actor=who, **known)
    return number


def board(office):
    return improvement_board.improvement_board(office.platform, actor=RITA)


def test_with_nothing_on_record_the_page_says_so(seats, mara):
    test = seats.sits(mara, _page)

    assert not test.exception
    assert "Nothing is on record yet" in texts(test)


def test_an_action_is_proposed_with_what_it_shall_move(seats, mara):
    test = seats.sits(mara, _page)
    test.button(key="action:add").click().run()
    test.text_input(key="action::title").set_value("Compare the readings")
    test.text_area(key="action::text").set_value(WHY)
    test.selectbox(key="action::chart").set_value("received")
    test.button(key="action:add").click()
    test.button(key="action:do").click().run()

    assert not test.exception
    (each,) = board(seats).actions
    assert (each.aim.chart, each.aim.wants, each.record.owner) == ("received", Wants.LOWER, "mara")


def test_a_signal_is_answered_by_an_action_without_saying_it_twice(seats, mara):
    test = seats.sits(mara, _signals)
    test.button(key="signal:answer:1").click().run()
    test.radio(key="signal:disposition:1").set_value(Disposition.ACTION_TAKEN)
    test.button(key="signal:answer:1").click()
    test.run()
    test.text_area(key="signal:reason:1").set_value(WHY)
    test.text_input(key="signal:action:1:title").set_value("Compare the readings")
    test.button(key="signal:answer:1").click()
    test.button(key="signal:answer:do").click().run()

    assert not test.exception
    (each,) = board(seats).actions
    assert (each.record.text, each.aim.signal, each.aim.chart) == (WHY, 1, "received")


def test_the_effect_is_shown_before_and_after_and_judged(seats, mara, clock):
    number = carried_out(seats, mara)
    clock.advance(days=31)

    test = seats.sits(RITA, _page)
    assert [metric.label for metric in test.metric] == ["Before", "After"]
    assert "no whole point has passed since it was carried out" in texts(test)
    test.button(key=f"improvement:judge:{number}").click().run()
    test.radio(key="check:1:verdict").set_value(Effect.CANNOT_TELL)
    test.text_area(key="check:1:reason").set_value("Nothing to see yet.")
    test.button(key=f"improvement:judge:{number}").click()
    test.button(key="check:do").click().run()

    assert not test.exception
    (each,) = board(seats).actions
    assert each.checks[0].verdict is Effect.CANNOT_TELL
    assert "Nothing to see yet." in texts(seats.sits(mara, _page))


def test_who_carried_it_out_is_not_offered_to_judge(seats, mara, clock):
    number = carried_out(seats, mara)
    clock.advance(days=31)
    key = f"improvement:judge:{number}"

    offered = [
        key in [button.key for button in seats.sits(who, _page).button] for who in (mara, RITA)
    ]

    assert offered == [False, True]


def test_a_cause_that_affects_others_is_taken_up(seats, hanna, mara):
    seats.lodge(hanna, category="Price")
    named = "UPDATE issue SET cause_area='systems', is_systemic=:yes, found_at=raised_at"
    execute(seats.platform.database, named, yes=True)
    test = seats.sits(mara, _page)
    (take,) = [b for b in test.button if (b.key or "").endswith(":raise")]
    assert "1 issue, 1 said to affect others" in texts(test)

    key = take.key.replace("cause:", "systemic:").removesuffix(":raise")
    take.click().run()
    test.text_input(key=f"{key}:title").set_value("Two readings")
    test.text_area(key=f"{key}:text").set_value(WHY)
    test.button(key=take.key).click()
    test.button(key="systemic:do").click().run()

    assert not test.exception
    (each,) = board(seats).issues
    assert each.standing is Standing.PROPOSED
    assert "Causes that affect others" not in texts(seats.sits(mara, _page))


def test_an_auditor_looks_and_is_offered_nothing_to_do(seats, mara, vera, clock):
    carried_out(seats, mara)
    clock.advance(days=31)

    keys = {button.key for button in seats.sits(vera, _page).button}

    assert keys <= {"improvement:chart:1"}


def test_what_was_written_is_shown_as_text(seats, mara):
    carried_out(seats, mara, title=HOSTILE[:180])

    for test in (seats.sits(mara, _page), seats.sits(mara, _signals)):
        assert not test.exception
        drawn = markup(test).replace("\\<", "").replace("\\]", "")
        assert "<" not in drawn
        assert "](" not in drawn


def test_the_navigation_counts_what_waits_for_managers(seats, mara, clock):
    place = next(each for each in PLACES if each.path == "improvement")
    carried_out(seats, mara)
    clock.advance(days=31)

    assert _titled(place, mara) == "Improvement (1)"
    assert _titled(place, RITA) == "Improvement"
    assert not place.is_open_to(seats.people["hanna"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12,000", None),
        ("99999999999999999999", "at most a billion"),
        ("9999999999", "at most 1,000,000,000"),
        ("many", "a whole number"),
    ],
)
def test_how_many_are_affected_is_kept_or_said_to_be_no_number(seats, mara, typed, said):
    test = seats.sits(mara, _page)
    test.button(key="systemic:add").click().run()
    test.text_input(key="systemic:title").set_value("Two readings")
    test.text_area(key="systemic:text").set_value(WHY)
    test.text_input(key="systemic:affected").set_value(typed)
    test.button(key="systemic:add").click()

    test.button(key="systemic:do").click().run()

    assert [each.aim.affected for each in board(seats).issues] == ([] if said else [12_000])
    assert said is None or said in test.error[0].value
