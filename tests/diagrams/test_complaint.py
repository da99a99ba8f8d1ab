"""Every way through the shipped process, as playbooks that read like it."""

import pytest

from engine.errors import NotAwaitedError

INTAKE = ("register", "acknowledge", "assess")
TO_DRAFT = (*INTAKE, "assign", "investigate", "draft_decision")


@pytest.mark.iso("7.2", "7.4", "7.5")
def test_acknowledging_and_assessing_go_side_by_side(given):
    case = given().does("register").waits_for("acknowledge", "assess")

    case.does("assess").waits_for("acknowledge").has_sent()
    case.does("acknowledge").has_sent("acknowledgement").waits_for("assign")


@pytest.mark.iso("7.4")
def test_the_order_of_acknowledging_and_assessing_does_not_matter(given):
    one = given().does("register", "acknowledge", "assess")
    other = given().does("register", "assess", "acknowledge")

    assert one.waiting == other.waiting == ["assign"]


@pytest.mark.iso("7.7", "7.8")
def test_a_slight_matter_is_settled_at_the_front_line(given):
    case = given(severity=1, complexity="simple", amount=5).does(*INTAKE)

    case.waits_for("resolve_frontline").does("resolve_frontline")
    case.has_sent("acknowledgement", "resolution").waits_for("closing_check")
    case.does("closing_check").ends_at("closed")


@pytest.mark.iso("7.7")
def test_what_the_front_line_cannot_settle_is_assigned(given):
    case = given(severity=1, complexity="simple", amount=5).does(*INTAKE)

    case.does("resolve_frontline", frontline_result="not_resolved").waits_for("assign")
    case.has_sent("acknowledgement")


@pytest.mark.iso("7.6")
def test_a_plain_case_is_investigated_without_a_plan(given):
    given().does(*INTAKE, "assign").waits_for("investigate")


@pytest.mark.iso("7.6")
def test_a_complex_case_is_planned_first(given):
    case = given(severity=4, complexity="complex").does(*INTAKE, "assign").waits_for("plan")

    case.does("plan").waits_for("investigate")


@pytest.mark.iso("7.8")
def test_a_slight_decision_needs_nobody_else(given):
    case = given(severity=2, complexity="complex").does(*INTAKE, "assign", "plan", "investigate")

    case.does("draft_decision", outcome="upheld", remedy_amount=0)
    case.has_sent("acknowledgement", "decision").waits_for()
    assert "answer" in case.messages


@pytest.mark.iso("5.4")
def test_a_decision_of_weight_is_approved_and_may_be_returned_again_and_again(given):
    case = given().does(*TO_DRAFT).waits_for("approve_decision")

    for _ in range(3):
        case.does("approve_decision", approval="returned").waits_for("draft_decision")
        case.does("draft_decision").waits_for("approve_decision").has_sent("acknowledgement")
    case.does("approve_decision").has_sent("acknowledgement", "decision")


@pytest.mark.iso("5.4")
def test_a_large_remedy_goes_to_a_manager_who_may_return_it_too(given):
    case = given(remedy_amount=5000).does(*TO_DRAFT).waits_for("approve_decision_senior")

    case.does("approve_decision_senior", approval="returned").waits_for("draft_decision")
    case.does("draft_decision", remedy_amount=200).waits_for("approve_decision")


@pytest.mark.iso("7.9")
def test_an_accepted_decision_is_checked_and_closed(given):
    case = given().does(*TO_DRAFT, "approve_decision").waits_for()

    case.hears("answer", answer="accepted").waits_for("closing_check")
    case.does("closing_check").ends_at("closed")


@pytest.mark.iso("7.9")
def test_no_answer_in_28_days_ends_the_wait_and_not_a_day_earlier(given):
    case = given().does(*TO_DRAFT, "approve_decision")

    case.after(days=27).waits_for()
    case.after(days=2).waits_for("closing_check")
    with pytest.raises(NotAwaitedError):
        case.hears("answer", answer="accepted")


@pytest.mark.iso("7.9")
def test_a_rejected_decision_is_reviewed_and_may_be_final(given):
    case = given().does(*TO_DRAFT, "approve_decision").hears("answer", answer="rejected")

    case.waits_for("review_rejection").does("review_rejection").waits_for("closing_check")
    case.does("closing_check").ends_at("closed")


@pytest.mark.iso("7.9", "7.6")
def test_a_rejected_decision_may_be_reopened_more_than_once(given):
    case = given().does(*TO_DRAFT, "approve_decision")
    for _ in range(2):
        case.hears("answer", answer="rejected").does("review_rejection", review="reopen")
        case.waits_for("assign").does("assign", "investigate", "draft_decision", "approve_decision")

    case.has_sent("acknowledgement", "decision", "decision", "decision")
    case.hears("answer", answer="accepted").does("closing_check").ends_at("closed")


@pytest.mark.iso("7.5", "7.8")
def test_what_is_no_complaint_for_us_is_refused_by_two_people(given):
    for scope in ("service_request", "not_ours", "out_of_time", "already_decided", "other_route"):
        case = given(scope=scope).does("register").waits_for("decline")

        case.does("decline").waits_for("approve_refusal").has_sent()
        case.does("approve_refusal").has_sent("refusal").ends_at("not_accepted")


@pytest.mark.iso("7.8")
def test_a_refusal_that_is_returned_is_explained_again(given):
    case = given(scope="not_ours").does("register", "decline")

    case.does("approve_refusal", approval="returned").waits_for("decline").has_sent()
    case.does("decline", "approve_refusal").has_sent("refusal").ends_at("not_accepted")


@pytest.mark.iso("4.15", "8.2")
def test_every_warning_calls_the_leader_and_stops_nothing(given):
    case = given().does("register")

    case.hears("clock_warning").hears("clock_warning")
    case.waits_for("acknowledge", "assess", "respond_to_warning", "respond_to_warning")
    case.does("respond_to_warning").does("respond_to_warning").waits_for("acknowledge", "assess")
    assert {"clock_warning", "clock_breach", "escalation_raised"} <= case.messages


@pytest.mark.iso("4.15")
def test_a_missed_deadline_is_explained_while_the_work_goes_on(given):
    case = given().does("register").hears("clock_breach")

    case.waits_for("acknowledge", "assess", "explain_breach")
    case.does("explain_breach", "acknowledge", "assess").waits_for("assign")


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
def test_a_withdrawal_leaves_calls_upwards_to_be_answered(given):
    case = given(safety="actual_serious").does("register", "assess").hears("escalation_raised")

    case.hears("withdrawn")
    case.waits_for("confirm_withdrawal", "contain_danger", "respond_to_escalation")
    case.does("confirm_withdrawal", "respond_to_escalation")
    assert not case.is_complete
    case.does("contain_danger").ends_at("danger_contained")


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
