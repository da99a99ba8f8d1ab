"""What a browser may load, and where forms may go, on each kind of page."""

from ui.headers import API_POLICY, desk_policy, door_policy


def test_every_policy_forbids_objects_and_another_base():
    beyond = door_policy("n", posts_to="https://login.example.org/out")

    for policy in (desk_policy(), door_policy("n"), beyond, API_POLICY):
        assert {"object-src 'none'", "base-uri 'none'"} <= set(policy.split("; "))


def test_the_page_that_posts_elsewhere_allows_that_and_no_other_kind():
    forms = [
        door_policy("n", posts_to=address).partition("form-action ")[2].partition(";")[0]
        for address in ("", "https://login.example.org/out", "http://127.0.0.1:9/out")
    ]

    assert forms == ["'self'", "'self' https:", "'self' http://127.0.0.1:9"]
