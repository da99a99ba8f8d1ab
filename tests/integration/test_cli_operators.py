"""What operators do on the command line: the same services, by the roles of who is named."""

import json

import pytest

from engine.cli import seat
from engine.domain.actor import SYSTEM
from engine.domain.incident import IncidentKind
from engine.services.accounts import ties
from engine.services.handling import inbox
from engine.services.upkeep import incidents
from tests.incidents import come_to_a_halt
from tests.integration.identity_ways import at_provider
from tests.integration.operator_ways import owned
from tests.integration.own_process import publish, publish_expert

WHY = ("--reason", "The file was mixed up.")
MARA = ("--as", "mara", *WHY)
JSON = ("--format", "json")


@pytest.fixture
def halted(office):
    """Three letters that one server refused, and a case that stands still."""
    references = [office.lodge() for _ in range(3)]
    come_to_a_halt(office.platform, references)
    return references


def _open(office):
    return incidents.page(office.platform, actor=SYSTEM)


def test_incidents_are_listed_told_apart_by_cause_and_shown(redress, office, halted):
    listed = json.loads(redress("incidents", "list", "--format", "json").out)
    causes = json.loads(redress("incidents", "causes", "--format", "json").out)
    shown = redress("incidents", "show", "2", "--as", "vera")
    told = redress("incidents", "list", "--kind", "letter", "--like", "2", "--limit", "2")

    assert [entry["kind"] for entry in listed] == ["letter"] * 3 + ["case"]
    assert [(c["n"], c["kind"], c["first_id"]) for c in causes] == [
        (3, "letter", 1),
        (1, "case", 4),
    ]
    assert causes[0]["gist"] == "The mail server did not take “…”. It said: 550"
    assert (shown.status, "550" in shown.out, halted[1] in shown.out) == (0, True, True)
    assert (told.status, "2 shown; 4 open in all." in told.out) == (0, True)


def test_all_incidents_of_a_cause_are_put_away_in_one_go(redress, office, halted):
    done = redress("incidents", "resolve", "--like", "2", *MARA)

    (left,) = _open(office)
    resolved = incidents.page(office.platform, actor=SYSTEM, is_open=False)
    assert (done.status, "Resolved: 3 of 3." in done.out) == (0, True)
    assert left.kind is IncidentKind.CASE
    assert {(each.resolved_by, each.resolution) for each in resolved} == {("mara", WHY[1])}
    assert "3/3" in done.err


def test_each_that_is_refused_is_named_and_stops_no_other(redress, office, halted):
    done = redress("incidents", "retry", "77", "1", "4", *MARA, "--format", "json")

    ends = json.loads(done.out)
    assert done.status == 1
    assert ends["done"] == [4]
    assert ends["refused"]["77"] == "There is no incident 77."
    assert ends["refused"]["1"] == "The letter has left, or waits to be sent, already."


