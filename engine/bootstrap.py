"""Puts the platform together. Entry points call ``open_platform`` once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.policy import Policy
from config.settings import Settings
from engine.clock import utc_now
from engine.depot import Depot, depot_at
from engine.domain.conformity import Duty, chosen_shares, parse_duties
from engine.domain.forecast import Remaining
from engine.domain.issue import CauseArea
from engine.domain.regime import Profile, Profiles, parse_profile
from engine.domain.schedule import Schedule
from engine.domain.timetable import schedules
from engine.domain.working_time import Calendar
from engine.errors import InvalidInputError
from engine.keyring import Keyring
from engine.process.bundle import ProcessBundle
from engine.process.finding import Finding
from engine.store.database import Database
from engine.writing.book import LetterBook, shipped_letters

_LARGEST_LOGO = 512 * 1024
"""Bytes; every letter carries it."""


@lru_cache(maxsize=1)
def _shipped() -> tuple[Profile, ...]:
    folder = files("config") / "regimes"
    paths = sorted((entry for entry in folder.iterdir()), key=lambda entry: entry.name)
    return tuple(parse_profile(path.read_text("utf-8")) for path in paths)


def shipped_profiles() -> Profiles:
    """Return the regimes that Redress ships."""
    return Profiles(_shipped())


@lru_cache(maxsize=1)
def shipped_duties() -> tuple[Duty, ...]:
    """Return what each clause of the standard asks for, as Redress ships it."""
    return parse_duties((files("config") / "evidence.toml").read_text("utf-8"))


def read_duties(policy: Policy) -> tuple[Duty, ...]:
    """Return the same with the shares that an organisation chose.

    Raises:
        InvalidInputError: The policy names a measure that there is not.
    """
    chosen = policy.evidence.pass_at
    known = {f"{duty.clause}.{each.code}" for duty in shipped_duties() for each in duty.measures}
    if wrong := chosen.keys() - known:
        raise InvalidInputError(
            {f"policy.evidence.pass_at.{name}": "There is no such measure." for name in wrong}
        )
    return tuple(chosen_shares(duty, chosen) for duty in shipped_duties())


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a service may touch. Tests build one by hand.

    Attributes:
        home: Folder for logs and files of this installation.
        smtp_url: Mail server; empty keeps mails in the outbox.
        mail_in_url: Mailbox or folder that mails are fetched from; empty for none.
        mail_folder: Test mode: mails are written there instead; None for sending them.
        files_url: Where documents are kept; empty for a folder in ``home``.
        provider_secret: What proves this site to the organisation's own sign-in.
        bundles: Process versions read so far, by digest; immutable, shared by all threads.
        verdicts: Why published versions would not pass today, by digest, as far as it was asked.
        profiles: Regimes that a complaint can come under.
        editions: Of regimes and calendars that were read so far, by digest; immutable too.
        letters: Templates of letters, by language and kind.
        remaining: How long it takes from each step to the decision, as read last.
        schedules: When each job is due, by its name.
        duties: What each clause of the standard asks for, and by what it is judged.
    """

    database: Database
    policy: Policy
    calendar: Calendar
    home: Path
    smtp_url: str = ""
    mail_in_url: str = field(default="", repr=False)
    mail_folder: Path | None = None
    files_url: str = ""
    provider_secret: str = field(default="", repr=False)
    now: Callable[[], datetime] = utc_now
    bundles: dict[str, ProcessBundle] = field(default_factory=dict)
    verdicts: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    profiles: Profiles = field(default_factory=shipped_profiles)
    editions: dict[str, Any] = field(default_factory=dict)
    letters: LetterBook = field(default_factory=shipped_letters)
    remaining: Remaining = field(default_factory=Remaining)
    schedules: Mapping[str, Schedule] = field(default_factory=schedules)
    duties: tuple[Duty, ...] = field(default_factory=shipped_duties)

    @property
    def keyring(self) -> Keyring:
        """Return what seals and unseals; its file lies outside the database."""
        return self.database.keyring

    @property
    def depot(self) -> Depot:
        """Return where the files of documents lie, sealed.

        Raises:
            UnavailableError: What reads its address is not installed.
        """
        return depot_at(self.files_url, self.home / "files" / "kept")

    @property
    def arriving(self) -> Path:
        """Return the folder for files that are still being sent or looked into, sealed too."""
        return self.home / "files" / "arriving"


