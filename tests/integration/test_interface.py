"""The programming interface: complaints from receipt to closing, and everything that is refused."""

from itertools import product
from uuid import uuid4

import pytest

from config.policy import InterfacePolicy
from engine.domain.actor import SYSTEM, Role
from engine.errors import RedressError
from engine.services.accounts import accounts, keys
from tests.integration.caller import Interface
from tests.integration.office import ANSWERS, rows
from ui.api.who import PROOF_HEADER, AccountKeys

NEW = {"summary": "Charged twice", "complainant_name": "Jane Canary", "email": "jane@example.org"}
PASSWORD = "a long and winding password"
LODGE = "/complaints"


@pytest.fixture
def database_url(sqlite_url):
    """On one kind of database: the interface knows services only; the search uses both."""
    return sqlite_url


@pytest.fixture
def interface(office):
    """The interface of an office; the callers by key have accounts as well."""
    opened = Interface(office.platform)
    opened.hire(holder.actor for holder in opened.keys.holders.values())
    return opened


@pytest.fixture
def reference(interface):
    return interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW).json()["reference"]


def _step(interface, reference, element, *, by=Role.HANDLER):
    found = interface.ask("GET", f"/complaints/{reference}", by=by).json()["steps"]
    return next(step["token"] for step in found if step["element"] == element)


def _complete(interface, reference, element, *, by=Role.HANDLER, headers=None, **answers):
    token = _step(interface, reference, element, by=by)
    return interface.ask(
        "POST",
        f"/complaints/{reference}/steps/{token}/completion",
        by=by,
        json={"answers": answers},
        headers=headers or {},
    )


def test_a_complaint_is_lodged_looked_at_and_worked_on(interface):
    lodged = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW)
    where = lodged.headers["location"].removeprefix("/api/v1")
    shown = interface.ask("GET", where, by=Role.HANDLER)
    reference = shown.json()["reference"]
    done = _complete(interface, reference, "register", by=Role.INTAKE, **ANSWERS["register"])

    assert (lodged.status_code, shown.status_code, done.status_code) == (201, 200, 200)
    assert shown.json()["complaint"]["complainant_name"] == "Jane Canary"
    assert shown.json()["complaint"]["channel"] == "api"
    assert {step["element"] for step in done.json()["waiting"]} == {"acknowledge", "assess"}


def test_everything_beside_the_steps_can_be_done(interface, reference):
    _complete(interface, reference, "register", by=Role.INTAKE, **ANSWERS["register"])
    case = f"/complaints/{reference}"
    token = _step(interface, reference, "assess")

    done = [
        interface.ask("POST", f"{case}/notes", by=Role.HANDLER, json={"text": "She called."}),
        interface.ask("POST", f"{case}/steps/{token}/claim", by=Role.HANDLER),
        interface.ask("POST", f"{case}/steps/{token}/release", by=Role.HANDLER),
        interface.ask(
            "POST", f"{case}/steps/{token}/reassignment", by=Role.TEAM_LEADER, json={"to": "hanna"}
        ),
        interface.ask("POST", f"{case}/escalations", by=Role.HANDLER, json={"reason": "Help."}),
    ]
    call = _step(interface, reference, "respond_to_escalation")
    path = f"{case}/steps/{call}/acknowledgement"
    done += [
        interface.ask("POST", path, by=Role.TEAM_LEADER, json={"action": "I look at it."}),
        interface.ask("POST", f"{case}/withdrawal", by=Role.HANDLER, json={"reason": "Paid."}),
    ]
    shown = interface.ask("GET", case, by=Role.HANDLER).json()

    assert [answer.status_code for answer in done] == [204] * len(done)
    assert "She called." in [note["text"] for note in shown["notes"]]
    assert shown["escalations"][0]["action"] == "I look at it."
    assert [step["element"] for step in shown["steps"]] == ["confirm_withdrawal"]


