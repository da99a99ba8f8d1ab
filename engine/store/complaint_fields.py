"""A complaint as the row of its case holds it: what is personal in it is sealed."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from engine.domain.case import Case
from engine.domain.complaint import Channel, Complaint, ContactBy, Need
from engine.domain.disposal import ERASED
from engine.store.sealing import Seal, case_place

SEALED = (
    "summary",
    "description",
    "desired_outcome",
    "complainant_name",
    "email",
    "phone",
    "postal_address",
    "needs",
    "adjustments",
    "representative_name",
    "representative_contact",
    "representative_relation",
)
"""Fields of a complaint that are personal."""


def facts_of(case: Case, seal: Seal) -> dict[str, Any]:
    """Return what was complained about, sealed where it is personal."""
    complaint = case.complaint
    facts = complaint.model_dump(exclude={"amount"}) | {
        "channel": complaint.channel.value,
        "amount_minor": int(complaint.amount * 100),
        "contact_by": complaint.contact_by.value if complaint.contact_by else "",
        "needs": ",".join(need.value for need in complaint.needs),
    }
    if case.erased_at is not None:
        return facts | dict.fromkeys(SEALED, "") | {"email": None}
    for name in SEALED:
        facts[name] = seal.close(case_place(case.reference, name), facts[name] or "")
    facts["email"] = facts["email"] or None
    return facts


def to_complaint(row: Row[Any], seal: Seal) -> Complaint:
    """Read what was complained about."""
    told: dict[str, Any] = {
        name: seal.open(case_place(row.reference, name), getattr(row, name)) for name in SEALED
    }
    # Both are never empty while they are there.
    told |= {name: told[name] or ERASED for name in ("summary", "complainant_name")}
    told["email"] = told["email"] or None
    told["needs"] = tuple(Need(need) for need in told["needs"].split(",") if need)
    return Complaint.model_construct(
        received_at=row.received_at,
        channel=Channel(row.channel),
        category=row.category,
        product=row.product,
        amount=Decimal(row.amount_minor) / 100,
        vulnerable=row.vulnerable,
        source=row.source,
        source_id=row.source_id,
        contact_by=ContactBy(row.contact_by) if row.contact_by else None,
        language=row.language,
        **told,
    )