def read_settings() -> Settings:
    """Read the settings from the environment and ``config/default.toml``.

    Raises:
        InvalidInputError: A setting is wrong; names each.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidInputError(
            {
                "setting " + ".".join(str(part) for part in detail["loc"]): detail["msg"]
                for detail in error.errors()
            }
        ) from error


def read_profiles(policy: Policy) -> Profiles:
    """Return every regime that a policy can name.

    Raises:
        InvalidInputError: A profile of the organisation's own cannot be read or is wrong, or the
            policy names a regime or a variant that there is not.
    """
    found = Profiles((*_shipped(), *map(_own_profile, policy.profiles)))
    for number, choice in enumerate(policy.regimes):
        key, editions = f"policy.regimes.{number}", found.editions(choice.profile)
        if not editions:
            known = ", ".join(found.codes)
            raise InvalidInputError({f"{key}.profile": f"“{choice.profile}” is none of {known}."})
        variants = {each.code for edition in editions for each in edition.variants}
        if choice.variant and choice.variant not in variants:
            known = ", ".join(sorted(variants)) or "it has none"
            raise InvalidInputError({f"{key}.variant": f"“{choice.variant}” is none of {known}."})
    return found


def check_charts(policy: Policy, profiles: Profiles) -> None:
    """Refuse charts of categories or time limits that there are not.

    Raises:
        InvalidInputError: Names each.
    """
    own = {clock.code for clock in policy.clocks}
    clocks = own | {
        rule.code
        for code in profiles.codes
        for edition in profiles.editions(code)
        for rule in edition.clocks
    }
    wrong = {}
    for number, chart in enumerate(policy.signals.charts):
        key = f"policy.signals.charts.{number}"
        if chart.category and chart.category not in policy.categories:
            wrong[f"{key}.category"] = f"“{chart.category}” is none of the categories."
        if chart.cause and chart.cause not in set(CauseArea):
            known = ", ".join(CauseArea)
            wrong[f"{key}.cause"] = f"“{chart.cause}” is none of {known}."
        if chart.clock and chart.clock not in clocks:
            known = ", ".join(sorted(clocks))
            wrong[f"{key}.clock"] = f"“{chart.clock}” is none of {known}."
    if wrong:
        raise InvalidInputError(wrong)


def read_letters(settings: Settings) -> LetterBook:
    """Return every letter that can be written, with those of the organisation's own.

    Raises:
        InvalidInputError: A template of its own is wrong, or letters in its language lack.
    """
    book = shipped_letters()
    found = book.with_own(settings.letters) if settings.letters else book
    found.language(settings.policy.organisation.language)
    if settings.policy.organisation.logo:
        _check_logo(Path(settings.policy.organisation.logo))
    return found


def _check_logo(path: Path) -> None:
    """Refuse a logo that cannot stand on a letter.

    Raises:
        InvalidInputError: It is not there, is too large, or is no picture.
    """
    key = "policy.organisation.logo"
    if path.suffix.lower() not in {".png", ".jpg", ".jpeg", ".svg"} or not path.is_file():
        raise InvalidInputError({key: f"{path} is no picture (PNG, JPEG or SVG)."})
    if path.stat().st_size > _LARGEST_LOGO:
        raise InvalidInputError({key: f"{path} has more than {_LARGEST_LOGO // 1024} KB."})


def _own_profile(path: str) -> Profile:
    try:
        return parse_profile(Path(path).read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise InvalidInputError({"policy.profiles": f"{path} cannot be read: {error}."}) from error


def open_platform(
    settings: Settings | None = None, *, home: Path | None = None, database_url: str | None = None
) -> Platform:
    """Open the platform described by the settings, or by the environment.

    Args:
        settings: None to read them.
        home: Another folder than the settings name.
        database_url: Another database than the settings name.

    Raises:
        InvalidInputError: A setting is wrong; names each.
        UnavailableError: The database cannot be opened.
    """
    settings = settings or read_settings()
    home = (home or settings.home).absolute()
    home.mkdir(parents=True, exist_ok=True)
    profiles = read_profiles(settings.policy)
    check_charts(settings.policy, profiles)
    url = database_url or settings.database_url or f"sqlite:///{home / 'redress.db'}"
    return Platform(
        database=Database(url, Keyring(settings.key_file or home / "keys.json")),
        policy=settings.policy,
        calendar=Calendar(settings.policy.calendar),
        home=home,
        smtp_url=settings.smtp_url,
        mail_in_url=settings.mail_in_url,
        mail_folder=settings.mail_folder.absolute() if settings.mail_folder else None,
        files_url=settings.files_url,
        provider_secret=settings.provider_secret,
        profiles=profiles,
        letters=read_letters(settings),
        schedules=schedules(settings.policy.jobs),
        duties=read_duties(settings.policy),
    )
