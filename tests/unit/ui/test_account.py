"""The page on which people see who they are here, and how they come in."""

from engine.services.accounts import daily_mail
from tests.unit.ui.office import Office, texts


def _page():
    from ui.pages import account  # noqa: PLC0415 - this function runs as a script

    account.show()


def test_the_account_page_says_who_one_is_how_one_comes_in_and_what_one_may_do(
    office: Office, hanna
):
    test = office.sits(hanna, _page)

    assert not test.exception
    assert test.title[0].value == "Your account"
    assert "Work on complaints" in texts(test)
    assert "Administer users" not in texts(test)
    assert "A second factor makes it safer." in texts(test)
    assert "Make a key" in {each.label for each in test.button}


def _dialog():
    from engine.services.accounts import daily_mail  # noqa: PLC0415 - as above
    from ui.pages import account  # noqa: PLC0415 - as above
    from ui.parts import account_action  # noqa: PLC0415 - as above
    from ui.session import actor, platform  # noqa: PLC0415 - as above

    person = actor()
    account_action.choose_daily_mail(person, daily_mail.daily_mail_of(platform(), actor=person))
    account.show()


def save(office: Office, hanna, address: str):
    """Open the dialog, type the address, and save; the page stands behind it."""
    test = office.sits(hanna, _dialog)
    test.text_input[0].set_value(address)
    test.button(key="daily:do").click().run()
    assert not test.exception
    return test


def test_a_person_asks_for_the_daily_mail_and_gives_it_up(office: Office, hanna):
    assert "names no complaint" in texts(office.sits(hanna, _page))

    assert "goes to **hanna@example.org**" in texts(save(office, hanna, "hanna@example.org"))

    assert "names no complaint" in texts(save(office, hanna, ""))
    assert daily_mail.daily_mail_of(office.platform, actor=hanna) == ""


def test_what_is_no_address_is_said_in_the_dialog(office: Office, hanna):
    test = save(office, hanna, "hanna")

    assert "Address cannot be used" in test.error[0].value
    assert test.text_input[0].value == "hanna"
