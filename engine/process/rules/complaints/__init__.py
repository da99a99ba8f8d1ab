"""Layer “handles complaints properly”: what ISO 10002 asks of the process itself."""

from engine.process.rules.complaints import duty, outcome, together, writing

RULES = (
    outcome.complaints_are_acknowledged,
    outcome.every_way_tells_the_outcome,
    together.branches_come_together,
    writing.letters_are_written_first,
    duty.approvals_take_two,
    writing.gates_ask_for_approval,
    writing.approvals_have_a_draft,
    duty.approvals_can_be_returned,
    duty.calls_are_answered,
    duty.escalations_are_raised,
    duty.steps_say_what_to_do,
    duty.waiting_is_explained,
)
