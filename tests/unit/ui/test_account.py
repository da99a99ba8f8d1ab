"""The page on which people see who they are here, and how they come in."""

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
