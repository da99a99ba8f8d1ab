"""Layer “handles complaints properly”: what ISO 10002 asks of the process itself."""

from engine.process.rules.complaints import duty, outcome

RULES = (
    outcome.complaints_are_acknowledged,
    outcome.every_way_tells_the_outcome,
    duty.approvals_take_two,
    duty.approvals_can_be_returned,
    duty.calls_are_answered,
    duty.escalations_are_raised,
    duty.steps_say_what_to_do,
    duty.waiting_is_explained,
)
