"""Signing in and out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ui.door import WRONG, Door, TestClient
from ui.leaf import EXPIRED, safe_target
from ui.seal import FormSeal


@pytest.fixture
def door():
    return Door()


def test_whoever_signs_in_goes_on_to_where_they_wanted(door):
    answer = door.enter(next="/case?ref=C-1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/case?ref=C-1")
    assert door.client.get("/case?ref=C-1").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(door):
    cookie = door.enter().headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_the_session_cookie_keeps_to_https_where_there_is_https():
    cookie = Door(scheme="https").enter().headers["set-cookie"]

    assert "Secure" in cookie


def test_a_wrong_password_is_an_alert_that_keeps_the_name_and_forgets_the_password(door):
    answer = door.enter(password="wrong-one")

    assert answer.status_code == 401
    assert f'role="alert" id="problem">{WRONG}' in answer.text
    assert 'value="hanna"' in answer.text
    assert "wrong-one" not in answer.text


def test_a_name_is_shown_as_text(door):
    answer = door.enter(username='"><script>alert(1)</script>', password="x")

    assert "<script>" not in answer.text
    assert "Northwind &lt;b&gt;" in answer.text


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_a_form_that_was_not_served_here_is_refused_before_the_password_is_tried(door, token):
    answer = door.enter(token=token)

    assert answer.status_code == 403
    assert EXPIRED in answer.text
    assert not door.store.live


def test_a_form_of_another_browser_is_refused(door):
    other = Door()
    other.seal = door.seal
    stolen = other.token()

    answer = door.enter(token=stolen)

    assert answer.status_code == 403


def test_a_form_sent_by_another_site_is_refused(door):
    form = {"username": "hanna", "password": "right", "token": door.token()}

    answer = door.client.post("/login", data=form, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403


def test_a_sign_in_form_of_more_than_16_kb_is_refused(door):
    answer = door.enter(password="x" * 17_000)

    assert answer.status_code == 413


def test_a_link_cannot_sign_anybody_out(door):
    door.enter()

    answer = door.client.get("/logout")

    assert "Sign out?" in answer.text
    assert door.client.get("/").status_code == 200


def test_signing_out_needs_the_token_of_the_form(door):
    door.enter()

    answer = door.client.post("/logout", data={"token": "0" * 64})

    assert "Sign out?" in answer.text
    assert door.client.get("/").status_code == 200


def test_signing_out_ends_the_session_at_once_and_for_every_copy_of_the_cookie(door):
    door.enter()
    cookie = door.client.cookies["redress_session"]
    door.client.get("/")

    answer = door.leave()

    assert answer.headers["location"] == "/login"
    again = door.client.get("/", headers={"cookie": f"redress_session={cookie}"})
    assert again.status_code == 303


def test_asking_for_the_state_does_not_prolong_the_session(door):
    door.enter()
    before = door.store.touches

    answers = []
    for _ in range(3):
        door.now += 3
        answers.append(door.client.get("/session").status_code)

    assert answers == [204, 204, 204]
    assert door.store.touches == before


def test_the_state_of_nobody_is_401(door):
    assert door.client.get("/session").status_code == 401


def test_whoever_is_signed_in_is_not_asked_again(door):
    door.enter()

    answer = door.client.get("/login?next=/inbox")

    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")


def test_the_sign_in_page_runs_no_script(door):
    answer = door.client.get("/login")

    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "",
        "inbox",
        "/login",
        "/logout?x=1",
        "/a\r\nset-cookie: x=1",
    ],
)
def test_a_target_outside_or_in_circles_becomes_the_start_page(wanted):
    assert safe_target(wanted) == "/"


@given(wanted=st.text(max_size=40))
def test_a_target_never_leaves_this_site(wanted):
    target = safe_target(wanted)

    assert target[0] == "/"
    assert target[1:2] not in {"/", "\\"}
    assert target.isprintable()


@given(cookie=st.text(min_size=1, max_size=50), other=st.text(min_size=1, max_size=50))
def test_a_seal_fits_its_own_cookie_only(cookie, other):
    seal = FormSeal()

    assert seal.fits(cookie, seal.of(cookie))
    assert seal.fits(other, seal.of(cookie)) == (cookie == other)
    assert not FormSeal().fits(cookie, seal.of(cookie))


def test_a_sign_in_that_skips_the_seal_is_caught(monkeypatch):
    monkeypatch.setattr("ui.seal.FormSeal.fits", lambda *_: True)

    answer = Door().enter(token="forged")

    assert answer.status_code == 303, "the planted bug is not seen by the tests above"


def test_under_tls_the_cookies_are_bound_to_the_host_and_no_other_is_taken():
    door = Door(scheme="https")
    entered = door.client.post(
        "/login", data={"username": "hanna", "password": "right", "token": door.token()}
    )
    cookie = entered.headers["set-cookie"]
    token = door.client.cookies["__Host-redress_session"]

    planted = TestClient(door.gate, base_url="https://testserver", follow_redirects=False)
    planted.cookies.set("redress_session", token)

    assert cookie.startswith("__Host-redress_session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert door.client.get("/").status_code == 200
    assert planted.get("/").status_code == 303


def test_whoever_was_signed_in_reads_why_the_form_is_there_and_nobody_else_does():
    door = Door()
    door.enter()
    door.store.live.clear()
    door.now += 3

    ended = door.client.get("/login").text
    door.client.cookies.clear()
    never_in = door.client.get("/login").text

    assert "Your session has ended." in ended
    assert "Your session has ended." not in never_in
