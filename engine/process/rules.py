"""What a diagram must fulfil before a case may run on it; every rule is asked, none hides another.

Each rule is a small function ``rule(material) -> Iterable[Finding]`` in one of the modules below.
What the process engine underneath would silently do wrong is either made right by our core or
refused here.
"""

from collections.abc import Callable, Iterable

from engine.process import (
    circle_rules,
    event_rules,
    repeat_rules,
    step_rules,
    structure_rules,
    table_rules,
)
from engine.process.finding import Finding, Severity
from engine.process.material import Material
from engine.process.vocabulary import OPERATIONS as OPERATIONS  # noqa: PLC0414 - part of this door

Rule = Callable[[Material], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    structure_rules.has_a_process,
    structure_rules.ids_are_unique,
    structure_rules.kinds_are_known,
    event_rules.events_are_known,
    event_rules.handlers_are_started_by_events,
    event_rules.links_are_paired,
    event_rules.signals_are_caught,
    repeat_rules.repeats_can_be_counted,
    structure_rules.scopes_begin_once,
    structure_rules.flows_connect,
    structure_rules.everything_is_reached,
    structure_rules.ways_end_at_ends,
    structure_rules.boundaries_have_a_host,
    structure_rules.gateways_decide,
    structure_rules.conditions_are_asked,
    structure_rules.races_have_events,
    circle_rules.circles_pause,
    circle_rules.calls_find_their_process,
    circle_rules.processes_are_called,
    step_rules.conditions_can_be_read,
    step_rules.scripts_can_be_read,
    step_rules.variables_are_set_somewhere,
    step_rules.timers_can_be_read,
    step_rules.references_lead_somewhere,
    step_rules.throws_are_caught,
    step_rules.roles_are_known,
    step_rules.competences_can_be_held,
    step_rules.operations_are_known,
    step_rules.decisions_are_known,
    step_rules.attributes_stand_where_they_work,
    step_rules.steps_say_what_is_known,
    table_rules.tables_answer_every_case,
    table_rules.tables_are_asked,
    table_rules.outputs_are_variables,
    table_rules.outputs_are_ranked,
    table_rules.results_read_what_is_known,
    table_rules.cells_ask_what_is_allowed,
)


def check(material: Material) -> tuple[Finding, ...]:
    """Return all findings, what blocks first, otherwise in the order of the rules."""
    found = [*material.findings]
    # The other rules look at pairs of elements; on a monster they would look for hours.
    is_monster = len(material.diagram.nodes) > structure_rules.MOST_NODES
    for rule in (structure_rules.has_a_process,) if is_monster else RULES:
        found += rule(material)
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: order.index(finding.severity)))
