"""Representatives: by what authority somebody speaks for a complainant.

What is told to a representative leaves the house. So it is kept what shows that they may speak, who
looked at it, how long it holds, and when it ends.

Source: ISO 10002:2018, 4.5, 4.10 and 7.2.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from engine.domain.complaint import Complaint, Wording

MOST = 20
"""Authorities of one complaint."""


class AuthorityKind(Wording):
    """What gives a representative the right to speak for somebody."""

    SIGNED = "signed_authority"
    SPOKEN = "spoken_authority"
    """The complainant said so, on the telephone or in person."""
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIAN = "parent_or_guardian"
    COURT_ORDER = "court_order"
    EXECUTOR = "executor_or_administrator"
    """Of the estate of somebody who died."""
    BODY = "body_named_by_law"
    ELECTED_MEMBER = "elected_member"

    @property
    def look_at(self) -> str:
        """Return what whoever checks such an authority looks at."""
        return _LOOK_AT[self]


_LOOK_AT: Mapping[AuthorityKind, str] = MappingProxyType(
    {
        AuthorityKind.SIGNED: "Signature, day, whom it names, and whether it covers this matter.",
        AuthorityKind.SPOKEN: "Who spoke with the complainant, how they made sure who it was, and "
        "what was agreed.",
        AuthorityKind.POWER_OF_ATTORNEY: "Whom it names, what it covers, and whether "
        "it is registered where it must be.",
        AuthorityKind.GUARDIAN: "That the person cannot act alone, and birth certificate, custody "
        "or guardianship.",
        AuthorityKind.COURT_ORDER: "Seal and day of the court, whom it names, and until when.",
        AuthorityKind.EXECUTOR: "Grant of probate, letters of administration, or the will.",
        AuthorityKind.BODY: "Which law names the body, and that the person acts for it.",
        AuthorityKind.ELECTED_MEMBER: "That the person holds the seat, and that the complainant "
        "asked them for help.",
    }
)


class AuthorityState(Wording):
    """Where the authority of a representative stands on a day."""

    IN_FORCE = "in_force"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    """Somebody speaks for the complainant, and nobody has recorded by what authority."""

    @property
    def todo(self) -> str:
        """Return what to do about it, in one sentence; empty where it is in order."""
        return _WHAT_NOW[self]


_HOW = "where letters go is said by “Put it right” on the tab “People”."
_ALONE = f"until one is checked, write to the complainant alone; {_HOW}"
_WHAT_NOW: Mapping[AuthorityState, str] = MappingProxyType(
    {
        AuthorityState.IN_FORCE: "",
        AuthorityState.UNCHECKED: "Check it before anything is told to the representative; "
        f"until then, {_HOW}",
        AuthorityState.EXPIRED: f"Ask for a new authority; {_ALONE}",
        AuthorityState.REFUSED: f"Say what is missing, and ask for another authority; {_ALONE}",
        AuthorityState.WITHDRAWN: f"Write to the complainant alone; {_HOW}",
        AuthorityState.MISSING: f"Ask for an authority and record it; {_ALONE}",
    }
)


@dataclass(frozen=True, slots=True)
class Authority:
    """What shows that somebody may speak for the complainant.

    Attributes:
        number: From 1 in its case.
        name: Of the representative.
        scope: What it covers; empty for the whole complaint.
        document: Number of the document that shows it; None where there is none.
        valid_until: Last day on which it holds, in the organisation's zone; None for no end.
        recorded_by: User name.
        finding: What whoever checked it has seen.
        withdrawn_by: User name of who recorded that the complainant took it back.
        reason: Why it was refused, or how the complainant took it back.
    """

    number: int
    name: str
    kind: AuthorityKind
    scope: str
    document: int | None
    received_on: date
    valid_until: date | None
    recorded_by: str
    recorded_at: datetime
    checked_by: str = ""
    checked_at: datetime | None = None
    finding: str = ""
    refused_by: str = ""
    refused_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    reason: str = ""

    @property
    def is_ended(self) -> bool:
        """Tell whether it was refused, or taken back by the complainant."""
        return self.refused_at is not None or self.withdrawn_at is not None

    def state(self, today: date) -> AuthorityState:
        """Return where it stands on a day in the organisation's zone."""
        if self.withdrawn_at is not None:
            return AuthorityState.WITHDRAWN
        if self.refused_at is not None:
            return AuthorityState.REFUSED
        if self.valid_until is not None and today > self.valid_until:
            return AuthorityState.EXPIRED
        return AuthorityState.UNCHECKED if self.checked_at is None else AuthorityState.IN_FORCE


def standing(
    authorities: Iterable[Authority], representative: str, today: date
) -> AuthorityState | None:
    """Return where the authority of a representative stands.

    Args:
        authorities: Of one case, by their numbers.
        representative: As the complaint names them; empty where it names nobody.
        today: In the organisation's zone.

    Returns:
        The best of what was recorded for this person: in force where one is, unchecked where one
        waits, otherwise where the newest stands. None where the complaint names nobody.
    """
    if not representative:
        return None
    states = [each.state(today) for each in authorities if _same(each.name, representative)]
    for best in (AuthorityState.IN_FORCE, AuthorityState.UNCHECKED):
        if best in states:
            return best
    return states[-1] if states else AuthorityState.MISSING


def is_sent_to_representative(complaint: Complaint, *, is_posted: bool = False) -> bool:
    """Tell whether letters on a complaint go to somebody who speaks for the complainant.

    They go to the e-mail address of the complaint, else to its postal address. What is said of how
    to reach the representative is free text: an address may stand in it beside other things.

    Args:
        complaint: With where the complainant is reached.
        is_posted: A letter on paper: it goes to the postal address, whatever else is known.
    """
    name, contact = complaint.representative_name, complaint.representative_contact
    if not name:
        return False
    if complaint.email and not is_posted:
        whole = rf"(?<![\w.+-]){re.escape(_plain(complaint.email))}(?![\w-]|\.\w)"
        return re.search(whole, _plain(contact)) is not None
    return _plain(name) in _plain(complaint.postal_address)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "authority.recorded": "Authority {authority} of a representative recorded: {kind}",
        "authority.checked": "Authority {authority} of a representative checked",
        "authority.refused": "Authority {authority} of a representative refused: {reason}",
        "authority.withdrawn": "The complainant took authority {authority} back: {reason}",
    }
)
"""What happened to the authority of representatives, in words."""
