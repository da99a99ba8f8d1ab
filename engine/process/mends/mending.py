"""Mends one finding in the diagrams of a process, and leaves everything else as it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from lxml import etree

from engine.errors import ConflictError
from engine.process import xml
from engine.process.drawing.sheet import Sheet
from engine.process.mends import shape, word


class Mendable(Protocol):
    """A finding, as far as mending it goes."""

    @property
    def element(self) -> str:
        """Id of the element."""

    @property
    def mend(self) -> str:
        """Name of what mends it; empty where a person must decide."""


class Offer(NamedTuple):
    """What is offered beside a finding."""

    title: str
    """What the button says, as a demand."""
    change: Callable[[Sheet, etree._Element], None]


OFFERS: Mapping[str, Offer] = {
    "add-end-event": Offer("Draw an end event", shape.add_end_event),
    "add-merge-gateway": Offer("Draw the gateway that joins", shape.add_merge_gateway),
    "add-split-gateway": Offer("Draw the gateway that splits", shape.add_split_gateway),
    "add-start-event": Offer("Draw a start event", shape.add_start_event),
    "ask-for-approval": Offer("Ask for the approval here", word.ask_for_approval),
    "drop-default": Offer("Take the default mark away", word.drop_default),
    "drop-unknown-attributes": Offer("Remove what means nothing", word.drop_unknown_attributes),
    "interrupt": Offer("Let it interrupt", word.interrupt),
    "label-from-id": Offer("Take the label from the id", word.label_from_id),
    "list-flows": Offer("List the flows as they are", shape.list_flows),
    "make-exclusive": Offer("Join them with an exclusive gateway", shape.make_exclusive),
    "make-user-task": Offer("Let a person do it", shape.make_user_task),
    "mark-default": Offer("Mark this way as default", word.mark_default),
    "move-operation": Offer("Move it to a step behind", shape.move_operation),
    "name-as-id": Offer("Name it as its id", word.name_as_id),
    "plain-end": Offer("Make it a plain end", word.plain),
    "plain-start": Offer("Make it a plain start", word.plain),
    "remove-code": Offer("Remove the code of another engine", word.remove_code),
    "remove-direction": Offer("Remove the mark", word.remove_direction),
    "remove-element": Offer("Remove it", shape.remove),
    "remove-flow": Offer("Remove this flow", shape.remove_flow),
    "remove-gateway": Offer("Remove the gateway", shape.remove_gateway),
    "remove-instantiate": Offer("Remove the mark", word.remove_instantiate),
    "remove-marks": Offer("Remove the marks", word.remove_marks),
    "remove-quantities": Offer("Remove the numbers", word.remove_quantities),
    "set-clause": Offer("Name the clause", word.set_clause),
    "set-due": Offer("Give it 2 working days", word.set_due),
    "set-four-eyes": Offer("Ask for four eyes", word.set_four_eyes),
    "set-public-status": Offer("Say what happens", word.set_public_status),
    "set-role": Offer("Take the role from the lane", word.set_role),
}
"""Every mend by its name, as findings carry it."""


_NOT_SO = "This cannot be mended at a click as it is drawn: a person must decide."


def mend(diagrams: Sequence[bytes], finding: Mendable) -> tuple[bytes, ...]:
    """Return the diagrams with one finding mended; those that it is not about stay byte by byte.

    What is added is drawn: it has a shape, and lines where it has flows.

    Raises:
        ConflictError: Nothing mends this finding, something else would be lost by it, or the
            diagrams have changed since.
        DiagramRejectedError: A diagram is no XML.
    """
    offer = OFFERS.get(finding.mend)
    if offer is None:
        raise ConflictError("Nothing mends this by itself: a person must decide.")
    for place, content in enumerate(diagrams):
        sheet = Sheet(xml.parse(content))
        element = sheet.find(finding.element)
        if element is not None:
            try:
                offer.change(sheet, element)
            except (LookupError, ValueError) as error:
                raise ConflictError(_NOT_SO) from error
            return (*diagrams[:place], sheet.content(), *diagrams[place + 1 :])
    raise ConflictError("The diagram has changed meanwhile. Check it again.")


def title_of(name: str) -> str:
    """Return what the button of a mend says; empty where there is none."""
    return OFFERS[name].title if name in OFFERS else ""
