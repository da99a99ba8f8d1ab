"""Rows of complaint cases as the database holds them; they never leave ``engine.store``."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.store.column import UtcDateTime, json_type, plain_order
from engine.store.tables.reach_tables import TWO_PEOPLE

_AT: Any = UtcDateTime()
_JSON: Any = json_type()
_WORD: Any = plain_order()


IS_SIGNAL = "substr(message, 1, 7) = 'signal:'"
"""Which subscriptions are for signals; a query says it in the same words to use their index."""

CAN_BE_DONE = "suspended_at IS NULL"
"""Which steps somebody can work on."""


_GATE = ("begin_by", "id", "roles", "assignee", "circle", "suspended_at", "due_at")


class CaseRow(SQLModel, table=True):
    """One complaint and where it stands."""

    __tablename__ = "complaint_case"
    __table_args__ = (
        Index(
            "ux_case_source",
            "source",
            "source_id",
            unique=True,
            sqlite_where=text("source <> ''"),
            postgresql_where=text("source <> ''"),
        ),
        Index(
            "ix_case_next_due",
            "next_due",
            sqlite_where=text("next_due IS NOT NULL"),
            postgresql_where=text("next_due IS NOT NULL"),
        ),
        Index("ix_case_received", "received_at", "category", "severity", "circle"),
        Index("ix_case_closed", "closed_at", "received_at", "seconds_to_close", "circle"),
        Index("ix_case_decided", "decided_at"),
        Index("ix_case_subject", "subject_id", "received_at"),
        Index(
            "ix_case_suspended",
            "suspended_at",
            "id",
            sqlite_where=text("suspended_at IS NOT NULL"),
            postgresql_where=text("suspended_at IS NOT NULL"),
        ),
        Index(
            "ix_case_process",
            "process",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True, max_length=30)
    received_at: datetime = Field(sa_type=_AT)
    recorded_at: datetime = Field(sa_type=_AT)
    channel: str
    summary: str
    description: str
    desired_outcome: str
    complainant_name: str
    email: str | None = None
    category: str
    product: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    vulnerable: bool
    source: str = ""
    source_id: str = ""
    phone: str = ""
    postal_address: str = ""
    contact_by: str = ""
    language: str = ""
    needs: str = ""
    adjustments: str = ""
    representative_name: str = ""
    representative_contact: str = ""
    representative_relation: str = ""
    severity: int
    safety: str
    complexity: str
    priority: int
    route: str
    owner: str | None = None
    outcome: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=_AT)
    decided_at: datetime | None = Field(default=None, sa_type=_AT)
    closed_at: datetime | None = Field(default=None, sa_type=_AT)
    seconds_to_close: int | None = None
    reopened: int = 0
    process: str = Field(foreign_key="process_version.digest")
    state: bytes
    rev: int
    next_due: datetime | None = Field(default=None, sa_type=_AT)
    journal_seq: int = 0
    journal_head: str = ""
    suspended_at: datetime | None = Field(default=None, sa_type=_AT)
    decisions: list[list[str]] = Field(default=[], sa_type=_JSON)
    """When it was decided, and the outcome: first, and at each second stage since."""
    rests: list[list[str]] = Field(default=[], sa_type=_JSON)
    """From when until when it was suspended, each time."""
    subject_id: str | None = Field(default=None, foreign_key="subject.id")
    """Whose complaint it is; texts and contact are sealed with the key of this subject."""
    erased_at: datetime | None = Field(default=None, sa_type=_AT)
    team: str | None = None
    restricted_at: datetime | None = Field(default=None, sa_type=_AT)
    circle: str = ""
    """Who sees the case in a list; follows from the two above."""
    regimes: list[dict[str, str]] = Field(default=[], sa_type=_JSON)
    """Under which editions of which regimes it is."""
    calendar: str = ""
    """Digest of the edition of the calendar that its time limits are counted by."""
    keeps_out: bool = False
    """Whether somebody who works here is kept away from it."""


class StepRow(SQLModel, table=True):
    """One human step that waits; the row goes when the step is done."""

    __tablename__ = "open_step"
    __table_args__ = (
        UniqueConstraint("case_id", "token"),
        # What the inbox filters by stands behind the order, so that a filter reads no rows. Steps
        # of suspended cases are in none of these, since nobody works on them; the column is there
        # because SQLite would else look into the row whether it is empty.
        Index(
            "ix_step_inbox",
            "assignee",
            "begin_by",
            "id",
            "roles",
            "severity",
            "category",
            "case_id",
            "circle",
            "suspended_at",
            "due_at",
            sqlite_where=text(CAN_BE_DONE),
            postgresql_where=text(CAN_BE_DONE),
        ),
        Index(
            "ix_step_due",
            "begin_by",
            "id",
            "severity",
            "category",
            "case_id",
            "circle",
            "assignee",
            "suspended_at",
            "due_at",
            sqlite_where=text(CAN_BE_DONE),
            postgresql_where=text(CAN_BE_DONE),
        ),
        Index(
            "ix_step_element",
            *("element", "begin_by", "id", "circle", "assignee", "suspended_at", "due_at"),
            sqlite_where=text(CAN_BE_DONE),
            postgresql_where=text(CAN_BE_DONE),
        ),
        Index(
            "ix_step_gate",
            *_GATE,
            sqlite_where=text(f"gate IS 1 AND {CAN_BE_DONE}"),
            postgresql_where=text(f"gate IS true AND {CAN_BE_DONE}"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    token: str
    element: str
    title: str
    roles: str
    """Candidate roles, and competences, sorted: few different values, so it filters well."""
    form: str
    clause: str
    gate: bool
    assignee: str | None = None
    opened_at: datetime = Field(sa_type=_AT)
    due_at: datetime = Field(sa_type=_AT)
    begin_by: datetime = Field(sa_type=_AT)
    claimed_at: datetime | None = Field(default=None, sa_type=_AT)
    severity: int
    category: str
    suspended_at: datetime | None = Field(default=None, sa_type=_AT)
    """As its case has it."""
    circle: str = ""
    """As its case has it."""


class CaseWordRow(SQLModel, table=True):
    """The mark of one word of an open case, see ``engine.store.words``."""

    __tablename__ = "case_word"
    __table_args__ = (
        Index("ix_case_word", "word", "case_id"),
        {"sqlite_with_rowid": False},
    )

    case_id: int = Field(foreign_key="complaint_case.id", primary_key=True)
    word: str = Field(sa_type=_WORD, primary_key=True)


class DraftRow(SQLModel, table=True):
    """A half-filled form, saved as somebody types."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("case_id", "token", "username"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    token: str
    username: str
    content: Any = Field(sa_type=_JSON)
    """Sealed; a text in JSON."""
    saved_at: datetime = Field(sa_type=_AT)


