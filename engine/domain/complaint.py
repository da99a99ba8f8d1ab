"""The complaint and the words that describe it (ISO 10002:2018, 7.2 and 7.5)."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from engine.domain.text import without_controls

_FIRST_YEAR = 1900
"""Nobody alive complained earlier; such a date is a slip of a file."""


class Wording(StrEnum):
    """Words of a fixed list, stored as they are and read by people."""

    @property
    def title(self) -> str:  # type: ignore[override] # a reader's word, not str.title
        """Return the value as a person reads it."""
        return self.value.replace("_", " ").capitalize()


class Channel(Wording):
    """How a complaint reached the organisation."""

    PHONE = "phone"
    EMAIL = "email"
    WEB_FORM = "web_form"
    LETTER = "letter"
    IN_PERSON = "in_person"
    SOCIAL_MEDIA = "social_media"
    CHAT = "chat"
    SMS = "sms"
    FAX = "fax"
    THIRD_PARTY_BODY = "third_party_body"
    REGULATOR_PORTAL = "regulator_portal"
    INTERNAL_REFERRAL = "internal_referral"
    API = "api"
    OTHER = "other"


class Severity(IntEnum):
    """How much harm a complaint reports."""

    NEGLIGIBLE = 1
    MINOR = 2
    MODERATE = 3
    MAJOR = 4
    CRITICAL = 5

    @property
    def title(self) -> str:
        """Return the word for this severity."""
        return self.name.capitalize()


class Safety(Wording):
    """Whether somebody's safety is at stake."""

    NONE = "none"
    POTENTIAL = "potential"
    ACTUAL_MINOR = "actual_minor"
    ACTUAL_SERIOUS = "actual_serious"


class Complexity(Wording):
    """How much work an answer takes."""

    SIMPLE = "simple"
    MODERATE = "moderate"
    COMPLEX = "complex"


class Scope(Wording):
    """Whether the matter is a complaint that this organisation answers."""

    COMPLAINT = "complaint"
    SERVICE_REQUEST = "service_request"
    NOT_OURS = "not_ours"
    OUT_OF_TIME = "out_of_time"
    ALREADY_DECIDED = "already_decided"
    OTHER_ROUTE = "other_route"


class Outcome(Wording):
    """What became of a case."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    RESOLVED_FIRST_CONTACT = "resolved_first_contact"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"


class EscalationReason(Wording):
    """Why somebody higher up must look at a case."""

    CLOCK_WARNING = "clock_warning"
    CLOCK_BREACH = "clock_breach"
    SAFETY = "safety"
    REQUEST = "request"
    INACTIVITY = "inactivity"
    ABSENCE = "absence"
    LETTER = "letter"
    REMEDY = "remedy"


class ContactBy(Wording):
    """How somebody wants to hear from the organisation."""

    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"


class Need(Wording):
    """What makes it possible for somebody to take part (ISO 10002:2018, 4.5)."""

    LARGE_PRINT = "large_print"
    EASY_READ = "easy_read"
    PHONE_CALLS = "phone_calls"
    INTERPRETER = "interpreter"
    MORE_TIME = "more_time"


class Complaint(BaseModel):
    """What was received, in the complainant's words.

    Attributes:
        received_at: When it reached the organisation.
        complainant_name: Whose complaint it is, also where somebody else speaks for them.
        amount: Money at stake, in major units of the organisation's currency; 0 for none.
        source_id: Key of the record in the system it was imported from.
        contact_by: How the person wants to hear from us; None where nothing was said.
        language: In which the person writes, such as ``de``; empty where nobody knows.
        needs: What makes it possible for the person to take part; ``adjustments`` tells more.
        representative_name: Who speaks for the complainant; empty for nobody.
        representative_contact: Telephone or e-mail of that person.
        representative_relation: Such as daughter, or solicitor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    received_at: datetime
    channel: Channel
    summary: str = Field(min_length=3, max_length=200)
    description: str = Field(default="", max_length=50_000)
    desired_outcome: str = Field(default="", max_length=2_000)
    complainant_name: str = Field(min_length=1, max_length=200)
    email: str | None = Field(default=None, max_length=254)
    category: str = Field(default="Other", max_length=100)
    product: str = Field(default="", max_length=200)
    amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=2)
    vulnerable: bool = False
    source: str = Field(default="", max_length=50)
    source_id: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=50)
    postal_address: str = Field(default="", max_length=500)
    contact_by: ContactBy | None = None
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$")
    needs: tuple[Need, ...] = ()
    adjustments: str = Field(default="", max_length=2_000)
    representative_name: str = Field(default="", max_length=200)
    representative_contact: str = Field(default="", max_length=254)
    representative_relation: str = Field(default="", max_length=100)

    @model_validator(mode="before")
    @classmethod
    def _as_typed(cls, facts: Any) -> Any:  # noqa: ANN401 - checked after this
        return without_controls(facts)

    @field_validator("received_at")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("the time of receipt needs a time zone")
        if value.year < _FIRST_YEAR:
            raise ValueError(f"the time of receipt must not lie before {_FIRST_YEAR}")
        return value

    @field_validator("email")
    @classmethod
    def _plausible(cls, value: str | None) -> str | None:
        return plausible_address(value)

    @model_validator(mode="after")
    def _source_is_whole(self) -> "Complaint":
        if bool(self.source) != bool(self.source_id):
            raise ValueError("a source needs an id, and an id a source")
        return self


def plausible_address(value: str | None) -> str | None:
    """Return an e-mail address that has the shape of one, or None for an empty one.

    Whether it works shows when a letter goes out.

    Raises:
        ValueError: It is no address.
    """
    if not value:
        return None
    name, at, host = value.rpartition("@")
    bad = not (name and at and "." in host) or any(c.isspace() or c in '<>,;"' for c in value)
    if bad or not value.isprintable():
        raise ValueError(f"{value!r} is no e-mail address")
    return value
