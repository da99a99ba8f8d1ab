"""Putting right who complains, how they are reached, and who speaks for them.

What was said before stays as a note on the case, where whoever works on it reads it.

Source: ISO 10002:2018, 4.5, 4.9 and 7.2; GDPR, article 16.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.bootstrap import Platform
from engine.domain.actor import Actor, Deed
from engine.domain.case import Note
from engine.domain.filling import filled
from engine.domain.journal import content_hash
from engine.domain.parties import PartiesForm, changed
from engine.errors import InvalidInputError
from engine.services.running.change import CaseChange
from engine.services.running.command import Command, carry_out


class PartiesChange(CaseChange):
    """A case whose parties are put right; thrown away when anything goes wrong."""

    def correct(self, **facts: Any) -> dict[str, tuple[str, str]]:  # noqa: ANN401 - of any field
        """Keep facts of the complainant; later letters go where these say.

        Returns:
            What differs, by the title of its field; empty where everything was known.
        """
        old = self.case.complaint
        new = old.model_copy(update=facts)
        found = changed(old, new)
        if found:
            before, self.case = self.case, self.case.model_copy(update={"complaint": new})
            self.tx.cases.readdress(self.case, before=before)
        return found


def restate_parties(
    platform: Platform,
    *,
    actor: Actor,
    reference: str,
    answers: Mapping[str, Any],
    command_id: UUID | None = None,
    seen_rev: int | None = None,
) -> None:
    """Say anew who complains, how they are reached, and who speaks for them.

    It can be said of a closed complaint too: people have a right to it.

    Args:
        platform: Where the case is.
        actor: Who puts it right.
        reference: Of the case.
        answers: As ``PartiesForm`` takes them: all of it, with how it is known.
        command_id: The same id is carried out once, however often it arrives.
        seen_rev: Revision of the case that the actor looked at; None for any.

    Raises:
        NotAllowedError: The actor may not record who speaks for this complainant.
        InvalidInputError: The form is not complete, or says what is known already.
        ConflictError: The case is suspended or erased, or has changed.
    """
    actor.require(Deed.REPRESENT)
    form = filled(PartiesForm, answers)
    if form.language and form.language not in platform.letters.languages:
        raise InvalidInputError({"Language": f"no letters are written in {form.language!r}."})

    def work(change: PartiesChange) -> None:
        found = change.correct(**{name: getattr(form, name) for name in _facts(form)})
        if not found:
            raise InvalidInputError({"": "Nothing is different from what is known."})
        lines = (f"{title}: {old} → {new}" for title, (old, new) in found.items())
        text = f"Put right. {form.reason}\n" + "\n".join(lines)
        change.tx.records.add(change.case.id, Note(actor.username, change.now, text))
        which = ", ".join(title.lower() for title in found)
        change.record("parties.restated", which=which, content=content_hash({"text": text}))

    content = form.model_dump(mode="json")
    asked = Command("restate_parties", actor, reference, content, command_id, seen_rev=seen_rev)
    carry_out(platform, asked, work, PartiesChange)


def _facts(form: PartiesForm) -> set[str]:
    return set(type(form).model_fields) - {"reason"}