class SubscriptionRow(SQLModel, table=True):
    """A message a case waits for."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("case_id", "message", "token"),
        # Messages find a case by its key; only a signal asks who waits for it.
        Index(
            "ix_subscription_signal",
            "message",
            "case_id",
            sqlite_where=text(IS_SIGNAL),
            postgresql_where=text(IS_SIGNAL),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    message: str
    element: str
    token: str


class StatementRow(SQLModel, table=True):
    """A completed form: what somebody stated to complete a step."""

    __tablename__ = "statement"
    __table_args__ = (Index("ix_statement_case", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    element: str
    form: str
    by: str
    at: datetime = Field(sa_type=_AT)
    content: Any = Field(sa_type=_JSON)
    """Sealed; a text in JSON."""
    content_hash: str
    on_behalf_of: str | None = None
    process: str = ""
    """Digest of the version whose own form it is; empty for a form of Redress."""


class ApprovalRow(SQLModel, table=True):
    """A second person's decision on what was drafted."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint(TWO_PEOPLE, name="four_eyes"),
        Index("ix_approval_case", "case_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    statement_id: int = Field(foreign_key="statement.id")
    drafter: str
    approver: str
    result: str
    comment: str
    at: datetime = Field(sa_type=_AT)
    content_hash: str
    drafter_for: str | None = None
    approver_for: str | None = None
    letter_hash: str = ""
    """Of the letter word for word; empty where none was approved."""


class CommunicationRow(SQLModel, table=True):
    """A letter to the complainant, or a word from the complainant."""

    __tablename__ = "communication"
    __table_args__ = (Index("ix_communication_case", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    direction: str
    kind: str
    channel: str
    subject: str
    body: str
    by: str
    at: datetime = Field(sa_type=_AT)
    content_hash: str
    language: str = ""
    template: str = ""
    """Names the edition of the template that the letter began with."""


class NoteRow(SQLModel, table=True):
    """A remark for colleagues."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    by: str
    at: datetime = Field(sa_type=_AT)
    text: str


class OutboxRow(SQLModel, table=True):
    """A mail that is to leave, kept until the mail server has taken it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_next",
            "next_try_at",
            sqlite_where=text("next_try_at IS NOT NULL"),
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    case_id: int | None = Field(default=None, foreign_key="complaint_case.id")
    """What it is about; None where that is the organisation itself, and then it is not sealed: its
    recipients stand in the policy, and nothing in it is about a person."""
    communication_id: int | None = Field(default=None, foreign_key="communication.id")
    recipient: str
    subject: str
    body: str
    created_at: datetime = Field(sa_type=_AT)
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=_AT)
    sent_at: datetime | None = Field(default=None, sa_type=_AT)
    last_error: str = ""
    held_at: datetime | None = Field(default=None, sa_type=_AT)
    """Since when it waits for somebody to say whether it has left already."""
    bounced_at: datetime | None = Field(default=None, sa_type=_AT)
    """When a mail server told that it was not delivered, though another had taken it."""
    bounce: str | None = None
    """Sealed: why."""


class JournalRow(SQLModel, table=True):
    """One event; triggers forbid change and removal."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        # Events come in the order of their time, so that this grows at one end only.
        Index("ix_journal_at", "at", "case_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="complaint_case.id")
    seq: int
    at: datetime = Field(sa_type=_AT)
    actor: str
    type: str
    detail: str
    """Canonical JSON: exactly the bytes that were hashed; of what is personal a commitment."""
    prev_hash: str
    hash: str
