"""What somebody filled into the form of a complaint, and what is missing in it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from pydantic import ValidationError

from engine.domain.complaint import Channel, Complaint, ContactBy, Need, plausible_address
from ui.portal.parcel import Parcel, numbered

MOST_MATTERS = 10
"""Further matters of one form; who has more writes them together."""
ONE_LINE = {
    "summary": 200,
    "product": 200,
    "name": 200,
    "email": 254,
    "phone": 50,
    "rep_name": 200,
    "rep_contact": 254,
    "rep_relation": 100,
}
"""Longest text of each field of one line, in characters."""
LONG = {"description": 50_000, "wish": 2_000, "address": 500, "adjustments": 2_000}
"""Longest text of each field of several lines, in characters."""
MATTER = 200
"""Longest text of a further matter, in characters."""
_SHORTEST = 3


class Answers:
    """The fields of the form.

    Attributes:
        text: What was typed, by the name of the field.
        needs: What was ticked.
        more: Further matters.
        key: Of this form; the same one is the same complaint.
        saved: Code under which it was kept before.
    """

    def __init__(self, parcel: Parcel | None = None) -> None:
        given = parcel or Parcel()
        self.text = {name: given.one(name).strip() for name in (*ONE_LINE, *LONG, "contact_by")}
        self.needs = tuple(name for name in given.all("needs") if name in set(Need))
        self.more = [" ".join(text.split()) for text in numbered(given, "more", MOST_MATTERS)]
        self.agreed = bool(given.one("rep_agreed"))
        self.key = _key(given.one("key"))
        self.saved = given.one("saved")

    @classmethod
    def of(cls, kept: Mapping[str, str], *, saved: str) -> "Answers":
        """Return the form that was kept; under a new key, and with its code."""
        parcel = Parcel({name: [text] for name, text in kept.items()})
        parcel.fields["needs"] = kept.get("needs", "").split("\n")
        parcel.fields |= {"saved": [saved], "key": [""]}
        return cls(parcel)

    def kept(self) -> dict[str, str]:
        """Return what is kept of a form that is not sent yet."""
        more = {f"more_{number}": text for number, text in enumerate(self.more, 1)}
        agreed = {"rep_agreed": "yes"} if self.agreed else {}
        return {**self.text, **more, **agreed, "needs": "\n".join(self.needs)}

    def problems(self) -> dict[str, str]:
        """Return by field what is wrong, as a key of the texts; in the order of the form."""
        found = {
            name: f"{name}_long"
            for name, most in (ONE_LINE | LONG).items()
            if len(self.text[name]) > most
        }
        for number, text in enumerate(self.more, 1):
            if len(text) > MATTER:
                found[f"more_{number}"] = "more_long"
            elif 0 < len(text) < _SHORTEST:
                found[f"more_{number}"] = "more_short"
        if len(self.text["summary"]) < _SHORTEST:
            found["summary"] = "summary_needed"
        if not self.text["name"]:
            found["name"] = "name_needed"
        if not any(self.text[way] for way in ("email", "phone", "address")):
            found["email"] = "reach_needed"
        elif not _is_address(self.text["email"]):
            found["email"] = "email_wrong"
        way = _WAYS.get(self.text["contact_by"])
        if way and not self.text[way]:
            found.setdefault(way, f"{way}_for_contact")
        found |= self._of_representative()
        order = [*ONE_LINE, *LONG]
        return dict(sorted(found.items(), key=lambda item: _place(item[0], order)))

    def _of_representative(self) -> dict[str, str]:
        speaks = [self.text[name] for name in ("rep_name", "rep_contact", "rep_relation")]
        if not any(speaks) and not self.agreed:
            return {}
        found = {}
        if not self.text["rep_name"]:
            found["rep_name"] = "rep_name_needed"
        if not self.text["rep_contact"]:
            found["rep_contact"] = "rep_contact_needed"
        if not self.agreed:
            found["rep_agreed"] = "rep_agreed_needed"
        return found

    def complaint(self, *, language: str, now: datetime, categories: tuple[str, ...]) -> Complaint:
        """Return the complaint that was made.

        Raises:
            ValidationError: A field is wrong that ``problems`` did not name.
        """
        by = self.text["contact_by"]
        return Complaint(
            received_at=now,
            channel=Channel.WEB_FORM,
            summary=" ".join(self.text["summary"].split()),
            description=self.text["description"],
            desired_outcome=self.text["wish"],
            complainant_name=self.text["name"],
            email=self.text["email"] or None,
            category=other_of(categories),
            product=self.text["product"],
            phone=self.text["phone"],
            postal_address=self.text["address"],
            contact_by=ContactBy(by) if by in set(ContactBy) else None,
            language=language,
            needs=tuple(Need(name) for name in self.needs),
            adjustments=self.text["adjustments"],
            representative_name=self.text["rep_name"],
            representative_contact=self.text["rep_contact"],
            representative_relation=self.text["rep_relation"],
        )


REFUSED = ValidationError
"""What a complaint refuses that no field of the form is to blame for."""

_WAYS = {"email": "email", "phone": "phone", "letter": "address"}
"""By how somebody wants to hear from us: the field that is needed for it."""
_ORDER = ("summary", "description", "more", "wish", "product", "name", "email", "phone", "address")


def other_of(categories: tuple[str, ...]) -> str:
    """Return the category of what nobody has looked at yet."""
    return "Other" if "Other" in categories else categories[-1]


def _place(field: str, order: list[str]) -> tuple[int, int, str]:
    stem = "more" if field.startswith("more_") else field
    first = _ORDER.index(stem) if stem in _ORDER else len(_ORDER)
    return first, order.index(field) if field in order else len(order), field


def _is_address(text: str) -> bool:
    try:
        plausible_address(text)
    except ValueError:
        return False
    return True


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
