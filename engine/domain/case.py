"""A case: a complaint being handled, and what belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from engine.domain.complaint import (
    Complaint,
    Complexity,
    EscalationReason,
    Outcome,
    Safety,
    Severity,
)
from engine.domain.ladder import Level
from engine.domain.regime import Regime
from engine.domain.sight import EVERYBODY, circle_of_case

ROUTES = ("frontline", "standard", "complex")


class Case(BaseModel):
    """A complaint and where its handling stands.

    Attributes:
        id: Number of the row; people use the reference.
        process: Digest of the process version that the case runs on.
        state: State of the process, opaque outside ``engine.process``.
        rev: Counts the changes; a writer that saw an older one is refused.
        priority: From 1, most urgent, to 5.
        decisions: When it was decided, and how: first, and at each second stage since.
        rests: From when until when it was suspended or merged, each time that is over.
        subject: Id of the person who complained; the same for all complaints from one address.
        erased_at: When everything personal was erased.
        team: Code of the team that works on it; None for everybody who works on complaints.
        restricted_at: Since when only those who are named on it know of it; None for others.
        regimes: Whose time limits hold for it, each as it was when the complaint was received.
        calendar: Digest of the edition of the calendar that these are counted by.
        keeps_out: Whether somebody who works here is kept away from it.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    id: int = 0
    reference: str
    complaint: Complaint
    recorded_at: datetime
    severity: Severity = Severity.MODERATE
    safety: Safety = Safety.NONE
    complexity: Complexity = Complexity.MODERATE
    priority: int = 3
    route: str = ""
    owner: str | None = None
    outcome: Outcome | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    process: str
    state: bytes
    rev: int = 1
    next_due: datetime | None = None
    journal_seq: int = 0
    journal_head: str = ""
    suspended_at: datetime | None = None
    decisions: tuple[tuple[datetime, str], ...] = ()
    rests: tuple[tuple[datetime, datetime], ...] = ()
    subject: str = ""
    erased_at: datetime | None = None
    team: str | None = None
    restricted_at: datetime | None = None
    regimes: tuple[Regime, ...] = ()
    calendar: str = ""
    keeps_out: bool = False

    @property
    def is_restricted(self) -> bool:
        """Tell whether only those who are named on the case know of it."""
        return self.restricted_at is not None

    @property
    def circle(self) -> str:
        """Return who the case is there for: everybody, a team, or those who are named on it."""
        return circle_of_case(self.id) if self.is_restricted else self.team or EVERYBODY

    @property
    def is_suspended(self) -> bool:
        """Tell whether the case rests: it is read, and nobody works on it."""
        return self.suspended_at is not None

    @property
    def is_open(self) -> bool:
        """Tell whether anything is left to do."""
        return self.closed_at is None

    def decided(self, at: datetime) -> "Case":
        """Return the case as it is once it was decided, for the first time or again."""
        said = self.outcome.value if self.outcome else ""
        return self.model_copy(update={"decisions": (*self.decisions, (at, said))})

    def awake(self, at: datetime) -> "Case":
        """Return the case as it goes on after a rest, which it keeps."""
        if self.suspended_at is None:
            return self
        rests = (*self.rests, (self.suspended_at, at))
        return self.model_copy(update={"suspended_at": None, "rests": rests})


@dataclass(frozen=True, slots=True)
class Step:
    """A human step that waits.

    Attributes:
        token: Stable name of this waiting within the case.
        roles: Roles that may take the step.
        assignee: User name of whoever works on it; None while it is unclaimed.
        competences: What somebody must be able to do besides, to take it.
        begin_by: When it is to be begun at the latest; no later than it is due.
    """

    case_id: int
    token: str
    element: str
    title: str
    roles: tuple[str, ...]
    form: str
    clause: str
    is_gate: bool
    assignee: str | None
    opened_at: datetime
    due_at: datetime
    begin_by: datetime
    claimed_at: datetime | None = None
    competences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A completed form.

    Attributes:
        on_behalf_of: User name of the absent person for whom ``by`` stood in; None for nobody.
        process: Digest of the version whose own form it is; empty for a form of Redress.
    """

    id: int
    element: str
    form: str
    by: str
    at: datetime
    content: Mapping[str, Any]
    content_hash: str
    on_behalf_of: str | None = None
    process: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person's decision on a statement.

    Attributes:
        letter_hash: Of the letter that was approved, word for word; empty where there was none.
    """

    statement_id: int
    drafter: str
    approver: str
    result: Literal["approved", "returned"]
    comment: str
    at: datetime
    content_hash: str
    drafter_for: str | None = None
    approver_for: str | None = None
    letter_hash: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A call upwards that must be acknowledged (ISO 10002:2018, 5.4 and 7.5).

    Attributes:
        level: The rung of the ladder that is called.
        level_at: Since when.
        climb_at: When the next rung is called; None when nobody higher up is.
    """

    id: int
    token: str
    reason: EscalationReason
    detail: str
    raised_by: str
    raised_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    action: str = ""
    level: Level = Level.TEAM_LEADER
    level_at: datetime | None = None
    climb_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Communication:
    """A letter to the complainant, or a word from the complainant.

    Attributes:
        language: In which a letter is written; empty for what was received.
        template: Names the edition of the template a letter began with; empty for none.
        content_hash: Of a letter word for word, with its language and template.
        id: Number of the row; 0 for a new one.
    """

    direction: Literal["out", "in"]
    kind: str
    channel: str
    subject: str
    body: str
    by: str
    at: datetime
    content_hash: str
    language: str = ""
    template: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A remark for colleagues."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-filled form."""

    username: str
    content: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits in the outbox.

    Attributes:
        case_id: What it is about; None where that is the organisation itself.
        communication_id: The letter of the case that it is; None for any other mail.
    """

    id: int
    message_id: str
    case_id: int | None
    recipient: str
    subject: str
    body: str
    attempts: int
    communication_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail that waits until somebody says whether it has left already.

    Whoever administers decides, and reads no complaint; so nothing that somebody wrote is here.

    Attributes:
        reference: Of the case; None for a mail about the organisation itself.
    """

    message_id: str
    reference: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a letter that was to leave by mail.

    Attributes:
        state: Waiting, sent, kept back, refused for the last time, or come back after it was sent.
        why: Why it did not arrive, in the words of a mail server; empty where nothing is wrong.
    """

    communication_id: int
    state: Literal["waiting", "sent", "held", "given_up", "returned"]
    why: str = ""

    @property
    def has_failed(self) -> bool:
        """Tell whether somebody has to send it another way."""
        return self.state in {"given_up", "returned"}


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that a server had taken, and that was not delivered.

    Attributes:
        communication_id: The letter it was; None for one that is no letter of the case.
        why: In the words of a mail server.
    """

    communication_id: int | None
    message_id: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class GrantedExtension:
    """A time limit that was made longer, with its reason and who allowed it.

    Attributes:
        code: Of the clock.
        ground: Which kind of reason.
        owner: Of the case, who did not allow it.
        before: When it fell due until then.
    """

    code: str
    ground: str
    reason: str
    owner: str
    approver: str
    before: datetime
    due_at: datetime
    at: datetime
