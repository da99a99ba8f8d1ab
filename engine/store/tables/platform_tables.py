"""Rows that no single case owns: processes, accounts, jobs, imports, messages on their way."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.domain.incident import IncidentKind
from engine.store.column import UtcDateTime, Word, json_type

_AT: Any = UtcDateTime()
_JSON: Any = json_type()


class ProcessVersionRow(SQLModel, table=True):
    """One published version of a process with its decision tables and forms; never changed."""

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("process_id", "version"),)

    digest: str = Field(primary_key=True)
    process_id: str
    version: int
    diagrams: list[str] = Field(sa_type=_JSON)
    tables: list[str] = Field(sa_type=_JSON)
    forms: list[str] = Field(sa_type=_JSON, default=[])
    published_by: str
    published_at: datetime = Field(sa_type=_AT)
    reason: str


class ProposalRow(SQLModel, table=True):
    """A process that somebody wants to be published; another person decides."""

    __tablename__ = "process_proposal"
    __table_args__ = (
        CheckConstraint("decided_by <> proposed_by", name="process_four_eyes"),
        Index(
            "ux_proposal_open",
            "digest",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str
    process_id: str
    diagrams: list[str] = Field(sa_type=_JSON)
    tables: list[str] = Field(sa_type=_JSON)
    forms: list[str] = Field(sa_type=_JSON, default=[])
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=_AT)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    is_approved: bool = False
    comment: str = ""
    risk: str = ""
    valid_from: datetime | None = Field(default=None, sa_type=_AT)
    draft: int | None = None
    draft_rev: int | None = None
    editors: list[str] = Field(default=[], sa_type=_JSON)
    last_editor: str = ""
    scenarios: list[dict[str, str]] = Field(default=[], sa_type=_JSON)


class CounterRow(SQLModel, table=True):
    """The last number given out under a name, for references that have no gaps."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    last: int


