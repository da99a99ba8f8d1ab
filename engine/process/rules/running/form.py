"""Rules about the forms of an organisation, and about the forms that steps name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.domain.field_kind import FieldKind
from engine.domain.form import FORMS
from engine.domain.own_form import OwnField, OwnForm
from engine.process.diagram import HUMAN
from engine.process.expressions import Expression, compile_expression, is_name
from engine.process.finding import Finding, advice, block
from engine.process.material import Material
from engine.process.operators import ExpressionError
from engine.process.repeats import NUMBERS
from engine.process.rules.running.step import variables_set
from engine.process.vocabulary import VARIABLES


def forms_are_known(material: Material) -> Iterable[Finding]:
    """Require that a form which a step names is one of Redress or among the files."""
    for node in material.diagram.nodes:
        named = node.step.get("form", "")
        if named and node.kind not in HUMAN:
            yield advice(node, "Nobody does it by hand, so its form is asked of nobody.")
        elif named and named not in FORMS and named not in material.forms:
            fix = f"Known are {', '.join(sorted({*FORMS, *material.forms}))}."
            why = "Nobody could complete the step."
            yield block(node, f"The form “{named}” is not known.", why, fix)


def forms_are_asked(material: Material) -> Iterable[Finding]:
    """Advise against forms that no step names."""
    named = {node.step.get("form") for node in material.diagram.nodes}
    for form in material.forms.values() if material.has_diagrams else ():
        if form.id not in named:
            yield advice(form, "No step asks this form.", fix="Name it at a step, or remove it.")


def form_conditions_can_be_answered(material: Material) -> Iterable[Finding]:
    """Refuse conditions of fields that are no expression, or look at what nobody has stated."""
    known = variables_set(material)
    for form in material.forms.values():
        yield from _conditions(form, known)


def form_variables_are_free(material: Material) -> Iterable[Finding]:
    """Refuse names of fields that mean something else to a process or to its conditions."""
    for form in material.forms.values():
        yield from _variables(form)


def routed_texts_are_lists(material: Material) -> Iterable[Finding]:
    """Advise against ways that are decided by free text."""
    for form in material.forms.values():
        yield from _texts(form)


def of_form(form: OwnForm, material: Material) -> Iterable[Finding]:
    """Return everything there is to say about the fields of one form of a process."""
    yield from _conditions(form, variables_set(material))
    yield from _variables(form)
    yield from _texts(form)


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of a form, as findings name it."""

    id: str
    label: str

    @classmethod
    def of(cls, form: OwnForm, field: OwnField) -> "_Place":
        return cls(field_id(form, field.name), f"{form.title}: {field.title}")


def field_id(form: OwnForm, name: str) -> str:
    """Return by what findings name a field of a form."""
    return f"{form.id}#{name}"  # no id of a diagram holds this sign


def _conditions(form: OwnForm, known: frozenset[str]) -> Iterator[Finding]:
    for place, field in enumerate(form.fields):
        if not field.shown_when:
            continue
        try:
            condition = compile_expression(field.shown_when)
        except ExpressionError as error:
            yield block(_Place.of(form, field), f"The condition is refused: {error}.")
            continue
        yield from _unanswered(form, place, condition, known)


def _variables(form: OwnForm) -> Iterator[Finding]:
    for field in form.fields:
        if not is_name(field.name):
            problem = f"“{field.name}” is a word of the conditions."
            yield block(_Place.of(form, field), problem, fix="Give the field another name.")
        elif field.routes and field.name in {*VARIABLES, *NUMBERS}:
            problem = f"“{field.name}” is a variable of Redress."
            why = "What its own forms and tables say would be overwritten."
            yield block(_Place.of(form, field), problem, why, "Give the field another name.")


def _texts(form: OwnForm) -> Iterator[Finding]:
    for field in form.routed:
        if field.kind is FieldKind.TEXT:
            why = "Each spelling is another answer, and variables of a process are not sealed."
            fix = "Let people choose from a list."
            yield advice(_Place.of(form, field), "Free text decides the way.", why, fix)


def _unanswered(
    form: OwnForm, place: int, condition: Expression, known: frozenset[str]
) -> Iterator[Finding]:
    field, asks = form.fields[place], "The condition asks for"
    about = _Place.of(form, field)
    above = {each.name: each for each in form.fields[:place]}
    below = {each.name: each for each in form.fields[place + 1 :]}
    for name in sorted(condition.names):
        if name in above and above[name].kind is FieldKind.CHOICES:
            fix = "Ask a question with one answer, and look at that."
            yield block(about, f"{asks} “{above[name].title}”, which has several answers.", fix=fix)
        elif name == field.name:
            yield block(about, f"{asks} the answer to this very field.")
        elif name in below:
            fix = "Move it up, or this one down."
            yield block(about, f"{asks} “{below[name].title}”, which is asked below it.", fix=fix)
        elif name not in above and name not in known:
            fix = f"Fields above it are {', '.join(above) or 'none'}."
            yield block(about, f"{asks} “{name}”, which nothing sets.", fix=fix)