def test_a_draft_is_returned_and_then_approved_by_somebody_else(interface, office):
    reference = office.reach("approve_decision")
    case = f"/complaints/{reference}"
    back = interface.ask(
        "POST",
        f"{case}/steps/{_step(interface, reference, 'approve_decision')}/return",
        by=Role.APPROVER,
        json={"reasons": "The second invoice is not mentioned."},
    )
    office.reach("approve_decision", reference=reference)
    approved = interface.ask(
        "POST",
        f"{case}/steps/{_step(interface, reference, 'approve_decision')}/approval",
        by=Role.APPROVER,
        json={},
    )
    answered = interface.ask("POST", f"{case}/answer", by=Role.HANDLER, json={"answer": "accepted"})

    statuses = (back.status_code, approved.status_code, answered.status_code)
    assert statuses == (200, 200, 204)
    shown = interface.ask("GET", case, by=Role.HANDLER).json()
    assert [approval["result"] for approval in shown["approvals"]] == ["returned", "approved"]


def test_the_inbox_is_paged_searched_and_filtered(interface):
    for number in range(3):
        sent = NEW | {"summary": f"Meter {number} is wrong"}
        interface.ask("POST", LODGE, by=Role.INTAKE, json=sent)

    page = interface.ask("GET", "/inbox?limit=2", by=Role.INTAKE).json()
    rest = interface.ask("GET", "/inbox?limit=2&offset=2", by=Role.INTAKE).json()
    found = interface.ask("GET", "/inbox?search=meter+1", by=Role.INTAKE).json()

    assert (len(page["items"]), page["total"], len(rest["items"])) == (2, 3, 1)
    assert [entry["summary"] for entry in found["items"]] == ["Meter 1 is wrong"]


def test_a_message_is_delivered_once(interface, reference):
    message = {"message_id": "crm-1", "name": "withdrawn", "key": reference}
    _complete(interface, reference, "register", by=Role.INTAKE, **ANSWERS["register"])

    first = interface.ask("POST", "/messages", by=Role.MANAGER, json=message)
    again = interface.ask("POST", "/messages", by=Role.MANAGER, json=message)
    other = interface.ask("POST", "/messages", by=Role.MANAGER, json=message | {"key": "X"})

    assert (first.json(), again.json()) == ({"delivery": "delivered"},) * 2
    assert other.status_code == 409


def test_figures_and_the_complaints_behind_them_are_told(interface, reference):
    figures = interface.ask("GET", "/figures", by=Role.MANAGER).json()["items"]
    behind = interface.ask("GET", "/figures/complaints?counted=received", by=Role.MANAGER).json()

    assert next(f["value"] for f in figures if f["id"] == "received") == 1
    assert [line["reference"] for line in behind["items"]] == [reference]


def test_a_change_that_is_sent_again_is_made_once_and_answered_alike(interface, clock):
    again = {"idempotency-key": str(uuid4())}

    first = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW, headers=again)
    clock.advance(minutes=1)
    second = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW, headers=again)
    without = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW)

    assert first.json() == second.json() != without.json()
    assert second.headers["location"] == first.headers["location"]


def test_the_same_key_with_another_content_is_refused(interface, reference):
    again = {"idempotency-key": "one"}
    path = f"/complaints/{reference}/notes"
    interface.ask("POST", path, by=Role.HANDLER, json={"text": "One."}, headers=again)

    other = interface.ask("POST", path, by=Role.HANDLER, json={"text": "Two."}, headers=again)
    elsewhere = interface.ask("POST", LODGE, by=Role.HANDLER, json=NEW, headers=again)

    assert (other.status_code, other.json()["code"]) == (422, "redress.command-reused")
    assert elsewhere.status_code == 422


