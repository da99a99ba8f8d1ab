"""Policy values: plain, frozen, and free of input and output.

An organisation edits these values in ``config/default.toml``. The engine receives them as
arguments and never loads them.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from config.conformity import EvidencePolicy
from config.improvement import ImprovementPolicy
from config.investigation import FindingPolicy, HearingPolicy
from config.kpi import FigurePolicy
from config.open_data import OpenDataPolicy
from config.returns import ReturnPolicy, once_each
from config.routine import BackupPolicy, ManagementReviewPolicy, ProgrammePolicy, ReviewPolicy
from config.signals import SignalPolicy
from config.survey import SurveyPolicy

_SPAN = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})")
_LENGTH = r"^[1-9][0-9]{0,3} (working )?(minute|hour|day)s?$"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _read_spans(value: object) -> object:
    """Turn ``["09:00-12:00", "13:00-17:00"]`` into pairs of times.

    Raises:
        ValueError: An entry is no span of time.
    """
    if not isinstance(value, (list, tuple)):
        return value
    spans = []
    for entry in value:
        match = _SPAN.fullmatch(entry) if isinstance(entry, str) else None
        if isinstance(entry, str) and match is None:
            raise ValueError(f"{entry!r} is no span such as '09:00-17:00'")
        spans.append((match[1], match[2]) if match else entry)
    return tuple(spans)


def _known_zone(name: str) -> str:
    """Refuse a time zone that the zone database does not have.

    Raises:
        ValueError: It is not there.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone such as 'Europe/London'") from error
    return name


Spans = Annotated[tuple[tuple[time, time], ...], BeforeValidator(_read_spans)]
"""Working hours of one day, in order; an end before its start reaches into the next day."""

ZoneName = Annotated[str, AfterValidator(_known_zone)]


class WorkingWeek(_Policy):
    """Working hours by weekday; a day that is not named is free."""

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    def of(self, weekday: int) -> tuple[tuple[time, time], ...]:
        """Return the spans of a weekday; Monday is 0."""
        spans: tuple[tuple[time, time], ...] = getattr(self, _WEEKDAYS[weekday])
        return spans


class CalendarPolicy(_Policy):
    """When the organisation works: week, public holidays and days of its own."""

    zone: ZoneName
    week: WorkingWeek
    country: str = ""
    """ISO 3166 code whose public holidays are free; empty for none."""
    subdivision: str = ""
    special_days: Mapping[date, Spans] = {}
    """Days that differ from week and holidays, for example a half day; no spans: closed."""


class ClockPolicy(_Policy):
    """A promise on time of the organisation's own, which every case carries besides its regimes.

    Source: ISO 10002:2018, 7.4 and 4.15.
    """

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str
    allowance: str
    """For example ``3 working days``, ``8 weeks`` or ``4 working hours``."""
    stops_on: str
    """Milestone of the diagram that meets the promise."""
    warn_after: float = Field(default=0.75, gt=0, lt=1)
    """Part of the time to the due date after which the case is warned."""
    kind: Literal["statutory", "internal"] = "internal"


class RegimePolicy(_Policy):
    """Which complaints come under a regime; without a condition, all of them."""

    profile: str = Field(min_length=1)
    """Code of the regime, one of ``config/regimes`` or of a profile in ``profiles``."""
    variant: str = ""
    """One of its variants; empty for the first."""
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    otherwise: bool = False
    """Only complaints that come under no other regime."""

    def covers(self, *, category: str, product: str, channel: str) -> bool:
        """Tell whether a complaint meets each condition; upper and lower case are alike."""
        asked = ((self.categories, category), (self.products, product), (self.channels, channel))
        return all(
            not wanted or value.casefold() in {each.casefold() for each in wanted}
            for wanted, value in asked
        )


class OrganisationPolicy(_Policy):
    """Who answers complaints."""

    name: str
    reference_prefix: str = Field(default="C", pattern=r"^[A-Z]{1,4}$")
    mail_from: str
    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    external_body: str
    """Whom a complainant may turn to when dissatisfied with the final decision (7.9)."""
    external_body_in: Mapping[str, str] = {}
    """What it is called in letters of other languages, by their codes."""
    external_limit: Mapping[str, str] = {}
    """Until when, by language and as a letter says it: ``within a year of this letter``."""
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    """In which letters are written where nothing is known of the complainant's."""
    address: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        default=(), max_length=5
    )
    """Lines of the address that stands on letters, without the name."""
    contact: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        default=(), max_length=4
    )
    """How to reach those who handle complaints: a telephone number, an address of the site."""
    logo: str = ""
    """Path of a picture (PNG, JPEG or SVG) that stands on letters; empty for none."""


