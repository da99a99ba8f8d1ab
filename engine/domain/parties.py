"""Who complains, how they are reached, and who speaks for them: stated, and put right.

Source: ISO 10002:2018, 4.5, 4.9 and 7.2.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from engine.domain.complaint import Complaint, ContactBy, Need, plausible_address
from engine.domain.form import Form

FIELDS = (
    "complainant_name",
    "email",
    "phone",
    "postal_address",
    "contact_by",
    "language",
    "needs",
    "adjustments",
    "vulnerable",
    "representative_name",
    "representative_contact",
    "representative_relation",
)
"""Of a complaint."""


class PartiesForm(Form):
    """Put right who complains, how they are reached, and who speaks for them."""

    complainant_name: str = Field(
        min_length=1, max_length=200, title="Complainant", json_schema_extra={"row": "who"}
    )
    email: Annotated[str | None, AfterValidator(plausible_address)] = Field(
        default=None, max_length=254, title="E-mail", json_schema_extra={"row": "who"}
    )
    phone: str = Field(
        default="", max_length=50, title="Telephone", json_schema_extra={"row": "reach"}
    )
    contact_by: ContactBy | None = Field(
        default=None, title="Wants to hear by", json_schema_extra={"row": "reach"}
    )
    postal_address: str = Field(
        default="",
        max_length=500,
        title="Postal address",
        json_schema_extra={"multiline": True, "height": 80},
    )
    language: str = Field(
        default="",
        title="Language",
        json_schema_extra={"choices": "languages", "row": "needs"},
    )
    needs: tuple[Need, ...] = Field(default=(), title="Needs", json_schema_extra={"row": "needs"})
    adjustments: str = Field(
        default="",
        max_length=2_000,
        title="What else helps",
        json_schema_extra={"multiline": True, "height": 80},
    )
    vulnerable: bool = Field(default=False, title="The complainant is vulnerable")
    representative_name: str = Field(
        default="",
        max_length=200,
        title="Somebody speaks for them",
        json_schema_extra={"row": "representative"},
    )
    representative_contact: str = Field(
        default="",
        max_length=254,
        title="Telephone or e-mail of that person",
        json_schema_extra={"row": "representative"},
    )
    representative_relation: str = Field(
        default="", max_length=100, title="Such as daughter, or solicitor"
    )
    reason: str = Field(
        min_length=3, max_length=2_000, title="How you know", json_schema_extra={"height": 80}
    )


def stated(complaint: Complaint) -> dict[str, object]:
    """Return what a complaint says of its parties, as the form takes it."""
    return complaint.model_dump(mode="json", include=set(FIELDS))


def changed(old: Complaint, new: Complaint) -> dict[str, tuple[str, str]]:
    """Return what differs: by the title of its field, what was said before and what is now."""
    found = {}
    for name in FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if (before or None) != (after or None):
            title = PartiesForm.model_fields[name].title or name
            found[title] = (_said(before), _said(after))
    return found


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(need.title for need in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "nothing")
