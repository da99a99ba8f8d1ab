"""Layer “drawn well”: advice for a picture that people and other tools read right.

Where the layer “running” says something already, this one is silent.
"""

from engine.process.rules.drawing import data, definition, picture, pool, reference, shape

RULES = (
    shape.elements_have_labels,
    shape.scopes_end,
    shape.ways_end_at_ends,
    shape.elements_are_connected,
    shape.steps_are_left_on_one_way,
    shape.joins_are_drawn,
    shape.gateways_fork_or_join,
    shape.gateways_are_needed,
    shape.gateways_are_simple,
    shape.flows_are_drawn_once,
    shape.terminations_end_something,
    picture.everything_is_drawn,
    picture.elements_do_not_overlap,
    definition.definitions_have_names,
    definition.definitions_are_used,
    definition.thrown_events_stand_alone,
    pool.message_flows_join_pools,
    pool.gateways_point_as_they_say,
    pool.marks_agree_with_the_process,
    pool.collaborations_agree,
    pool.performers_are_said_once,
    pool.expressions_say_something,
    reference.references_mean_what_is_there,
    reference.elements_stand_where_they_may,
    reference.flows_are_listed_at_their_ends,
    reference.imports_are_among_the_files,
    data.data_is_in_a_set,
    data.data_sets_name_each_other,
    data.data_agrees_with_its_definition,
    data.data_flows_fit,
    data.data_fits_the_service,
    data.calls_hand_over_data,
    data.instances_take_one_item_each,
    data.events_carry_their_data,
)