class ProviderPolicy(_Policy):
    """The organisation's own sign-in, by OpenID Connect; without an issuer there is none."""

    issuer: str = ""
    """For example ``https://login.example.org/realms/main``, exactly as the provider spells it."""
    client_id: str = ""
    name: str = "your organisation"
    """What the sign-in page calls it."""
    scopes: tuple[str, ...] = ("openid", "profile")
    creates_accounts: bool = False
    """Whether whoever signs in there for the first time has an account here from then on."""
    username_claim: str = "preferred_username"
    name_claim: str = "name"
    roles_claim: str = ""
    """Claim that lists groups or roles; empty to leave roles to the administrators here."""
    roles: Mapping[str, str] = {}
    """Our role for each value of that claim; never that of an administrator."""


class AccountPolicy(_Policy):
    """How people and programs come in, and for how long they are believed."""

    idle_minutes: int = Field(default=30, gt=0)
    absolute_hours: int = Field(default=12, gt=0)
    tries: int = Field(default=5, gt=0)
    lock_minutes: int = Field(default=15, gt=0)
    second_factor_for: tuple[str, ...] = ()
    """Roles that must have a second factor; everybody may have one."""
    provider: ProviderPolicy = ProviderPolicy()
    key_days: int = Field(default=365, gt=0)
    """The longest life of an API key."""


class AccessPolicy(_Policy):
    """What happens when somebody has to look at a complaint that is closed to them."""

    glass_minutes: int = Field(default=60, gt=0, le=24 * 60)
    """For so long broken glass lets somebody look."""
    alert_to: tuple[str, ...] = ()
    """Addresses of those who answer for it, such as the management representative."""


class InterfacePolicy(_Policy):
    """How often other programs may ask, so that they leave the pages room."""

    requests_per_minute: int = Field(default=600, gt=0)
    burst: int = Field(default=60, gt=0)
    """So many at once, before a caller has to wait."""
    wrong_keys_per_minute: int = Field(default=30, gt=0)
    """From one address."""


class RetentionPolicy(_Policy):
    """How long personal data are kept after a complaint was closed (ISO 10002:2018, 8.1)."""

    years: int = Field(default=6, ge=1, le=100)
    categories: Mapping[str, Annotated[int, Field(ge=1, le=100)]] = {}
    """Years for complaints of some categories, instead of ``years``."""


FileKind = Literal[
    "pdf", "png", "jpeg", "text", "docx", "xlsx", "pptx", "odt", "ods", "odp"
]  # fmt: skip


class DocumentPolicy(_Policy):
    """Which files are kept with a complaint, and how much of them."""

    largest_megabytes: int = Field(default=25, ge=1, le=200)
    """Of one file."""
    most_per_case: int = Field(default=200, ge=1, le=10_000)
    """Files of one complaint, with all versions and redacted copies."""
    most_megapixels: int = Field(default=40, ge=1, le=80)
    """Of one picture."""
    kinds: tuple[FileKind, ...] = (
        *("pdf", "png", "jpeg", "text", "docx", "xlsx", "pptx", "odt", "ods", "odp"),
    )  # fmt: skip
    """What is taken, judged by content. Other pictures are written anew as one of these."""
    at_once: int = Field(default=2, ge=1, le=20)
    """Uploads of one person that run at the same time."""

    @property
    def largest(self) -> int:
        """Return the bytes of the largest file."""
        return self.largest_megabytes * 2**20


class PortalPolicy(_Policy):
    """What the public pages say of the organisation, and how often they may be asked."""

    is_open: bool = True
    """Whether complaints are taken on the public pages."""
    address: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    """Under which everybody finds these pages, such as ``https://complain.example.org``; mails lead
    there. Empty: no mail does, and nobody is invited to the survey."""
    languages: tuple[Literal["en", "de"], ...] = ("en", "de")
    """The first is shown to a browser that asks for none of them."""
    phone: str = ""
    """Where somebody answers who takes complaints; with what it costs, if it does."""
    email: str = ""
    """An address for complaints; empty for none."""
    post: str = ""
    """Address for letters; lines are kept."""
    visit: str = ""
    """Where and when somebody can come by."""
    privacy_address: str = ""
    """Where the organisation says what it does with personal data; ``https://…``."""
    most_files: int = Field(default=5, ge=0, le=20)
    """Files that come with one form."""
    megabytes_at_once: int = Field(default=25, ge=1, le=200)
    """Of one form with its files."""
    unfinished_days: int = Field(default=14, ge=1, le=90)
    """How long a half-filled form is kept."""
    requests_per_minute: int = Field(default=120, gt=0)
    """Of one address."""
    all_requests_per_minute: int = Field(default=3_000, gt=0)
    """Of all addresses together."""


class MailPolicy(_Policy):
    """How mails that come in are dealt with."""

    plus_addresses: bool = False
    """Whether answers go to ``name+tag@…``; only where the mail server delivers these."""
    receipts_per_day: int = Field(default=3, ge=0, le=100)
    """So many automatic receipts go to one address in 24 hours; 0 sends none."""
    cases_per_day: int = Field(default=10, ge=0, le=1000)
    """So many complaints are opened for one address in 24 hours; more are put aside."""
    keep_discarded_days: int = Field(default=30, ge=1, le=3650)
    """For so long a mail that somebody discarded can still be read."""


