"""A new complaint: one form, filled in while somebody is on the telephone."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import streamlit as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.domain.complaint import Channel, Complaint, ContactBy, Need, plausible_address
from engine.services.clocks import regimes
from engine.services.intake import reception
from engine.services.links import likeness
from ui.once import attempt, say, tell
from ui.parts.alike import ask_alike
from ui.parts.case_parties import languages
from ui.parts.form import forget, step_form
from ui.parts.tracking import keep_code
from ui.session import actor, platform, zone
from ui.way import go, link

_KEY = "new"
_DRAFT = "new:kept"
_REGIME = "new:regime"
_SOME = 2
"""So many regimes in the policy leave a choice."""
_LONG: dict[str, Any] = {"multiline": True}


class NewComplaint(BaseModel):
    """What is asked when a complaint comes in; the titles are what the page shows."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    summary: str = Field(min_length=3, max_length=200, title="In one sentence")
    description: str = Field(
        default="",
        max_length=50_000,
        title="What happened",
        json_schema_extra=_LONG | {"height": 120},
    )
    complainant_name: str = Field(
        min_length=1, max_length=200, title="Complainant", json_schema_extra={"row": "who"}
    )
    email: Annotated[str | None, AfterValidator(plausible_address)] = Field(
        default=None, max_length=254, title="E-mail", json_schema_extra={"row": "who"}
    )
    phone: str = Field(
        default="", max_length=50, title="Telephone", json_schema_extra={"row": "who"}
    )
    postal_address: str = Field(
        default="",
        max_length=500,
        title="Postal address",
        description="For letters by post; without the name.",
        json_schema_extra=_LONG | {"height": 80, "row": "reach"},
    )
    language: str = Field(
        default="",
        title="Letters in",
        json_schema_extra={"choices": "languages", "row": "reach"},
    )
    channel: Channel = Field(
        default=Channel.PHONE, title="It came by", json_schema_extra={"row": "receipt"}
    )
    received_at: datetime = Field(title="Received", json_schema_extra={"row": "receipt"})
    category: str = Field(
        default="Other",
        title="Category",
        json_schema_extra={"choices": "categories", "row": "what"},
    )
    product: str = Field(
        default="",
        max_length=200,
        title="Product or service",
        json_schema_extra={"row": "what"},
    )
    desired_outcome: str = Field(
        default="",
        max_length=2_000,
        title="What the complainant wants",
        json_schema_extra=_LONG | {"height": 80},
    )
    amount: Decimal = Field(
        default=Decimal(0),
        ge=0,
        max_digits=14,
        decimal_places=2,
        title="Amount at stake",
        json_schema_extra={"row": "stake"},
    )
    vulnerable: bool = Field(
        default=False,
        title="The complainant is vulnerable",
        description="Age, illness, language or circumstances make harm more likely.",
        json_schema_extra={"row": "stake"},
    )
    needs: tuple[Need, ...] = Field(default=(), title="Needs", json_schema_extra={"row": "needs"})
    contact_by: ContactBy | None = Field(
        default=None, title="Wants to hear by", json_schema_extra={"row": "needs"}
    )
    representative_name: str = Field(
        default="",
        max_length=200,
        title="Somebody speaks for them",
        json_schema_extra={"row": "rep"},
    )
    representative_contact: str = Field(
        default="",
        max_length=254,
        title="Telephone or e-mail of that person",
        json_schema_extra={"row": "rep"},
    )


def show() -> None:
    """Draw the page."""
    tell()
    link("inbox", "Inbox", icon=":material/arrow_back:")
    with st.container(width=760):
        st.title("New complaint")
        st.markdown("The clock starts when the complaint was received, not when it is typed in.")
        _ask()


def _ask() -> None:
    wanted = _ask_regime()
    stated = step_form(
        NewComplaint,
        key=_KEY,
        initial=st.session_state.get(_DRAFT) or {"received_at": _now()},
        save=_keep,
        submit="Record the complaint",
        choices={
            "categories": [(name, name) for name in platform().policy.categories],
            "languages": list(languages().items()),
        },
        zone=zone(),
    )
    if stated is None:
        return
    complaint = Complaint(**stated.model_dump())
    alike = likeness.look_alike(
        platform(),
        actor=actor(),
        summary=complaint.summary,
        email=complaint.email or "",
        phone=complaint.phone,
    )
    if alike:
        ask_alike(alike, zone(), lambda: _record(complaint, wanted))
    else:
        _record(complaint, wanted)


def _record(complaint: Complaint, wanted: str) -> None:
    """Record the complaint and go to it, with its tracking code for the caller."""
    receipts: list[reception.Receipt] = []
    if attempt(
        "lodge",
        lambda command_id: receipts.append(
            reception.receive(
                platform(),
                actor=actor(),
                complaint=complaint,
                command_id=command_id,
                wanted=[wanted] if wanted else None,
            )
        ),
    ):
        forget(_KEY)
        reference = receipts[0].reference
        keep_code(reference, receipts[0].code)
        say(f"{reference} is recorded and on its way.")
        go("case", ref=reference)


def _ask_regime() -> str:
    """Ask whose time limits hold, where there is a choice; empty for what the policy says."""
    if len(platform().policy.regimes) < _SOME:
        return ""
    titles = {"": "What the policy says of such a complaint"} | dict(regimes.names(platform()))
    chosen = st.selectbox("Time limits", list(titles), format_func=titles.__getitem__, key=_REGIME)
    return str(chosen)


def _keep(content: dict[str, Any]) -> None:
    """Keep what was typed as long as the person is signed in here."""
    st.session_state[_DRAFT] = content


def _now() -> str:
    """Return the present minute as a draft holds it."""
    return platform().now().replace(second=0, microsecond=0).isoformat()
