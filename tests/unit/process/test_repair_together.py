"""Several diagrams of one process are made runnable together, and what is left is counted."""

from engine.process.bundle import build_bundle, inspect
from engine.process.finding import blocks
from engine.process.repair import main_first, outlook, repair, repair_all
from engine.process.trial import first_stop
from tests.unit.process.drawing import document, flows, line, node, process

CALLED = document(process("bill", node("start", "s"), node("task", "t"), line("s", "t")))
CALLING = document(
    process("main", node("start", "s"), node("call", "c", calledElement="bill"), line("s", "c"))
)
UNDECIDED = document(
    process("p", node("start", "s"), node("task", "t"), node("xor", "g"), node("end", "x"),
            node("end", "y"), line("s", "t", "g"), flows("g -> x\ng -> y"))
)  # fmt: skip


def test_a_process_of_another_file_is_called_and_its_ids_give_way():
    main, called = repair_all([CALLING, CALLED])

    assert b'calledElement="bill"' in main.content
    assert not any("is in no file" in each.why for each in main.repairs)
    assert [each.element for each in called.repairs if "of another file" in each.done] == [
        "s_1",
    ]
    stop = first_stop(build_bundle([main.content, called.content]))
    assert "waits for a person" in stop.waits[0]


def test_together_they_are_repaired_once():
    contents = [each.content for each in repair_all([CALLING, CALLED])]

    again = repair_all(contents)

    assert [each.content for each in again] == contents
    assert [each.repairs for each in again] == [(), ()]


def test_alone_the_call_is_made_by_hand():
    alone = repair(CALLING)

    assert any("is in no file" in each.why for each in alone.repairs)


def test_the_one_that_calls_comes_first_whatever_the_order():
    assert main_first([CALLED, CALLING]) == (1, 0)
    assert main_first([CALLING, CALLED]) == (0, 1)
    assert main_first([]) == ()


def test_the_outlook_is_what_a_repair_leaves():
    seen = outlook([UNDECIDED])
    (done,) = repair_all([UNDECIDED])

    assert seen.found == blocks(inspect([UNDECIDED]))
    assert seen.mended == seen.found
    assert seen.left == blocks(inspect([done.content], (), done.forms)) == ()
    assert (seen.undrawn, seen.is_worth_it) == (1, True)


def test_what_runs_but_is_not_drawn_gets_a_drawing_and_nothing_else():
    drawn = repair(UNDECIDED)
    start, end = drawn.content.index(b"<bpmndi:"), drawn.content.rindex(b"</bpmndi:")
    bare = drawn.content[:start] + drawn.content[drawn.content.index(b">", end) + 1 :]

    again = repair(bare, forms=drawn.forms)

    assert [each.done for each in again.repairs] == [
        "It was drawn; nothing in the file said where its elements stand."
    ]
    assert repair(again.content, forms=drawn.forms).repairs == ()
