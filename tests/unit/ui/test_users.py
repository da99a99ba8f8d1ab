"""The account page and the users page: what people see and change about who comes in."""

import re

import pyotp
import pytest

from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.api_key import Scope
from engine.services.accounts import accounts, keys, links, roles, second_factor, signing_in
from tests.integration.identity_ways import NEW_PASSWORD, PASSWORD
from tests.unit.ui.desk import sit_down
from tests.unit.ui.office import HOSTILE, as_text, markup, texts
from ui.place import PLACES

VERA, OTTO = (
    Actor(username=name, name=name.capitalize(), roles=frozenset({Role.ADMINISTRATOR}))
    for name in ("vera", "otto")
)
PAT = Actor(username="pat", name="Pat", roles=frozenset({Role.HANDLER}))


def _account():
    from ui.pages import account  # noqa: PLC0415 - this function runs as a script

    account.show()


def _users():
    from ui.pages import users  # noqa: PLC0415 - as above

    users.show()


@pytest.fixture
def house(platform):
    for person in (VERA, OTTO, PAT):
        accounts.add(
            platform,
            actor=SYSTEM,
            username=person.username,
            name=person.name,
            roles=person.roles,
            password=PASSWORD,
        )
    return platform


def _reopen(test, opener):
    """Press what opens a dialog: without a browser, it is open for one run only."""
    test.button(key=opener).click()
    return test


def _codes(test):
    return "\n".join(block.value for block in test.code)


def test_a_key_is_made_shown_once_listed_and_ended(house):
    test = sit_down(_account, house, PAT).run()
    _reopen(test, "account:key").run()
    _reopen(test, "account:key")
    test.text_input(key="key:name").set_value("Website")
    test.multiselect(key="key:scopes").set_value([Scope.READ])
    test.button(key="key:do").click().run()
    key = _codes(test)

    test.run()

    assert keys.actor_of_key(house, key=key).actor.username == "pat"
    assert "Website" in texts(test)
    assert key not in texts(test) + _codes(test)
    test.button(key="key:1").click().run()
    assert keys.actor_of_key(house, key=key) is None


def test_a_second_factor_is_set_up_with_a_device(house):
    test = sit_down(_account, house, PAT).run()
    _reopen(test, "account:factor").run()
    secret = test.code[0].value.replace(" ", "")
    _reopen(test, "account:factor")
    test.text_input(key="factor:code").set_value(pyotp.TOTP(secret).at(house.now()))
    test.button(key="factor:do").click().run()

    assert len(_codes(test).split("\n")[-second_factor.CODES :]) == second_factor.CODES
    assert second_factor.state_of(house, person=PAT).is_asked


def test_a_password_is_changed_and_a_wrong_one_is_said(house):
    test = sit_down(_account, house, PAT).run()
    _reopen(test, "account:password").run()
    for field, text in (("old", "wrong"), ("new", NEW_PASSWORD), ("again", NEW_PASSWORD)):
        test.text_input(key=f"password:{field}").set_value(text)
    _reopen(test, "account:password")
    test.button(key="password:do").click().run()
    assert "Password of now is not right" in texts(test)

    test.text_input(key="password:old").set_value(PASSWORD)
    _reopen(test, "account:password")
    test.button(key="password:do").click().run()

    given = {"username": "pat", "password": NEW_PASSWORD, "address": "10.0.0.1"}
    assert signing_in.sign_in(house, **given)


def test_only_administrators_have_the_users_page():
    (place,) = [place for place in PLACES if place.path == "users"]

    assert place.is_open_to(VERA)
    assert not place.is_open_to(PAT)


def test_people_are_listed_and_their_names_are_text(house):
    accounts.add(house, actor=SYSTEM, username="eve", name=HOSTILE[:90], roles=["handler"])

    test = sit_down(_users, house, VERA).run()

    assert not test.exception
    assert "<img" in texts(test)
    assert "<img" not in markup(test).replace("\\<", "")
    assert "You" in texts(test)


def test_a_search_finds_people(house):
    test = sit_down(_users, house, VERA).run()

    test.text_input(key="users:search").set_value("pa").run()

    assert "Pat" in texts(test)
    assert "Otto" not in texts(test)


def test_somebody_is_added_and_has_a_link(house):
    test = sit_down(_users, house, VERA).run()
    _reopen(test, "users:add").run()
    test.text_input(key="add:name").set_value("Ann Lee")
    test.text_input(key="add:username").set_value("ann")
    test.multiselect(key="add:roles").set_value([Role.HANDLER])
    _reopen(test, "users:add")
    test.button(key="add:do").click().run()

    token = re.search(rf"{links.PATH}(\S+)", _codes(test))[1]
    assert links.look(house, token=token).username == "ann"


def test_a_second_administrator_says_yes_on_the_page(house):
    roles.change(house, actor=VERA, username="pat", roles=["administrator"], reason="<b>Away</b>")
    asked = sit_down(_users, house, VERA).run()
    of_asker = [button.key for button in asked.button]

    test = sit_down(_users, house, OTTO).run()
    test.button(key="yes:1").click().run()

    assert "yes:1" not in of_asker
    assert "<b>Away</b>" in as_text(asked)
    assert Role.ADMINISTRATOR in accounts.person(house, actor=SYSTEM, username="pat").roles


def test_an_account_is_closed_from_the_page(house):
    test = sit_down(_users, house, VERA).run()
    _reopen(test, "manage:pat").run()
    test.selectbox(key="do:pat").set_value("Close the account")
    _reopen(test, "manage:pat").run()
    test.text_area(key="close:reason:pat").set_value("She left.")
    _reopen(test, "manage:pat")
    test.button(key="close:do").click().run()

    assert not accounts.member(house, actor=VERA, username="pat").is_active