def test_nobody_meets_the_idempotency_keys_of_somebody_else(interface, platform):
    again = {"idempotency-key": "1"}

    ends = [
        interface.ask("POST", LODGE, by=role, json=NEW, headers=again).json()["reference"]
        for role in (Role.INTAKE, Role.HANDLER)
    ]

    assert len(set(ends)) == 2
    assert rows(platform.database, "SELECT count(*) FROM complaint_case") == [(2,)]


def test_what_has_changed_since_it_was_looked_at_is_not_changed(interface, reference):
    case = f"/complaints/{reference}"
    seen = interface.ask("GET", case, by=Role.HANDLER).headers["etag"]
    interface.ask("POST", f"{case}/notes", by=Role.HANDLER, json={"text": "Meanwhile."})
    why = {"reason": "She was paid."}

    stale = interface.ask(
        "POST", f"{case}/withdrawal", by=Role.HANDLER, json=why, headers={"if-match": seen}
    )
    fresh = interface.ask("GET", case, by=Role.HANDLER).headers["etag"]
    register = ANSWERS["register"]
    done = _complete(
        interface, reference, "register", by=Role.INTAKE, headers={"if-match": fresh}, **register
    )

    assert (stale.status_code, stale.json()["code"]) == (412, "redress.case-changed")
    assert done.status_code == 200


def test_a_tag_that_is_none_of_ours_matches_nothing(interface, reference):
    answers = {
        tag: interface.ask(
            "POST",
            f"/complaints/{reference}/withdrawal",
            by=Role.HANDLER,
            json={"reason": "Paid."},
            headers={"if-match": tag},
        ).status_code
        for tag in ("7", 'W/"7"', '"x"', '"1", "2"', "")
    }

    assert set(answers.values()) == {412}, answers


def test_a_refusal_names_what_is_wrong_and_repeats_nothing_of_it(interface, reference):
    wrong = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW | {"amount": "canary-4711"})
    form = _complete(interface, reference, "register", by=Role.INTAKE, scope="canary-4711")
    mail = interface.ask("POST", LODGE, by=Role.INTAKE, json=NEW | {"email": "nowhere"})

    for answer in (wrong, form, mail):
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["problems"]
    assert "canary-4711" not in wrong.text
    assert "canary-4711" not in form.text


def test_what_is_not_there_is_not_found(interface):
    for path in ("/complaints/C-2026-999999", "/complaints/nothing", "/incidents/99", "/nowhere"):
        answer = interface.ask("GET", path, by=Role.MANAGER)

        assert (answer.status_code, answer.json()["status"]) == (404, 404), path


NOBODY = ({}, {"authorization": "Bearer rk_wrong"}, {"authorization": "Basic x"}, {"cookie": "a=b"})


def test_nobody_learns_anything_without_a_key_or_session(interface, reference):
    paths = ("/me", "/inbox", f"/complaints/{reference}", "/forms", "/nowhere", "/docs", "/redoc")
    for path, headers in product(paths, NOBODY):
        answer = interface.ask("GET", path, by=None, headers=headers)

        assert answer.status_code == 401, (path, headers)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "redress.sign-in"


def test_the_description_is_for_everybody_and_loads_nothing_from_elsewhere(interface):
    told = interface.client.get("/api/v1/openapi.json")

    assert told.status_code == 200
    assert "://" not in told.text.replace("https://json-schema.org", "")
    assert {"lodge_complaint", "complete_step"} <= {
        operation["operationId"]
        for path in told.json()["paths"].values()
        for operation in path.values()
    }


def test_a_real_key_opens_what_it_is_good_for_and_nothing_else(interface, hanna):
    platform = interface.platform
    interface.guarded._keys = AccountKeys(platform)
    key = keys.create(platform, actor=hanna, name="Shop", scopes=["lodge"], days=30)
    bearer = {"authorization": f"Bearer {key}"}

    lodged = interface.ask("POST", LODGE, by=None, json=NEW, headers=bearer)
    read = interface.ask(
        "GET", f"/complaints/{lodged.json()['reference']}", by=None, headers=bearer
    )
    (kept,) = keys.mine(platform, actor=hanna)
    keys.revoke(platform, actor=hanna, key_id=kept.id)
    after = interface.ask("POST", LODGE, by=None, json=NEW, headers=bearer)

    assert (lodged.status_code, read.status_code, after.status_code) == (201, 403, 401)
    assert read.json()["code"] == "redress.out-of-scope"


