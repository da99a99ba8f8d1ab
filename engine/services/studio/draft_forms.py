"""The forms of a draft: those of Redress and the organisation's own, with what is wrong in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.form import FORMS, Form
from engine.domain.form_file import FormFault, examine
from engine.domain.form_sheet import read_sheet
from engine.domain.own_form import OwnForm
from engine.domain.process_draft import DraftFile, FileKind
from engine.process import questions
from engine.process.finding import Finding
from engine.process.material import Material, gather
from engine.process.operators import ExpressionError
from engine.process.rules.running.form import of_form
from engine.services.studio.process_drafts import process_draft


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A form that steps of a draft can name.

    Attributes:
        id: As steps name it; empty for a file that says none.
        file: In which it stands; empty for a form of Redress.
        steps: Labels of the steps that ask it.
        asks: What handlers are asked, as far as it is right so far; None where nothing is.
        faults: What is wrong with the file.
        findings: What is wrong with its conditions and variables.
    """

    id: str
    title: str
    file: str
    steps: tuple[str, ...]
    asks: type[Form] | None
    faults: tuple[FormFault, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_own(self) -> bool:
        """Tell whether the organisation made it."""
        return bool(self.file)


def forms_of_process_draft(
    platform: Platform, *, actor: Actor, number: int
) -> tuple[DraftForm, ...]:
    """Return the organisation's own forms in a draft, in the order of its files, then the others.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    draft = process_draft(platform, actor=actor, number=number)
    material = gather(*(draft.contents(kind) for kind in FileKind))
    own = [_own(file, material) for file in draft.of(FileKind.FORM)]
    core = [
        DraftForm(name, _titled(name), "", _steps(material, name), model)
        for name, model in FORMS.items()
    ]
    return (*own, *core)


def _own(file: DraftFile, material: Material) -> DraftForm:
    form, faults = examine(file.content.encode())
    if form is not None:
        found = tuple(of_form(form, material))
        return DraftForm(
            form.id, form.title, file.name, _steps(material, form.id), _asked(form), (), found
        )
    sheet = read_sheet(file.content)
    id_, title = (sheet.text("id"), sheet.text("title")) if sheet else ("", "")
    asks = _as_far_as_it_is_right(file.content, faults)
    return DraftForm(id_, title or file.name, file.name, _steps(material, id_), asks, faults)


def _as_far_as_it_is_right(content: str, faults: Sequence[FormFault]) -> type[Form] | None:
    """Return a form without its faulty fields; None where nothing is left of it."""
    sheet = read_sheet(content)
    if sheet is None:
        return None
    faulty = {fault.field for fault in faults}
    fields = [dict(each) for place, each in enumerate(sheet.fields) if place not in faulty]
    said = {"id": "preview", "title": "Preview", "fields": fields}
    if not any(fault.part == "help" and fault.field is None for fault in faults):
        said["help"] = sheet.text("help")
    form, _ = examine(type(sheet)(said).written().encode())
    return _asked(form) if form else None


def _asked(form: OwnForm) -> type[Form]:
    """Return what asks a form; a condition that cannot be read yet is one that holds."""
    fields = []
    for field in form.fields:
        try:
            questions.ready(form.model_copy(update={"fields": (field,)}))
        except ExpressionError:
            fields.append(field.model_copy(update={"shown_when": ""}))
        else:
            fields.append(field)
    return questions.ready(form.model_copy(update={"fields": tuple(fields)}))


def _steps(material: Material, id_: str) -> tuple[str, ...]:
    nodes = material.diagram.nodes if id_ else ()
    return tuple(node.label for node in nodes if node.step.get("form") == id_)


def _titled(name: str) -> str:
    return name.replace("_", " ").capitalize()
