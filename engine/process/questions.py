"""Forms of an organisation, ready to be asked: their conditions compiled, their answers checked."""

from collections.abc import Mapping, Sequence

from engine.domain.form_file import FormFault, examine
from engine.domain.own_answers import Condition, OwnAnswers, answers_to
from engine.domain.own_form import OwnForm
from engine.domain.own_value import Scalar
from engine.process.expressions import Expression, compile_expression
from engine.process.finding import Finding, Severity, block
from engine.process.operators import ExpressionError


def read_forms(files: Sequence[bytes], findings: list[Finding]) -> dict[str, OwnForm]:
    """Return the forms that can be read, by id, and add what is wrong to the findings."""
    forms: dict[str, OwnForm] = {}
    for file in files:
        form, faults = examine(file)
        findings += [_finding(fault) for fault in faults]
        if form is None:
            continue
        if form.id in forms:
            findings.append(block(form, f"The id “{form.id}” is that of another form too."))
        forms.setdefault(form.id, form)
    return forms


def ready(form: OwnForm) -> type[OwnAnswers]:
    """Return what asks a form and checks its answers.

    Raises:
        ExpressionError: A condition cannot be read.
    """
    conditions = {
        field.name: _holds(compile_expression(field.shown_when))
        for field in form.fields
        if field.shown_when
    }
    return answers_to(form, conditions)


def _holds(expression: Expression) -> Condition:
    def holds(variables: Mapping[str, Scalar]) -> bool:
        try:
            return expression.holds(variables)
        except ExpressionError:
            return False  # such as a sum while one of its numbers is not stated yet

    return holds


def _finding(fault: FormFault) -> Finding:
    return Finding(Severity.BLOCKING, "", fault.form, f"{fault.place}: {fault.problem}")