def test_a_try_in_vain_is_said(redress, office, halted, monkeypatch):
    monkeypatch.setattr(incidents, "retry", lambda *_args, **_known: False)

    done = redress("incidents", "retry", "4", *MARA)

    assert (done.status, "4: it did not work this time either." in done.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("incidents", "resolve", "1", "--as", "hanna", *WHY), 1, "Hanna may not resolve"),
        (("incidents", "resolve", "1", "--as", "nobody", *WHY), 2, "active account nobody"),
        (("incidents", "resolve", "1", "--as", "mara", "--reason", " "), 1, "Reason"),
        (("incidents", "resolve", *MARA), 2, "by numbers, or by --like"),
        (("incidents", "resolve", "1", "--like", "1", *MARA), 2, "and not both"),
        (("incidents", "resolve", "1", *WHY), 2, "--as"),
        (("incidents", "resolve", "1", "--as", "mara"), 2, "--reason"),
        (("incidents", "list", "--as", "hanna"), 1, "Hanna may not see incidents"),
        (("incidents", "show", "99"), 2, "There is no incident 99."),
        (("case", "show", "C-9"), 2, "There is no complaint C-9."),
        (("case", "suspend", *MARA), 2, "by their references, or by --waiting-at"),
        (("case", "move", "C-9", "--to", "plan", *MARA), 1, "There is no complaint C-9."),
        (("case", "due", "C-9", "--on", "soon", *MARA), 2, "“soon” is neither a day"),
        (("message", "send", "paid", "--key", "K", "--id", "1", "--as", "mara"), 2, "“paid”"),
        (
            ("message", "signal", "x", "--id", "1", "--as", "mara", "--set", "amount"),
            2,
            "“amount” is not of the form",
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_done_is_said_in_a_sentence(redress, halted, arguments, status, words):
    done = redress(*arguments)

    assert (done.status, words in done.err) == (status, True), done.err
    assert "Traceback" not in done.err


def test_a_case_is_led_skipped_suspended_and_resumed(redress, office):
    reference = office.reach("draft_decision")
    shown = json.loads(redress("case", "show", reference, "--format", "json").out)

    led = redress("case", "move", reference.lower(), "--to", "investigate", *MARA)
    at = set(office.steps(reference))
    skipped = redress("case", "skip", reference, "--at", "investigate", *MARA)
    suspended = redress("case", "suspend", reference, *MARA)
    told = redress("case", "show", reference)
    refused = redress("case", "skip", reference, *MARA)
    resumed = redress("case", "resume", reference, *MARA)

    assert "investigate" in shown["places"][0]["targets"]
    assert [done.status for done in (led, skipped, suspended, resumed)] == [0] * 4
    assert at == {"investigate"}
    assert set(office.steps(reference)) == {"draft_decision"}
    assert "by mara: The file was mixed up." in told.out
    assert (refused.status, reference in refused.err) == (1, True)
    kept = [entry.what for entry in office.view(reference).timeline if WHY[1] in entry.what]
    assert len(kept) == 4


def test_due_dates_are_moved_by_the_step_or_by_the_promise(redress, office):
    reference = office.reach("assess")

    unclear = redress("case", "due", reference, "--on", "2026-02-20", *MARA)
    step = redress("case", "due", reference, "--on", "2026-02-20", "--at", "assess", *MARA)
    promise = redress(
        *("case", "due", reference, "--on", "2026-02-21T12:00", "--promise", "acknowledgement"),
        *MARA,
    )

    clocks = {clock.code: clock.due_at for clock in office.view(reference).clocks}
    assert (unclear.status, "acknowledge, assess" in unclear.err) == (1, True)
    assert (step.status, promise.status) == (0, 0), promise.err
    assert office.steps(reference)["assess"].due_at.isoformat() == "2026-02-20T17:00:00+00:00"
    assert clocks["acknowledgement"].isoformat() == "2026-02-21T12:00:00+00:00"


def test_all_cases_that_wait_at_an_element_are_led_on_together(redress, office):
    waiting = [office.reach("investigate") for _ in range(3)]
    other = office.reach("assess")

    done = redress("case", "move", "--waiting-at", "investigate", "--to", "assign", *MARA)

    assert (done.status, "Led on: 3 of 3." in done.out) == (0, True), done.err
    assert {name for each in waiting for name in office.steps(each)} == {"assign"}
    assert "assess" in office.steps(other)
    assert inbox.waiting_at(office.platform, actor=SYSTEM, element="investigate") == ()


def test_messages_of_other_systems_come_in_by_the_command_line(redress, office):
    publish(office, "message", "invoice_paid")
    reference = office.lodge()
    sent = ("message", "send", "invoice_paid", "--key", "INVOICE-7", "--id", "m-1", "--as", "mara")

    early = redress(*sent, "--set", "amount=12.5", "--format", "json")
    declared = redress("case", "key", reference, "INVOICE-7", "--as", "mara")
    again = redress(*sent, "--set", "amount=12.5")

    assert json.loads(early.out) == {"delivery": "kept"}
    assert (declared.status, again.out) == (0, "Delivered.\n")
    assert set(office.steps(reference)) == {"fetch"}


def test_competences_are_said_and_listed(redress, office):
    publish_expert(office.platform)
    before = json.loads(redress("users", "competences", "--format", "json").out)

    said = redress(
        *("users", "set-competences", "hanna", "--competence", "Fees", "--competence", "tax LAW"),
        *MARA,
    )

    after = json.loads(redress("users", "competences", "--format", "json").out)
    told = redress("users", "competences", "--as", "mara")
    assert any("“Fees” and “Tax law”" in each["why"] for each in before["nobody"])
    assert (said.status, said.out.strip()) == (0, "hanna can now: Fees, Tax law.")
    assert after["nobody"] == []
    held = {each["username"]: each["competences"] for each in after["people"]}
    assert held["hanna"] == ["Fees", "Tax law"]
    assert (told.status, "Fees, Tax law" in told.out) == (0, True)


def test_competences_are_taken_away_only_when_that_is_said(redress, office):
    redress("users", "set-competences", "hanna", "--competence", "Fees", *MARA)

    silent = redress("users", "set-competences", "hanna", *MARA)
    both = redress("users", "set-competences", "hanna", "--none", "--competence", "Fees", *MARA)
    done = redress("users", "set-competences", "hanna", "--none", *MARA)

    assert (silent.status, both.status) == (2, 2)
    assert "--none" in silent.err
    assert (done.status, "nothing besides the role" in done.out) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [("hanna", "--competence", "Fees", *MARA[:1], "vera", *WHY), ("mara", "--none", *MARA)],
)
def test_competences_are_said_by_those_who_may_and_not_of_themselves(redress, arguments):
    refused = redress("users", "set-competences", *arguments)

    assert refused.status == 1
    assert "may not" in refused.err


