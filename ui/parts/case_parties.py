"""Who complains and how they are reached, and putting it right."""

import streamlit as st

from engine.domain.actor import Deed
from engine.domain.parties import PartiesForm, stated
from engine.domain.permission import judge
from engine.services.people import parties
from ui.parts.look import Look
from ui.parts.task import Task, draw_tasks
from ui.parts.words import plain
from ui.session import platform


def draw_parties(look: Look) -> None:
    """Draw the complainant with everything that reaches them, and offer to put it right."""
    complaint = look.case.complaint
    st.header("Complainant")
    by = complaint.contact_by
    facts = {
        "Name": complaint.complainant_name,
        "E-mail": complaint.email or "",
        "Telephone": complaint.phone,
        "Postal address": complaint.postal_address,
        "Wants to hear by": by.title if by else "",
        "Language": languages().get(complaint.language, complaint.language),
        "Needs": ", ".join(need.title for need in complaint.needs),
        "What else helps": complaint.adjustments,
    }
    known = {title: plain(said) for title, said in facts.items() if said}
    st.table(known, border="horizontal")
    may = judge(Deed.REPRESENT, look.person.roles, look.file.relation).allowed
    if may and not look.case.is_suspended and look.case.erased_at is None:
        new = Task(
            "Put it right",
            parties.restate_parties,
            "It is put right.",
            PartiesForm,
            stated(complaint),
        )
        choices = {"languages": list(languages().items())}
        draw_tasks(look, [new], of=f"parties:{look.reference}", choices=choices)


def languages() -> dict[str, str]:
    """Return the languages of letters by their codes, the organisation's own first and unnamed."""
    own = platform().policy.organisation.language
    known = {code: each.title for code, each in platform().letters.languages.items()}
    return {"": known.pop(own)} | known
