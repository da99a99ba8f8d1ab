"""Regimes: the time limits that a regulator, an ombudsman or the organisation itself has set.

A profile is one dated edition of such rules. It is data, read from TOML; a case keeps the edition
that was in force when the complaint was received, whatever changes later.

Source: ISO 10002:2018, 4.15, 7.4 and 7.8; each rule names its own.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.domain.allowance import Allowance, AllowanceUnit, parse_allowance
from engine.domain.reckoning import Counting
from engine.errors import InvalidInputError

_NAME = r"^[a-z][a-z0-9_]{0,49}$"


class Occasion(StrEnum):
    """What can start or stop a time limit."""

    RECEIVED = "received"
    TRANSMITTED = "transmitted"
    ACKNOWLEDGED = "acknowledged"
    WORD_PROMISED = "word_promised"
    UPDATED = "updated"
    DECIDED = "decided"
    REFUSED = "refused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    STAGE_TWO_REQUESTED = "stage_two_requested"
    STAGE_TWO_ACKNOWLEDGED = "stage_two_acknowledged"
    STAGE_TWO_DECIDED = "stage_two_decided"
    EXTERNAL_REFERRED = "external_referred"
    FILE_SENT = "file_sent"
    EXTERNAL_DECIDED = "external_decided"
    COMPLIED = "complied"

    @property
    def words(self) -> str:
        """Return what happened, as a clause."""
        return _WORDS[self]


_WORDS: Mapping[Occasion, str] = {
    Occasion.RECEIVED: "the complaint was received",
    Occasion.TRANSMITTED: "the regulator passed the complaint on",
    Occasion.ACKNOWLEDGED: "the complaint was acknowledged",
    Occasion.WORD_PROMISED: "the complainant was promised to hear by a day",
    Occasion.UPDATED: "the complainant was told how it stands",
    Occasion.DECIDED: "the decision was sent",
    Occasion.REFUSED: "the complaint was not accepted",
    Occasion.CLOSED: "the case was closed",
    Occasion.WITHDRAWN: "the complaint was withdrawn",
    Occasion.STAGE_TWO_REQUESTED: "the complainant asked for the second stage",
    Occasion.STAGE_TWO_ACKNOWLEDGED: "the second stage was acknowledged",
    Occasion.STAGE_TWO_DECIDED: "the decision of the second stage was sent",
    Occasion.EXTERNAL_REFERRED: "the complaint went to a body outside",
    Occasion.FILE_SENT: "the file was sent to the body outside",
    Occasion.EXTERNAL_DECIDED: "the body outside decided",
    Occasion.COMPLIED: "what it awarded was done",
}


class Ground(StrEnum):
    """Why a time limit is extended; having many complaints is no reason."""

    COMPLEXITY = "complexity"
    EVIDENCE = "evidence_outstanding"
    COMPLAINANT = "complainant_unavailable"
    EXPERT = "expert_report"
    AGREED = "agreed_with_complainant"

    @property
    def words(self) -> str:
        """Return the reason as a person reads it."""
        return self.value.replace("_", " ").capitalize()


TOLD = frozenset(
    {
        Occasion.TRANSMITTED,
        Occasion.UPDATED,
        Occasion.STAGE_TWO_REQUESTED,
        Occasion.STAGE_TWO_ACKNOWLEDGED,
        Occasion.STAGE_TWO_DECIDED,
    }
)
"""Occasions that somebody can record, since they may happen outside of the diagram."""


def _readable(text: str) -> str:
    """Return an allowance as it is written everywhere.

    Raises:
        ValueError: It is none.
    """
    return str(parse_allowance(text))


AllowanceText = Annotated[str, AfterValidator(_readable)]
Part = Annotated[float, Field(gt=0, lt=1)]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Extension(_Rules):
    """How a time limit may be made longer, at most.

    Attributes:
        by: So much more, counted from the due date; or
        to: so much in all, counted from the start.
        times: How often.
        notice: Whether the complainant must be told before the limit has passed.
    """

    by: AllowanceText | None = None
    to: AllowanceText | None = None
    times: int = Field(default=1, ge=1, le=12)
    notice: bool = True
    source: str = Field(min_length=3)

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.by is None) is (self.to is None):
            raise ValueError("an extension says either “by” or “to”")
        if self.to is not None and self.times > 1:
            raise ValueError("an extension to a length in all is given once")
        return self

    @property
    def allowance(self) -> Allowance:
        """Return how much time it gives."""
        return parse_allowance(self.by or self.to or "")


class ClockRule(_Rules):
    """One time limit of a profile.

    Attributes:
        kind: A statutory limit is never paused and never moved by hand.
        starts_on: Occasion from which it is counted; each new one starts a new clock.
        stops_on: Occasions of which any one meets it.
        warn: Parts of the time after which the case is warned.
        lapses: Passing it breaks no promise; what was possible until then no longer is.
        variants: Of the profile, to which it applies; none for all.
        source: Where the figure comes from.
    """

    code: str = Field(pattern=_NAME)
    title: str = Field(min_length=3, max_length=80)
    kind: Literal["statutory", "internal"]
    starts_on: Occasion = Occasion.RECEIVED
    stops_on: tuple[Occasion, ...] = Field(min_length=1)
    allowance: AllowanceText
    counting: Counting = Counting()
    warn: tuple[Part, ...] = Field(default=(0.75,), min_length=1, max_length=5)
    lapses: bool = False
    extension: Extension | None = None
    variants: tuple[str, ...] = ()
    source: str = Field(min_length=3)

    @property
    def time(self) -> Allowance:
        """Return how much time there is."""
        return parse_allowance(self.allowance)

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        unit, counting = self.time.unit, self.counting
        is_dated = unit in {
            AllowanceUnit.DAYS,
            AllowanceUnit.WEEKS,
            AllowanceUnit.MONTHS,
            AllowanceUnit.WORKING_DAYS,
        }
        if not is_dated and counting != Counting():
            raise ValueError(f"“{self.allowance}” is counted in time, which has no conventions")
        if counting.ends == "close_of_business" and unit is not AllowanceUnit.WORKING_DAYS:
            raise ValueError("only working days end at close of business")
        if self.starts_on in self.stops_on:
            raise ValueError("what starts a limit does not stop it")
        if list(self.warn) != sorted(set(self.warn)):
            raise ValueError("the parts after which it warns must rise")
        return self


class MustSay(_Rules):
    """Something that a letter with a decision must say.

    Attributes:
        title: What it is, as a noun.
        words: By language, texts of which any one shows that it is said.
        text: By language, a sentence with which the letter begins.
    """

    code: str = Field(pattern=_NAME)
    title: str = Field(min_length=3, max_length=80)
    words: Mapping[str, tuple[str, ...]] = Field(min_length=1)
    text: Mapping[str, str] = {}
    source: str = Field(min_length=3)


class Rights(_Rules):
    """What a letter with a decision says of help from outside.

    Attributes:
        body: What whom a complainant may turn to is called, by language.
        limit: Until when, by language, as the letter says it; empty where there is no time limit.
        limit_words: By language, texts of which any one shows that the time limit is said.
        must: What else the letter says.
    """

    body: Mapping[str, str] = {}
    limit: Mapping[str, str] = {}
    limit_words: Mapping[str, tuple[str, ...]] = {}
    must: tuple[MustSay, ...] = ()
    source: str = ""


class Variant(_Rules):
    """A kind of complaint to which some rules of a profile apply, and others do not."""

    code: str = Field(pattern=_NAME)
    title: str = Field(min_length=3, max_length=80)


class Profile(_Rules):
    """One edition of a regime.

    Attributes:
        version: Tells its editions apart, such as ``2024-04``.
        valid_from: First day of receipt for which it is in force, on the local calendar.
        valid_to: Last such day; None while it stays in force.
        variants: Kinds of complaints; the first is meant where none is named.
        external_body: Whom a complainant may turn to.
        rights: What a letter with a decision says.
    """

    code: str = Field(pattern=_NAME)
    title: str = Field(min_length=3, max_length=80)
    version: str = Field(min_length=1, max_length=20)
    valid_from: date
    valid_to: date | None = None
    about: str = ""
    external_body: str = ""
    rights: Rights = Rights()
    variants: tuple[Variant, ...] = ()
    clocks: tuple[ClockRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("it ends before it begins")
        known = {each.code for each in self.variants}
        for rule in self.clocks:
            if unknown := set(rule.variants) - known:
                raise ValueError(f"“{rule.code}” names an unknown variant “{min(unknown)}”")
        for name in known or {""}:
            codes = [rule.code for rule in self.rules(name)]
            if len(codes) != len(set(codes)):
                raise ValueError(f"two rules of “{name or self.code}” have the same code")
        return self

    def rules(self, variant: str = "") -> tuple[ClockRule, ...]:
        """Return the rules that apply to a variant."""
        return tuple(r for r in self.clocks if not r.variants or variant in r.variants)

    def rule(self, code: str, variant: str = "") -> ClockRule | None:
        """Return a rule that applies to a variant."""
        return next((rule for rule in self.rules(variant) if rule.code == code), None)

    def variant_named(self, name: str) -> str:
        """Return a variant, the first one for the empty name; empty where there are none.

        Raises:
            InvalidInputError: There is no such variant.
        """
        known = [each.code for each in self.variants]
        if not name:
            return known[0] if known else ""
        if name not in known:
            problem = f"“{name}” is none of its variants: {', '.join(known) or 'it has none'}."
            raise InvalidInputError({f"Regime {self.code}": problem})
        return name

    def is_in_force(self, day: date) -> bool:
        """Tell whether it is for complaints that are received on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def content(self) -> str:
        """Return the profile as text, which is the same for equal profiles."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)


class Regime(_Rules):
    """A profile as a case is under it.

    Attributes:
        profile: Digest of the edition.
    """

    profile: str
    variant: str = ""


def digest_of(content: str) -> str:
    """Return what names an edition by its content, hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def parse_profile(text: str) -> Profile:
    """Read a profile from TOML.

    Raises:
        InvalidInputError: The text is no TOML, or names each key that is wrong and why.
    """
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError({"": f"The profile is no TOML: {error}."}) from error
    except ValidationError as error:
        raise InvalidInputError(
            {
                ".".join(map(str, fault["loc"])): fault["msg"].removeprefix("Value error, ")
                for fault in error.errors()
            }
        ) from error


class Profiles:
    """Every edition of every regime that can be chosen.

    Args:
        editions: In any order.

    Raises:
        InvalidInputError: Two editions of one regime are in force on the same day.
    """

    def __init__(self, editions: Iterable[Profile]) -> None:
        self._by_code: dict[str, list[Profile]] = {}
        for each in sorted(editions, key=lambda profile: profile.valid_from):
            earlier = self._by_code.setdefault(each.code, [])
            if earlier and earlier[-1].is_in_force(each.valid_from):
                problem = f"{earlier[-1].version} and {each.version} are in force on the same day."
                raise InvalidInputError({f"Regime {each.code}": problem})
            earlier.append(each)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all regimes, in order."""
        return tuple(sorted(self._by_code))

    def editions(self, code: str) -> tuple[Profile, ...]:
        """Return the editions of a regime, oldest first; none for an unknown one."""
        return tuple(self._by_code.get(code, ()))

    def in_force(self, code: str, day: date) -> Profile | None:
        """Return the edition for complaints received on a day; None where there is none."""
        return next((each for each in self.editions(code) if each.is_in_force(day)), None)
