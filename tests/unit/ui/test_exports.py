"""The page of exports says how much it is, makes the file, and shows what would be public."""

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from config.policy import RegimePolicy
from engine.services.exports import event_logs, open_data, return_making
from tests.integration.office import execute
from tests.unit.ui.office import HOSTILE, markup, texts
from ui.identity import RecentSessions
from ui.parts import regulator_return
from ui.parts.words import plain
from ui.place import PLACES
from ui.seal import FormSeal
from ui.session import Desk, open_desk


def _page():
    from ui.pages import exports  # noqa: PLC0415 - this function runs as a script

    exports.show()


@pytest.fixture
def made(monkeypatch):
    """What leaves as a file, instead of a browser that saves it."""
    import streamlit as st  # noqa: PLC0415 - as above

    found = []
    button = st.download_button

    def keep(label, data, **how):
        found.append((how["file_name"], data))
        return button(label, data, **how)

    monkeypatch.setattr(st, "download_button", keep)
    return found


def test_a_log_is_counted_made_and_saved(office, hanna, mara, made):
    reference = office.lodge(hanna)
    test = office.sits(mara, _page)
    assert "1 complaint" in texts(test)

    test.selectbox(key="exports:shape").set_value(event_logs.LogShape.OCEL_JSON).run()
    test.button(key="exports:log:make").click().run()

    assert not test.exception
    ((name, data),) = made
    assert name.endswith(".json.gz")
    assert reference.encode() in gzip.decompress(data)
    assert mara.name.encode() not in gzip.decompress(data)


def test_names_are_offered_only_to_those_who_may_take_them(office, hanna, mara, vera, made):
    office.lodge(hanna)

    assert not [each for each in office.sits(vera, _page).toggle if "names" in each.label]
    test = office.sits(mara, _page)
    test.toggle(key="exports:names").set_value(True).run()
    test.button(key="exports:log:make").click().run()

    assert hanna.name.encode() in gzip.decompress(made[0][1])


def test_what_is_taken_stands_in_the_address(office, mara):
    test = office.sits(mara, _page)
    test.button_group(key="exports:kind").set_value("return").run()
    assert test.query_params == {"kind": "return"}

    again = office.sits(mara, _page, kind="return")

    assert again.selectbox(key="exports:return")
    assert office.sits(mara, _page, kind="<img src=x>").selectbox(key="exports:shape")


def test_a_period_without_complaints_makes_no_file(office, mara):
    test = office.sits(mara, _page)

    assert "0 complaints" in texts(test)
    assert test.button(key="exports:log:make").disabled


@pytest.fixture
def public(office, hanna, clock):
    """An office where groups of three are told of, whose categories are hostile; a month later."""
    policy = office.platform.policy
    chosen = policy.open_data.model_copy(update={"smallest": 3, "columns": ("category",)})
    names = (*policy.categories, HOSTILE)
    changed = policy.model_copy(update={"open_data": chosen, "categories": names})

    office.platform = replace(office.platform, policy=changed)
    open_desk(Desk(office.platform, RecentSessions(office.store), FormSeal()))
    for _ in range(3):
        office.lodge(hanna, category=HOSTILE)
    clock.advance(days=40)
    return office


def test_what_would_be_public_is_shown_as_text_before_it_is_saved(public, mara, made):
    test = public.sits(mara, _page)
    test.segmented_control(key="exports:kind").set_value("open").run()
    assert "1 group" in texts(test)
    assert plain(HOSTILE) in markup(test)

    test.button(key="exports:open:make").click().run()

    assert not test.exception
    with zipfile.ZipFile(io.BytesIO(made[0][1])) as archive:
        assert b",3" in archive.read(open_data.TABLE)


def test_months_the_wrong_way_round_are_said_to_be(public, mara):
    test = public.sits(mara, _page)
    test.segmented_control(key="exports:kind").set_value("open").run()
    months = test.selectbox(key="exports:open:from").options

    test.selectbox(key="exports:open:from").select(months[0]).run()
    test.selectbox(key="exports:open:to").select(months[-1]).run()

    assert [error.value for error in test.error] == ["The first month comes after the last."]


@pytest.fixture
def firm(office, hanna, clock):
    """An office under DISP with one complaint of last month whose category nobody knows."""
    policy = office.platform.policy
    changed = policy.model_copy(update={"regimes": (RegimePolicy(profile="fca_disp"),)})
    office.platform = replace(office.platform, policy=changed)
    open_desk(Desk(office.platform, RecentSessions(office.store), FormSeal()))
    reference = office.lodge(hanna, category="Price")
    clock.advance(days=40)
    return office, reference


def test_a_return_shows_its_cells_and_the_complaints_behind_each(firm, mara, made, monkeypatch):
    office, reference = firm
    led = []
    monkeypatch.setattr(regulator_return, "link", lambda path, _name, ref: led.append((path, ref)))
    test = office.sits(mara, _page)
    test.segmented_control(key="exports:kind").set_value("return").run()

    test.selectbox(key="return:field").select("received").run()

    assert not test.exception
    assert led[-1] == ("case", reference)
    test.button(key="exports:return:make").click().run()
    assert b"Price,0,1,0" in made[0][1]


def test_a_return_is_compared_with_the_figures_though_no_job_has_counted(firm, mara, monkeypatch):
    office, _reference = firm
    real = return_making.disp_counts
    monkeypatch.setattr(
        return_making, "disp_counts", lambda *given: (e for e in real(*given) if e[0] != "received")
    )
    test = office.sits(mara, _page)

    test.segmented_control(key="exports:kind").set_value("return").run()

    assert "the performance page counts 1, and here are 0" in texts(test)


def test_what_is_wrong_with_a_return_is_said_and_no_file_is_offered(firm, mara):
    office, reference = firm
    query = "UPDATE complaint_case SET category = :to"
    execute(office.platform.database, query, to=HOSTILE)
    test = office.sits(mara, _page)
    test.segmented_control(key="exports:kind").set_value("return").run()

    assert not test.exception
    assert reference in texts(test)
    assert plain(HOSTILE) in markup(test)
    assert test.button(key="exports:return:make").disabled


def test_a_refusal_is_said_as_a_sentence(office, hanna, mara, monkeypatch):
    office.lodge(hanna)
    test = office.sits(mara, _page)
    refuse = office.people["tom"]
    write = event_logs.write_event_log
    monkeypatch.setattr(
        event_logs, "write_event_log", lambda p, **how: write(p, **(how | {"actor": refuse}))
    )

    test.button(key="exports:log:make").click().run()

    assert not test.exception
    assert "may not take complaints out" in test.error[0].value


def test_the_page_is_open_to_those_who_may_take_complaints_out(hanna, mara, vera):
    (place,) = (place for place in PLACES if place.path == "exports")

    assert [place.is_open_to(person) for person in (hanna, mara, vera)] == [False, True, True]
