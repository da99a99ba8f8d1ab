"""What the owner of a process picks from while drawing it: real roles, forms, tables and so on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed, Role
from engine.domain.clause import CLAUSES
from engine.domain.competence import key_of
from engine.domain.form import FORMS
from engine.domain.form_file import examine
from engine.domain.process_draft import FileKind, ProcessDraft
from engine.errors import DiagramRejectedError
from engine.process import xml
from engine.process.vocabulary import MESSAGES, MILESTONES, OPERATIONS
from engine.services.accounts.competences import named_in_use
from engine.services.process.public_status import ORDER
from engine.services.studio.draft_saving import draft_in

_SENT_BY_REDRESS = {
    "clock_warning": "A time limit is about to be missed",
    "clock_breach": "A time limit was missed",
    "escalation_raised": "Somebody called upwards",
    "withdrawn": "The complainant withdrew the complaint",
    "answer": "The complainant answered",
}


@dataclass(frozen=True, slots=True)
class Pick:
    """One value that a property can have, and what people call it."""

    value: str
    title: str


def pick_lists(platform: Platform, *, actor: Actor, number: int) -> Mapping[str, tuple[Pick, ...]]:
    """Return what can be picked in a draft, by what it is for.

    Names: ``roles``, ``forms`` (of Redress and of the draft), ``operations``, ``decisions`` and
    ``processes`` of the draft, ``milestones``, ``clauses``, ``statuses``, ``messages`` that
    Redress sends into a case, and ``competences`` that somebody has. Files of the draft that
    cannot be read add nothing.

    Raises:
        NotAllowedError: The actor may not publish.
        NotFoundError: There is no such draft, or it was put away.
    """
    actor.require(Deed.PUBLISH)
    with platform.database.read() as tx:
        draft = draft_in(tx, number)
        competences = sorted(named_in_use(platform, tx), key=key_of)
    return {
        "roles": tuple(
            Pick(role.value, role.title.capitalize()) for role in Role if role is not Role.SYSTEM
        ),
        "forms": (*_spoken(FORMS), *_own_forms(draft)),
        "operations": _spoken(OPERATIONS),
        "decisions": tuple(_named_in(draft.contents(FileKind.TABLE), "decision")),
        "processes": tuple(_named_in(draft.contents(FileKind.DIAGRAM), "process")),
        "milestones": _spoken(MILESTONES),
        "clauses": tuple(Pick(clause, about) for clause, about in CLAUSES.items()),
        "statuses": _spoken(ORDER),
        "messages": tuple(Pick(name, _SENT_BY_REDRESS.get(name, "")) for name in MESSAGES),
        "competences": tuple(Pick(name, name) for name in competences),
    }


def _spoken(names: Iterable[str]) -> tuple[Pick, ...]:
    """Return names of programs as a person reads them: ``send_decision`` is “Send decision”."""
    return tuple(Pick(name, name.replace("_", " ").capitalize()) for name in names)


def _own_forms(draft: ProcessDraft) -> Iterator[Pick]:
    for content in draft.contents(FileKind.FORM):
        form, _faults = examine(content)
        if form is not None:
            yield Pick(form.id, form.title)


def _named_in(files: Iterable[bytes], tag: str) -> Iterator[Pick]:
    """Yield the elements of a kind in some files by their ids."""
    for content in files:
        try:
            root = xml.parse(content)
        except DiagramRejectedError:
            continue  # Whoever draws it is told by the check; a list has nothing to say of it.
        for element in root.iter(etree.Element):
            id_ = element.get("id")
            if id_ and xml.tag(element)[1] == tag:
                yield Pick(id_, element.get("name") or id_)
