"""What holds at every point of the shipped process; its single ways are told by its scenarios."""

import pytest

from engine.errors import NotAwaitedError

INTAKE = ("register", "acknowledge", "assess")
TO_DRAFT = (*INTAKE, "assign", "investigate", "draft_decision")


@pytest.mark.iso("7.4")
def test_the_order_of_acknowledging_and_assessing_does_not_matter(given):
    one = given().does("register", "acknowledge", "assess")
    other = given().does("register", "assess", "acknowledge")

    assert one.waiting == other.waiting == ["assign"]


@pytest.mark.iso("7.9")
def test_no_answer_in_28_days_ends_the_wait_and_not_a_day_earlier(given):
    case = given().does(*TO_DRAFT, "approve_decision")

    case.after(days=27).waits_for()
    case.after(days=2).waits_for("closing_check")
    with pytest.raises(NotAwaitedError):
        case.hears("answer", answer="accepted")


@pytest.mark.iso("7.5", "7.8")
def test_what_is_no_complaint_for_us_is_refused_by_two_people(given):
    for scope in ("service_request", "not_ours", "out_of_time", "already_decided", "other_route"):
        case = given(scope=scope).does("register").waits_for("decline")

        case.does("decline").waits_for("approve_refusal").has_sent()
        case.does("approve_refusal").has_sent("refusal").ends_at("not_accepted")


@pytest.mark.iso("5.4")
def test_a_call_for_help_reaches_the_leader_at_every_point(given):
    for done in range(len(TO_DRAFT)):
        case = given().does(*TO_DRAFT[:done])
        before = case.waiting

        case.hears("escalation_raised").waits_for(*before, "respond_to_escalation")
        case.does("respond_to_escalation").waits_for(*before)


@pytest.mark.iso("7.5")
def test_harm_to_people_alerts_the_safety_officer_at_once(given):
    for safety in ("actual_minor", "actual_serious"):
        case = given(safety=safety).does("register", "assess")

        case.waits_for("acknowledge", "contain_danger")
        case.does("contain_danger", "acknowledge").waits_for("assign")


@pytest.mark.iso("7.5")
def test_a_danger_that_hurt_nobody_alerts_nobody(given):
    for safety in ("none", "potential"):
        given(safety=safety).does("register", "assess").waits_for("acknowledge")


@pytest.mark.iso("7.9")
def test_a_withdrawal_stops_the_work_at_every_point(given):
    for done in range(len(TO_DRAFT) + 1):
        case = given().does(*TO_DRAFT[:done]).hears("withdrawn")

        case.waits_for("confirm_withdrawal").does("confirm_withdrawal")
        assert case.sent[-1] == "send_withdrawal_confirmation"
        case.ends_at("withdrawn_end")


@pytest.mark.iso("7.9")
def test_a_withdrawal_while_an_answer_is_awaited_ends_the_wait(given):
    case = given().does(*TO_DRAFT, "approve_decision").hears("withdrawn")

    case.after(days=40).does("confirm_withdrawal").ends_at("withdrawn_end")


def test_after_the_handling_nothing_can_be_withdrawn_or_warned_about(given):
    case = given().does(*TO_DRAFT, "approve_decision").hears("answer", answer="accepted")

    for message in ("withdrawn", "clock_warning", "clock_breach", "escalation_raised", "answer"):
        with pytest.raises(NotAwaitedError):
            case.hears(message)
    case.waits_for("closing_check")