class ReceiptRow(SQLModel, table=True):
    """A command that was carried out: answers “did my click arrive?” truthfully."""

    __tablename__ = "receipt"

    command_id: str = Field(primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    fingerprint: str
    at: datetime = Field(sa_type=_AT)


class AccountRow(SQLModel, table=True):
    """Somebody who may sign in."""

    __tablename__ = "account"

    username: str = Field(primary_key=True)
    name: str
    roles: list[str] = Field(sa_type=_JSON)
    teams: list[str] = Field(sa_type=_JSON, default=[])
    competences: list[str] = Field(sa_type=_JSON, default=[])
    password_hash: str
    is_active: bool = True
    created_at: datetime = Field(sa_type=_AT)


class SignInTryRow(SQLModel, table=True):
    """Failed tries to sign in, by user name and by address."""

    __tablename__ = "sign_in_try"

    key: str = Field(primary_key=True)
    failures: int
    last_at: datetime = Field(sa_type=_AT)


class SessionRow(SQLModel, table=True):
    """A browser that is signed in; only the hash of its token is kept."""

    __tablename__ = "session"
    __table_args__ = (
        Index(
            "ix_session_subject",
            "subject",
            sqlite_where=text("subject <> ''"),
            postgresql_where=text("subject <> ''"),
        ),
        Index(
            "ix_session_proof",
            "created_at",
            sqlite_where=text("proof IS NOT NULL"),
            postgresql_where=text("proof IS NOT NULL"),
        ),
    )

    token_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", index=True)
    created_at: datetime = Field(sa_type=_AT)
    last_seen_at: datetime = Field(sa_type=_AT)
    ended_at: datetime | None = Field(default=None, sa_type=_AT)
    device: str = ""
    """What the browser says of itself, in two words."""
    address: str = ""
    method: str = ""
    """How the person came in."""
    issuer: str = ""
    """Of the provider at which the person signed in; empty for a password or a link."""
    subject: str = ""
    outside_id: str = ""
    """What the provider calls its own session, where it says so."""
    proof: str | None = None
    """The identity token, sealed, while the session lives: it tells the provider who leaves."""


class JobRunRow(SQLModel, table=True):
    """One run of a job for one scheduled instant."""

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("name", "scheduled_for"),
        Index("ix_job_run_started", "name", "started_at"),
        Index(
            "ix_job_run_asked",
            "scheduled_for",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index(
            "ix_job_run_problem",
            "started_at",
            sqlite_where=text("problem <> ''"),
            postgresql_where=text("problem <> ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    scheduled_for: datetime = Field(sa_type=_AT)
    started_at: datetime = Field(sa_type=_AT)
    finished_at: datetime | None = Field(default=None, sa_type=_AT)
    state: str
    summary: dict[str, Any] = Field(sa_type=_JSON)
    tries: int = 1
    """How often it was begun; more than once after it failed, or died."""
    seen_at: datetime | None = Field(default=None, sa_type=_AT)
    """When it was last known to be alive."""
    done: int = 0
    """How far it is, where it says so."""
    of: int | None = None
    """Of how many; None where it does not say."""
    problem: str = ""
    """What went wrong in its last try that failed; stays when a later try did its work."""
    asked_by: str = ""
    """User name of whoever asked for it; empty for a run of the schedule."""


class JobTurnRow(SQLModel, table=True):
    """Who begins a job holds its row, so that two never begin at once."""

    __tablename__ = "job_turn"

    name: str = Field(primary_key=True)


class SnapshotRow(SQLModel, table=True):
    """The figures of a day, of seven or of a month, as they were."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("day", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    day: date
    kind: str
    figures: dict[str, Any] = Field(sa_type=_JSON)
    taken_at: datetime = Field(sa_type=_AT)
    begin_at: datetime | None = Field(default=None, sa_type=_AT)
    end_at: datetime | None = Field(default=None, sa_type=_AT)


class ImportRow(SQLModel, table=True):
    """How far the import of one file got."""

    __tablename__ = "import_run"

    key: str = Field(primary_key=True)
    """SHA-256 of the file and the mapping."""
    name: str
    line: int
    accepted: int
    known: int
    rejected: int
    started_at: datetime = Field(sa_type=_AT)
    finished_at: datetime | None = Field(default=None, sa_type=_AT)


class RejectionRow(SQLModel, table=True):
    """A row that was not imported, and why."""

    __tablename__ = "import_rejection"
    __table_args__ = (UniqueConstraint("key", "line"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(foreign_key="import_run.key")
    line: int
    reason: str


class MessageRow(SQLModel, table=True):
    """A message from outside, kept until a case has taken it or its time is over."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_key",
            "key",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_message_case",
            "case_id",
            "name",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_message_expiry",
            "expires_at",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    name: str
    key: str
    payload: dict[str, Any] = Field(sa_type=_JSON)
    fingerprint: str
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    received_at: datetime = Field(sa_type=_AT)
    expires_at: datetime = Field(sa_type=_AT)
    settled_at: datetime | None = Field(default=None, sa_type=_AT)
    """When it was delivered or given up; until then it is kept."""
    is_delivered: bool = False


class CorrelationRow(SQLModel, table=True):
    """A key by which messages find a case, besides its reference."""

    __tablename__ = "correlation"

    key: str = Field(primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id", index=True)
    declared_by: str
    declared_at: datetime = Field(sa_type=_AT)


class IncidentRow(SQLModel, table=True):
    """Something that needs a person, because no program could set it right."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_case", "case_id", "resolved_at"),
        Index(
            "ux_incident_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index(
            "ix_incident_cause",
            "kind",
            "element",
            "gist",
            "opened_at",
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_type=Word(IncidentKind))
    subject: str
    """What it is about, within its kind: a case, a step, a mail, a message."""
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    element: str
    cause: str
    gist: str
    """The cause without what only this one has."""
    attempts: int
    opened_at: datetime = Field(sa_type=_AT)
    last_at: datetime = Field(sa_type=_AT)
    resolved_at: datetime | None = Field(default=None, sa_type=_AT)
    resolved_by: str = ""
    resolution: str = ""
