"""Rules about data inputs, outputs and items: no case reads them, other tools do.

Redress routes by variables of the process and keeps what belongs to a complaint in its record. A
diagram drawn for another engine may say more; what contradicts BPMN 2.0 there is told as advice.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.process.diagram import EVENT_SUFFIX
from engine.process.finding import Finding, advice
from engine.process.material import Material
from engine.process.tree import Tree, children, kind_of, local, named, texts

_WHY = "No case reads it, but engines that do would refuse the process."
_LISTS = {
    "dataInput": ("inputSet", "dataInputRefs"),
    "dataOutput": ("outputSet", "dataOutputRefs"),
}
_PART_OF = {
    "inputSet": ("dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    "outputSet": ("dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
}
_BOUND = {"inputDataRef": "inMessageRef", "outputDataRef": "outMessageRef"}
_ITEM_OF = {"loopDataInputRef": "inputDataItem", "loopDataOutputRef": "outputDataItem"}
_REFERENCE_OF = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}


def data_is_in_a_set(material: Material) -> Iterable[Finding]:
    """Advise where a data input or output is in no set, or a set leaves out what it names."""
    tree = material.tree
    for kind, (set_, reference) in _LISTS.items():
        listed = {name for each in tree.each(set_) for name in texts(each, reference)}
        for each in tree.each(kind):
            if each.get("id", "") not in listed:
                problem = f"The {kind} is in no {set_}."
                yield advice(named(each), problem, _WHY, "Remove it, or list it.")
    for kind, (whole, parts) in _PART_OF.items():
        for each in tree.each(kind):
            rest = [name for name in texts(each, *parts) if name not in texts(each, whole)]
            if rest:
                problem = f"A {kind} names “{rest[0]}” only as optional or late."
                yield advice(named(each), problem, _WHY, f"List it as {whole} too.")


def data_sets_name_each_other(material: Material) -> Iterable[Finding]:
    """Advise where a set of inputs names a set of outputs that does not name it, or reversed."""
    tree = material.tree
    pairs = (("inputSet", "outputSet"), ("outputSet", "inputSet"))
    for each, one, other in ((each, *pair) for pair in pairs for each in tree.each(pair[0])):
        for name in texts(each, f"{other}Refs"):
            found = tree.get(name)
            if found is None or each.get("id", "") not in texts(found, f"{one}Refs"):
                problem = f"Its {one} names an {other} that does not name it back."
                yield advice(named(each), problem, _WHY, "Let both name each other.")


def data_agrees_with_its_definition(material: Material) -> Iterable[Finding]:
    """Advise where an item is one thing here and a list there, or a reference has another name."""
    tree = material.tree
    for each in tree.each("dataObject", "dataInput", "dataOutput"):
        item = tree.get(each.get("itemSubjectRef"))
        if item is not None and _is_list(item) != _is_list(each):
            problem = "It says another number of items than its definition."
            yield advice(named(each), problem, _WHY, "Mark both as a list, or neither.")
    for each in tree.each("dataObjectReference"):
        found = tree.get(each.get("dataObjectRef"))
        name = "" if found is None else found.get("name", "")
        states = [state.get("name", "") for state in children(each, "dataState")]
        wanted = f"{name} [{states[0]}]" if states else name
        said = each.get("name", wanted)
        is_other = said != wanted if states else not said.startswith(name)
        if name and is_other:
            why = "Readers take it for another one, or miss its state."
            yield advice(named(each), f"It is called “{said}”.", why, f"Call it “{wanted}”.")


def data_flows_fit(material: Material) -> Iterable[Finding]:
    """Advise where data is taken from or brought to what it does not fit."""
    tree = material.tree
    for each in tree.each("dataInputAssociation", "dataOutputAssociation"):
        sources, targets = texts(each, "sourceRef"), texts(each, "targetRef")
        if children(each, "transformation"):
            continue
        if len(sources) > 1:
            problem = "Data is taken from several places without saying how they become one."
            yield advice(named(each), problem, _WHY, "Take it from one, or say how.")
        items = {_structure(tree, name) for name in sources[:1] + targets[:1]}
        if len(items - {""}) > 1:
            problem = "Data is brought to what holds another kind of it."
            yield advice(named(each), problem, _WHY, "Use the same item, or say how it changes.")
        if any(_is_of_process(tree, name, "dataInput") for name in targets):
            problem = "Data is brought to a data input of the process."
            yield advice(named(each), problem, _WHY, "Use a data object.")
        if any(_is_of_process(tree, name, "dataOutput") for name in sources):
            problem = "Data is taken from a data output of the process."
            yield advice(named(each), problem, _WHY, "Use a data object.")


def data_fits_the_service(material: Material) -> Iterable[Finding]:
    """Advise where a service, send or receive task has other data than its operation or message."""
    tree = material.tree
    for each in tree.each("serviceTask"):
        operation = tree.get(each.get("operationRef"))
        if operation is not None:
            yield from _about_service(each, operation, tree)
    tasks = (("sendTask", "inputSet", "dataInput"), ("receiveTask", "outputSet", "dataOutput"))
    for each, (_, set_, datum) in ((each, task) for task in tasks for each in tree.each(task[0])):
        if any(
            each.get("messageRef") and len(_specified(each, what)) > 1 for what in (set_, datum)
        ):
            problem = f"A message has one item, and the step more than one {set_} or {datum}."
            yield advice(named(each), problem, _WHY, "Keep one.")
        data, message = _specified(each, datum), tree.get(each.get("messageRef"))
        sent = "" if message is None else _item(tree, message.get("itemRef"))
        if data and message is not None and all(_structure_of(tree, d) != sent for d in data):
            problem = f"Its {datum} is another item than that of its message."
            yield advice(named(each), problem, _WHY, "Use the item of the message.")


def calls_hand_over_data(material: Material) -> Iterable[Finding]:
    """Advise where a call has other data than what it calls, or an interface is not bound."""
    tree = material.tree
    for each in tree.each("callActivity"):
        called = tree.get(each.get("calledElement"))
        if called is None:
            continue
        for kind in ("dataInput", "dataOutput", "inputSet", "outputSet"):
            mine, theirs = _specified(each, kind), _specified(called, kind)
            if len(mine) != len(theirs):
                problem = f"It has {len(mine)} {kind}s, and what it calls {len(theirs)}."
            elif _structures(tree, mine) != _structures(tree, theirs):
                problem = f"Its {kind}s are other items than those of what it calls."
            else:
                continue
            yield advice(named(each), problem, _WHY, "Make them agree, or remove them.")
            break
    for each in tree.each("process", "globalTask", "globalUserTask", "globalManualTask"):
        if children(each, "supportedInterfaceRef"):
            yield from _about_binding(each, tree)


def instances_take_one_item_each(material: Material) -> Iterable[Finding]:
    """Advise where a repeated step takes its items from what is no list of them."""
    tree = material.tree
    for each in tree.each("multiInstanceLoopCharacteristics"):
        step = each.getparent()
        if step is None:
            continue
        taken = texts(each, "loopDataInputRef")
        inputs = {d.get("id", "") for d in _specified(step, "dataInput")}
        if taken and kind_of(step) != "subProcess" and taken[0] not in inputs:
            problem = f"Its instances are made from “{taken[0]}”, which is no data input of it."
            yield advice(named(step), problem, _WHY, "Give it that data input.")
        for list_, one in _ITEM_OF.items():
            pairs = zip(texts(each, list_), children(each, one), strict=False)
            wrong = [name for name, item in pairs if not _is_one_of(tree, item, name)]
            if wrong:
                problem = f"One instance has another item than “{wrong[0]}” is a list of."
                yield advice(named(step), problem, _WHY, "Use the single item of the list.")


def events_carry_their_data(material: Material) -> Iterable[Finding]:
    """Advise where an event has data, but not one for each of its definitions."""
    kinds = {
        **dict.fromkeys(("endEvent", "intermediateThrowEvent"), "dataInput"),
        **dict.fromkeys(("startEvent", "intermediateCatchEvent", "boundaryEvent"), "dataOutput"),
    }
    for kind, datum in kinds.items():
        for each in material.tree.each(kind):
            data = children(each, datum)
            definitions = [c for c in each if kind_of(c).removesuffix("Ref").endswith(EVENT_SUFFIX)]
            if data and len(data) != len(definitions):
                problem = f"It has {len(definitions)} event definitions and {len(data)} {datum}s."
                yield advice(named(each), problem, _WHY, "Give each definition its own.")
            elif data:
                yield from _about_carried(each, definitions, data, material.tree)


def _about_carried(
    event: etree._Element,
    definitions: list[etree._Element],
    data: list[etree._Element],
    tree: Tree,
) -> Iterator[Finding]:
    for definition, datum in zip(definitions, data, strict=True):
        kind = kind_of(definition).removesuffix(EVENT_SUFFIX)
        meant = tree.get(definition.get(f"{kind}Ref"))
        if meant is None:
            continue
        sent = _item(tree, meant.get("itemRef") or meant.get("structureRef"))
        if sent and _structure_of(tree, datum) not in {"", sent}:
            problem = f"Its data is another item than that of its {kind}."
            yield advice(named(event), problem, _WHY, "Use the same item.")


def _about_service(
    task: etree._Element, operation: etree._Element, tree: Tree
) -> Iterator[Finding]:
    about = named(task)
    if len(_specified(task, "inputSet")) != 1:
        problem = "It names an operation and has not exactly one set of inputs."
        yield advice(about, problem, _WHY, "Keep one, or remove the operation.")
    if len(_specified(task, "outputSet")) > 1:
        yield advice(about, "It names an operation and has several sets of outputs.", _WHY)
    for kind, reference in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
        messages = [tree.get(name) for name in texts(operation, reference)]
        items = {_item(tree, each.get("itemRef")) for each in messages if each is not None}
        data = _specified(task, kind)
        is_needed = data or (kind == "dataOutput" and messages)
        if is_needed and not items & {_structure_of(tree, each) for each in data}:
            problem = f"Its {kind} is another item than that of the message of its operation."
            yield advice(about, problem, _WHY, "Use the item of the message.")


def _about_binding(element: etree._Element, tree: Tree) -> Iterator[Finding]:
    bindings = children(element, "ioBinding")
    if not bindings:
        problem = "It supports an interface, and binds no data to it."
        yield advice(named(element), problem, _WHY, "Bind it, or remove the interface.")
    for each in bindings:
        operation = tree.get(each.get("operationRef"))
        if operation is None:
            continue
        for datum, reference in _BOUND.items():
            messages = [tree.get(name) for name in texts(operation, reference)]
            items = {_item(tree, found.get("itemRef")) for found in messages if found is not None}
            if items and _structure(tree, each.get(datum, "")) not in items:
                problem = f"Its {datum} is another item than that of the operation."
                yield advice(named(element), problem, _WHY, "Bind what fits.")


def _specified(element: etree._Element, kind: str) -> list[etree._Element]:
    found = children(element, "ioSpecification")
    return children(found[0], kind) if found else []


def _structures(tree: Tree, data: Iterable[etree._Element]) -> list[str]:
    return sorted(_structure_of(tree, each) for each in data)


def _structure(tree: Tree, name: str) -> str:
    """Return of what structure the data with an id is; empty where nothing says."""
    found = tree.get(name)
    if found is not None and not found.get("itemSubjectRef") and kind_of(found) in _REFERENCE_OF:
        found = tree.get(found.get(_REFERENCE_OF[kind_of(found)]))
    return "" if found is None else _structure_of(tree, found)


def _structure_of(tree: Tree, datum: etree._Element) -> str:
    return _item(tree, datum.get("itemSubjectRef"))


def _item(tree: Tree, reference: str | None) -> str:
    """Return the structure of an item definition, or its own id where it says none."""
    found = tree.get(reference)
    return (
        local(reference or "") if found is None else found.get("structureRef", found.get("id", ""))
    )


def _is_one_of(tree: Tree, item: etree._Element, list_: str) -> bool:
    """Tell whether an item is what a list holds several of."""
    definition = tree.get(item.get("itemSubjectRef"))
    is_single = definition is not None and not _is_list(definition)
    return is_single and _structure_of(tree, item) == _structure(tree, list_)


def _is_list(element: etree._Element) -> bool:
    return element.get("isCollection", "false") == "true"


def _is_of_process(tree: Tree, name: str, kind: str) -> bool:
    found = tree.get(name)
    specification = None if found is None else found.getparent()
    around = None if specification is None else specification.getparent()
    if found is None or around is None:
        return False
    return kind_of(found) == kind and kind_of(around) == "process"
