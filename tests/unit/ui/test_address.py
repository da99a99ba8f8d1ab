"""The address says what was chosen on a page: read when that is meant, refused in words."""

from tests.unit.ui.office import HOSTILE, Office, texts


def _page():
    from ui.pages import performance  # noqa: PLC0415 - this function runs as a script

    performance.show()


def test_a_click_before_the_browser_has_heard_of_the_last_one_takes_nothing_back(
    office: Office, hanna, mara
):
    office.lodge(hanna)
    test = office.sits(mara, _page, days="90")
    test.button_group(key="performance.choice").set_value("30").run()
    assert test.query_params == {"days": "30"}

    test.query_params["days"] = "90"  # as a browser says it that has not heard of the 30
    test.button_group(key="performance.view").set_value("load").run()

    assert "compared with the 30 days before" in texts(test)
    assert test.query_params == {"days": "30", "view": "load"}


def test_what_is_wrong_with_an_address_is_said_once(office: Office, hanna, mara):
    office.lodge(hanna)

    test = office.sits(mara, _page, to="2025-01-01", by="category", of=HOSTILE)

    period, only = [each.value for each in test.warning]
    assert "the address names none" in period
    assert "complaints that there are none of" in only
    assert test.query_params == {"days": "90"}
    assert not test.run().warning