def test_accounts_are_tied_and_untied_on_the_machine(redress, office, monkeypatch):
    house = at_provider(office.platform, "https://login.example.org")
    monkeypatch.setattr(seat, "open_platform", lambda: house)

    done = [redress("users", verb, "hanna", "s-1") for verb in ("tie", "tie", "untie", "untie")]

    assert [each.status for each in done] == [0, 2, 1, 1]
    assert "no other way in" in done[2].err
    assert ties.of_person(house, actor=office.staff["hanna"])[0].subject == "s-1"


def test_a_time_limit_is_explained_extended_and_begun_by_an_occasion(redress, office):
    reference = owned(office, office.platform)
    known = ("--reason", "The laboratory needs until then.")

    listed = json.loads(redress("case", "show", reference, "--format", "json").out)
    told = redress("limit", "why", reference, "--as", "vera")
    wanted = ("final_response", "--ground", "expert_report", "--as", "hanna", *known)
    asked, twice = (redress("limit", "ask", reference, *wanted) for _ in range(2))
    extended, again = (redress("limit", "grant", reference, "1", "--as", "tom") for _ in range(2))
    noted = redress("limit", "note", reference, "stage_two_requested", "--as", "hanna")
    after = json.loads(redress("limit", "why", reference, "--format", "json").out)

    codes = [limit["code"] for limit in listed["time_limits"]]
    assert codes == ["acknowledgement", "final_response"]
    assert "5 working days from when the complaint was received." in told.out
    assert "not a working day of the week" in told.out
    assert "Complaint Handling Code 2024, 6.3" in told.out
    assert [each.status for each in (asked, twice, extended, again)] == [0, 1, 0, 1]
    assert "asked for already" in twice.err
    assert "granted already" in again.err
    assert "the complainant asked for the second stage" in noted.out
    assert [len(limit["why"]) for limit in after["time_limits"]] == [1, 1, 2]


def test_a_time_limit_is_not_extended_to_a_day_that_is_none(redress, office):
    reference = owned(office, office.platform)

    told = redress(
        "limit", "ask", reference, "final_response", "--ground", "expert_report",
        "--until", "soon", "--as", "tom", "--reason", "It takes long.",
    )  # fmt: skip

    assert told.status == 2
    assert "is neither a day" in told.err


def test_what_a_day_off_would_move_is_listed_and_a_file_that_is_none_refused(
    redress, office, tmp_path
):
    reference = office.lodge()
    wrong = tmp_path / "calendar.toml"
    wrong.write_text("zone = 3")

    told = redress("limit", "preview", "--closed", "2026-01-06")
    data = json.loads(redress("limit", "preview", "--closed", "2026-01-06", *JSON).out)
    refused = redress("limit", "preview", "--file", str(wrong))
    missing = redress("limit", "preview", "--file", str(tmp_path / "none.toml"))

    assert "1 of 2 would move: 0 earlier (0 of them overdue at once), 1 later." in told.out
    assert [line["reference"] for line in data["lines"]] == [reference]
    assert (refused.status, missing.status) == (2, 2)
    assert "zone" in refused.err
    assert "cannot be read" in missing.err
