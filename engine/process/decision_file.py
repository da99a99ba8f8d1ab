"""A decision file (DMN): its decisions, what they need of each other, and the types it defines."""

from collections.abc import Mapping

from lxml import etree

from engine.process import xml
from engine.process.decision_reader import (
    Setting,
    Type,
    children,
    read_decision,
    read_logic,
    source_of,
    title_of,
)
from engine.process.decisions import Table
from engine.process.feel.grammar import Words
from engine.process.feel.part import Model
from engine.process.operators import ExpressionError, NotOfferedError, placed
from engine.process.unary import Cell, read_cell

DEEPEST = 20
"""How many decisions, or functions, may need one another in a row."""


def read_file(root: etree._Element) -> list[tuple[etree._Element, Table | ExpressionError]]:
    """Read the decisions of a file in their order; one that cannot be read hides no other.

    Returns:
        Each element with its decision, or with the reason why it cannot be used.
    """
    file = _File(root)
    return [(decision, file.read(decision)) for decision in children(root, "decision")]


def read_table(decision: etree._Element) -> Table:
    """Read one decision, together with those of its file that it needs.

    Raises:
        ExpressionError: Something in it is not offered or cannot be read; the message names the
            rule and the column.
    """
    parent = decision.getparent()
    return _File(decision if parent is None else parent).table(decision)


class _File:
    """Reads decisions when they are asked for, each once."""

    def __init__(self, root: etree._Element) -> None:
        self._kept = list(root)  # the library forgets an element that nobody holds
        self._elements = {child.get("id", ""): child for child in self._kept}
        self._read: dict[etree._Element, Table | ExpressionError] = {}
        self._models: dict[etree._Element, Model] = {}
        self._types = _types(root)
        self._inputs = {
            title_of(element): self._type(element) for element in children(root, "inputData")
        }
        named = [*children(root, "decision"), *children(root, "businessKnowledgeModel")]
        components = [part.get("name", "") for part in root.iter("{*}itemComponent")]
        names = {*self._inputs, *(title_of(element) for element in named), *components}
        self._names = frozenset(names - {""})

    def read(
        self, decision: etree._Element, trail: tuple[etree._Element, ...] = ()
    ) -> Table | ExpressionError:
        """Return a decision, or why it cannot be read."""
        if decision not in self._read:
            try:
                self._read[decision] = read_decision(decision, self._setting(decision, trail))
            except ExpressionError as error:
                self._read[decision] = error
        return self._read[decision]

    def table(self, decision: etree._Element) -> Table:
        found = self.read(decision)
        if isinstance(found, ExpressionError):
            raise found
        return found

    def _setting(self, decision: etree._Element, trail: tuple[etree._Element, ...]) -> Setting:
        kinds = {name: type_.kind for name, type_ in self._inputs.items()}
        words = Words(
            names=self._names,
            kinds={name: kind for name, kind in kinds.items() if kind is not None},
            models=self._models_for(decision, ()),
        )
        return Setting(words, self._types, self._inputs, self._needs(decision, trail))

    def _needs(
        self, decision: etree._Element, trail: tuple[etree._Element, ...]
    ) -> tuple[Table, ...]:
        found: dict[str, Table] = {}
        path = _extended(trail, decision)
        for element in self._required(decision, "requiredDecision"):
            _extended(path, element)  # said here, where the circle closes
            table = self.read(element, path)
            if isinstance(table, NotOfferedError):
                raise NotOfferedError(table.feature, f"in “{title_of(element)}”, which it needs")
            if isinstance(table, ExpressionError):
                raise ExpressionError(f"it needs “{title_of(element)}”, which cannot be used")
            found |= {each.id: each for each in (*table.needs, table)}
        return tuple(found.values())

    def _models_for(
        self, element: etree._Element, trail: tuple[etree._Element, ...]
    ) -> Mapping[str, Model]:
        required = self._required(element, "requiredKnowledge")
        path = _extended(trail, element)
        return {title_of(each): self._model(each, path) for each in required}

    def _model(self, element: etree._Element, trail: tuple[etree._Element, ...]) -> Model:
        if element not in self._models:
            try:
                self._models[element] = self._read_model(element, trail)
            except ExpressionError as error:
                raise placed(error, f"in the function “{title_of(element)}”") from error
        return self._models[element]

    def _read_model(self, element: etree._Element, trail: tuple[etree._Element, ...]) -> Model:
        logic = next(iter(children(element, "encapsulatedLogic")), None)
        if logic is None:
            raise ExpressionError("it has no body")
        parameters = {
            " ".join(each.get("name", "").split()): self._type(each)
            for each in children(logic, "formalParameter")
        }
        words = Words(
            names=self._names.union(parameters),
            kinds={name: t.kind for name, t in parameters.items() if t.kind is not None},
            models=self._models_for(element, trail),
        )
        part = read_logic(element, logic, Setting(words, self._types, parameters, ()))
        unknown = sorted(part.names - parameters.keys())
        if unknown:
            raise ExpressionError(f"“{unknown[0]}” is none of its parameters")
        return Model(tuple(parameters), part)

    def _required(self, element: etree._Element, name: str) -> list[etree._Element]:
        found = []
        for requirement in (each for child in element for each in children(child, name)):
            reference = requirement.get("href", "")
            if not reference.startswith("#"):
                raise NotOfferedError(f"something of another file (“{reference}”)")
            if reference[1:] not in self._elements:
                raise ExpressionError(f"it needs “{reference}”, which is not in the file")
            found.append(self._elements[reference[1:]])
        return found

    def _type(self, element: etree._Element) -> Type:
        variable = next(iter(children(element, "variable")), element)
        name = variable.get("typeRef", "").rpartition(":")[2]
        return self._types.get(name, Type(name.lower()))


def _extended(
    trail: tuple[etree._Element, ...], element: etree._Element
) -> tuple[etree._Element, ...]:
    """Return the trail with one more element.

    Raises:
        ExpressionError: The element is on it already, or the trail becomes too long.
    """
    if element in trail:
        raise ExpressionError(f"“{title_of(element)}” needs its own result")
    if len(trail) >= DEEPEST:
        raise ExpressionError(f"more than {DEEPEST} need one another in a row")
    return (*trail, element)


def _types(root: etree._Element) -> dict[str, Type]:
    """Return the types a file defines, each with its own restriction and its base type."""
    defined = {each.get("name", ""): each for each in children(root, "itemDefinition")}
    found: dict[str, Type] = {}
    for name, element in defined.items():
        base = _base(element)
        allowed = next(iter(children(element, "allowedValues")), None)
        for _ in range(DEEPEST):
            base = _base(defined[base]) if base in defined else base
        found[name] = Type(base.lower(), _restriction(allowed))
    return found


def _restriction(allowed: etree._Element | None) -> Cell | None:
    """Return what a type allows; None also where it cannot be read, as it only serves advice."""
    try:
        return None if allowed is None else read_cell(source_of(allowed))
    except ExpressionError:
        return None


def _base(definition: etree._Element) -> str:
    return xml.text(next(iter(children(definition, "typeRef")), None)).rpartition(":")[2]
