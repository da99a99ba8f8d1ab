"""Rules about the forms of an organisation, and about the forms that steps name."""

from collections.abc import Iterable, Iterator

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
        for place, field in enumerate(form.fields):
            if not field.shown_when:
                continue
            try:
                condition = compile_expression(field.shown_when)
            except ExpressionError as error:
                yield block(form, f"The condition of “{field.title}” is refused: {error}.")
                continue
            yield from _unanswered(form, field, condition, place, known)


def form_variables_are_free(material: Material) -> Iterable[Finding]:
    """Refuse names of fields that mean something else to a process or to its conditions."""
    for form in material.forms.values():
        for field in form.fields:
            if not is_name(field.name):
                problem = f"“{field.name}” of “{field.title}” is a word of the conditions."
                yield block(form, problem, fix="Give the field another name.")
            elif field.routes and field.name in {*VARIABLES, *NUMBERS}:
                problem = f"The variable “{field.name}” of “{field.title}” is one of Redress."
                why = "What its own forms and tables say would be overwritten."
                yield block(form, problem, why, "Give the field another name.")


def routed_texts_are_lists(material: Material) -> Iterable[Finding]:
    """Advise against ways that are decided by free text."""
    for form in material.forms.values():
        for field in form.routed:
            if field.kind is FieldKind.TEXT:
                problem = f"“{field.title}” is free text, and decides the way."
                why = "Each spelling is another answer, and variables of a process are not sealed."
                yield advice(form, problem, why, "Let people choose from a list.")


def _unanswered(
    form: OwnForm, field: OwnField, condition: Expression, place: int, known: frozenset[str]
) -> Iterator[Finding]:
    above = {each.name: each for each in form.fields[:place]}
    below = {each.name: each for each in form.fields[place:]}
    about = f"The condition of “{field.title}” asks for"
    for name in sorted(condition.names):
        if name in above and above[name].kind is FieldKind.CHOICES:
            fix = "Ask a question with one answer, and look at that."
            yield block(form, f"{about} “{above[name].title}”, which has several answers.", fix=fix)
        elif name == field.name:
            yield block(form, f"{about} its own answer.")
        elif name in below:
            fix = "Move it up, or this one down."
            yield block(form, f"{about} “{below[name].title}”, which is asked below it.", fix=fix)
        elif name not in above and name not in known:
            fields = ", ".join(above) or "none"
            fix = f"Fields above it are {fields}."
            yield block(form, f"{about} “{name}”, which nothing sets.", fix=fix)