@pytest.fixture
def session(interface):
    """The token of a browser in which Pat, a handler, is signed in."""
    roles = [Role.HANDLER]
    accounts.add(
        interface.platform,
        actor=SYSTEM,
        username="pat",
        name="Pat",
        roles=roles,
        password=PASSWORD,
    )
    return interface.sessions.sign_in(username="pat", password=PASSWORD, address="10.0.0.1")


def test_a_page_of_a_signed_in_browser_may_ask_and_change_with_its_proof(interface, session):
    cookie = {"cookie": f"redress_session={session}"}

    me = interface.ask("GET", "/me", by=None, headers=cookie).json()
    bare = interface.ask("POST", LODGE, by=None, json=NEW, headers=cookie)
    proven = cookie | {PROOF_HEADER: me["proof"]}
    done = interface.ask("POST", LODGE, by=None, json=NEW, headers=proven)
    foreign = proven | {"origin": "https://evil.example"}
    planted = interface.ask("POST", LODGE, by=None, json=NEW, headers=foreign)

    assert me["username"] == "pat"
    assert (bare.status_code, done.status_code, planted.status_code) == (403, 201, 403)


def test_a_session_that_ended_opens_nothing(interface, session):
    cookie = {"cookie": f"redress_session={session}"}
    assert interface.ask("GET", "/me", by=None, headers=cookie).status_code == 200

    interface.sessions.sign_out(session)

    assert interface.ask("GET", "/me", by=None, headers=cookie).status_code == 401


def test_whoever_asks_too_often_waits_and_nobody_else_does(office):
    hurried = InterfacePolicy(requests_per_minute=60, burst=3, wrong_keys_per_minute=2)
    interface = Interface(office.platform, hurried)

    asked = [interface.ask("GET", "/me", by=Role.HANDLER) for _ in range(4)]
    other = interface.ask("GET", "/me", by=Role.MANAGER)
    interface.now = 1.0
    later = interface.ask("GET", "/me", by=Role.HANDLER)

    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    assert asked[-1].headers["retry-after"] == "1"
    assert (other.status_code, later.status_code) == (200, 200)


def test_whoever_guesses_keys_is_held_up_and_a_good_key_beside_it_is_not(office):
    hurried = InterfacePolicy(requests_per_minute=600, burst=60, wrong_keys_per_minute=2)
    interface = Interface(office.platform, hurried)
    wrong = {"authorization": "Bearer rk_wrong"}

    guesses = [interface.ask("GET", "/me", by=None, headers=wrong) for _ in range(4)]

    assert [answer.status_code for answer in guesses] == [401, 401, 429, 429]
    assert interface.ask("GET", "/me", by=Role.HANDLER).status_code == 200


def test_a_guard_that_forgets_the_proof_is_caught(interface, session, monkeypatch):
    monkeypatch.setattr("ui.api.guard.Guard._proves", lambda *_: True)
    cookie = {"cookie": f"redress_session={session}"}

    planted = interface.ask("POST", LODGE, by=None, json=NEW, headers=cookie)

    assert planted.status_code == 201, "the planted bug is not seen by the test above"


def test_every_refusal_has_a_status_and_none_is_a_defect(interface):
    from ui.api.problem import STATUS, status_of  # noqa: PLC0415 - read here only

    def family(kind):
        return {kind}.union(*map(family, kind.__subclasses__()))

    for kind in family(RedressError) - {RedressError}:
        refusal = kind.__new__(kind)
        assert status_of(refusal) in set(STATUS.values()), kind
