"""The whole story in a browser: from receipt to closing, everybody in a window of their own."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from engine.services.running import monitoring
from tests.e2e.seat import Seat, Sit, Site, local_parts, step_address
from tests.integration.office import DECIDED, Office

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

LETTER = "Dear Jane, we charged you twice and return the second payment within five working days."
WHOLE = LETTER + DECIDED.format(amount=300)
MISSING = "Please say that we are sorry."
LONDON = ZoneInfo("Europe/London")


def _lodge(handler: Seat, site: Site) -> str:
    """Record a letter that has lain in the post room for 45 days, and return its reference."""
    handler.press("New complaint")
    handler.type("In one sentence", "Charged twice for one quarter")
    handler.type("What happened", "The bank shows two payments for the January quarter.")
    handler.type("Complainant", "Jane Canary")
    handler.type("E-mail", "jane@example.org")
    handler.pick("It came by", "Letter")
    handler.tab.get_by_role("spinbutton", name="day, Received").click()
    received_at = site.platform.now() - timedelta(days=45)
    handler.tab.keyboard.type(local_parts(received_at.astimezone(LONDON)))
    handler.pick("Category", "Invoicing and debt")
    handler.type("Amount at stake", "600")
    handler.record()
    reference = handler.tab.url.partition("ref=")[2]
    assert reference.startswith("C-")
    return reference


def _open(seat: Seat, reference: str, title: str) -> None:
    """Find a complaint by its reference in the inbox, and choose the step of that name."""
    seat.open("/inbox")
    seat.choose("All")
    seat.tab.get_by_role("searchbox", name="Search").fill(reference)
    every = seat.tab.get_by_role("row")
    expect(every.filter(has_not_text=reference)).to_have_count(1)  # the heads of the columns
    every.filter(has_text=title).first.click()
    heading = seat.tab.get_by_role("heading", name=title, level=2)
    expect(heading).to_be_visible()


def _register(handler: Seat) -> None:
    handler.press("Claim")
    handler.sees("This step is yours.")
    handler.complete("Register the complaint")


def _acknowledge_and_assess(handler: Seat) -> None:
    """Send the suggested letter, and judge how grave it is."""
    handler.choose("Write the acknowledgement")
    letter = handler.tab.get_by_label("Acknowledgement", exact=True)
    expect(letter).to_have_value(re.compile("Dear Jane Canary"))
    handler.complete("Write the acknowledgement")
    handler.choose("Assess the complaint")
    handler.pick("Severity", "Major")
    handler.choose("Complex", of="Complexity")
    handler.complete("Assess the complaint")


def _respond(leader: Seat, reference: str) -> None:
    """Answer both calls: the acknowledgement is late, and the final response will soon be."""
    for _ in range(2):
        _open(leader, reference, "Respond to the warning")
        leader.type("What is being done", "Hanna writes today; I read it before noon.")
        leader.complete("Respond to the warning")


def _assign(leader: Seat, reference: str) -> None:
    _open(leader, reference, "Assign the complaint")
    leader.appoint("Hanna Berg")
    leader.complete("Assign the complaint")


def _draft(handler: Seat, reference: str) -> None:
    handler.open(step_address(reference))
    handler.choose("Upheld")
    handler.type("Reasons", "Both payments are in our books.")
    handler.type("Remedy", "Refund of the second payment")
    handler.type("Amount of the remedy", "300")
    handler.type("Letter to the complainant", WHOLE)
    handler.complete("Draft the decision")


def _investigate(handler: Seat, reference: str) -> None:
    handler.open(step_address(reference))
    handler.type("Questions to answer", "What was charged, when, and why twice?")
    handler.complete("Plan the investigation")
    handler.pick("Where the cause lies", "Process")
    handler.type("Facts", "The invoice of January was booked on two days.")
    handler.choose("Upheld")
    handler.type("Cause", "Nobody compares bookings of two days.")
    handler.complete("Investigate")


def _judge(
    approver: Seat, reference: str, decision: str, *, letter: str, reasons: str = ""
) -> None:
    """Read the letter as it would be sent, and approve or return it."""
    approver.open("/approvals")
    approver.tab.get_by_role("row").filter(has_text=reference).click()
    approver.sees("The letter as it will be sent")
    approver.sees(letter)
    approver.choose(decision)
    if reasons:
        approver.type("Reasons", reasons)
    approver.complete("Approve the decision", "Record your decision")


def _explain(manager: Seat, reference: str) -> None:
    _open(manager, reference, "Explain the delay")
    manager.type("Cause", "The letter lay in the post room.")
    manager.tab.get_by_role("spinbutton", name="day, New date").click()
    manager.tab.keyboard.type("01022027")
    manager.turn_on("The complainant was told, with an apology")
    manager.complete("Explain the delay")


def _answer(handler: Seat, reference: str) -> None:
    handler.open(step_address(reference))
    handler.press("Record the answer")
    dialog = handler.tab.get_by_role("dialog")
    dialog.get_by_role("radio", name="Accepted").click()
    dialog.get_by_label("In their words").fill("Thank you, that is fair.")
    dialog.get_by_role("button", name="Record the answer").click()
    handler.sees("The answer is recorded.")


def _pay(finance: Seat, reference: str) -> None:
    """Pay what was promised, without reading the complaint."""
    finance.open("/remedies")
    finance.tab.get_by_role("row").filter(has_text=reference).click()
    dialog = finance.tab.get_by_role("dialog")
    expect(dialog.get_by_text("300.00 GBP")).to_be_visible()
    dialog.get_by_label("Proof").fill("Payment 4711")
    dialog.get_by_role("button", name="Carry out").click()
    finance.sees("The remedy is carried out.")


def _close(leader: Seat, reference: str) -> None:
    """Find that nobody has verified the payment yet, verify it, and close."""
    _open(leader, reference, "Check and close")
    leader.press("Complete this step")
    leader.sees("Somebody else has to verify first")
    leader.show("Remedies")
    leader.press("Verify")
    leader.sees("The remedy is verified.")
    leader.show("Step")
    leader.complete("Check and close")


def _closed(manager: Seat) -> int:
    """Return how many complaints the performance page counts as closed."""
    manager.open("/performance")
    metric = manager.tab.get_by_test_id("stMetric").filter(has_text="Closed").first
    return int(metric.get_by_test_id("stMetricValue").inner_text().replace(",", ""))


def _find_behind(manager: Seat, reference: str) -> None:
    """Open the list behind the number of closed complaints, and from there the complaint."""
    manager.tab.locator(".st-key-performance-open-closed button").click()
    manager.tab.get_by_role("dialog").get_by_role("link", name=reference).click()
    manager.tab.wait_for_url(f"**/case?ref={reference}")
    expect(manager.tab.get_by_role("heading", name="Closed", exact=True)).to_be_visible()


@pytest.mark.iso("4.6", "5.4", "7.2", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9", "8.2")
def test_a_complaint_travels_from_receipt_to_closing(sit: Sit, site: Site):
    handler, leader, approver, manager = (sit(name) for name in ("hanna", "tom", "ada", "mara"))
    finance = sit("finn")
    closed = _closed(manager)
    reference = _lodge(handler, site)

    _register(handler)
    monitoring.sweep(site.platform)
    handler.open(step_address(reference))
    handler.sees("Time is running short")
    handler.sees("With the team leader since")
    _acknowledge_and_assess(handler)
    _respond(leader, reference)
    _explain(manager, reference)
    _assign(leader, reference)
    _investigate(handler, reference)
    _draft(handler, reference)
    handler.sees("You drafted this, so somebody else decides it.")
    _judge(approver, reference, "Returned", letter=LETTER, reasons=MISSING)
    handler.open(step_address(reference))
    handler.sees(MISSING)
    handler.type("Letter to the complainant", f"{WHOLE} We are sorry.")
    handler.complete("Draft the decision")
    _judge(approver, reference, "Approved", letter="We are sorry.")
    _answer(handler, reference)
    _pay(finance, reference)
    _close(leader, reference)

    handler.open(step_address(reference))
    handler.sees("Upheld")
    assert _closed(manager) == closed + 1
    _find_behind(manager, reference)


@pytest.mark.iso("4.7", "7.9")
def test_a_rejected_decision_is_looked_at_again_by_others(sit: Sit, site: Site):
    leader, handler, other = (sit(name) for name in ("tom", "hanna", "lara"))
    reference = _rejected(site)

    _open(leader, reference, "Review the rejection")
    leader.choose("Reopen")
    leader.type("Reasons", "She sends a bank statement that we have not seen.")
    leader.complete("Review the rejection")
    _open(leader, reference, "Assign the complaint")
    leader.appoint("Hanna Berg")
    leader.press("Complete this step")
    leader.sees("somebody else looks again")
    leader.appoint("Lara Moreau")
    leader.complete("Assign the complaint")

    handler.open(step_address(reference))
    handler.sees("so somebody else looks at it again")
    expect(handler.tab.get_by_role("button", name="Complete this step")).to_have_count(0)
    other.open(step_address(reference))
    other.sees("This step is yours.")
    other.type("Facts", "The bank statement shows a third payment.")
    other.choose("Upheld")
    other.complete("Investigate")


def _rejected(site: Site) -> str:
    """Return a complaint whose decision was sent, and which the complainant rejects."""
    with site.platform.database.read() as tx:
        names = ("hanna", "tom", "ada")
        staff = {name: account.actor for name in names if (account := tx.accounts.get(name))}
    office = Office(site.platform, staff)
    reference = office.reach("approve_decision")
    office.do(reference, "approve_decision")
    office.answer(reference, "rejected")
    return reference
