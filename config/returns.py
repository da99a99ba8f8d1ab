"""Which returns an organisation makes to regulators, by when, and who is reminded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
_USUAL: Mapping[str, str] = MappingProxyType(
    {"fca_disp": "30 working days", "asic_rg271": "2 months"}
)
"""DISP 1.10.5R; ASIC takes the data of a half-year in the two months that follow it (RG 271)."""
_OF_ASIC = {(6, 2), (12, 2)}
"""Months in which a year of half-years ends that end on 30 June and 31 December."""


class ReturnPolicy(BaseModel):
    """One return that the organisation makes, and who is told when it is due.

    Source: DISP 1.10; ASIC RG 271; ISO 10002:2018, 8.2.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["fca_disp", "asic_rg271"]
    year_ends_in: int = Field(default=12, ge=1, le=12)
    """Month at whose end the accounting year ends (accounting reference date); for ASIC, 12."""
    per_year: Literal[1, 2] = 2
    """Reports in a year; a firm with limited permission makes one (DISP 1.10.1R)."""
    due_within: str = Field(default="", pattern=r"^([1-9][0-9]{0,2} (working day|day|month)s?)?$")
    """From the end of the period; empty for what the regulator usually says."""
    remind: tuple[_Address, ...] = ()
    """Addresses of those who send it; they are reminded 20, 10, 5 and 1 working days before."""
    climb_to: tuple[_Address, ...] = ()
    """Addresses of those above them, who are told once when the day is over."""

    @property
    def within(self) -> str:
        """Return by when it is due, from the end of the period: ``30 working days``."""
        return self.due_within or _USUAL[self.kind]

    @model_validator(mode="after")
    def _has_half_years_of_asic(self) -> "ReturnPolicy":
        told = (self.year_ends_in, self.per_year)
        if self.kind == "asic_rg271" and told not in _OF_ASIC:
            raise ValueError("the half-years of ASIC end on 30 June and on 31 December")
        return self


def once_each(returns: tuple[ReturnPolicy, ...]) -> tuple[ReturnPolicy, ...]:
    """Refuse a return that stands twice.

    Raises:
        ValueError: One does.
    """
    if len({each.kind for each in returns}) < len(returns):
        raise ValueError("a return stands twice")
    return returns