class EscalationPolicy(_Policy):
    """How a call upwards begins, and goes on to the next rung (ISO 10002:2018, 5.4 and 7.5)."""

    acknowledge_within: str = Field(default="4 working hours", pattern=_LENGTH)
    """On each rung; then the next one is called too."""
    danger_within: str = Field(default="1 hour", pattern=_LENGTH)
    """The same where somebody's safety is at stake; that goes on at night."""
    inactive_days: int = Field(default=5, ge=1, le=100)
    """Working days without any act by staff after which the owner of a complaint is called."""


class RemedyPolicy(_Policy):
    """How remedies are proposed and carried out (ISO 10002:2018, 5.4 and 7.7)."""

    due_days: int = Field(default=28, ge=1, le=365)
    """Days within which a remedy is carried out where nobody says another date."""
    alone_up_to: Decimal = Field(default=Decimal(100), ge=0)
    """Above this amount, whoever proposed or approved a payment does not pay it."""
    similar_months: int = Field(default=24, ge=1, le=120)
    """How long a payment counts for the range of what is paid in similar complaints."""


class ReferralPolicy(_Policy):
    """How long there is where a body outside says nothing else (ISO 10002:2018, 7.9; ISO 10003)."""

    file_within: str = "10 working days"
    """For sending the file of the complaint, from when it was referred."""
    comply_within: str = "28 days"
    """For carrying out what it awards, from its decision."""


class InquiryPolicy(_Policy):
    """How information is asked for while a complaint is investigated (ISO 10002:2018, 7.6)."""

    due_days: int = Field(default=5, ge=1, le=60)
    """Working days within which an answer is wanted where nobody says another date."""
    remind_before: int = Field(default=1, ge=1, le=10)
    """So many working days before its date somebody is reminded."""
    remind_every: int = Field(default=3, ge=1, le=30)
    """Working days between reminders, once the date is over."""
    reminders: int = Field(default=3, ge=0, le=10)
    """So many are sent; then the owner of the complaint is told."""
    megabytes_by_mail: int = Field(default=10, ge=1, le=50)
    """Of the documents that go with one question to somebody outside."""


class PostPolicy(_Policy):
    """How soon somebody sees to a letter that does not leave by itself (ISO 10002:2018, 7.8)."""

    within_days: int = Field(default=1, ge=1, le=20)
    """Working days within which it is posted, or another way is found for one that failed. It is
    noted then that nobody did, and as long after that somebody higher up is called."""


class Policy(_Policy):
    """Everything an organisation decides."""

    organisation: OrganisationPolicy
    calendar: CalendarPolicy
    clocks: tuple[ClockPolicy, ...] = ()
    """Promises of the organisation's own."""
    regimes: tuple[RegimePolicy, ...] = ()
    """Whose time limits hold; where nothing is said, the default of ISO 10002."""
    profiles: tuple[str, ...] = ()
    """Paths of profiles (TOML) of the organisation's own, besides those that Redress ships."""
    categories: tuple[str, ...] = Field(min_length=1)
    accounts: AccountPolicy = AccountPolicy()
    retention: RetentionPolicy = RetentionPolicy()
    interface: InterfacePolicy = InterfacePolicy()
    access: AccessPolicy = AccessPolicy()
    documents: DocumentPolicy = DocumentPolicy()
    portal: PortalPolicy = PortalPolicy()
    mail: MailPolicy = MailPolicy()
    remedies: RemedyPolicy = RemedyPolicy()
    referral: ReferralPolicy = ReferralPolicy()
    inquiries: InquiryPolicy = InquiryPolicy()
    survey: SurveyPolicy = SurveyPolicy()
    escalation: EscalationPolicy = EscalationPolicy()
    hearing: HearingPolicy = HearingPolicy()
    post: PostPolicy = PostPolicy()
    findings: FindingPolicy = FindingPolicy()
    signals: SignalPolicy = SignalPolicy()
    improvement: ImprovementPolicy = ImprovementPolicy()
    open_data: OpenDataPolicy = OpenDataPolicy()
    returns: Annotated[tuple[ReturnPolicy, ...], AfterValidator(once_each)] = ()
    """Returns to regulators; none is prepared where nothing is said."""
    evidence: EvidencePolicy = EvidencePolicy()
    backup: BackupPolicy = BackupPolicy()
    programme: ProgrammePolicy = ProgrammePolicy()
    review: ReviewPolicy = ReviewPolicy()
    management_review: ManagementReviewPolicy = ManagementReviewPolicy()
    figures: FigurePolicy = FigurePolicy()
    jobs: Mapping[str, str] = {}
    """When jobs are due that shall not be at their usual time, such as ``daily at 02:30``."""

    @model_validator(mode="before")
    @classmethod
    def _promises_something(cls, told: Any) -> Any:  # noqa: ANN401 - checked after this
        if isinstance(told, Mapping) and not (told.get("clocks") or told.get("regimes")):
            return {**told, "regimes": ({"profile": "iso"},)}
        return told
